#!/bin/bash
# Runs all tests of a checkout that is set up: side by side what may be, then one by one what needs the machine for itself.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export QT_QPA_PLATFORM=offscreen
readonly alone="story or deb or alone"

.venv/bin/python -m pytest -q -n 2 --dist loadfile -m "not ($alone or lab)"
together=$?
.venv/bin/python -m pytest -q -m "($alone) and not lab"
apart=$?
[ $apart = 5 ] && apart=0 # pytest's word for "no test is marked so"
exit $((together > apart ? together : apart))
