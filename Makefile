# make serve   install, then serve the sample articles on http://127.0.0.1:8000; with BIND=127.0.0.1:8001, there
# make test    install, then run every check and every test
# make fuzz    give mutated documents to every reader, for MINUTES=5; SEED=1 says where to begin
# make audit   ask the index of packages about every pinned one
# make soak    the same tests with their full counts: long
# make realcopy DIR=folder    read somebody's documents with feedsvc and without, and compare; see CONTRIBUTING.md
# make docs    build the documentation as a site, in build/docs

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
DOCS_VENV := .venv-docs

.PHONY: serve test fuzz audit soak realcopy docs install lock clean

serve: install
	$(if $(BIND),FEEDSVC_BASE_URL=http://$(BIND) )$(BIN)/feedsvc serve$(if $(BIND), --bind $(BIND))

test: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --package realcopy
	$(BIN)/lint-imports
	$(BIN)/pytest

fuzz: install
	@$(BIN)/python tools/fuzz.py --minutes $(or $(MINUTES),5) --seed $(or $(SEED),1)

audit: install
	@$(BIN)/python tools/check_lock.py requirements.lock contrib/requirements.lock

soak: install
	FEEDSVC_SOAK=1 $(BIN)/pytest

realcopy: install
	@test -d "$(DIR)" || { echo "make: name the folder of documents: make realcopy DIR=..." >&2; exit 1; }
	@PYTHONPATH=tools $(BIN)/python -m realcopy.bed "$(DIR)" $(if $(LANGUAGES),--languages $(LANGUAGES)) \
		$(if $(ZONE),--zone $(ZONE)) $(if $(DIFFERENCES),--differences $(DIFFERENCES))

docs: $(DOCS_VENV)/installed
	$(DOCS_VENV)/bin/mkdocs build --strict --quiet
	@echo "open build/docs/index.html"

# Compiled here, for containers often keep Python from it (PYTHONDONTWRITEBYTECODE), and each start then takes a fifth longer.
install: $(VENV)/installed
	@$(BIN)/python -m compileall -q feedsvc

# Nothing is downloaded that is not pinned with its hash, the build backend included.
$(VENV)/installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is not installed; name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DOCS_VENV)/installed: requirements-docs.lock
	test -x $(DOCS_VENV)/bin/python || $(PYTHON) -m venv $(DOCS_VENV)
	$(DOCS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

# Pin the newest releases of all dependencies; needs uv.
lock:
	uv pip compile pyproject.toml --extra dev --extra build --extra realcopy --generate-hashes --universal --python-version 3.11 \
		--no-header --no-annotate --upgrade --output-file requirements.lock
	uv pip compile pyproject.toml --extra build --extra image --constraint requirements.lock --generate-hashes --universal \
		--python-version 3.11 --no-header --no-annotate --upgrade --output-file contrib/requirements.lock
	uv pip compile --group docs --generate-hashes --universal --python-version 3.11 \
		--no-header --no-annotate --upgrade --output-file requirements-docs.lock

clean:
	rm -rf $(VENV) $(DOCS_VENV) build *.egg-info .mypy_cache .ruff_cache .import_linter_cache
