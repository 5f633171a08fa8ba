#!/usr/bin/env bash
# Runs the tests that need the built-in model, which it fetches first. Options go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/fetch-model.sh
exec .venv/bin/python -m pytest -m local_model "$@"
