#!/bin/bash
# Writes requirements.lock anew from pyproject.toml: every extra, every platform, hashes, no addresses.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  [ -x build/uv/bin/uv ] || { python3 -m venv build/uv && build/uv/bin/pip install --quiet uv; }
  uv=build/uv/bin/uv
fi
"$uv" pip compile pyproject.toml --universal --python-version 3.11 --all-extras --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock "$@"
