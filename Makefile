# Two commands do everything on a machine with Python >= 3.11, make and git: `make run` and `make test`.
# Everything else is installed by pip into .venv, from requirements.lock.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

PYTHON ?=                 # the Python to make .venv with; empty: the first one >= 3.11 that really runs
TEST_FLAGS ?= --conformance -n auto # flags for pytest; this one wants every statement held, so leave it out to run a part

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
NODE_READY := .ci/node/node_modules/.ready
NODE_BIN := .ci/node/node_modules/.bin
WITH_TOOLS := PATH="$(CURDIR)/$(BIN):$$PATH"
REDOCLY := $(WITH_TOOLS) REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true $(NODE_BIN)/redocly

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: $(READY) ## start the local sandbox, register a person, log the same person in, print both identities
	@$(BIN)/python -m itsme_facade.demo.first_login

.PHONY: demo
demo: $(READY) ## start the sandbox with a small shop and a small bank, until Ctrl-C
	@$(BIN)/python -m itsme_facade.demo

.PHONY: test
test: $(READY) $(NODE_READY) ## run every test; fail if one was skipped, or a documented statement was not held
	$(BIN)/python -m pytest $(strip $(TEST_FLAGS))

.PHONY: coverage
coverage: $(READY) $(NODE_READY) ## run every test and print which branches they take; there is no bar
	mkdir -p build/coverage
	$(BIN)/python -m coverage erase
	-$(BIN)/python -m coverage run -m pytest -n auto # slower than usual, so what is about time may fail here
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

.PHONY: mutants
mutants: $(READY) ## make small mistakes in a copy of the code and list those that no test finds
	nice -n 19 $(BIN)/python -m tests.mutants

.PHONY: generate
generate: $(READY) ## write generated/cm_itsme_client anew from openapi/itsme.yaml
	$(BIN)/python .ci/generate.py

.PHONY: check
check: $(READY) $(NODE_READY) ## format, lint, types, contract, drift of the generated code, arrows between rooms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(WITH_TOOLS) $(NODE_BIN)/pyright --warnings
	$(REDOCLY) lint --config .ci/redocly.yaml openapi/itsme.yaml
	$(BIN)/python .ci/generate.py --check
	$(BIN)/lint-imports

.PHONY: format
format: $(READY) ## write the code the way `make check` wants it
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(READY) ## measure, and write docs/benchmarks.md
	$(BIN)/python -m tests.bench

.PHONY: build
build: $(READY) ## build the wheel and the sdist into dist/
	rm -rf dist
	$(BIN)/python -m build --no-isolation

.PHONY: screenshots
screenshots: $(READY) ## take docs/screenshots anew
	rm -rf docs/screenshots
	ITSME_SCREENSHOTS=yes $(BIN)/python -m pytest tests/e2e/test_pages_of_*.py

.PHONY: api
api: $(READY) ## write down the public API anew; the changelog has to tell of the change
	$(BIN)/python -m tests.repo.public_api

.PHONY: docs
docs: $(READY) ## build the site into docs/_build/html
	$(BIN)/python -m sphinx -E -W --keep-going -q -b html docs docs/_build/html

.PHONY: lock
lock: $(READY) ## resolve requirements.lock anew for Python 3.11 to 3.14 on every platform
	env -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_INDEX -u UV_FIND_LINKS \
	$(BIN)/uv pip compile pyproject.toml --no-config --quiet --universal --python-version 3.11 --fork-strategy fewest \
	    --all-extras --group dev --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command "make lock" --output-file requirements.lock $(LOCK_FLAGS)

.PHONY: clean
clean: ## remove everything that make made
	rm -rf $(VENV) .ci/node/node_modules build dist docs/_build .hypothesis .mypy_cache .pytest_cache .ruff_cache .schemathesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@if ! $(BIN)/python -c "" 2>/dev/null; then \
	    found=$$(PYTHON="$(strip $(PYTHON))" .ci/pythons first) || exit 1; \
	    echo "Making $(VENV) with Python $$found"; \
	    rm -rf $(VENV) && "$${found#* }" -m venv $(VENV) || exit 1; \
	fi
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(NODE_READY): .ci/node/package-lock.json | $(READY)
	cd .ci/node && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
