"""As much of HTTP/1.1 as a model server needs, with the socket at hand for the faults."""

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass

import orjson

REASONS = {200: "OK", 307: "Temporary Redirect", 400: "Bad Request", 404: "Not Found", 429: "Too Many Requests"}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    content: bytes


class Protocol(asyncio.StreamReaderProtocol):
    """Tells at once when the client goes away, also while nobody reads from it."""

    gone = False
    on_gone: Callable[[], None] | None = None

    def eof_received(self) -> bool | None:
        self._leave()
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        super().connection_lost(exc)

    def _leave(self) -> None:
        self.gone = True
        if self.on_gone is not None:
            self.on_gone()


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.protocol: Protocol = writer.transport.get_protocol()  # type: ignore[assignment]
        self.is_open = True

    async def read_request(self) -> Request | None:
        """Returns the next request, or None when the client has closed."""
        try:
            first_byte = await self._reader.readexactly(1)
            if not first_byte.isalpha():
                return None  # a TLS handshake, most likely
            head = (first_byte + await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            method, path, _ = first.split(" ", 2)
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
            }
            content = await self._reader.readexactly(int(headers.get("content-length", 0)))
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            return None
        return Request(method, path, headers, content)

    async def respond(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        """Sends a whole response: text as a page, bytes as they are, anything else as JSON."""
        kind = "text/html" if isinstance(body, str) else "application/json"
        content = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else orjson.dumps(body)
        fields = {"Content-Type": kind, "Content-Length": str(len(content))} | (headers or {})
        self._writer.write(_head(status, fields) + content)
        await self.flush()

    async def begin_stream(self) -> None:
        self._writer.write(_head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}))
        await self.flush()

    def write(self, content: bytes) -> None:
        """Writes one chunk of the body that begin_stream began."""
        self._writer.write(b"%x\r\n%b\r\n" % (len(content), content))

    def end_stream(self) -> None:
        self._writer.write(b"0\r\n\r\n")

    async def flush(self) -> None:
        try:
            await self._writer.drain()
        except ConnectionError:
            self.protocol.gone = True

    def close(self) -> None:
        """Closes as a process that ends does: what was written still arrives."""
        self.is_open = False
        self._writer.close()

    def reset(self) -> None:
        """Closes with RST: the client's next read fails."""
        self.is_open = False
        linger_not = struct.pack("ii", 1, 0)
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        self._writer.transport.abort()


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [
        f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
