"""`manage.py serve`, what `make run` ends in: everything between an empty folder and an answering page."""

import socket
import subprocess
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from chat import prompt
from chat.llm import local
from chat.management import serving, statics
from chat.services import accounts, background
from chat.services.memory.learner import asking
from memorybot_site import environment

_LOCAL_MODEL_END_SECONDS: Final = 5


class Command(BaseCommand):
    help = "Prepare the database and the static files, start the built-in model where it is wanted, and serve."

    def handle(self, *_args: Any, **_options: Any) -> None:
        serving.end_on_signals()
        listener = _listen()
        _migrate()
        statics.collect_changed()
        line = _ready_line(_address(listener))
        model = local.ensure_running(warm=_prompt_beginnings(), stand_by=True)
        try:
            serving.run(listener, on_ready=lambda: print(line, flush=True), on_end=background.shut_down)
        finally:
            _end(model)


def _prompt_beginnings() -> list[Path]:
    """Files with what every prompt begins with, which the built-in model reads once, before anybody waits for it."""
    if not local.is_enabled():
        return []
    local.folder().mkdir(parents=True, exist_ok=True)
    texts = {
        "answer": settings.MEMORYBOT_INSTRUCTIONS or prompt.INSTRUCTIONS,
        "memory": settings.MEMORYBOT_MEMORY_INSTRUCTIONS or asking.BY_PIECE,
    }
    files = {local.folder() / f"{name}.prompt": text for name, text in texts.items()}
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def _listen() -> socket.socket:
    try:
        return serving.listen(settings.HOST, settings.PORT)
    except OSError as error:
        environment.stop(
            f"port {settings.PORT} on {settings.HOST} cannot be used ({error.strerror or error}); "
            f"choose another, for example PORT={settings.PORT + 1} make run."
        )


def _migrate() -> None:
    try:
        _try_database()
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        environment.stop(f"the database cannot be used ({str(error).splitlines()[0]}).")


def _try_database() -> None:
    """One connection past the pool, which would try for long and not say why."""
    plain = dict(settings.DATABASES["default"])
    plain["OPTIONS"] = {name: value for name, value in plain.get("OPTIONS", {}).items() if name != "pool"}
    connection = ConnectionHandler({"default": plain})["default"]
    connection.ensure_connection()
    connection.close()


def _address(listener: socket.socket) -> str:
    """Where people open it from this machine, or where the operator says that they do."""
    if settings.MEMORYBOT_URL:
        return str(settings.MEMORYBOT_URL)
    host, port = listener.getsockname()[:2]
    if host in settings.EVERY_ADDRESS:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _ready_line(address: str) -> str:
    if accounts.nobody_yet():
        return f"MemoryBot {settings.VERSION} is ready. Create the first account: {accounts.setup_link(address)}"
    return f"MemoryBot {settings.VERSION} is ready: {address}"


def _end(model: subprocess.Popen[bytes] | None) -> None:
    if model is None:
        return
    model.terminate()
    try:
        model.wait(_LOCAL_MODEL_END_SECONDS)
    except subprocess.TimeoutExpired:
        model.kill()
        model.wait()
