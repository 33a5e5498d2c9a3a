# Turbil. `make demo` shows it, `make test` proves it, `make help` lists the rest.
# Needs python3 >= 3.11 with venv and pip; Node and PostgreSQL come from pip into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
OPENAPI := build/openapi.json
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' pyproject.toml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

.PHONY: help
help: ## List what make can do
	@grep -hE '^[a-z][a-z0-9-]*:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-13s %s\n", $$1, $$2 }'

# ---- Set-up: runs again only when one of these files changes ------------------------------------------------------

$(STAMP): requirements/dev.txt pyproject.toml hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Turbil needs Python 3.11 or newer: make PYTHON=python3.12 ..." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { echo "python3 cannot make a venv: install your system's python3-venv package." >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: setup
setup: $(STAMP) build browser ## Install everything that test and demo need into .venv

.PHONY: browser
browser: # The end-to-end tests drive a real Chromium
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then \
		exit 0; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fonts-dejavu-core; \
	else \
		echo "The end-to-end tests need Chromium: install it (Debian, Ubuntu: sudo apt-get install chromium)." >&2; exit 1; \
	fi

# ---- Every day ----------------------------------------------------------------------------------------------------

.PHONY: demo
demo: $(STAMP) build ## Serve the demo with example data and printed passwords
	$(BIN)/turbil demo

.PHONY: test
test: setup ## Run all tests: client units, then Python with the end-to-end story
	$(BIN)/python -m pwa.build test
	$(BIN)/python -m pytest -n 3

.PHONY: e2e
e2e: setup ## Run the end-to-end tests only, in a real browser
	$(BIN)/python -m pytest tests/e2e

.PHONY: check
check: $(STAMP) ## Lint, format check and types: Python and TypeScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/python -m pwa.build check

.PHONY: format
format: $(STAMP) ## Format the Python code and sort its imports
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

.PHONY: build
build: $(STAMP) ## Build the client into pwa/static, if its sources have changed
	@$(BIN)/python -m pwa.build build

.PHONY: types
types: $(STAMP) ## Generate the client's API types from the server's OpenAPI document
	@mkdir -p $(dir $(OPENAPI))
	$(BIN)/python -c 'import json, pathlib; from app.main import create_app, openapi_document; \
		from app.settings import Settings; \
		pathlib.Path("$(OPENAPI)").write_text(json.dumps(openapi_document(create_app(Settings()))))'
	$(BIN)/python -m pwa.build types $(OPENAPI)

.PHONY: lock
lock: $(STAMP) ## Pin dependencies anew after a change in pyproject.toml (UPGRADE=--upgrade for newer ones)
	$(UV_COMPILE) $(UPGRADE) -o requirements/runtime.txt
	$(UV_COMPILE) $(UPGRADE) --group dev -o requirements/dev.txt
	$(BIN)/python -m pwa.build npm install --package-lock-only

# ---- Long runs and figures ----------------------------------------------------------------------------------------

.PHONY: soak
soak: setup ## Run simulated phones through faults for as long as it takes
	CORPUS_SHARE=1 FUZZ_EXAMPLES=30 RACE_ROUNDS=100 TURBIL_EXAMPLES=300 $(BIN)/python -m pytest tests/security/test_corpus.py \
		tests/security/test_fuzz.py tests/field/work_orders/test_races.py tests/offline_sync/test_model.py
	PROTOCOL_TEMPLATES=2000 $(BIN)/python -m pytest tests/field/protocols/test_engines_agree.py
	TURBIL_EXAMPLES=2000 $(BIN)/python -m pytest tests/routing/planner/test_generated.py
	TURBIL_VAN_DAYS=1000 $(BIN)/python -m pytest tests/simulation/test_van_days.py
	UNSENT_SCENARIOS=12 UNSENT_COMMANDS=500 $(BIN)/python -m pytest tests/e2e/test_unsent.py
	$(BIN)/python -m tests.simulation.durability
	$(BIN)/python -m tests.simulation.client_mutants
	$(BIN)/python -m tests.simulation.mutants
	$(BIN)/python -m tests.simulation.soak --minutes 30
	$(BIN)/python -m benchmarks.routing.osrm
	$(BIN)/python -m pytest tests/routing/travel/test_osrm_live.py

.PHONY: bench-http bench-start bench-client bench-protocol bench-index bench-labels bench-scan bench-sync bench-routing bench-field
bench-http: $(STAMP) ## Measure the routes against raw SQL
	$(BIN)/python -m benchmarks.bench_http
bench-start: $(STAMP) build ## Measure the time from start to first page
	$(BIN)/python -m benchmarks.bench_start
bench-index: $(STAMP) ## Measure the region's device index: bytes, deltas, look-ups
	$(BIN)/python -m benchmarks.bench_index
bench-scan: setup ## Measure the scanner beside jsQR, qr-scanner, html5-qrcode and zbar-wasm
	$(BIN)/python -m benchmarks.bench_scan
bench-sync: setup ## Measure sync beside PouchDB and RxDB, and five hundred phones at once
	$(BIN)/python -m benchmarks.bench_sync
bench-labels: $(STAMP) ## Measure labels: sheets per second, memory, and how surely they are read
	$(BIN)/python -m benchmarks.bench_labels
bench-protocol: $(STAMP) ## Measure the service protocol engine, both runtimes
	$(BIN)/python -m benchmarks.bench_protocol

bench-field: $(STAMP) ## Measure the office's lists, a device's card and a recall over 200,000 devices
	$(BIN)/python -m benchmarks.bench_field

bench-routing: $(STAMP) ## Measure plans beside PyVRP, VROOM and OR-Tools (TURBIL_INSTANCES: published files)
	$(BIN)/python -m benchmarks.bench_routing

bench-client: setup ## Measure the client: sizes, offline start, scan, save, scroll
	$(BIN)/python -m benchmarks.bench_client

.PHONY: clean
clean: ## Remove what make has built (not the demo's data)
	rm -rf build dist pwa/static pwa/client/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results
	rm -f $(STAMP)
