"""The life of the built-in model's process: wait for its turn, fetch, load, serve until it is ended."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

import httpx2

from chat.llm import local, model_file, model_server
from chat.llm.local import LocalStatus
from chat.llm.model_file import BUILT_IN, ModelFile, ModelFileError, megabytes

Say = Callable[[str], object]

_POLL_SECONDS: Final = 0.5


def run(*, warm: Sequence[Path], parent: int | None, say: Say, file: ModelFile = BUILT_IN) -> None:
    """This function will serve the built-in model until the process is ended; it does not return.

    While another process serves it, this one stands by. With `parent`, it ends when that process does.
    `say` gets sentences for a terminal. Raises: ModelFileError, after the status says so too.
    """
    signal.signal(signal.SIGTERM, _end)
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _wait_for_turn(say)
    try:
        path = local.own_file() or _fetch(file, say)
        _serve(path, warm, say)
    except ModelFileError as error:
        local.report(LocalStatus("failed", str(error)))
        raise


def _end(signum: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signum)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def _wait_for_turn(say: Say) -> None:
    """Takes the lock, for the rest of the process's life."""
    told = False
    while not local.take_lock():
        if not told:
            say("Another process serves the built-in model; this one stands by.")
            told = True
        time.sleep(_POLL_SECONDS)


def _fetch(file: ModelFile, say: Say) -> Path:
    local.report(LocalStatus("loading", f"Checking the built-in model, {file.title}."))
    shown = -1.0

    def progress(done: int) -> None:
        nonlocal shown
        if time.monotonic() - shown < _POLL_SECONDS and done < file.size:
            return
        shown = time.monotonic()
        message = f"Fetching the built-in model, once: {megabytes(done)} of {megabytes(file.size)} MB."
        local.report(LocalStatus("downloading", message, done=done, total=file.size))
        say(message)

    return model_file.fetch(file, local.folder(), progress)


def _serve(path: Path, warm: Sequence[Path], say: Say) -> None:
    loading = f"Loading the built-in model, {path.name}."
    local.report(LocalStatus("loading", loading))
    say(loading)
    # llama.cpp does not give Python the chance to run a handler of its own.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    running = model_server.start(path)
    for text in warm:
        _warm(running, text, say)
    ready = f"The built-in model is ready ({path.name})."
    local.report(LocalStatus("ready", ready, base_url=running.base_url, api_key=running.api_key))
    say(f"{ready[:-1]}: {running.base_url}")
    while True:
        signal.pause()


def _warm(running: model_server.Running, text: Path, say: Say) -> None:
    """A cold start is slower and no reason not to start."""
    try:
        model_server.warm(running, text.read_text(encoding="utf-8"))
    except (httpx2.HTTPError, OSError) as error:
        say(f"Not warmed with {text}: {type(error).__name__}")
