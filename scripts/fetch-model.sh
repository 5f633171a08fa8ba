#!/usr/bin/env bash
# Fetches the built-in model's file (1.1 GB) by the code that `make run` uses, once; prints its path.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${MEMORYBOT_TEST_MODELS:-var/models}
mkdir -p "$folder"
exec .venv/bin/python - "$folder" <<'PYTHON'
import sys
from pathlib import Path

from chat.llm import model_file

print(model_file.fetch(model_file.BUILT_IN, Path(sys.argv[1]), lambda done: None))
PYTHON
