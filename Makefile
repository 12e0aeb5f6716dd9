# Everything a reader or a developer runs. Python 3.11 to 3.14; another one than python3: make lab PYTHON=python3.12
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --constraint constraints.txt
# Jupyter refuses to run as root unless told so; containers usually are root.
ROOT := $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)

.DEFAULT_GOAL := help
.PHONY: help lab test notebooks site lite explorers coursework lint bench study screenshots

help:  ## list what there is
	@awk -F ':.*  ## ' '/^[a-z]+:.*  ## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lab: $(VENV)/.ready  ## set up, and open the series in JupyterLab
	cd notebooks && ../$(BIN)/jupyter lab $(ROOT) $(ARGS) $(notdir $(firstword $(sort $(wildcard notebooks/[0-9]*.ipynb))))

# Compiled once, whatever the environment says: every worker and every kernel imports the same modules.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.ready-test lint  ## set up, and run every check
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/.ready-test  ## look for slips in style, dead imports and the like
	$(BIN)/ruff check .

notebooks: $(VENV)/.ready  ## execute all notebooks in place
	$(BIN)/python -m tools.execute $(ARGS)
	$(BIN)/python -m tools.make_pictures

site: $(VENV)/.ready-site  ## build the reading site from the saved notebooks, into build/site
	$(BIN)/python -m tools.site

coursework: $(VENV)/.ready-coursework  ## make the students' release of the coursework, and check it
	cd coursework && ../$(BIN)/python -m grading release

STUDY ?= second
study: $(VENV)/.ready  ## run STUDY=first or second (hours, resumable); SMOKE=1: all of it in miniature, in a minute
	$(BIN)/python -m lstm_teach.studies.$(STUDY) run $(if $(SMOKE),--smoke) $(ARGS)

lite: $(VENV)/.ready-lite  ## build the site that runs the notebooks in a browser, into build/site/lite
	$(BIN)/python -m tools.lite $(ARGS)

explorers: $(VENV)/.ready-explorers  ## open one page with all explorers, each visitor with a process of their own
	$(BIN)/python -m tools.explorers $(ARGS)

bench: $(VENV)/.ready-bench $(VENV)/.ready-test  ## time the training engine and the explorers; writes benchmarks/results
	$(BIN)/python -m benchmarks.run $(ARGS)
	$(BIN)/python -m benchmarks.explorers
	$(BIN)/python -m benchmarks.coursework

screenshots: $(VENV)/.ready-test  ## picture every explorer in JupyterLab; needs Chromium
	$(BIN)/python -m tools.screenshots $(ARGS)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 14) else "Python 3.11 to 3.14 is needed, this is %d.%d; name another one: make lab PYTHON=python3.12" % v)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[lab]'
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	$(PIP) --editable '.[test,coursework,site,lite,explorers]'
	@touch $@

$(VENV)/.ready-site: $(VENV)/.ready
	$(PIP) --editable '.[site]'
	@touch $@

$(VENV)/.ready-coursework: $(VENV)/.ready
	$(PIP) --editable '.[coursework]'
	@touch $@

$(VENV)/.ready-lite: $(VENV)/.ready
	$(PIP) --editable '.[lite]'
	@touch $@

$(VENV)/.ready-explorers: $(VENV)/.ready
	$(PIP) --editable '.[explorers]'
	@touch $@

$(VENV)/.ready-bench: $(VENV)/.ready
	$(PIP) --editable '.[bench]'
	@touch $@
