# Everything a person needs to run, test and build the kiosk. Each target sets up what it needs by itself.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
ONLY ?=
SCREENS ?= build/screens
EXAMPLES ?= 5000
EACH ?= 33
RUNS ?= 1000000
EVENTS ?= 100000

.PHONY: help demo test test-usb lint lock bench chaos faults fuzz deb screens texts

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: ## the kiosk with three simulated tills and a desk; without a display it plays the story into demo-output/
	@installer/setup.sh screen test
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then exec $(PYTHON) -m kiosk app --demo; \
	else exec $(PYTHON) tests/story.py --output demo-output; fi

test: ## all tests: first side by side, then those that need the machine for themselves
	@installer/setup.sh screen test build
	@CHROMIUM=$${CHROMIUM:-/usr/bin/chromium} installer/test.sh

test-usb: ## the commands on real Linux USB under QEMU: devices pulled out, line errors, no paper; ONLY=word of a name
	@installer/setup.sh lab
	@LAB_ONLY="$(ONLY)" QT_QPA_PLATFORM=offscreen $(PYTHON) -m pytest -q -s -m lab tests/lab

lint: ## ruff, mypy --strict and the import contracts
	@installer/setup.sh
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports

lock: ## requirements.lock anew from pyproject.toml; UPGRADE=1 takes newer versions
	@installer/lock.sh $(if $(UPGRADE),--upgrade)

bench: ## every benchmark, or ONLY=name; one JSON line a figure
	@installer/setup.sh screen test >&2
	@$(PYTHON) tests/bench/run.py $(ONLY)

fuzz: ## RUNS inputs led by coverage for every decoder and talk, then the property tests with EXAMPLES examples each
	@installer/setup.sh screen test
	$(PYTHON) tests/fuzz/fuzz.py --runs $(RUNS) $(ONLY)
	FUZZ_EXAMPLES=$(EXAMPLES) $(PYTHON) -m pytest -n 2 -m "hypothesis and not story and not deb"

chaos: ## EVENTS=100000 events while kiosks, desk, proxy, PostgreSQL and NATS are killed; ON=sqlite or postgres, SEED=n
	@installer/setup.sh screen test >&2
	@$(PYTHON) tests/delivery/chaos.py --events $(EVENTS) $(if $(ON),--on $(ON)) $(if $(SEED),--seed $(SEED))

faults: ## a table: each fault at each hop of each kind of terminal, and the hop that a check names
	@installer/setup.sh >&2
	@$(PYTHON) tests/diagnostics/fault_table.py

corpus: ## EACH card numbers of every form, cut at every place over two writes in both directions; some minutes
	@installer/setup.sh test
	$(PYTHON) tests/corpus/splits.py --each $(EACH)

deb: ## dist/support-kiosk_<version>_<arch>.deb
	@installer/setup.sh build
	$(PYTHON) installer/deb.py

screens: ## pictures of every page in every language and look, in SCREENS=build/screens
	@installer/setup.sh screen
	$(PYTHON) tests/ui/gallery.py $(SCREENS)

texts: ## what is to be done in every language; EXPORT="pl fr" writes PO files into build/texts, TAKE=file takes one in
	@installer/setup.sh >&2
	@$(PYTHON) installer/texts.py $(if $(EXPORT),export $(EXPORT),$(if $(TAKE),take $(TAKE)))
