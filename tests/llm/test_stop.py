"""Who stops listening is not billed on: the call ends on the server's side within a second (PROMISES P5)."""

import asyncio
import time
from collections.abc import AsyncGenerator

import pytest

from chat.llm import client
from chat.llm.client import Endpoint, Usage
from tests.llm.asking import QUESTION, SEVEN_WORDS, ask
from tests.scripted_model import ScriptedModel

WITHIN_SECONDS = 1


def _reply(endpoint: Endpoint) -> AsyncGenerator[str | Usage]:
    return client.stream_reply(endpoint, QUESTION, temperature=0)


async def test_closing_the_reply_ends_the_call(model: ScriptedModel, endpoint: Endpoint) -> None:
    model.script(reply=SEVEN_WORDS, rate=5)
    reply = _reply(endpoint)
    assert await anext(reply) == "one"
    stopped = time.monotonic()

    await reply.aclose()

    await _closed_since(model, stopped)
    assert model.requests[0].sent == "one"


@pytest.mark.parametrize("fault", ["stall-before-headers", "stall-first", "stall-middle", "ping-middle", None])
async def test_cancelling_the_task_ends_the_call(model: ScriptedModel, endpoint: Endpoint, fault: str | None) -> None:
    model.script(fault=fault, reply=SEVEN_WORDS, rate=10)
    task = asyncio.create_task(ask(endpoint))
    await model.until(lambda: model.requests)
    await asyncio.sleep(0.2)
    stopped = time.monotonic()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await _closed_since(model, stopped)


async def test_cancelling_during_the_wait_for_a_retry_asks_no_more(model: ScriptedModel, endpoint: Endpoint) -> None:
    model.script(fault="500")
    task = asyncio.create_task(ask(endpoint))
    await model.until(lambda: model.requests)
    await asyncio.sleep(0.1)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await asyncio.sleep(0.8)
    assert len(model.requests) == 1


async def test_a_hundred_replies_share_one_client(model: ScriptedModel, endpoint: Endpoint, settings) -> None:
    settings.MEMORYBOT_SILENCE_SECONDS = 30
    model.script(reply=SEVEN_WORDS)

    outcomes = await asyncio.gather(*(ask(endpoint) for _ in range(100)))

    assert {(outcome.code, outcome.text) for outcome in outcomes} == {(None, SEVEN_WORDS)}


async def _closed_since(model: ScriptedModel, stopped: float) -> None:
    call = model.requests[0]
    await model.until(lambda: call.closed_at, seconds=WITHIN_SECONDS)
    assert call.closed_at is not None
    assert call.closed_at - stopped < WITHIN_SECONDS
