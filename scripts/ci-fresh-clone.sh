#!/usr/bin/env bash
# Clones what is committed and does what the README says: `make run` twice, the set-up link, Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d /tmp/memorybot-clone.XXXXXX)
trap 'rm -rf "$folder"' EXIT
git clone -q . "$folder/memorybot"
python3 scripts/ci_fresh_clone.py "$folder/memorybot"
