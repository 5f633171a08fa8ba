#!/usr/bin/env bash
# Writes the locked requirements, one lock for every Python from 3.11. Options go to uv, for example --upgrade.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
  # uv writes its index into the file unless told otherwise; the locks name packages and hashes alone.
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
    --no-emit-index-url --no-emit-find-links --output-file "$1.txt" "$1.in" "${@:2}"
}

for name in requirements requirements-local requirements-scale requirements-dev; do
  compile "$name" "$@"
done
