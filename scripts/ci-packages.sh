#!/usr/bin/env bash
# Installs from Debian's packages what the checks need and the machine lacks. Starts none of the services.
set -euo pipefail

missing=()
need() {
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}

has_postgres() { ls /usr/lib/postgresql/*/bin/initdb || command -v initdb; }

need make command -v make
need git command -v git
need python3 command -v python3
need python3-venv python3 -c 'import ensurepip, venv'
need nodejs command -v node
need chromium command -v chromium
need fonts-dejavu-core test -d /usr/share/fonts/truetype/dejavu
need fonts-noto-color-emoji test -e /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf
need postgresql has_postgres
need redis-server command -v redis-server

if [ ${#missing[@]} = 0 ]; then
  echo "Everything is there."
  exit 0
fi
echo "Installing ${missing[*]}"
# Without this a package would start its service, on a port that may be taken.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
