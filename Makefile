# Everything that a person types to work on lg_jupyter; `make` alone lists it.
# Environments are made on first use, in .venv*, and brought up to date when pyproject.toml changes.

# $(call find-python,VERSION...): the first that is there, by name or as one of pyenv's
find-python = $(firstword $(shell for v in $(1); do for p in python$$v "$(HOME)"/.pyenv/versions/$$v.*/bin/python; do \
  "$$p" -c 'import sys; print(sys.executable)' 2>/dev/null; done; done))

PYTHON ?= python3
OLDEST_PYTHON ?= $(or $(call find-python,3.10 3.11 3.12),python3.10)
NEWEST_PYTHON ?= $(or $(call find-python,3.14 3.13 3.12),python3.13)
VENV ?= .venv
# What `make demo` says to JupyterLab, for example: make demo LAB_ARGS="--no-browser --ip=0.0.0.0 --port=8890"
LAB_ARGS ?=
# What `make look` photographs, for example: make look LOOK_ARGS="--panel=state"; with --docs the pictures in docs
LOOK_ARGS ?=
PYTEST_ARGS ?=
# Half of the time tests wait for a kernel, a browser or a server, so that three processes suit two cores. The
# tests of a file stay together, for they share these; tests/order.py says which begin first.
PARALLEL ?= --numprocesses 3 --dist loadfile --no-loadscope-reorder
# What `make panel` calls a new panel, a word in lower case, and after which its tab stands: the last, if none is named
ID ?=
AFTER ?=
# Which campaigns `make sound` runs, and how long `make soak` takes
SOUND_ARGS ?=
SOAK_ARGS ?=
# What `make mutants` tries, for example: make mutants MUTANTS_ARGS="--sample=50 --seed=2"
MUTANTS_ARGS ?=
STRYKER := @stryker-mutator/core@9.6.1 @stryker-mutator/vitest-runner@9.6.1 # of those after it, none runs on Node 20

# Containers set it. Each of the hundreds of kernels and servers of the tests would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

PY := $(VENV)/bin/python
# $(call patiently,WHAT): run what follows, with a line every ten seconds
patiently = -m tools.patiently "$(1)"
# In a container one is root, which Jupyter refuses unless it is told that this is meant.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
# What runs wherever lg_jupyter does: a server needs Python 3.11, a browser needs JupyterLab, and what is
# published and measured is so once.
PORTABLE := tests $(addprefix --ignore=tests/,browser places server project test_benchmarks.py)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help sound soak sbom demo environments test test-all test-oldest test-newest test-places test-places-oldest test-collaboration test-matrix check check-python check-front-end format panel schema notebooks assets bench look mutants clean node

help: ## list what can be typed
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/ready-lab assets ## open JupyterLab on notebooks/quickstart.ipynb; LAB_ARGS="--port=8890" is told to it
	$(VENV)/bin/jupyter lab $(AS_ROOT) $(LAB_ARGS) notebooks/quickstart.ipynb

environments: assets ## make what the tests run in, with --jobs=2 side by side
	@$(MAKE) --no-print-directory $(VENV)/ready-dev .venv-oldest/ready-oldest # not before: each would build the front end

test: $(VENV)/ready-dev $(VENV)/ready-programs assets ## run the tests
	$(PY) -m pytest $(PARALLEL) $(PYTEST_ARGS)

test-all: $(VENV)/ready-dev $(VENV)/ready-programs assets ## run every test, whole matrices too, of which `make test` takes a few
	$(PY) -m pytest $(PARALLEL) -m '' $(PYTEST_ARGS)

test-oldest: .venv-oldest/ready-oldest assets ## run the tests on the oldest versions supported
	.venv-oldest/bin/python -m pytest $(PARALLEL) $(PORTABLE) $(PYTEST_ARGS)

test-newest: .venv-newest/ready-test assets ## run the tests on the newest versions there are
	.venv-newest/bin/python -m pytest $(PARALLEL) $(PORTABLE) $(PYTEST_ARGS)

test-places: .venv-places/ready-places $(VENV)/ready-programs assets ## try front ends beside JupyterLab: Voila, marimo, Notebook 7, myst-nb
	.venv-places/bin/python -m pytest -m '' tests/places $(PYTEST_ARGS)

test-places-oldest: .venv-places-oldest/ready-places-oldest $(VENV)/ready-programs assets ## try the oldest JupyterLab 4 and Notebook 7
	.venv-places-oldest/bin/python -m pytest -m '' tests/places tests/browser/test_layouts.py tests/browser/test_reopened_notebook.py $(PYTEST_ARGS)

test-collaboration: .venv-collaboration/ready-collaboration $(VENV)/ready-programs assets ## try JupyterLab with shared notebooks
	.venv-collaboration/bin/python -m pytest -m '' tests/places/test_collaboration.py $(PYTEST_ARGS)

test-matrix: test-oldest test-newest ## run the tests on both ends of what is supported

check: check-python check-front-end ## lint, format, types (Python and TypeScript), front-end tests; with --jobs=2 side by side

check-python: $(VENV)/ready-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(PY) -m tools.schema --check

check-front-end: $(VENV)/ready-dev node
	$(PY) js/build.py run lint
	$(PY) js/build.py run format
	$(PY) js/build.py run check
	$(PY) js/build.py run test

format: $(VENV)/ready-dev node ## put the code in the form that `make check` wants
	$(VENV)/bin/ruff check --fix-only .
	$(VENV)/bin/ruff format .
	$(PY) js/build.py run format:write

panel: $(VENV)/ready-dev ## begin a panel, see docs/add-a-panel.md; ID=recipes names it, AFTER=calls places it
	$(PY) -m tools.new_panel $(ID) $(if $(AFTER),--after=$(AFTER))

schema: $(VENV)/ready-dev ## write anew what is made of the schema of the tables
	$(PY) -m tools.schema

notebooks: $(VENV)/ready-dev assets ## run the notebooks, and keep what they show
	$(PY) -m tools.notebooks

assets: node ## build the front end, if its sources changed
	@$(PY) $(call patiently,building the front end) $(PY) js/build.py

look: $(VENV)/ready-dev $(VENV)/ready-programs assets ## photograph every panel in every state: build/look; with LOOK_ARGS=--docs the pictures in docs
	@$(PY) $(call patiently,photographing the panels) $(PY) -m tests.browser.look $(LOOK_ARGS)

bench: $(VENV)/ready-dev assets ## measure what the performance claims rest on
	$(PY) -m benchmarks

sound: $(VENV)/ready-dev $(VENV)/ready-programs assets ## damage, flood and attack it, and print what held; SOUND_ARGS="secrets files" names some
	$(PY) -m tests.campaigns $(SOUND_ARGS)

soak: $(VENV)/ready-dev assets ## run all kinds of runs for an hour, and 300 in one cell, and print memory and handles; SOAK_ARGS="--minutes=5"
	$(PY) -m benchmarks.soak $(SOAK_ARGS)

sbom: $(VENV)/ready-dev ## print what it is made of and needs, as CycloneDX
	@$(PY) -m tools.sbom

mutants: .venv-mutants/ready-mutants node ## change the code in small ways, and show which changes no test fails for
	@failed=; nice .venv-mutants/bin/python -m tools.mutants $(MUTANTS_ARGS) || failed=1; \
	  nice $(PY) js/build.py exec --call 'npm install --no-save $(STRYKER) >/dev/null && stryker run' || failed=1; \
	  test -z "$$failed"

clean: ## remove everything that was made: environments, builds, caches
	rm -rf .venv .venv-oldest .venv-newest .venv-places .venv-places-oldest .venv-collaboration .venv-mutants build dist mutants js/node_modules js/.stryker-tmp
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .langgraph_api
	rm -rf labextension
	find lg_jupyter/assets -type f ! -name .gitkeep -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +


# --- environments: a stamp in each says what it was made ready for. Python compiles the few modules that are used
# when they are; pip would compile all.

.PRECIOUS: %/made %/ready-lab %/ready-test %/ready-dev %/ready-oldest %/ready-places %/ready-places-oldest %/ready-collaboration %/ready-mutants %/ready-programs

.venv-oldest/made: PYTHON = $(OLDEST_PYTHON)
.venv-newest/made: PYTHON = $(NEWEST_PYTHON)

%/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	  echo "$(PYTHON) is no Python 3.10 or newer. Name one, for example: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "making $* with $$($(PYTHON) --version); the first time takes some minutes"
	@$(PYTHON) $(call patiently,making $*) $(PYTHON) -m venv $*
	@touch $@

%/ready-lab: pyproject.toml hatch_build.py | %/made
	$*/bin/python $(call patiently,installing JupyterLab) $*/bin/python -m pip install --quiet --no-compile --editable '.[lab]'
	@touch $@

%/ready-test: pyproject.toml hatch_build.py | %/made
	$*/bin/python $(call patiently,installing what the tests need) \
	  $*/bin/python -m pip install --quiet --no-compile --editable '.[test]'
	@touch $@

%/ready-dev: pyproject.toml hatch_build.py | %/made
	$*/bin/python $(call patiently,installing what the tests need) \
	  $*/bin/python -m pip install --quiet --no-compile --editable '.[dev]'
	@touch $*/ready-lab $*/ready-test $@

%/ready-places: pyproject.toml hatch_build.py | %/made
	$*/bin/python $(call patiently,installing front ends) \
	  $*/bin/python -m pip install --quiet --no-compile --editable '.[places]'
	@touch $@

%/ready-places-oldest: pyproject.toml hatch_build.py constraints/places.txt | %/made
	$*/bin/python $(call patiently,installing old front ends) \
	  $*/bin/python -m pip install --quiet --no-compile --editable '.[lab,test]' notebook playwright --constraint constraints/places.txt
	@touch $@

%/ready-collaboration: pyproject.toml hatch_build.py | %/made
	$*/bin/python $(call patiently,installing JupyterLab with shared notebooks) \
	  $*/bin/python -m pip install --quiet --no-compile --editable '.[collaboration]'
	@touch $@

%/ready-oldest: pyproject.toml hatch_build.py constraints/oldest.txt | %/made
	$*/bin/python $(call patiently,installing the oldest versions) \
	  $*/bin/python -m pip install --quiet --no-compile --editable '.[test]' --constraint constraints/oldest.txt
	@touch $@

%/ready-mutants: pyproject.toml hatch_build.py | %/made
	$*/bin/python $(call patiently,installing what makes mutants) \
	  $*/bin/python -m pip install --quiet --no-compile --editable '.[mutants]'
	@touch $@

# A browser, and what else tests run that is no Python. It is tried once: what is installed later is found by the tests.
%/ready-programs: | %/ready-dev
	@$*/bin/python -m tools.programs
	@touch $@

# Node from PATH, or else from a Python package.
node: | $(VENV)/made
	@package="$$($(PY) js/build.py --requirements)"; test -z "$$package" || \
	  $(PY) $(call patiently,installing Node) $(PY) -m pip install --quiet "$$package"
