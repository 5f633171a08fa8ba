"""The real built-in model, through the same client as every other server."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from chat.llm import client
from chat.llm.client import Endpoint, Message
from tests import built_in_model
from tests.llm.asking import ask

pytestmark = pytest.mark.local_model

NOTES = Message("system", "You are MemoryBot. Notes: the user's name is Ingrid. The user lives in Norway. Be brief.")
SCHEMA = {
    "type": "object",
    "properties": {
        "facts": {
            "type": "array",
            "maxItems": 4,
            "items": {
                "type": "object",
                "properties": {
                    "about": {"type": "string", "maxLength": 20},
                    "fact": {"type": "string", "maxLength": 60},
                },
                "required": ["about", "fact"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["facts"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of the model's process."""
    folder = tmp_path_factory.mktemp("data")
    with built_in_model.running(folder, warm=NOTES.content):
        yield folder


@pytest_asyncio.fixture
async def endpoint(data_folder: Path, settings) -> AsyncIterator[Endpoint]:
    async with built_in_model.reached(data_folder, settings) as found:
        yield found


async def test_it_answers_from_what_it_is_given(endpoint: Endpoint) -> None:
    outcome = await ask(endpoint, [NOTES, Message("user", "What is my name, and which country do I live in?")])

    assert outcome.error is None
    assert "Ingrid" in outcome.text
    assert "Norway" in outcome.text
    assert outcome.usage is not None
    assert outcome.usage.cached > 20, "the beginning of the prompt was read in at the start"


async def test_it_is_held_to_a_schema_without_wasted_spaces(endpoint: Endpoint) -> None:
    messages = [
        Message("system", "List what the line says about people, one short fact each."),
        Message("user", "Hello! My name is Ingrid and I live in Norway."),
    ]

    answer, usage = await client.complete_json(endpoint, messages, schema=SCHEMA, name="facts", max_tokens=200)

    assert answer["facts"]
    assert {tuple(fact) for fact in answer["facts"]} == {("about", "fact")}
    assert usage.completion < 150


async def test_a_stopped_answer_frees_its_place(endpoint: Endpoint) -> None:
    """Both places read long prompts; when they are stopped, a short question is answered long before they would end."""
    long = [asyncio.create_task(ask(endpoint, [NOTES, Message("user", f"{word} " * 3000)])) for word in ("one", "two")]
    await asyncio.sleep(1)
    for task in long:
        task.cancel()
    await asyncio.gather(*long, return_exceptions=True)
    started = time.monotonic()

    outcome = await ask(endpoint, [NOTES, Message("user", "What is my name?")])

    assert "Ingrid" in outcome.text
    assert time.monotonic() - started < 60


async def test_a_prompt_that_is_too_long_is_told(endpoint: Endpoint) -> None:
    outcome = await ask(endpoint, [NOTES, Message("user", "word " * 9000)])

    assert outcome.code == "too_long"


async def test_without_its_key_it_tells_nothing(endpoint: Endpoint) -> None:
    async with httpx2.AsyncClient() as stranger:
        answers = [
            await stranger.get(f"{endpoint.base_url.removesuffix('/v1')}/{path}") for path in ("v1/models", "slots")
        ]

    assert [answer.status_code for answer in answers] == [401, 401]
