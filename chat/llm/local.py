"""The built-in model: is it wanted, how far is it, start it. Its process is `manage.py localmodel`.

The two sides meet in one folder: a status file, replaced whole, and a lock that the process holds while it lives,
so that a process that was killed is never taken for a running one.
"""

import fcntl
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Final, Literal

from django.conf import settings

State = Literal["off", "missing", "downloading", "loading", "ready", "failed"]

_MISSING: Final = "The built-in model is not running. Start it with: python manage.py localmodel"

# An open file keeps its lock; the system lets go of it however the process ends.
_held: Final[list[IO[str]]] = []


@dataclass(frozen=True)
class LocalStatus:
    """`message` is for people; `done` of `total` are bytes while it downloads, else 0."""

    state: State
    message: str = ""
    done: int = 0
    total: int = 0
    base_url: str = ""
    api_key: str = field(default="", repr=False)


def is_enabled() -> bool:
    """This function will say whether this site uses the built-in model."""
    choice = settings.MEMORYBOT_LOCAL_MODEL
    if choice == "auto":
        return not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL)
    return bool(choice != "off")


def folder() -> Path:
    """This function will return the folder of the model file, the status and the lock."""
    return Path(settings.MEMORYBOT_DATA_DIR) / "models"


def own_file() -> Path | None:
    """This function will return the operator's own model file, if one is set."""
    choice = settings.MEMORYBOT_LOCAL_MODEL
    return None if choice in ("auto", "on", "off") else Path(choice)


def status() -> LocalStatus:
    """This function will return how far the built-in model is."""
    if not is_enabled():
        return LocalStatus("off", "The built-in model is turned off.")
    written = _read()
    if written is None or (written.state != "failed" and not _is_held()):
        return LocalStatus("missing", _MISSING)
    return written


def report(status: LocalStatus) -> None:
    """This function will replace the status that others see. Only its owner, who may read the key, can open it."""
    handle, name = tempfile.mkstemp(dir=folder(), prefix=".status-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(status), file)
    Path(name).replace(_status_path())


def take_lock() -> bool:
    """This function will take the lock of the one model process, until this process ends; False when another has it."""
    folder().mkdir(parents=True, exist_ok=True)
    file = _lock_path().open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    _held.append(file)
    return True


def ensure_running(
    *, warm: Sequence[Path] = (), stand_by: bool = False, output: int | None = subprocess.DEVNULL
) -> subprocess.Popen[bytes] | None:
    """This function will start the model's process if it is wanted and not there; None when there is nothing to start.

    It ends with the process that called this. `warm` are files with texts that prompts begin with. With `stand_by`
    it is started also while another one runs, to take over when that one ends. `output` is for its messages.
    """
    if not is_enabled():
        return None
    if _is_held():
        if not stand_by:
            return None
    else:
        _status_path().unlink(missing_ok=True)
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "localmodel", "--parent", str(os.getpid())]
    for path in warm:
        command += ["--warm", str(path)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)  # noqa: S603 (our own)


def _read() -> LocalStatus | None:
    try:
        return LocalStatus(**json.loads(_status_path().read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _is_held() -> bool:
    try:
        with _lock_path().open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _status_path() -> Path:
    return folder() / "status.json"


def _lock_path() -> Path:
    return folder() / "lock"
