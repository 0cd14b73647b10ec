# Two commands on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
export IOC_HOME ?= $(CURDIR)/ioc_home
# Folder with the statistics office's workbooks: `make run WORKBOOKS=/path/to/workbooks`
WORKBOOKS ?=
PORTS ?=

.PHONY: run test lint install lock bench clean

install: $(INSTALLED)

$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Everything end to end: an inbox (the given workbooks, and the simulated sample on the first run), a release, then the
# dashboard and the Dagster UI until Ctrl-C.
run: $(INSTALLED)
	@if [ -n "$(WORKBOOKS)" ]; then mkdir -p "$(IOC_HOME)/inbox/nso_monthly" && cp -n "$(WORKBOOKS)"/*.xls* "$(IOC_HOME)/inbox/nso_monthly/"; fi
	@if [ ! -d "$(IOC_HOME)/inbox/lris_indicators" ]; then $(BIN)/ioc sample; fi
	@$(BIN)/ioc run; code=$$?; [ $$code -eq 0 ] || [ $$code -eq 2 ] || [ -f "$(IOC_HOME)/releases/current.json" ]
	@$(BIN)/ioc up $(PORTS)

# Two processes: the suite is long for one core, and a third one costs more than it fills. `--dist loadfile` keeps a module's
# fixtures together.
test: $(INSTALLED)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/ioc contract check

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks

# Needs `uv` (a development tool); writes versions and hashes, never an address.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --no-strip-extras -o requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
