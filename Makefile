# make serve   install, then serve the sample articles on http://127.0.0.1:8000
# make test    install, then run every check and every test
# make soak    the same tests with their full counts: long

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

.PHONY: serve test soak install lock clean

serve: install
	$(BIN)/feedsvc serve

test: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

soak: install
	FEEDSVC_SOAK=1 $(BIN)/pytest

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

# Pin anew after a change of the dependencies; needs uv.
lock:
	uv pip compile pyproject.toml --extra dev --extra build --generate-hashes --universal --python-version 3.11 \
		--no-header --no-annotate --upgrade --output-file requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .import_linter_cache
