# Everything a person does with this checkout. Needs make and Python >= 3.11 with venv;
# the rest goes into .venv, with the exact versions of requirements*.txt.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
# Name another interpreter with `make lab PYTHON=python3.13`.
PYTHON ?=
# How many test processes; the tests of one file stay together.
JOBS ?= 2
NOTEBOOKS = $(wildcard notebooks/*.ipynb)
# Jupyter asks root to say so (containers, CI).
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.PHONY: help lab test lint js lock bench clean
help: ## say what can be made
	@sed -n 's/^\([a-z][a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST)

lab: $(VENV)/.lab ## install, and open the explorer in JupyterLab on this machine only
	$(BIN)/jupyter lab --ip 127.0.0.1 $(AS_ROOT) $(LAB_OPTIONS) \
	  --LabApp.default_url=/lab/tree/notebooks/explorer.ipynb

test: $(VENV)/.test node_modules/.package-lock.json lint ## check and test everything, notebooks and browser included
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(if $(NOTEBOOKS),--nbval --nbval-current-env --nbval-cell-timeout=120) \
	  aws_lb_sim tests $(NOTEBOOKS)

lint: $(VENV)/.tools ## style, types and import direction
	$(BIN)/ruff check --output-format concise .
	$(BIN)/ruff format --check --output-format concise .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/biome check .

js: $(VENV)/.tools node_modules/.package-lock.json ## test the JavaScript alone
	$(BIN)/python -m pytest -q tests/views/browser/test_javascript.py

# Each lock is held to the one before it, so that what is tested is what is shipped.
LOCK = $(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --no-emit-index-url \
  --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade) pyproject.toml
lock: $(VENV)/.made ## renew the lock files from pyproject.toml (UPGRADE=1: newest versions)
	$(BIN)/pip install --quiet uv
	$(LOCK) --extra notebook --extra voila --extra lab --group lint --group test --output-file requirements-test.txt
	$(LOCK) --extra notebook --extra voila --extra lab --constraints requirements-test.txt --output-file requirements.txt
	$(LOCK) --extra voila --extra lab --constraints requirements.txt --output-file binder/requirements.txt
	$(BIN)/python -m tools.javascript --lock

bench: $(VENV)/.lab ## measure, and write the tables
	$(BIN)/python -m benchmarks

clean: ## remove everything that was made here
	rm -rf $(VENV) node_modules build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +

# Stamps: each step runs once, and again when what it reads has changed.

$(VENV)/.made:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "using $$($$python --version) ($$python)"; \
	    $$python -m venv --clear $(VENV) || { \
	      echo "$$python has no venv: install it (Debian, Ubuntu: apt-get install python3-venv)" >&2; \
	      exit 1; }; \
	    touch $@; exit 0; \
	  fi; \
	done; \
	echo 'Python 3.11 or newer is needed and was not found: install it, or name it: make lab PYTHON=/path/to/python3' >&2; \
	exit 1

$(VENV)/.lab: $(VENV)/.made requirements.txt pyproject.toml
	@echo 'installing requirements.txt into $(VENV)'
	$(BIN)/pip install -qq --requirement requirements.txt
	$(BIN)/pip install -qq --no-deps --editable .
	@touch $@

$(VENV)/.tools: $(VENV)/.lab requirements-test.txt
	@echo 'installing requirements-test.txt into $(VENV)'
	$(BIN)/pip install -qq --requirement requirements-test.txt
	@touch $@

# npm writes this file when it has finished. Node itself came as a wheel, with .tools.
node_modules/.package-lock.json: package.json package-lock.json | $(VENV)/.tools
	@echo 'installing package-lock.json into node_modules'
	$(BIN)/python -m tools.javascript --install
	@touch $@

$(VENV)/.test: $(VENV)/.tools tools/browser.py
	$(BIN)/python tools/browser.py --install
	@touch $@
