# make demo: see it run.  make test: the whole test suite.  make help: everything else.
PYTHON ?= python3
PORT ?= 8080
BIN := .venv/bin
# the tests start hundreds of processes: without bytecode files each compiles all modules anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo test lint types bench soak docs audit clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/run: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing what the bot needs (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@ln -sf ../../scripts/autopars $(BIN)/autopars
	@touch $@

.venv/dev: requirements-dev.lock .venv/run
	@echo "installing what the tests need (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

install: .venv/dev ## the virtual environment, with what the tests need

demo: .venv/run ## the whole shop on this machine: bot, scheduler, stand-ins, the two-phone page
	@$(BIN)/python -m bot demo --port $(PORT)

test: .venv/dev ## the whole test suite, real browser included
	@scripts/chromium
	@$(BIN)/python -m pytest -p tests.flow_coverage --every-arrow -n auto --dist loadgroup -m "not soak"

lint: .venv/dev ## ruff and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache

types: .venv/dev ## mypy, strict
	@$(BIN)/mypy

bench: .venv/dev ## how fast, against baselines in the same run (about ten minutes; see benchmarks/)
	@$(BIN)/python -m benchmarks

soak: .venv/dev ## long runs: kills and random walks
	@$(BIN)/python -m pytest -m soak -o timeout=3600 -n auto

docs: .venv/dev ## the documentation as a site in var/site, with the generated pages renewed
	@$(BIN)/python -m tools.draw_flows
	@$(BIN)/python -m tools.draw_notices
	@$(BIN)/python -m tools.write_settings
	@test -x .venv/docs/bin/mkdocs || { $(PYTHON) -m venv .venv/docs && .venv/docs/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.lock; }
	@NO_MKDOCS_2_WARNING=1 .venv/docs/bin/mkdocs build --quiet

audit: .venv/dev ## known vulnerabilities of the dependencies (needs a network)
	@.ci/audit

clean: ## remove what was made here
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis
