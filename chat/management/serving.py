"""The web server of `manage.py serve`: daphne on a socket that is ours, and an end that leaves nothing behind."""

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any, Final, NoReturn, cast

from channels.routing import get_default_application
from daphne.server import Server, twisted_loop
from django.conf import settings
from twisted.internet import reactor as twisted_reactor

# A frame over 256 KiB gets a sentence (chat.protocol); one over this closes the socket before it fills the memory.
MAX_WEBSOCKET_BYTES: Final = 1024 * 1024
# Twisted describes it as an interface without self, which no checker can call.
reactor = cast("Any", twisted_reactor)

ENDING_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def listen(host: str, port: int) -> socket.socket:
    """This function will return a listening socket; port 0 takes any free one.

    Raises: OSError when the address is in use or not of this machine.
    """
    family, _kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def end_on_signals() -> None:
    """This function will make every ending signal, the terminal's death too, a quiet exit with code 0."""
    for number in ENDING_SIGNALS:
        signal.signal(number, _leave)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def run(listener: socket.socket, *, on_ready: Callable[[], None], on_end: Callable[[], Awaitable[None]]) -> None:
    """This function will serve until a signal comes: `on_ready` once it answers, `on_end` before it stops.

    A second signal does not wait for `on_end`. To be called once in a process.
    """
    address = listener.getsockname()[:2]
    tasks: set[asyncio.Task[None]] = set()

    def started() -> None:
        loop = asyncio.get_running_loop()
        tasks.add(loop.create_task(_announce(address, on_ready)))

        def ended() -> None:
            for number in ENDING_SIGNALS:
                loop.add_signal_handler(number, reactor.stop)
            tasks.add(loop.create_task(_end(on_end)))

        for number in ENDING_SIGNALS:
            loop.add_signal_handler(number, ended)

    reactor.callLater(0, started)
    Server(
        application=get_default_application(),
        # The server closes this descriptor, so it has to be its own.
        endpoints=[f"fd:fileno={listener.detach()}"],
        signal_handlers=False,
        websocket_max_message_size=MAX_WEBSOCKET_BYTES,
        websocket_max_frame_size=MAX_WEBSOCKET_BYTES,
        server_name="MemoryBot",
        verbosity=0,
    ).run()
    _close(twisted_loop)


async def _announce(address: tuple[str, int], on_ready: Callable[[], None]) -> None:
    """Ask for a page as others will, so that the whole application has answered once; any answer will do."""
    host, port = address
    if host in settings.EVERY_ADDRESS:
        host = "localhost"
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
    await reader.read(1)
    writer.close()
    await asyncio.to_thread(on_ready)


async def _end(on_end: Callable[[], Awaitable[None]]) -> None:
    try:
        await on_end()
    finally:
        reactor.stop()


def _close(loop: asyncio.AbstractEventLoop) -> None:
    """Let every task see its end, as asyncio.run does and Twisted does not: Python has crashed over those left."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
