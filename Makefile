# What is done to this repository. `make help` lists it.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
HERE := $(shell pwd | cksum | cut -d ' ' -f 1)
INSTALLED := .venv/installed-$(HERE)# scripts in a venv hold its path: a copied one is made again
INSTALLED_FOR_TESTS := .venv/installed-for-tests-$(HERE)

RUNTIME := requirements/setup.txt requirements/runtime.txt
EVERYTHING := $(RUNTIME) requirements/dev.txt
CODE = $(sort $(patsubst %/__init__.py,%,$(wildcard */__init__.py))) tests

ARGS ?=# passed on: make test ARGS='tests/checker -x', make run ARGS='--port 9000'

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_SYSTEM_CERTS := 1# the machine's certificates, as pip uses them
export UV_COMPILE_BYTECODE := 1# so that the first start is as fast as the next
unexport PYTHONDONTWRITEBYTECODE# nor compile our own code at each start: the tests start it often


##@ Work

setup: $(INSTALLED) ## Make .venv with everything Brolly runs on (a second time: nothing to do)

run: setup ## Start the demonstration: http://127.0.0.1:8000
	$(BIN)/brolly up --demo $(ARGS)

setup-test: $(INSTALLED_FOR_TESTS) ## Add what the tests and the checks need
	@command -v chromium >/dev/null || { $(call debian,chromium); }
	@/sbin/ldconfig -p | grep -q libatomic.so.1 || { $(call debian,libatomic1); }

test: setup-test ## Run all tests, on SQLite and PostgreSQL (docs/testing.md)
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadgroup $(ARGS)

coverage: setup-test ## Run all tests and name the lines that none of them runs
	$(MAKE) test ARGS='--cov --cov-report term $(if $(ARGS),--cov-fail-under 0) $(ARGS)'

check: $(INSTALLED_FOR_TESTS) ## Look at format, lint, types, import rules, dependencies and their vulnerabilities
	@$(MAKE) --keep-going --jobs=1 check-format check-lint check-types check-imports check-dependencies \
		check-vulnerabilities

check-format:
	$(BIN)/ruff format --check .

check-lint:
	$(BIN)/ruff check .

check-types:
	$(BIN)/mypy $(CODE)

check-imports:
	$(BIN)/lint-imports --no-logo

check-dependencies:
	$(BIN)/deptry .

check-vulnerabilities:
	$(BIN)/python .ci/dependencies.py audit

bench: setup-test ## Measure (docs/benchmarks.md)
	$(BIN)/python -m benchmarks $(ARGS)

chaos: setup-test ## Kill everything while alerts go out, then count (docs/reliability.md)
	$(BIN)/python -m chaos

storm: setup-test ## Half an hour of a provider in trouble, while people use the web (docs/reliability.md)
	$(BIN)/python -m chaos.storm

fuzz: setup-test ## Ask the interface long, and what nobody thought of (ARGS='-k member' asks as one)
	FUZZ_EXAMPLES=$(or $(EXAMPLES),500) BROLLY_TEST_DATABASES=sqlite $(BIN)/pytest \
		--numprocesses auto --maxprocesses 4 tests/web/test_fuzzing.py $(ARGS)

mutants: setup-test .venv-mutants/installed ## Plant faults one at a time, see whether a test fails (docs/mutants.md)
	BROLLY_TEST_DATABASES=sqlite .venv-mutants/bin/mutmut run $(ARGS)
	.venv-mutants/bin/python .ci/mutants.py

restores: setup-test ## Back up and restore 50 instances of chance (docs/operations.md)
	RESTORES=50 $(BIN)/python -m pytest --quiet --numprocesses 2 tests/backups/test_many_restores.py


##@ Care

audit: $(INSTALLED_FOR_TESTS) ## Ask whether a library has a known vulnerability; no answer is a failure
	$(BIN)/python .ci/dependencies.py audit --must-answer

sbom: $(INSTALLED_FOR_TESTS) ## List all libraries with their hashes in build/sbom.json (CycloneDX)
	$(BIN)/python .ci/dependencies.py list build/sbom.json

format: $(INSTALLED_FOR_TESTS) ## Put the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --exit-zero --quiet .

client: ## Bundle the private check's JavaScript (needs npm); its digests go to NOTICE
	cd checker/client_js && npm ci --no-audit --no-fund && npm run types && npm run build

plans: $(INSTALLED) ## Make the browser's numbering plans of the installed phonenumbers; the digest goes to NOTICE
	$(BIN)/python -m checker.identifiers.exporting
	@sha256sum web/static/phone_plans.json

lock: $(INSTALLED) ## Lock the newest versions that requirements/*.in allow, with hashes
	$(LOCK) requirements/setup.in --output-file requirements/setup.txt
	$(LOCK) requirements/runtime.in --output-file requirements/runtime.txt
	$(LOCK) requirements/dev.in --constraints requirements/runtime.txt --output-file requirements/dev.txt
	$(LOCK) requirements/mutants.in --constraints requirements/dev.txt --output-file requirements/mutants.txt

clean: ## Remove what make made (never data/)
	rm -rf .venv .venv-mutants mutants build dist *.egg-info htmlcov .coverage* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

help: ## Show this
	@awk -F ':.*## ' '/^##@/ { print "\n" substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: setup run setup-test test coverage check audit sbom bench chaos storm fuzz mutants restores format client plans \
	lock clean help check-format check-lint check-types check-imports check-dependencies check-vulnerabilities


# Installing

LOCK = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links

AS_ROOT := $(if $(filter-out 0,$(shell id -u)),sudo)
APT := $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get -qq
debian = echo 'Installing Debian package $(1)'; \
	{ $(APT) update && $(APT) install --yes --no-install-recommends $(1); } \
	|| { echo 'Could not install $(1): please install it, then run make again' >&2; exit 1; }

# uv is quick; pip also knows this machine's own pip settings, should it need them.
install = $(BIN)/uv pip sync --quiet --python .venv --require-hashes --no-build-isolation $(1) \
	|| $(BIN)/python -m pip install --quiet --require-hashes --no-build-isolation $(addprefix -r ,$(1)); \
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .

$(INSTALLED): $(RUNTIME) pyproject.toml
	@echo 'Setting up .venv'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Brolly needs Python 3.11 or newer' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { $(call debian,python3-venv); }
	@$(PYTHON) -c 'import sys, ctypes.util as u; sys.exit(not u.find_library("sodium"))' \
		|| { $(call debian,libsodium23); }
	@test -e $@ || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/setup.txt
	@$(call install,$(if $(wildcard $(INSTALLED_FOR_TESTS)),$(EVERYTHING),$(RUNTIME)))
	@touch $@

$(INSTALLED_FOR_TESTS): $(INSTALLED) requirements/dev.txt
	@echo 'Adding what the tests need'
	@$(call install,$(EVERYTHING))
	@touch $@

# With what plants faults comes setproctitle; programs that find it lose the environment by which tests
# know them. So it has an environment of its own.
.venv-mutants/installed: $(INSTALLED_FOR_TESTS) requirements/mutants.txt
	@$(PYTHON) -m venv --clear .venv-mutants
	@$(BIN)/uv pip sync --quiet --python .venv-mutants --require-hashes --no-build-isolation \
		$(EVERYTHING) requirements/mutants.txt
	@$(BIN)/uv pip install --quiet --python .venv-mutants --no-deps --no-build-isolation --editable .
	@touch $@
