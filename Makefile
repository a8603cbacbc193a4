# make demo    see the main job done, on a sample site
# make test    everything that must hold, in under ten minutes
# make prove   the long forms: kills, fuzzing, load
# make peers   bring the programs that the benchmarks compare with
# make lock    pin the dependencies anew

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYWB := $(VENV)-pywb
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard archive/translations/*/LC_MESSAGES/*.po))

# Every command and every test is a process: what they import is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test environment chromium pywb suite prove peers lint lock messages clean

demo: $(VENV)/app $(CATALOGUES)
	$(BIN)/jianbao demo

# What is fetched comes side by side. mypy keeps one core busy for half a minute, so lint and suite
# run at once; if either fails, so does this.
test:
	$(MAKE) --no-print-directory --jobs=3 environment chromium pywb
	$(MAKE) --no-print-directory --jobs=2 lint suite

environment: $(VENV)/dev
	@$(MAKE) --no-print-directory $(CATALOGUES)

chromium: | $(VENV)/bin/python
	$(BIN)/python tests/bring_chromium.py

pywb: | $(VENV)/bin/python
	@$(MAKE) --no-print-directory $(PYWB)/ready || \
	  echo "pywb cannot be installed here; its test will be skipped." >&2

suite: $(VENV)/dev $(CATALOGUES)
	$(BIN)/python -m pytest -m "not prove" -n $$(( $$(nproc) + 1 )) --maxprocesses 4 --dist worksteal

prove: environment chromium
	$(BIN)/python -m pytest -m prove

peers: $(VENV)/peers

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Jianbao needs Python 3.11 or newer; on Debian 12: apt install python3-venv make" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "python3-venv is missing; on Debian 12: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/app: requirements/app.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --no-deps --require-hashes -r requirements/app.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --no-deps --require-hashes -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/app

$(VENV)/peers: requirements/benchmarks.txt $(VENV)/dev
	$(PIP) install --no-deps --require-hashes -r requirements/benchmarks.txt
	@touch $@

# pywb replays our WARC files in its own environment: its pins are not ours.
$(PYWB)/ready: requirements/pywb.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(PYWB)
	$(PYWB)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes \
	  -r requirements/pywb.txt
	@touch $@

%.mo: %.po | $(VENV)/bin/python
	@test -e $(BIN)/pybabel || $(MAKE) $(VENV)/app
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

PIN := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-annotate \
  --no-header --no-emit-options --upgrade
LOCK := $(PIN) --all-build-deps

lock: $(VENV)/dev
	$(LOCK) --output-file requirements/app.txt pyproject.toml
	$(LOCK) --extra dev --constraint requirements/app.txt --output-file requirements/dev.txt pyproject.toml
	$(LOCK) --extra dev --extra benchmarks --output-file requirements/benchmarks.txt pyproject.toml
	$(PIN) --output-file requirements/pywb.txt requirements/pywb.in

messages: $(VENV)/dev
	@mkdir -p build
	$(BIN)/pybabel --quiet extract --mapping babel.cfg --keywords N_ --no-location --sort-output \
	  --output build/messages.pot .
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --domain messages \
	  --input-file build/messages.pot --output-dir archive/translations --locale zh_CN

clean:
	rm -rf $(VENV) $(PYWB) build demo-data $(CATALOGUES)
