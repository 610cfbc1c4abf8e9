# `make install` needs python3 (3.11 or newer) and make; nothing is written outside this folder but pip's
# cache and, for Neo4j, ~/.cache/dossier-neo4j.
PYTHON ?= python3
PORT ?= 7687
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Each process has a Neo4j of its own, so with NEO4J_URI there is one only.
PROCESSES ?= $(if $(NEO4J_URI),0,2)
PYTEST := $(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile $(ARGS)

.PHONY: help install demo lock lint test test-slow bench screenshots neo4j clean

help:
	@echo "make install    .venv with the command dossier in it"
	@echo "make demo       a demo archive at http://127.0.0.1:8050 (ARGS='--people 500 --port 8051')"
	@echo "make test       lint, types, import order, and all tests but the slow ones (ARGS='-k chain' for some)"
	@echo "make test-slow  the slow tests"
	@echo "make lint       ruff, mypy, import-linter"
	@echo "make neo4j      a Neo4j on bolt://localhost:7687, data in .neo4j/data (PORT=7688 for another port)"
	@echo "make bench      the benchmarks"
	@echo "make screenshots  docs/images from the pages of a running service (ARGS='--url http://127.0.0.1:8051')"
	@echo "make lock       newest versions into requirements.lock"
	@echo "make clean      removes .venv and caches; the data of make neo4j stays"

install: $(STAMP)
	@echo "Installed: $(BIN)/dossier"

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "python3 is missing or older than 3.11: $$($(PYTHON) --version 2>&1). Install Python 3.11 or newer," \
	    "or name one: make install PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make environments. Install its venv module (Debian: apt-get install python3-venv)." >&2; \
	  exit 2; }
	@rm -f $@
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP)
	@$(BIN)/dossier demo $(ARGS)

lock:
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(PYTHON) -m venv "$$folder" && \
	"$$folder/bin/python" -m pip install --quiet --disable-pip-version-check '.[test]' hatchling editables && \
	{ echo "# What make install installs, exactly: made by make lock from pyproject.toml." && \
	  "$$folder/bin/python" -m pip freeze --exclude dossier-graph; } > "$$folder/requirements.lock" && \
	mv "$$folder/requirements.lock" requirements.lock

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(PYTEST) -m "not slow"

# pytest ends with 5 where it finds no test; that there are no slow tests is no failure.
test-slow: $(STAMP)
	@$(PYTEST) -m slow || { status=$$?; [ $$status -eq 5 ] && echo "There are no slow tests."; }

bench: $(STAMP)
	$(BIN)/python -m bench $(ARGS)

screenshots: $(STAMP)
	$(BIN)/python scripts/screenshots.py $(ARGS)

neo4j:
	@$(PYTHON) scripts/neo4j/server.py --port $(PORT)

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
