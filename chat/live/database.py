"""Database work of coroutines: plain sync functions in a few threads, beside the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from threading import Barrier
from typing import ParamSpec, TypeVar

from django.db import connections

READ_THREADS = 4
CLOSE_SECONDS = 5

P = ParamSpec("P")
T = TypeVar("T")

_threads = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="database")


async def run(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``function`` in a thread and return what it returns."""
    return await asyncio.get_running_loop().run_in_executor(_threads, partial(call, function, *args, **kwargs))


def call(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``function`` on this thread's connection.

    On SQLite it stays open for the next call unless it failed; on PostgreSQL it goes back to the pool.
    """
    try:
        return function(*args, **kwargs)
    finally:
        for connection in connections.all(initialized_only=True):
            if connection.errors_occurred or connection.vendor != "sqlite":
                connection.close()


def close() -> None:
    """Close the connections of all threads, when the process ends."""
    everybody = Barrier(READ_THREADS)

    def leave() -> None:
        everybody.wait(CLOSE_SECONDS)
        connections.close_all()

    wait([_threads.submit(leave) for _ in range(READ_THREADS)])
