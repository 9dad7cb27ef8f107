# Two commands on a fresh machine with python3 (3.11 or newer), git and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test offline audit bundle lint lock clean
.DELETE_ON_ERROR:

demo: $(VENV)/.run ## a synthetic city, loaded and served on http://127.0.0.1:8050
	$(BIN)/python -m gridlink demo $(ARGS)

test: $(VENV)/.test ## everything: style, types, house rules, loader, metrics, browser
	./tests/system-packages
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

offline: $(VENV)/.test ## the tests where there is a loopback and nothing else (root or user namespaces)
	PYTHON=$(BIN)/python tests/without_network $(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

audit: $(VENV)/.test ## known weaknesses of what is locked; says so where no list of them can be asked
	./tests/audit $(BIN)/python requirements-site.lock

bundle: $(VENV)/.test ## everything a machine without network needs, in dist/: wheels by hash, the product, SBOM, install
	PYTHON=$(BIN)/python ./deploy/bundle dist

lint: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/mypy

# The environment comes from the lock files alone; pip's own settings (a mirror, a proxy) apply.
$(VENV)/.run: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Gridlink needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	touch $@

lock: ## after a change of dependencies in pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra postgres --extra oidc -c requirements.lock pyproject.toml -o requirements-site.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra test pyproject.toml -o requirements-test.lock

clean:
	rm -rf $(VENV) home .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
