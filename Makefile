# `make run` and `make test` are all that a fresh checkout needs.
PORT ?= 6543
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# The files that define how the distributions are built.
SETUPS := setup.py $(sort $(wildcard pyproject.toml plugins/*/setup.py plugins/*/pyproject.toml))

.PHONY: install run test test-pythons coverage lint format e2e e2e-deps client-tools docs dist \
	bench-core bench-forums bench-shortcuts clean

install: $(VENV)/installed var/pulsar.sqlite

# The database is migrated only if a revision or the installation is newer, so that other starts are
# quick.
var/pulsar.sqlite: $(VENV)/installed development.ini $(wildcard pulsar/versions/*.py plugins/*/versions/*.py)
	$(BIN)/pulsar -c development.ini db upgrade --quiet
	touch $@

# $? lists the files that are newer than the target, so only new or changed plugins are installed.
$(VENV)/installed: $(VENV)/requirements $(SETUPS)
	$(if $(filter $(SETUPS),$?),$(PIP) install --no-deps --no-build-isolation \
		$(addprefix -e ./,$(sort $(dir $(filter $(SETUPS),$?)))))
	touch $@

$(VENV)/requirements: requirements.lock
	test -x $(BIN)/python || sh scripts/make_venv.sh $(PYTHON) $(VENV)
	$(PIP) install -r requirements.lock
	touch $@

run: install
	$(BIN)/pulsar -c development.ini --set http_port=$(PORT) serve

# Many containers set this variable, which would make each worker and each process of a test compile
# every module again.
test coverage e2e: export PYTHONDONTWRITEBYTECODE =

test: install
	$(BIN)/python -m pytest -n auto -q

test-pythons: install
	sh scripts/test_pythons.sh

# Processes that tests start are measured too; pyproject.toml has the required minimum.
coverage: install
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest -n auto -q
	$(BIN)/python -m coverage combine -q
	$(BIN)/python -m coverage report

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

client-tools:
	PYTHON=$(PYTHON) sh scripts/client_tools.sh

docs: install
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

# The sdist and the wheel of the core and of each plugin.
dist:
	test -x var/dist-tools/bin/twine || { $(PYTHON) -m venv var/dist-tools && \
		var/dist-tools/bin/pip --quiet --disable-pip-version-check install build twine; }
	rm -rf dist
	set -e; for folder in . plugins/*; do \
		var/dist-tools/bin/python -m build --outdir dist "$$folder" >var/dist-tools/log || \
			{ cat var/dist-tools/log; exit 1; }; \
	done
	var/dist-tools/bin/twine check --strict dist/*

bench-core: install
	$(BIN)/python -m benchmarks.core

bench-forums: install
	$(BIN)/python -m benchmarks.forums

bench-shortcuts: install
	$(BIN)/python -m benchmarks.shortcuts

clean:
	rm -rf .venv var build dist *.egg-info plugins/*/*.egg-info
