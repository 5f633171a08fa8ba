#!/usr/bin/env bash
# Measures how fast recall is over an invented long history, on SQLite and, where it is installed, on PostgreSQL; each in a
# database of its own that is thrown away. Takes some minutes. Arguments go to `manage.py bench_recall_speed`.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export MEMORYBOT_DATA_DIR=$folder

measure() {
  .venv/bin/python manage.py migrate --verbosity 0
  .venv/bin/python manage.py bench_recall_speed "$@"
}

DATABASE_URL=sqlite:///$folder/bench.sqlite3 measure "$@"
if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; then
  export -f measure
  scripts/with-services.sh bash -c 'measure "$@"' measure "$@"
fi
