"""Answers in JSON: held to a schema where the server can, else to JSON, else only asked in words."""

import pytest

from chat.llm import answers, client
from chat.llm.client import Endpoint, LLMError, Message, Usage
from tests.scripted_model import ScriptedModel

QUESTION = [Message("system", "List the facts."), Message("user", "Ingrid lives in Norway.")]
SCHEMA = {
    "type": "object",
    "properties": {"facts": {"type": "array", "items": {"type": "string"}}, "title": {"type": ["string", "null"]}},
    "required": ["facts", "title"],
    "additionalProperties": False,
}
ANSWER = {"facts": ["Ingrid lives in Norway."], "title": None}


async def _ask(endpoint: Endpoint) -> tuple[dict[str, object], Usage]:
    return await client.complete_json(endpoint, QUESTION, schema=SCHEMA, name="facts", max_tokens=300)


async def test_the_server_is_held_to_the_schema(model: ScriptedModel, endpoint: Endpoint) -> None:
    model.script("Norway", schema="facts", json=ANSWER)

    answer, usage = await _ask(endpoint)

    assert answer == ANSWER
    assert usage.prompt == 13
    body = model.requests[0].body
    assert body["max_tokens"] == 300
    assert body["temperature"] == 0
    json_schema = {"name": "facts", "strict": True, "schema": SCHEMA}
    assert body["response_format"] == {"type": "json_schema", "json_schema": json_schema}


async def test_the_scripted_server_has_an_empty_proposal_for_any_schema(
    model: ScriptedModel, endpoint: Endpoint
) -> None:
    answer, _ = await _ask(endpoint)

    assert answer == {"facts": [], "title": None}


async def test_a_server_without_schemas_is_held_to_json_and_remembered(
    model: ScriptedModel, endpoint: Endpoint
) -> None:
    model.script(on="json", json=ANSWER)
    model.script(fault="400-json-schema", schema="facts")

    answers = [await _ask(endpoint), await _ask(endpoint)]

    assert [answer for answer, _ in answers] == [ANSWER, ANSWER]
    asked = [call.body["response_format"]["type"] for call in model.requests]
    assert asked == ["json_schema", "json_object", "json_object"]
    assert '"additionalProperties":false' in model.requests[1].question


async def test_a_server_without_json_is_asked_in_words_and_remembered(model: ScriptedModel, endpoint: Endpoint) -> None:
    model.script(reply='Here it is:\n```json\n{"facts": [], "title": "Norway"}\n```')
    model.script(fault="400-response-format", on="json")

    answers = [await _ask(endpoint), await _ask(endpoint)]

    assert [answer for answer, _ in answers] == [{"facts": [], "title": "Norway"}] * 2
    assert [call.kind for call in model.requests] == ["json", "json", "reply", "reply"]


@pytest.mark.parametrize(
    ("fault", "without", "instead"),
    [
        ("400-temperature", "temperature", None),
        ("400-max-tokens", "max_tokens", "max_completion_tokens"),
        ("400-stream-options", "stream_options", None),
    ],
)
async def test_a_field_that_the_server_does_not_take_is_left_out(
    model: ScriptedModel, endpoint: Endpoint, fault: str, without: str, instead: str | None
) -> None:
    model.script(on="json", json=ANSWER)
    model.script(fault=fault, on="json", times=1)

    await _ask(endpoint)
    await _ask(endpoint)

    assert [without in call.body for call in model.requests] == [True, False, False]
    assert instead is None or instead in model.requests[1].body


async def test_what_one_server_does_not_take_is_not_held_against_another_model(
    model: ScriptedModel, endpoint: Endpoint
) -> None:
    model.script(on="json", json=ANSWER)
    model.script(fault="400-json-schema", schema="facts", times=1)
    await _ask(endpoint)

    await _ask(await client.endpoint_for(model="scripted-large", key=None))

    assert model.requests[-1].schema == "facts"


@pytest.mark.parametrize("reply", ["no JSON at all", "[1, 2]", '"text"', '{"facts": [', "null", "{" * 100_000])
async def test_what_is_no_object_is_junk(model: ScriptedModel, endpoint: Endpoint, reply: str) -> None:
    model.script(on="json", tokens=[reply])

    with pytest.raises(LLMError) as caught:
        await _ask(endpoint)

    assert caught.value.code == "junk"


@pytest.mark.parametrize("fault", ["cut", "malformed", "empty", "tool-calls", "stall-middle"])
async def test_a_broken_answer_is_no_answer(model: ScriptedModel, endpoint: Endpoint, settings, fault: str) -> None:
    settings.MEMORYBOT_SILENCE_SECONDS = 0.3
    model.script(on="json", json=ANSWER, fault=fault)

    with pytest.raises(LLMError):
        await _ask(endpoint)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '  {"a": 1}\n',
        '```json\n{"a": 1}\n```',
        'Sure!\n```\n{"a": 1}\n```\nAnything else?',
        'The answer is {"a": 1}, as you asked.',
        '<think>{"b": 2}, or not?</think>{"a": 1}',
        '{"a": 1} {"b": 2}',
    ],
)
def test_the_object_is_found_in_what_surrounds_it(text: str) -> None:
    assert answers.parse_object(text) == {"a": 1}


def test_a_line_break_within_a_string_is_forgiven() -> None:
    assert answers.parse_object('{"a": "one\ntwo"}') == {"a": "one\ntwo"}
