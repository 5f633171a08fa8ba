#!/usr/bin/env bash
# Runs a command with a PostgreSQL and a Redis of its own (DATABASE_URL, REDIS_URL), and ends both after it.
#   scripts/with-services.sh .venv/bin/python -m pytest
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || echo /missing/initdb)")
[ -x "$bin/initdb" ] || { echo "PostgreSQL's server programs are not installed (on Debian: apt install postgresql)." >&2; exit 1; }
command -v redis-server >/dev/null || { echo "Redis is not installed (on Debian: apt install redis-server)." >&2; exit 1; }

folder=$(mktemp -d /tmp/memorybot-services.XXXXXX)
log=$folder/log
redis=

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd "$folder" && runuser -u postgres -- "$@"); else "$@"; fi
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

finish() {
  [ -z "$redis" ] || { kill "$redis" && wait "$redis"; } 2>/dev/null || true
  as_postgres "$bin/pg_ctl" stop -D "$folder/data" -m immediate -s 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

[ "$(id -u)" != 0 ] || chown postgres "$folder"
as_postgres "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$log" 2>&1 ||
  { cat "$log" >&2; exit 1; }
postgres_port=$(free_port)
as_postgres "$bin/pg_ctl" start -D "$folder/data" -l "$folder/postgres.log" -w -s \
  -o "-p $postgres_port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200" ||
  { cat "$folder/postgres.log" >&2; exit 1; }

redis_port=$(free_port)
redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$folder" --save '' --appendonly no >"$folder/redis.log" 2>&1 &
redis=$!

export DATABASE_URL=postgres://postgres@127.0.0.1:$postgres_port/postgres
export REDIS_URL=redis://127.0.0.1:$redis_port/0
"$@"
