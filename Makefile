# make serve   install what runs, and serve the sample articles on http://127.0.0.1:8000; with BIND=127.0.0.1:8001, there
# make test    install what tests too, and run every check and every test
# make fuzz    give mutated documents to every reader, for MINUTES=5; SEED=1 says where to begin
# make audit   ask the index of packages about every pinned one
# make soak    the same tests with their full counts: long
# make realcopy DIR=folder    read somebody's documents with feedsvc and without, and compare; see CONTRIBUTING.md
# make wheelhouse    put feedsvc and all that it needs into build/wheelhouse, for machines without an index of packages
# make docs    build the documentation as a site, in build/docs

# The first of these that runs, and has what makes an environment, is taken. A name alone says little: that of pyenv is
# there for each version that it has, and does not run.
PYTHONS := python3.11 python3.12 python3.13 python3.14 python3
FIT := import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
find_python = $(or $(PYTHON),$$(for name in $(PYTHONS); do $$name -c '$(FIT)' 2>/dev/null && echo $$name && break; done))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
DOCS_VENV := .venv-docs

.PHONY: serve test fuzz audit soak realcopy wheelhouse docs install compile lock clean

serve: $(VENV)/runtime compile
	$(if $(BIND),FEEDSVC_BASE_URL=http://$(subst 0.0.0.0,127.0.0.1,$(BIND)) )$(BIN)/feedsvc serve$(if $(BIND), --bind $(BIND))

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

WHEELS := --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir build/wheelhouse
wheelhouse: $(VENV)/runtime
	rm -rf build/wheelhouse
	$(BIN)/python -m pip wheel $(WHEELS) --require-hashes --requirement contrib/requirements.lock
	$(BIN)/python -m pip wheel $(WHEELS) .
	@ls build/wheelhouse/feedsvc-*.whl

docs: $(DOCS_VENV)/installed
	$(DOCS_VENV)/bin/mkdocs build --strict --quiet
	@echo "open build/docs/index.html"

install: $(VENV)/installed compile

# Containers often keep Python from it (PYTHONDONTWRITEBYTECODE), and each start then takes a fifth longer.
compile:
	@$(BIN)/python -m compileall -q feedsvc

# Nothing is downloaded that is not pinned with its hash. The build backend comes first: feedgen has no wheel in the index,
# and pip would fetch any setuptools to build it.
$(VENV)/runtime: contrib/requirements.lock pyproject.toml
	@python=$(find_python); test -x $(BIN)/python || { test -n "$$python" || { echo "make: no Python from 3.11 to 3.14 is installed, with venv (in Debian: python3-venv); name one: make PYTHON=/opt/python3.12/bin/python3 ..." >&2; exit 1; }; $$python -m venv $(VENV); }
	sed -n '/^setuptools==/,/^[a-z]/{/^setuptools==/p; /^ /p;}' contrib/requirements.lock > $(VENV)/backend.lock
	$(PIP) --require-hashes --requirement $(VENV)/backend.lock
	$(PIP) --no-build-isolation --require-hashes --requirement contrib/requirements.lock
	$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/installed: $(VENV)/runtime requirements.lock
	$(PIP) --no-build-isolation --require-hashes --requirement requirements.lock
	@touch $@

$(DOCS_VENV)/installed: requirements-docs.lock
	test -x $(DOCS_VENV)/bin/python || $(find_python) -m venv $(DOCS_VENV)
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
