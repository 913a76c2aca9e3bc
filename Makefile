# Everything a fresh machine needs, with only Python 3.11, make and git. `make demo` and `make test` set up the rest.
PYTHON ?= python3.11
ifeq (,$(shell command -v $(PYTHON) 2>/dev/null))
PYTHON := python3
endif
BIN := .venv/bin
MARK := .venv/.mark
NODE_MARK := node_modules/.package-lock.json
# A machine may say that compiled modules are not to be kept; then each process of a run compiles them again.
unexport PYTHONDONTWRITEBYTECODE
DIST := src/throughline/web/static/throughline/dist/manifest.json

# A module's tests on one worker: what it sets up is set up once. Slow modules first (tests/conftest.py).
SPREAD := --dist loadscope --no-loadscope-reorder

.PHONY: demo test compiled test-sqlite test-postgres test-assets browser check check-types check-style bench messages assets lock clean

demo: $(MARK)-runtime assets
	$(BIN)/throughline demo

# What is the longest first, and what needs Python alone while the assets are made: no core waits.
test: $(MARK)-dev
	$(MAKE) -j 3 assets browser compiled check-types test-assets check-style
	$(MAKE) -j 2 test-sqlite test-postgres

# Together two workers more than two cores have: many tests wait for a browser, a disk or a process.
test-sqlite: $(MARK)-dev assets browser
	$(BIN)/pytest -n 3 $(SPREAD)

# Once for all the processes that run tests, which would each compile everything on a fresh machine.
compiled: $(MARK)-dev
	$(BIN)/pytest --collect-only -qq -n 0 > /dev/null

browser: $(MARK)-dev
	$(BIN)/python tests/setup_browser.py

test-assets: assets
	$(BIN)/node-npm test

# What writes, locks or streams in ways that differ between the databases, on PostgreSQL.
test-postgres: $(MARK)-dev
	$(BIN)/python -m tests.postgres -n 1

check: check-types check-style

check-types: $(MARK)-dev
	$(BIN)/mypy

check-style: $(MARK)-dev assets
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet src/throughline/web/templates
	$(BIN)/node-npm run check

# Every message for translators, in a catalogue that keeps what is translated: LANGUAGE=fr.
LANGUAGE ?= fr
messages: $(MARK)-dev
	$(BIN)/python -m tools.messages $(LANGUAGE)

bench: $(MARK)-dev assets
	$(BIN)/python -m bench

assets: $(DIST)

$(DIST): $(NODE_MARK) vite.config.ts $(shell find assets -type f 2>/dev/null)
	$(BIN)/node-npm run build
	@touch $(DIST)

$(NODE_MARK): package-lock.json | $(MARK)-any
	$(BIN)/node-npm ci
	@touch $(NODE_MARK)

# Whichever environment comes first brings node where the machine has none.
$(MARK)-any:
	@test -e $(MARK)-dev || $(MAKE) $(MARK)-runtime
	@touch $(MARK)-any

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Throughline needs Python 3.11 or later")'
	$(PYTHON) -m venv .venv

$(MARK)-runtime: .venv/bin/python requirements/runtime.txt requirements/installer.txt pyproject.toml tools/install tools/node-npm
	tools/install $(BIN)/python requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	install -m 755 tools/node-npm $(BIN)/node-npm
	@touch $@

$(MARK)-dev: .venv/bin/python requirements/dev.txt requirements/installer.txt pyproject.toml tools/install tools/node-npm
	tools/install $(BIN)/python requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	install -m 755 tools/node-npm $(BIN)/node-npm
	@touch $@ $(MARK)-runtime $(MARK)-any

# New pins, with hashes and without addresses. Needs uv.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links -q pyproject.toml --extra transcripts --extra extracts --extra postgres --group build -o requirements/runtime.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links -q pyproject.toml --extra transcripts --extra extracts --extra postgres --group dev -o requirements/dev.txt
	echo uv | uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links --no-annotate -q - -o requirements/installer.txt

clean:
	rm -rf .venv node_modules src/throughline/web/static/throughline/dist
