#!/bin/bash
# Runs all tests of a checkout that is set up: side by side what may be, then one by one what needs the machine for itself.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export QT_QPA_PLATFORM=offscreen
readonly alone="story or deb or alone"

.venv/bin/python -m pytest -q -n 2 --dist loadfile -m "not ($alone)" --ignore tests/ui
together=$?
# Pages in one process with one thread that collects garbage: the threads of a worker side by side crash Qt.
.venv/bin/python -m pytest -q -p no:xdist -m "not ($alone)" tests/ui
pages=$?
.venv/bin/python -m pytest -q -m "$alone"
apart=$?
[ $apart = 5 ] && apart=0 # pytest's word for "no test is marked so"
worst=$((together > apart ? together : apart))
exit $((worst > pages ? worst : pages))
