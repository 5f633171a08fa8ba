"""The real server process, for tests that need sockets, signals, crashes or a browser.

    def test_it(start_server, ...):
        server = start_server(model_url="http://127.0.0.1:8100/v1")     # daphne, by `manage.py serve`
        alice = server.sign_in(ALICE)                                    # through the sign-in page
        assert alice.get("/").status == 200
        async with alice.socket() as socket: ...                         # /ws/chat/ with her cookies
        server.kill()                                                    # kill -9
        server.start()                                                   # same data, same port

Each server has a data folder and a database of its own (SQLite, or a new one on the PostgreSQL that DATABASE_URL
names), in which Alice, Bob and Charlie (the administrator) exist. `beside=server` starts another process on the
same data.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.visitor import Visitor

ROOT = Path(__file__).resolve().parent.parent
ALICE, BOB, CHARLIE = "alice@example.org", "bob@example.org", "charlie@example.org"
PASSWORD = "correct horse battery staple"
START_SECONDS = 40
COMMANDS: dict[str, list[str]] = {
    "daphne": ["manage.py", "serve"],
    "uvicorn": ["-m", "uvicorn", "memorybot_site.asgi:application", "--ws-max-size", "1048576", "--no-access-log"],
    "gunicorn": ["-m", "gunicorn", "memorybot_site.wsgi"],
}
READY = re.compile(r"(?:is ready.*|running on |Listening at: )https?://[\w.]+:?(\d*)")
PREPARE = f"""
import django
django.setup()
from django.core.management import call_command
from chat.management import statics
from chat.models import User
call_command("migrate", interactive=False, verbosity=0)
statics.collect_changed()
User.objects.create_user("{ALICE}", "{PASSWORD}", display_name="Alice")
User.objects.create_user("{BOB}", "{PASSWORD}", display_name="Bob")
User.objects.create_superuser("{CHARLIE}", "{PASSWORD}", display_name="Charlie")
"""


class Data:
    """A data folder and a database, made by copying another or from nothing."""

    def __init__(self, folder: Path, like: "Data | None" = None) -> None:
        self.folder = folder
        if like is None:
            folder.mkdir(parents=True)
        else:
            shutil.copytree(like.folder, folder)
        self._admin_url = _postgres_url()
        self.database_url = f"sqlite:///{folder / 'memorybot.sqlite3'}"
        if self._admin_url:
            self._name = f"memorybot_server_{secrets.token_hex(6)}"
            self._administer(f"CREATE DATABASE {self._name}" + (f" TEMPLATE {like._name}" if like else ""))
            self.database_url = urlsplit(self._admin_url)._replace(path=f"/{self._name}").geturl()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database answers to a statement, asked past the application."""
        if self._admin_url:
            with psycopg.connect(self.database_url, autocommit=True) as connection:
                cursor = connection.execute(statement.encode())
                return cursor.fetchall() if cursor.description else []
        connection = sqlite3.connect(self.folder / "memorybot.sqlite3", timeout=20)
        try:
            with connection:
                return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def drop(self) -> None:
        if self._admin_url:
            self._administer(f"DROP DATABASE {self._name} WITH (FORCE)")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            connection.execute(statement.encode())


def _postgres_url() -> str:
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith(("postgres://", "postgresql://")) else ""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Server:
    """One process. `kind` is "daphne", "uvicorn" or "gunicorn" (pages only)."""

    def __init__(self, data: Data, *, kind: str, model_url: str, settings: Mapping[str, str]) -> None:
        self.data, self.kind = data, kind
        # It tells its own address, or the one of a proxy in front of it.
        self.port = _free_port() if settings.get("MEMORYBOT_URL") else 0
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "MEMORYBOT_DATA_DIR": str(data.folder),
            "DATABASE_URL": data.database_url,
            "OPENAI_BASE_URL": model_url,
            "HOST": "127.0.0.1",
            **settings,
        }
        self._log = data.folder / f"server-{secrets.token_hex(3)}.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """Everything it has printed since it was first started."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def start(self) -> "Server":
        seen = len(self.log)
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, *COMMANDS[self.kind], *self._address()],
                cwd=ROOT,
                env={**self.environment, "PORT": str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_it_answers(seen)
        return self

    def _address(self) -> list[str]:
        if self.kind == "uvicorn":
            return ["--host", "127.0.0.1", "--port", str(self.port)]
        return ["--bind", f"127.0.0.1:{self.port}"] if self.kind == "gunicorn" else []

    def _wait_until_it_answers(self, seen: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not (found := READY.search(self.log, seen)):
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"The server did not start:\n{self.log[seen:]}")
            time.sleep(0.05)
        self.port = self.port or int(found[1])

    def kill(self) -> None:
        """kill -9 for it and everything that it started."""
        self._signal_all(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
            self.process = None

    def stop(self, number: signal.Signals = signal.SIGTERM, *, seconds: float = 20) -> int:
        """Send it a signal and return its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self.process = None
        return code

    def pause(self) -> None:
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: signal.Signals) -> None:
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def manage(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a management command on the same data."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self.data.rows(statement)

    def visitor(self) -> Visitor:
        """Somebody with an empty cookie jar."""
        return Visitor(self.url)

    def sign_in(self, email: str = ALICE, password: str = PASSWORD) -> Visitor:
        """Somebody who has signed in through the page."""
        visitor = self.visitor()
        page = visitor.post("/accounts/login/", {"login": email, "password": password})
        assert "memorybot-session" in visitor.cookies(), page.text
        return visitor

    def socket_of(self, visitor: Visitor, **options: Any) -> Any:
        """The visitor's websocket to *this* process: cookies are good for every process on the same data."""
        return visitor.socket(url=self.url, **options)


@pytest.fixture(scope="session")
def _prepared_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Data]:
    data = Data(tmp_path_factory.mktemp("server") / "prepared")
    environment = {**os.environ, "MEMORYBOT_DATA_DIR": str(data.folder), "DATABASE_URL": data.database_url}
    done = subprocess.run(
        [sys.executable, "-c", PREPARE],
        cwd=ROOT,
        env={**environment, "DJANGO_SETTINGS_MODULE": "memorybot_site.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    yield data
    data.drop()


StartServer = Callable[..., Server]


@pytest.fixture
def start_server(_prepared_data: Data, tmp_path: Path) -> Iterator[StartServer]:
    """Start a server: `kind`, `model_url`, `beside` (another server, for its data), any setting as a keyword."""
    servers: list[Server] = []
    made: list[Data] = []

    def start(*, kind: str = "daphne", model_url: str = "", beside: Server | None = None, **settings: str) -> Server:
        if beside is None:
            data = Data(tmp_path / f"data{len(made)}", like=_prepared_data)
            made.append(data)
        else:
            data = beside.data
        server = Server(data, kind=kind, model_url=model_url or os.environ["OPENAI_BASE_URL"], settings=settings)
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        server.kill()
    for data in made:
        data.drop()
