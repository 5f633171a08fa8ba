#!/usr/bin/env bash
# Fails if a process that was started in this folder is still there.
set -uo pipefail
cd "$(dirname "$0")/.."
here=$(pwd -P)
found=0
for process in /proc/[0-9]*; do
  pid=${process#/proc/}
  case "$(readlink "$process/cwd" 2>/dev/null)" in
    "$here" | "$here"/*) ;;
    *) continue ;;
  esac
  # This script and those that called it.
  ancestor=$$
  while [ "$ancestor" -gt 1 ] && [ "$ancestor" != "$pid" ]; do
    ancestor=$(awk '/^PPid:/ { print $2 }' "/proc/$ancestor/status")
  done
  [ "$ancestor" = "$pid" ] && continue
  [ "$(awk '/^PPid:/ { print $2 }' "$process/status" 2>/dev/null)" = $$ ] && continue
  echo "still running: $pid $(tr '\0' ' ' <"$process/cmdline")"
  found=1
done
exit $found
