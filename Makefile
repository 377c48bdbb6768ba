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
# Each process takes one half of the files, so that what the tests of a file share is made once; the one that is done
# first takes from what the other has left.
# Two workers with a thread each: with two each, what takes 47 seconds on two cores takes 112.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal
# Which tests `make check` ends with: test (minutes) or test-all.
TEST ?= test

# Many containers set this. Then no process of a run could read what another has compiled, and each would take at least
# three times as long to start: 12 to 17 s instead of 4 to import pandas, scikit-learn, scipy and matplotlib.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all test-minimum lint check coverage docs catalog features compare report export predict serve audit \
	replicate bench clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18
	@echo "settings: CATALOG=… EXPERIMENT=… WEIGHTS=random|imagenet|weights.json RUN=… MODEL=… POSTERS=… ARGS=…"

comma := ,

define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "genrelab needs Python 3.11 or later: make PYTHON=/path/to/python3.11 …")'
test -x $(BIN)/python || $(PYTHON) -m venv .venv
$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile --editable '.[$(1)]'
endef

# The demo alone needs no test tools, no type checker, no database: it installs less than half of the whole.
.venv/.demo: setup.cfg pyproject.toml
	$(call install,embeddings)
	@touch $@

# The page needs a web server besides.
.venv/.serve: setup.cfg pyproject.toml
	$(call install,embeddings$(comma)serve)
	@touch $@

# The folders as people import them (genrelab.features, …): the type checker and editors read names there.
.venv/.installed: setup.cfg pyproject.toml
	$(call install,dev)
	@mkdir -p .links/genrelab
	@for folder in features models reports pipeline; do ln -sfn ../../$$folder .links/genrelab/$$folder; done
	@for file in genrelab/*.*; do ln -sfn ../../$$file .links/$$file; done
	@touch .venv/.demo .venv/.serve $@

setup: .venv/.installed  ## make .venv and install everything; a second time it does nothing

demo: .venv/.demo  ## synthetic titles, features, models, report: the whole way, with no network
	$(GENRELAB) demo --weights $(WEIGHTS) $(ARGS)

test: setup  ## run the tests that take minutes, not hours
	$(PYTEST) -m "not long and not browser and not cluster" $(ARGS)

test-all: setup  ## run every test: long ones, browsers and clusters, too
	$(PYTEST) $(ARGS)

test-minimum:  ## install the lower bounds of setup.cfg and run the fast tests on them
	PYTHON=$(PYTHON) .ci/minimum

lint: setup  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m basedpyright

check: lint  ## lint, format and types, then the tests
	@$(MAKE) --no-print-directory $(TEST)

coverage: setup  ## which lines no test runs, files that no test imports included
	$(PYTEST) -m "not long and not browser and not cluster" --cov --cov-report=term:skip-covered \
		--cov-report=html:artifacts/coverage $(ARGS)

docs: setup  ## write the lists of modules and licences again, and the site into artifacts/site
	$(BIN)/python docs/modules.py
	$(BIN)/python docs/licences.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "open artifacts/site/index.html; for its search, too: $(BIN)/python -m http.server --directory artifacts/site"

catalog: .venv/.demo  ## what is in CATALOG, and what is wrong with it (the demo's is made if it is not there)
	@test -e $(CATALOG) || $(GENRELAB) demo --only-catalog
	$(GENRELAB) catalog check $(CATALOG) $(ARGS)

features: .venv/.demo  ## compute and keep the poster features of CATALOG
	$(GENRELAB) features --catalog $(CATALOG) --weights $(WEIGHTS) $(ARGS)

compare: .venv/.demo  ## run EXPERIMENT on CATALOG
	$(GENRELAB) compare $(EXPERIMENT) --catalog $(CATALOG) --weights $(WEIGHTS) $(ARGS)

report: .venv/.demo  ## write the report of RUN again
	$(GENRELAB) report $(RUN) $(ARGS)

export: .venv/.demo  ## refit the best cell of RUN on all titles and write MODEL
	$(GENRELAB) export $(RUN) --catalog $(CATALOG) --weights $(WEIGHTS) --out $(MODEL) $(ARGS)

predict: .venv/.demo  ## genres of POSTERS by MODEL
	$(GENRELAB) predict $(MODEL) $(POSTERS) $(ARGS)

serve: .venv/.serve  ## a page in the browser: drop posters on MODEL, see CATALOG and RUN
	$(GENRELAB) serve $(MODEL) --run $(RUN) --catalog $(CATALOG) $(ARGS)

audit: setup  ## look for leaks in CATALOG and RUN
	$(GENRELAB) audit --catalog $(CATALOG) --run $(RUN) $(ARGS)

replicate: setup  ## rerun the studies' systems on CATALOG: claims beside honest numbers
	$(GENRELAB) replicate --catalog $(CATALOG) --weights $(WEIGHTS) $(ARGS)

bench: setup  ## speed and memory against named peers; tables in artifacts/bench
	$(BIN)/python -m benchmarks.run $(ARGS)

clean:  ## remove everything that was generated, .venv and .links
	rm -rf artifacts build dist .venv .links *.egg-info .pytest_cache .ruff_cache .coverage
