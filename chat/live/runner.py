"""Owns the running replies of this process: tasks of the process, not of a socket, so a closed tab cancels nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Stopped(Exception):  # noqa: N818  (it is what happened, not what went wrong)
    """Somebody stopped the reply."""


class Run:
    """A reply being made. Only what runs under ``interruptible`` is cut off by a stop; the rest always finishes."""

    def __init__(self, reply_id: int) -> None:
        self.reply_id = reply_id
        self.is_stopped = False
        self._loop = asyncio.get_running_loop()
        self._inner: asyncio.Task[Any] | None = None

    async def interruptible(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Await ``coroutine``.

        Raises: Stopped when the reply was stopped before or meanwhile; what ``coroutine`` raises.
        """
        if self.is_stopped:
            coroutine.close()
            raise Stopped
        task = asyncio.create_task(coroutine)
        self._inner = task
        try:
            return await task
        except asyncio.CancelledError:
            if self.is_stopped:
                raise Stopped from None
            raise

    def stop(self) -> None:
        """Stop from any thread; a second time does nothing."""
        self._loop.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        if not self.is_stopped:
            self.is_stopped = True
            self.interrupt()

    def interrupt(self) -> None:
        """Cut off what is ``interruptible``, since the process ends."""
        if self._inner is not None:
            self._inner.cancel()


_runs: dict[int, Run] = {}
_tasks: set[asyncio.Task[None]] = set()


def start(reply_id: int, make: Callable[[Run], Awaitable[None]]) -> None:
    """Make a reply in the background; ``make`` gets the run and has to end the reply whatever happens."""
    run = Run(reply_id)
    _runs[reply_id] = run
    task = asyncio.create_task(_hold(run, make))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def _hold(run: Run, make: Callable[[Run], Awaitable[None]]) -> None:
    try:
        await make(run)
    finally:
        del _runs[run.reply_id]


def stop(reply_id: int) -> bool:
    """Stop a reply of this process; tell whether there was one."""
    run = _runs.get(reply_id)
    if run is None:
        return False
    run.stop()
    return True


async def interrupt_all(*, seconds: float) -> None:
    """Cut off all replies of this process and wait up to ``seconds`` until their ends are stored."""
    for run in list(_runs.values()):
        run.interrupt()
    if _tasks:
        await asyncio.wait(_tasks, timeout=seconds)


def running() -> list[int]:
    """Return the ids of the replies that this process is making."""
    return list(_runs)
