# Every task of the project. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
UV := $(BIN)/uv
FUZZ ?= 2000

# Debian packages, by what they are needed for.
RUN_PACKAGES := python3-venv libcurl4 libssl3 liblzma5
TEST_PACKAGES := poppler-utils postgresql chromium cups-ipp-utils dbus-daemon softhsm2 qpdf systemd prometheus
BENCH_PACKAGES := rabbitmq-server
FAULT_PACKAGES := gcc libc6-dev

MEMBERS := $(patsubst %/pyproject.toml,%,$(wildcard services/*/pyproject.toml libs/*/pyproject.toml deploy/pyproject.toml))
SOURCES := $(wildcard $(addsuffix /src,$(MEMBERS)))
STAMP := $(VENV)/.installed

.PHONY: help setup setup-test run run-busy demo guide test test-fast test-cluster test-faults soak spike bench-peers lint types format lock clean fuzz sbom audit

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## install what running the system needs; costs nothing when done already

setup-test: $(STAMP) ## install what the tests need beyond that
	@deploy/bin/debian-packages $(TEST_PACKAGES)

$(STAMP): requirements.lock pyproject.toml $(addsuffix /pyproject.toml,$(MEMBERS)) deploy/bin/debian-packages
	@deploy/bin/debian-packages $(RUN_PACKAGES)
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name it with PYTHON=...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(UV) pip install --quiet --require-hashes -r requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(UV) pip install --quiet --no-deps $(addprefix -e ./,$(MEMBERS))
	@touch $@

run: $(STAMP) ## start the whole system on this machine; Ctrl-C stops all of it
	@$(BIN)/jamila run

run-busy: $(STAMP) ## the same, and fill the demo office with a busy day of about 45 cases
	@$(BIN)/jamila run --demo-day

demo: $(STAMP) ## walk one case through all eight steps and print its audit trail
	@$(BIN)/jamila demo

guide: setup-test ## take the screenshots of docs/panduan anew, in a demo office of their own
	@$(BIN)/python tests/browser/pictures.py

test: setup-test lint ## everything: lint, types, import rules, all tests
	@$(BIN)/pytest -q -n 2 -m "not connected and not cluster and not faults"
	@$(BIN)/pytest -q -n 2 --dist loadfile -m connected

test-cluster: setup-test ## the road through three NATS nodes, three mongods, PostgreSQL and two replicas of all
	@$(BIN)/pytest -q -m cluster tests/cluster

test-fast: $(STAMP) ## tests that start no servers
	@$(BIN)/pytest -q -n 2 -m "not connected and not cluster and not faults"

test-faults: setup-test ## every fault once, then a storm of them: SECONDS=600 SEED=7 FAULT=nats-wiped
	@deploy/bin/debian-packages $(FAULT_PACKAGES)
	@JAMILA_FAULTS_SECONDS=$(SECONDS) JAMILA_FAULTS_SEED=$(SEED) JAMILA_FAULTS_ONLY=$(FAULT) \
		$(BIN)/pytest -q -s -m faults libs/faults/tests tests/faults

soak: $(STAMP) ## walk cases for SECONDS=3600 and judge whether any process grows
	@$(BIN)/python -m jamila_faults soak $(if $(SECONDS),--seconds $(SECONDS))

spike: $(STAMP) ## five times as many people as usual, and back
	@$(BIN)/python -m jamila_faults spike

bench-peers: setup-test ## the eight-step case here and in its peers, about ten minutes; see bench/comparison.py
	@RUNLEVEL=1 deploy/bin/debian-packages $(BENCH_PACKAGES)
	@$(BIN)/python bench/comparison.py

fuzz: $(STAMP) ## give every parser of outside bytes many more of them than a test run does (FUZZ=2000 each)
	@JAMILA_FUZZ=$(FUZZ) $(BIN)/pytest -q -m fuzz -o timeout=0 --hypothesis-show-statistics

lint: types ## format, lint, types and import rules
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/lint-imports

types: $(STAMP) ## mypy, strict, over every src
	@$(BIN)/mypy --no-error-summary $(SOURCES)

format: $(STAMP) ## rewrite the code the way lint wants it
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix-only

lock: $(STAMP) ## work out requirements.lock and what of it runs anew from the pyproject files
	@$(UV) lock
	@$(UV) export -q --all-packages --all-groups --no-emit-workspace --no-header --no-annotate --format requirements-txt -o requirements.lock
	@$(UV) export -q --package jamila-deploy --no-dev --no-emit-workspace --no-header --no-annotate --format requirements-txt -o requirements-run.lock

sbom: $(STAMP) ## write build/sbom.cdx.json: everything that is installed, as CycloneDX
	@$(BIN)/python deploy/bin/sbom.py build/sbom.cdx.json

audit: $(STAMP) ## ask the public service for known vulnerabilities of what is locked; needs the internet
	@$(PYTHON) deploy/bin/audit.py $(UV)

clean: ## remove the environment and all caches; the data of .jamila stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov
	@find services libs deploy tests bench -type d -name __pycache__ -prune -exec rm -rf {} +
