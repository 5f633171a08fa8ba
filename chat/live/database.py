"""Database work of coroutines: plain sync functions in a few threads, beside the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import connections

READ_THREADS = 4

P = ParamSpec("P")
T = TypeVar("T")

_threads = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="database")


async def run(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``function`` in a thread and return what it returns."""
    return await asyncio.get_running_loop().run_in_executor(_threads, partial(call, function, *args, **kwargs))


def call(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``function`` on this thread's connection, which stays open for the next call unless it failed."""
    try:
        return function(*args, **kwargs)
    finally:
        for connection in connections.all(initialized_only=True):
            if connection.errors_occurred:
                connection.close()
