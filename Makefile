# Everything installs what it needs; "make help" lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GUARD := .venv-guard
HOST ?= 127.0.0.1
PORT ?= 8000
EXAMPLES ?= 200000
SECONDS ?= 60
MINUTES ?= 10
CHROMIUM ?= /usr/bin/chromium
POSTGRES ?= /usr/lib/postgresql
REDIS ?= /usr/bin/redis-server
VALGRIND ?= /usr/bin/valgrind
# One more than there are processors: many tests wait for a server or a browser.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
export CHROMIUM POSTGRES REDIS VALGRIND
# The tests start Python some hundred times; let it keep what it has compiled.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help packages demo test test-quick test-python test-client test-matrix matrix-environments fuzz fuzz-bytes fuzz-types soak bench bench-quick bench-worst guard guard-update check exports messages format build-client clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.runtime: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.runtime
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,check]'
	@touch $@

client/node_modules/.installed: client/package-lock.json
	cd client && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

tests/node/node_modules/.installed: tests/node/package-lock.json
	cd tests/node && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# A distribution's package, with what to say where it can't be installed.
define debian-package
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(1) >/dev/null; \
	else echo $(2); exit 1; fi
endef

$(CHROMIUM):
	$(call debian-package,chromium,"The browser tests need Chromium: install your distribution's package 'chromium' or set CHROMIUM=/path/to/it.")

$(VALGRIND):
	$(call debian-package,valgrind,"Counting instructions needs Valgrind: install your distribution's package 'valgrind' or set VALGRIND=/path/to/it.")

$(POSTGRES):
	$(call debian-package,postgresql,"The tests of transactions need PostgreSQL: install your distribution's package 'postgresql' or set POSTGRES=/path/to/it (where bin/initdb is).")

$(REDIS):
	$(call debian-package,redis-server,"The tests of throttles need Redis: install your distribution's package 'redis-server' or set REDIS=/path/to/it.")

packages: | $(CHROMIUM) $(POSTGRES) $(REDIS) $(VALGRIND)  ## what tests need of the distribution

demo: $(VENV)/.runtime  ## the example shop on http://127.0.0.1:8000/ (HOST=, PORT=)
	@$(BIN)/python example/manage.py migrate --verbosity 0
	@$(BIN)/python example/manage.py seed
	@echo
	@echo "  The shop:      http://$(HOST):$(PORT)/"
	@echo "  A first call:  curl -H 'Content-Type: application/json' -d '{\"jsonrpc\":\"2.0\",\"method\":\"shop.stock\",\"params\":[\"A1\"],\"id\":1}' http://$(HOST):$(PORT)/rpc/"
	@echo
	@$(BIN)/python example/manage.py runserver --noreload $(HOST):$(PORT)

# Modules run in parallel. The tests of one module share a process, and its servers.
PYTEST := $(BIN)/python -m pytest --dist=loadfile --no-loadscope-reorder

test: $(VENV)/.test client/node_modules/.installed  ## all tests: the client's, Python's and the browser's (at most seven minutes; WORKERS=)
	@log=$$(mktemp) && trap 'rm -f $$log' EXIT && \
	{ $(MAKE) test-client >$$log 2>&1 & client=$$!; } && \
	{ $(MAKE) test-python || failed=1; wait $$client || failed=1; cat $$log; exit $${failed:-0}; }

test-quick: $(VENV)/.test  ## Python's tests that need nothing else, and few examples (half a minute)
	$(PYTEST) --numprocesses=auto --quiet --hypothesis-profile=few -m "not slow and not browser and not node and not server"

test-client: client/node_modules/.installed  ## the client's own tests and its sizes
	cd client && npm test

test-python: $(VENV)/.test client/node_modules/.installed tests/node/node_modules/.installed | $(CHROMIUM) $(POSTGRES) $(REDIS)  ## Python's and the browser's tests
	$(PYTEST) --numprocesses=$(WORKERS)

test-matrix: client/node_modules/.installed tests/node/node_modules/.installed  ## the server's tests on every Python from 3.10 to 3.13 that is there, with its newest Django
	sh tests/matrix.sh

matrix-environments:  ## the environments of the other Pythons
	sh tests/matrix.sh install

# A wheel of atheris is there for some Pythons only; without it hypothesis makes up the bodies.
$(VENV)/.fuzz: $(VENV)/.test
	$(BIN)/pip install --quiet --disable-pip-version-check --only-binary :all: atheris || echo "atheris does not install here"
	@touch $@

fuzz: fuzz-types fuzz-bytes  ## both of the following

fuzz-bytes: $(VENV)/.fuzz  ## made-up bodies for a minute, guided by coverage (SECONDS=)
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

fuzz-types: $(VENV)/.test tests/node/node_modules/.installed  ## 200,000 values of random annotations before all judges (EXAMPLES=)
	$(BIN)/python -m tests.contract --examples $(EXAMPLES) --workers $$(getconf _NPROCESSORS_ONLN)

soak: $(VENV)/.test | $(POSTGRES) $(REDIS)  ## load on each server, ten minutes each: a worker is killed, then Redis and PostgreSQL go, too (MINUTES=)
	$(BIN)/python -m tests.soak --minutes $(MINUTES)

$(VENV)/.bench: $(VENV)/.runtime bench/requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@touch $@

bench: $(VENV)/.bench  ## every workload against a bare view and its peers (five minutes)
	$(BIN)/python -m bench

bench-quick: $(VENV)/.bench  ## the same for this gateway alone (40 seconds)
	$(BIN)/python -m bench --quick

bench-worst: $(VENV)/.test  ## CPU and memory of the worst bodies known (two minutes; WORDS= chooses)
	$(BIN)/python -m bench.worst $(WORDS)

# What the counts hold for: these versions, whatever else is installed for the tests.
$(GUARD)/.installed: setup.cfg pyproject.toml bench/guard.txt
	$(PYTHON) -m venv $(GUARD)
	$(GUARD)/bin/pip install --quiet --disable-pip-version-check --editable . -r bench/guard.txt
	@touch $@

guard: $(GUARD)/.installed | $(VALGRIND)  ## instructions of one W1, W3 and W4, against the committed ones (two minutes)
	$(GUARD)/bin/python -m bench.instructions

guard-update: $(GUARD)/.installed | $(VALGRIND)  ## count the instructions anew and write bench/instructions.json
	$(GUARD)/bin/python -m bench.instructions --update

check: $(VENV)/.test client/node_modules/.installed  ## lint, format, types, freshness of generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python example/manage.py export_schemas --out schemas --check
	$(BIN)/python example/manage.py export_typescript --out example/api.d.ts --check
	cd client && npm run check

exports: $(VENV)/.test  ## write what is generated from the example's methods: schemas/, example/api.d.ts
	$(BIN)/python example/manage.py export_schemas --out schemas
	$(BIN)/python example/manage.py export_typescript --out example/api.d.ts

messages: $(VENV)/.test  ## collect the messages for translators, and compile what they wrote (needs GNU gettext)
	cd adjax_jsonrpc && ../$(BIN)/django-admin makemessages --locale=de --no-location --no-obsolete --no-wrap
	cd adjax_jsonrpc && ../$(BIN)/django-admin compilemessages

format: $(VENV)/.test  ## format and mend what can be mended
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format --quiet .

build-client: client/node_modules/.installed  ## build the client into the package
	cd client && npm run build

clean:  ## remove what the targets made
	rm -rf $(VENV) .venv-* build dist *.egg-info client/node_modules client/dist tests/node/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .fuzz example/*.sqlite3
