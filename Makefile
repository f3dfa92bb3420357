# `make help` lists what can be done. Needs Python 3.11 or newer and make; everything else is set up in .venv.

PORT ?= 8000
TEST_WORKERS ?= 2
ARGS ?=

# The newest Python that really runs (a version manager's stub may not) and can make environments.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv venv-dev tools run test bench lint format translations lock samples authorisation hand-over-schema clean

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  PORT=8001 and PORTAL_* variables pass through; ARGS='-k name' reaches pytest."

venv: $(VENV)/.installed ## Set up .venv with what the portal needs, from requirements.lock
venv-dev: $(VENV)/.installed-dev

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Needs Python 3.11 or newer with venv (Debian: apt-get install python3 python3-venv)." >&2; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON): once, about a minute."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock setup.cfg pyproject.toml | $(BIN)/python
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

tools:
	@tests/install-tools.sh

run: venv ## Serve the demo on http://127.0.0.1:8000 (PORT=… for another)
	@$(BIN)/portal serve --port $(PORT)

test: venv-dev tools ## Run all tests: units, behaviour, and journeys in Chromium
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder --ignore tests/lint $(ARGS)

bench: venv-dev ## Measure beside honest references; table here, figures in var/bench.json
	@$(BIN)/python -m bench $(ARGS)

lint: venv-dev ## Check style, types, order of packages, templates and translations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/djlint --quiet --lint portal/templates
	@$(BIN)/python -m pytest -q tests/lint

authorisation: venv ## Write docs/authorisation.md from portal/web/authorisation.toml
	@$(BIN)/python -m portal.web.rights_page > docs/authorisation.md

hand-over-schema: venv ## Write docs/hand-over.schema.json from the code
	@$(BIN)/python -c "from portal.batches.profiles.hand_over.schema import published_schema as s; print(s(), end='')" \
		> docs/hand-over.schema.json

format: venv-dev ## Put code into the common format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

translations: venv-dev ## Bring translations/ko up to the sentences in code and templates
	@mkdir -p build translations/ko/LC_MESSAGES
	@$(BIN)/pybabel --quiet extract -F babel.cfg -k _l -k __ -k lazy_gettext -k lazy_ngettext:1,2 \
		--add-location=file --project=portal --version= -o build/messages.pot .
	@test -f translations/ko/LC_MESSAGES/messages.po || \
		$(BIN)/pybabel --quiet init -l ko -i build/messages.pot -d translations
	@$(BIN)/pybabel --quiet update -l ko -i build/messages.pot -d translations --no-fuzzy-matching --ignore-obsolete
	@$(BIN)/python -m pytest -q tests/lint/test_translations.py

# Extras stay named: pip looks at a newer release of coverage[toml] where only coverage is pinned.
# Hashes are taken from the package index that pip is set up for; no index address is written.
UV := build/lock/bin/uv
COMPILE := $(UV) pip compile setup.cfg --universal --python-version 3.11 --generate-hashes --upgrade \
	--no-annotate --no-strip-extras --no-emit-index-url --no-emit-find-links --quiet --custom-compile-command 'make lock' \
	--extra postgresql --extra redis --extra build
lock: | $(BIN)/python ## Renew requirements.lock and requirements-dev.lock
	@$(BIN)/python -m venv build/lock && build/lock/bin/pip --disable-pip-version-check --quiet install uv
	@$(COMPILE) -o requirements.lock
	@$(COMPILE) --extra test --extra lint -c requirements.lock -o requirements-dev.lock

samples: venv-dev tools ## Make docs/samples: packets and screens to look at
	@$(BIN)/python -m tests.samples

clean: ## Remove what was built; var/ with its data stays
	rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find portal tests bench -name __pycache__ -prune -exec rm -rf {} +
