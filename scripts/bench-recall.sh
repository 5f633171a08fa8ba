#!/usr/bin/env bash
# Measures recall on the given files of conversations, in a database of its own that is thrown away.
set -euo pipefail
cd "$(dirname "$0")/.."
(($#)) || { echo 'Name the conversations to measure on, for example: make bench-recall DATA="history.json"' >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export MEMORYBOT_DATA_DIR=$folder DATABASE_URL=sqlite:///$folder/bench.sqlite3
.venv/bin/python manage.py migrate --verbosity 0
.venv/bin/python manage.py bench_recall --compare "${@/#/--data=}"
