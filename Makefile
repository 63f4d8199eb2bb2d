# make build      compile examples/ into out/
# make test       all that a change can break, the kernel lab included: every promise at least once
# make test-long  the repetitions: whole matrices of faults, random trials in number
# make bench      lvsgen side by side with its peers, as ratios: about ten minutes
# make lint       style and types
# make docs       the pages of docs/ that are made from the code
# make clean      remove .venv and what tools keep; never out/

PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed
TOOLS := $(VENV)/.installed-with-tools
TESTS := $(VENV)/.installed-for-tests
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PYTEST := $(VENV)/bin/pytest -n 2 --dist worksteal

.PHONY: build test test-long bench lint docs clean

build: $(STAMP)
	$(VENV)/bin/lvsgen build examples/*.yaml

test: $(TESTS)
	$(PYTEST)

test-long: $(TESTS)
	$(PYTEST) -m 'long or hypothesis' --hypothesis-profile=long

bench: $(TESTS)
	$(VENV)/bin/python -m bench

lint: $(TOOLS)
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy

docs: $(TOOLS)
	$(VENV)/bin/python -m tests.regenerate

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || tools/need python3 python3-venv
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --editable .
	@touch $@

$(TOOLS): $(STAMP)
	$(VENV)/bin/pip install --quiet --editable '.[dev]'
	@touch $@

# The extra is compiled here, so that the libraries it brings are tested too.
$(TESTS): $(TOOLS) lvsgen/prove/packages.py bench/packages.py
	@tools/need $$($(VENV)/bin/python lvsgen/prove/packages.py) $$($(VENV)/bin/python -m bench.packages)
	$(VENV)/bin/pip install --quiet --editable '.[apply,dev]'
	@touch $@
