"""Makes `.venv`, installs the locked requirements that changed, writes `.env`. Standard library only; `make` calls it.

python3 scripts/setup.py run|test
"""

import hashlib
import json
import os
import re
import secrets
import subprocess
import sys
import venv
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
ENV_FILE = ROOT / ".env"
LOCAL, SCALE = "requirements-local.txt", "requirements-scale.txt"
# The one for development is locked together with the others and holds them all.
EVERYTHING = ["requirements-dev.txt", "requirements.txt", LOCAL, SCALE]
FIRST_ENV = """\
# Settings of this MemoryBot; .env.example lists them all. This file holds secrets: keep it to yourself.
DJANGO_SECRET_KEY={secret}
"""


def main(purpose: str) -> None:
    write_env_file()
    make_venv()
    install(wanted(purpose))


def stop(sentence: str) -> NoReturn:
    sys.exit(f"MemoryBot cannot be set up: {sentence}")


def write_env_file() -> None:
    if ENV_FILE.exists():
        return
    handle = os.open(ENV_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(FIRST_ENV.format(secret=secrets.token_urlsafe(50)))


def make_venv() -> None:
    """An environment of another Python than the one that was asked for is made anew."""
    if venv_version() == sys.version_info[:2]:
        return
    print(f"Making .venv with Python {sys.version_info[0]}.{sys.version_info[1]} …", flush=True)
    try:
        venv.create(VENV, with_pip=True, symlinks=True, clear=VENV.exists())
    except (subprocess.CalledProcessError, ImportError):
        STAMP.unlink(missing_ok=True)
        (VENV / "pyvenv.cfg").unlink(missing_ok=True)
        stop("this Python lacks ensurepip; on Debian and Ubuntu `apt install python3-venv` brings it.")


def venv_version() -> tuple[int, int] | None:
    try:
        found = re.search(r"^version(?:_info)?\s*=\s*(\d+)\.(\d+)", (VENV / "pyvenv.cfg").read_text(), re.MULTILINE)
    except OSError:
        return None
    return (int(found[1]), int(found[2])) if found and PYTHON.exists() else None


def wanted(purpose: str) -> list[str]:
    """The lock files for a purpose, as few as will do."""
    if purpose == "test":
        return EVERYTHING
    names = ["requirements.txt"]
    values = settings()
    if values.get("DATABASE_URL", "").startswith("postgres") or values.get("REDIS_URL"):
        names.append(SCALE)
    has_server = values.get("OPENAI_API_KEY") or values.get("OPENAI_API_KEY_FILE") or values.get("OPENAI_BASE_URL")
    model = values.get("MEMORYBOT_LOCAL_MODEL") or "auto"
    if model != "off" and not (model == "auto" and has_server):
        names.append(LOCAL)
    return names


def settings() -> dict[str, str]:
    """What .env and the environment say, the latter first, as the site itself will read it."""
    lines = re.findall(
        r"^\s*(?:export\s+)?([A-Z_]+)\s*=\s*(.*?)\s*$", ENV_FILE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {**{name: value.strip("'\"") for name, value in lines}, **os.environ}


def install(names: list[str]) -> None:
    """Nothing is installed while the lock files stay as they are."""
    done = json.loads(STAMP.read_text()) if STAMP.exists() else {}
    digests = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in names}
    missing = [name for name in names if done.get(name) != digests[name]]
    if not missing:
        return
    print("Installing what MemoryBot needs, once; this may take a minute …", flush=True)
    options = ["-qq", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    files = [f"-r{ROOT / name}" for name in missing]
    if subprocess.run([str(PYTHON), "-m", "pip", "install", *options, *files], check=False).returncode:
        advice = ""
        if LOCAL in missing:
            advice = " If it is the built-in model that has no build for this machine, set MEMORYBOT_LOCAL_MODEL=off."
        stop(f"pip could not install the requirements (its reason stands above); is PyPI within reach?{advice}")
    STAMP.write_text(json.dumps({**done, **digests}))


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
