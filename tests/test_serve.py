"""`manage.py serve`, as a process: what it prints, how it starts and ends, and what it leaves behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.server import ALICE, ROOT, Data, Server, StartServer
from tests.visitor import Visitor, read_frame

pytestmark = pytest.mark.server

END_SECONDS = 5
VERSION = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[1]


@pytest.fixture
def empty(tmp_path: Path):
    """A server on a folder and a database without anything, not started yet."""
    data = Data(tmp_path / "empty")
    server = Server(data, kind="daphne", model_url=os.environ["OPENAI_BASE_URL"], settings={})
    yield server
    server.kill()
    data.drop()


def test_the_first_start_prints_one_line_with_a_set_up_link_that_opens(empty: Server) -> None:
    empty.start()
    line = rf"MemoryBot {VERSION} is ready\. Create the first account: ({empty.url}/setup/\S+)\n"
    found = re.fullmatch(line, empty.log)
    assert found, empty.log
    assert Visitor(empty.url).get(found[1].removeprefix(empty.url)).status == 200


def test_with_an_account_it_prints_the_address(start_server: StartServer) -> None:
    server = start_server()
    assert server.log == f"MemoryBot {VERSION} is ready: {server.url}\n"


def test_listening_everywhere_it_prints_an_address_that_opens_here(start_server: StartServer) -> None:
    server = start_server(HOST="0.0.0.0", DJANGO_ALLOWED_HOSTS="")
    assert server.log == f"MemoryBot {VERSION} is ready: http://127.0.0.1:{server.port}\n"
    assert server.visitor().get("/accounts/login/").status == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
async def test_a_signal_ends_it_at_once_and_quietly(start_server: StartServer, number: signal.Signals) -> None:
    server = start_server()
    group = server.process.pid
    async with server.sign_in(ALICE).socket():
        said, began = server.log, time.monotonic()
        assert server.stop(number) == 0
        assert time.monotonic() - began < END_SECONDS
    assert server.log == said
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def test_a_signal_while_it_starts_ends_it_quietly(empty: Server) -> None:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env={**empty.environment, "PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not list(empty.data.folder.glob("static/*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=20)
    assert (process.returncode, printed) == (0, "")


def test_after_a_restart_it_serves_at_the_same_port_and_collects_nothing_again(start_server: StartServer) -> None:
    server = start_server()
    manifest = server.data.folder / "static" / "staticfiles.json"
    written, port = manifest.stat().st_mtime_ns, server.port
    assert server.stop() == 0
    server.start()
    assert (manifest.stat().st_mtime_ns, server.port) == (written, port)


def serve(server: Server, **values: str) -> subprocess.CompletedProcess[str]:
    server.environment |= values
    return server.manage("serve")


def test_a_port_in_use_is_said_in_one_sentence(empty: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = serve(empty, PORT=str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"MemoryBot cannot start: port {port} on 127.0.0.1 cannot be used (Address already in use); "
        f"choose another, for example PORT={port + 1} make run.\n"
    )


def test_an_address_of_another_machine_is_said_in_one_sentence(empty: Server) -> None:
    done = serve(empty, HOST="192.0.2.1", PORT="0")
    assert done.returncode == 1
    assert re.fullmatch(r"MemoryBot cannot start: [^\n]+ on 192\.0\.2\.1 cannot be used [^\n]+\n", done.stderr)


def test_a_database_that_is_not_there_is_said_in_one_sentence(empty: Server) -> None:
    done = serve(empty, PORT="0", DATABASE_URL="postgres://memorybot:secret@127.0.0.1:1/memorybot")
    assert done.returncode == 1
    assert re.fullmatch(r"MemoryBot cannot start: the database cannot be used \([^\n]+\)\.\n", done.stderr), done.stderr
    assert "secret" not in done.stderr


def test_pages_name_static_files_by_their_content_also_in_imports(start_server: StartServer) -> None:
    visitor = start_server().visitor()
    page = visitor.get("/accounts/login/").text
    files = re.findall(r'(?:src|href)="(/static/[^"#]+)"', page)
    assert files
    for name in files:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", name), name
        answer = visitor.get(name)
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
        for target in re.findall(r'(?:from|import) ?"([./][^"]+)";', answer.text if name.endswith(".js") else ""):
            assert re.search(r"\.[0-9a-f]{12}\.js$", target), f"{name} imports {target}"


async def test_a_frame_over_256_kib_gets_a_sentence_and_one_over_1_mib_closes_the_socket(
    start_server: StartServer,
) -> None:
    async with start_server().sign_in().socket(max_size=None) as page:
        await page.send(json.dumps({"type": "ping", "ref": "x" * 300 * 1024}))
        assert (await read_frame(page, "error"))["code"] == "too_large"
        await page.send(json.dumps({"type": "ping"}))
        await read_frame(page, "pong")
        await page.send("x" * (1024 * 1024 + 1))
        with pytest.raises(ConnectionClosed):
            await read_frame(page, "none")


def state_of(process: int) -> tuple[str, int]:
    """Its state and its parent; "Z" for one that has ended, also if nobody has asked yet."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "Z", 0
    return fields[0], int(fields[1])


def is_running(process: int) -> bool:
    return state_of(process)[0] != "Z"


def children(process: int) -> list[int]:
    found = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    return [child for child in found if is_running(child) and state_of(child)[1] == process]


@pytest.fixture
def broken_model(tmp_path: Path) -> Path:
    """A model file that is no model: its process fails to load it, which the page tells."""
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(4096))
    return path


def test_a_built_in_model_that_cannot_load_does_not_stop_the_pages(
    start_server: StartServer, broken_model: Path
) -> None:
    server = start_server(MEMORYBOT_LOCAL_MODEL=str(broken_model), OPENAI_API_KEY="", OPENAI_BASE_URL="")
    alice = server.sign_in()
    deadline = time.monotonic() + 30
    while (status := json.loads(alice.get("/model/status/").text))["state"] != "failed" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert status["state"] == "failed", status
    assert server.stop() == 0


@pytest.mark.local_model
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_the_built_in_model_ends_with_the_server(start_server: StartServer, number: signal.Signals) -> None:
    from tests.needs import model_folder

    model = next(model_folder().glob("*.gguf"))
    server = start_server(MEMORYBOT_LOCAL_MODEL=str(model), OPENAI_API_KEY="", OPENAI_BASE_URL="")
    started = children(server.process.pid)
    assert len(started) == 1
    assert server.stop(number) == (-9 if number == signal.SIGKILL else 0)
    # It notices a killed parent once it has loaded.
    deadline = time.monotonic() + (60 if number == signal.SIGKILL else END_SECONDS)
    while is_running(started[0]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(started[0])
