"""A scripted OpenAI-compatible server on a real port, for tests, demonstrations and load runs.

    with ScriptedModel() as model:
        model.script(match="capital", reply="Oslo.")
        model.script(schema="memory", json={"facts": []})
        model.script(fault="429-rate", retry_after="1", times=1)
        ...
        assert [call.kind for call in model.requests] == ["reply", "json"]

By hand: python -m tests.scripted_model --port 8100 --rate 50 --first-token-ms 300; then POST /script (the fields
of a rule, or a list of them), GET /log, POST /reset. All faults are listed in faults.py.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from tests.scripted_model.log import Call
from tests.scripted_model.script import Rule
from tests.scripted_model.server import Server

__all__ = ["Call", "Rule", "ScriptedModel"]


class ScriptedModel:
    """The server in a thread of its own. `requests` is the log: one Call for every request, oldest first."""

    def __init__(self, *, rate: float = 1000, first_token_ms: float = 0) -> None:
        self.server = Server(rate=rate, first_token_ms=first_token_ms)
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scripted-model", daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def requests(self) -> list[Call]:
        return self.server.log.calls

    @property
    def replies(self) -> list[Call]:
        return [call for call in self.requests if call.kind == "reply"]

    @property
    def proposals(self) -> list[Call]:
        """The calls that want an answer in JSON, as the learner's do."""
        return [call for call in self.requests if call.kind == "json"]

    def script(self, match: str = "", **fields: Any) -> Rule:
        """Adds a rule that goes before all earlier ones; see script.Rule for the fields."""
        return self.server.script.add(Rule(match, **fields))

    def reset(self) -> None:
        self.server.script.rules.clear()
        self.server.log.calls.clear()

    def wait_for(self, condition: Callable[[], object], *, seconds: float = 5) -> None:
        """Waits until something is true of the log. Raises: TimeoutError."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError("the scripted model did not see it")
            time.sleep(0.01)

    async def until(self, condition: Callable[[], object], *, seconds: float = 5) -> None:
        """Waits as wait_for does, without stopping the event loop. Raises: TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.01)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        listener = self._loop.run_until_complete(self.server.listen("127.0.0.1", 0))
        self.port = listener.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        listener.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
