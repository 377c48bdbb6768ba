# Every word here is a line or two; anything longer is a command of genrelab (see: genrelab --help).
PYTHON ?= python3
BIN := .venv/bin
GENRELAB := $(BIN)/genrelab

CATALOG ?= artifacts/catalog/demo/catalog.parquet
EXPERIMENT ?= demo
RUN ?= artifacts/runs/$(EXPERIMENT)
MODEL ?= artifacts/model.joblib
WEIGHTS ?= random
POSTERS ?= artifacts/catalog/demo/posters

.DEFAULT_GOAL := help
.PHONY: help setup demo test check catalog features compare report export predict audit replicate bench clean

help:  ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18
	@echo "settings: CATALOG=… EXPERIMENT=… WEIGHTS=random|imagenet|weights.json RUN=… MODEL=… POSTERS=… ARGS=…"

.venv/.installed: setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "genrelab needs Python 3.11 or later: make PYTHON=/path/to/python3.11 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile --editable '.[dev]'
	@touch $@

setup: .venv/.installed  ## make .venv and install everything; a second time it does nothing

demo: setup  ## synthetic titles, features, models, report: the whole way, with no network
	$(GENRELAB) demo --weights $(WEIGHTS) $(ARGS)

test: setup  ## run the tests
	$(BIN)/python -m pytest -n 2 $(ARGS)

check: setup  ## lint, format and types, then the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(MAKE) test

catalog: setup  ## what is in CATALOG, and what is wrong with it (the demo's is made if it is not there)
	@test -e $(CATALOG) || $(GENRELAB) demo --only-catalog
	$(GENRELAB) catalog check $(CATALOG) $(ARGS)

features: setup  ## compute and keep the poster features of CATALOG
	$(GENRELAB) features --catalog $(CATALOG) --weights $(WEIGHTS) $(ARGS)

compare: setup  ## run EXPERIMENT on CATALOG
	$(GENRELAB) compare $(EXPERIMENT) --catalog $(CATALOG) --weights $(WEIGHTS) $(ARGS)

report: setup  ## write the report of RUN again
	$(GENRELAB) report $(RUN) $(ARGS)

export: setup  ## refit the best cell of RUN on all titles and write MODEL
	$(GENRELAB) export $(RUN) --catalog $(CATALOG) --weights $(WEIGHTS) --out $(MODEL) $(ARGS)

predict: setup  ## genres of POSTERS by MODEL
	$(GENRELAB) predict $(MODEL) $(POSTERS) $(ARGS)

audit: setup  ## look for leaks in CATALOG and RUN
	$(GENRELAB) audit --catalog $(CATALOG) --run $(RUN) $(ARGS)

replicate: setup  ## rerun the studies' systems on CATALOG: claims beside honest numbers
	$(GENRELAB) replicate --catalog $(CATALOG) --weights $(WEIGHTS) $(ARGS)

bench: setup  ## speed and memory against named peers; tables in artifacts/bench
	$(BIN)/python -m benchmarks.run $(ARGS)

clean:  ## remove everything that was generated, and .venv
	rm -rf artifacts build dist .venv *.egg-info .pytest_cache .ruff_cache
