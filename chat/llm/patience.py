"""How long we wait for a model that says nothing."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from chat.llm.errors import LLMError

T = TypeVar("T")


class Patience:
    """Seconds of waiting that are left until the next sign of life.

    Only time spent waiting counts: a reader who is slow to take what was said does not use it up.
    """

    def __init__(self, *, first: float, later: float) -> None:
        self._left = first
        self._later = later

    async def wait(self, awaitable: Awaitable[T]) -> T:
        """This function will await, and give up when patience is at its end.

        Raises: LLMError("silent").
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        limit = asyncio.timeout(max(0.0, self._left))
        try:
            async with limit:
                return await awaitable
        except TimeoutError:
            if not limit.expired():
                raise
        finally:
            self._left -= loop.time() - started
        raise LLMError("silent")

    def renew(self) -> None:
        """This function will note a sign of life."""
        self._left = self._later

    def shorten(self, seconds: float) -> None:
        """This function will leave at most `seconds` of further waiting."""
        self._left = min(self._left, seconds)
