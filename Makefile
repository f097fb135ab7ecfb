# `make run` and `make test` are all that a fresh checkout needs.
PORT ?= 6543
PYTHON ?= python3
BIN := .venv/bin
PLUGINS := $(sort $(wildcard plugins/*))
SETUPS := setup.py $(wildcard plugins/*/setup.py)

.PHONY: install run test lint format e2e e2e-deps docs bench-core bench-forums clean

install: .venv/installed var/pulsar.sqlite

# Migrated again only when there may be something to migrate, so that a second start is quick.
var/pulsar.sqlite: .venv/installed development.ini $(wildcard pulsar/versions/*.py plugins/*/versions/*.py)
	$(BIN)/pulsar -c development.ini db upgrade --quiet
	touch $@

.venv/installed: requirements.lock $(SETUPS)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		-e . $(addprefix -e ./,$(PLUGINS))
	touch $@

run: install
	$(BIN)/pserve development.ini http_port=$(PORT)

test: install
	$(BIN)/python -m pytest -n auto -q

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

e2e: install
	$(BIN)/python -m pytest tests/e2e -q -rs

e2e-deps:
	sh scripts/e2e_deps.sh

docs: install
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

bench-core: install
	$(BIN)/python -m benchmarks.core

bench-forums: install
	$(BIN)/python -m benchmarks.forums

clean:
	rm -rf .venv var build dist *.egg-info plugins/*/*.egg-info
