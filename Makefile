# make run     the site on http://127.0.0.1:8000 (HOST=, PORT=; DATA=PATH imports that instead of the sample)
# make check   lint, and the tests that need neither long nor a browser: what one runs while working
# make test    tests on SQLite and PostgreSQL, with a real browser; what takes longest is left to make test-deep
# make test-deep, make test-cluster, make test-faults, make test-tools, make lint, make bench, make wheel,
#   make pictures, make requirements: see the README

VENV ?= .venv
DATA ?=
BENCH ?= *
JOBS ?= 2
SEED ?=
TRIES ?= 1

# Looked for when it is first needed, and once.
PYTHON ?= $(eval PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done))$(PYTHON)

PY := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
LENDS_PIP := import pip, sys; sys.exit([int(part) for part in pip.__version__.split(".")[:2]] < [22, 3])
PIP = $(shell $(PY) -c "import pip" 2>/dev/null && echo $(PY) -m pip || echo "$(PYTHON)" -m pip --python $(PY)) \
	install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile
PIP_COMPILE := $(PY) -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
PYTEST := $(PY) -m pytest --numprocesses=$(JOBS) --dist=loadgroup --no-loadscope-reorder
SCRATCH := $(VENV)/scratch

# Packages are installed uncompiled: Python keeps what it compiles, even where it is usually told not to.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run check test test-deep test-cluster test-faults test-tools lint format bench wheel pictures requirements clean

help:
	@sed -n 's/^# //p' Makefile

# The environment has a pip of its own, which takes 4 s, only where this Python has none that installs elsewhere.
$(PY):
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or later is needed, and $(if $(PYTHON),$(PYTHON) is not one,none was found)."; \
		echo "Install it, or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; } >&2
	@"$(PYTHON)" -m venv $(VENV) --without-pip && \
		{ "$(PYTHON)" -c '$(LENDS_PIP)' 2>/dev/null || $(PY) -m ensurepip >/dev/null; } || { rm -rf $(VENV); \
		echo "The virtual environment cannot be made; on Debian and Ubuntu install python3-venv."; exit 1; } >&2

# By two processes, whose packages take about as long; Django is the one of most files. Python compiles a module when it
# is first imported.
$(INSTALLED): requirements.txt | $(PY)
	@awk '/^[a-z]/ { half = ++count % 2 } /^(django|numpy|pillow)==/ { half = 1 - half } count { print > ("$(VENV)/half-" half ".txt") }' requirements.txt
	printf '%s\n' $(VENV)/half-0.txt $(VENV)/half-1.txt | xargs -n 1 -P 2 $(PIP) -r
	@touch $@

$(INSTALLED_DEV): requirements.txt requirements-dev.txt | $(PY)
	$(PIP) -r requirements.txt -r requirements-dev.txt
	@touch $(INSTALLED) $@

run: $(INSTALLED)
	@$(PY) -m viewer.start $(if $(DATA),--data $(DATA))

check: lint
	$(PYTEST) -m "not drawn and not slow and not cluster and not deep"

test: $(INSTALLED_DEV)
	@failed=0; \
	$(PYTEST) -m "not cluster and not deep" || failed=1; \
	TEST_DATABASE=postgresql $(PYTEST) -m "database and not cluster and not deep" || failed=1; \
	exit $$failed

test-deep: $(INSTALLED_DEV)
	@failed=0; \
	HYPOTHESIS_PROFILE=deep $(PYTEST) -m "(drawn or deep) and not cluster" $(if $(SEED),--hypothesis-seed=$(SEED)) || failed=1; \
	TEST_DATABASE=postgresql $(PYTEST) -m "database and deep and not cluster" || failed=1; \
	exit $$failed

test-cluster: $(INSTALLED_DEV)
	TEST_DATABASE=postgresql $(PYTEST) -m cluster

test-faults: $(INSTALLED_DEV)
	TRIES="$(TRIES)" SEED="$(SEED)" $(PYTEST) --no-header -q -m faults tests/faults

test-tools: $(INSTALLED_DEV)
	tests/tools/run.sh $(abspath $(PY))

lint: export OPENIMAGES_DATA_DIR = $(SCRATCH)
lint: $(INSTALLED_DEV)
	$(PY) -m mypy & types=$$!; failed=0; \
	$(PY) -m ruff check . || failed=1; \
	$(PY) -m ruff format --check . || failed=1; \
	$(VENV)/bin/lint-imports || failed=1; \
	$(PY) -m djlint templates --lint --quiet || failed=1; \
	$(PY) manage.py makemigrations --check --dry-run || failed=1; \
	HTTPS=1 $(PY) manage.py check --deploy --fail-level WARNING || failed=1; \
	wait $$types || failed=1; \
	exit $$failed

format: $(INSTALLED_DEV)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: $(INSTALLED_DEV)
	@failed=0; \
	for program in bench/bench_$(BENCH).py; do echo "== $$program"; $(PY) "$$program" || failed=1; done; \
	exit $$failed

wheel: $(INSTALLED_DEV)
	rm -rf build dist
	$(PY) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

pictures: $(INSTALLED_DEV)
	$(PY) docs/make_pictures.py

requirements: $(INSTALLED_DEV)
	$(PIP_COMPILE) $(UPGRADE) --output-file=requirements.txt requirements.in
	$(PIP_COMPILE) $(UPGRADE) --output-file=requirements-dev.txt requirements-dev.in

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
