#!/usr/bin/env bash
# Every check that needs no test run. All of them run; the names of those that failed stand at the end.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=()

check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then echo "ok      $name"; else echo "FAILED  $name" && echo "$output" && failed+=("$name"); fi
}

# As a deployment has it; nothing of this machine's .env.
with_production_settings() {
  local data
  data=$(mktemp -d) && head -c 60 /dev/urandom | base64 -w0 >"$data/secret"
  env $(grep -v '^#' docs/production.env | grep -v '[<_]FILE=\|FROM_EMAIL=' | xargs) DJANGO_SECRET_KEY_FILE="$data/secret" \
    MEMORYBOT_DATA_DIR="$data" "$@"
  local code=$?
  rm -rf "$data"
  return $code
}

check "ruff check" $bin/ruff check .
check "ruff format" $bin/ruff format --check .
check "mypy" $bin/mypy
check "import-linter" $bin/lint-imports --no-cache
check "djlint" $bin/djlint --lint --quiet templates
check "vendored scripts" $bin/python scripts/vendor.py
check "migrations" $bin/python manage.py makemigrations --check --dry-run
check "check --deploy" with_production_settings $bin/python manage.py check --deploy --fail-level WARNING
check "shell scripts" bash -n scripts/*.sh .ci/run
if command -v node >/dev/null; then
  check "node --test" node --test tests/js/*.test.mjs
else
  echo "skipped node --test (Node.js is not installed)"
fi

[ ${#failed[@]} = 0 ] || { echo "Failed: ${failed[*]}"; exit 1; }
