"""What the rest of the application knows of models: which there are, a streamed reply, an answer in JSON."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import asdict
from typing import Any, Final

import orjson

from chat.llm import answers, stream
from chat.llm.capabilities import Capabilities
from chat.llm.chunks import Usage
from chat.llm.endpoints import Endpoint, check_key, default_model, endpoint_for
from chat.llm.errors import LLMError
from chat.llm.listing import available_models
from chat.prompt import Message

__all__ = [
    "Endpoint",
    "LLMError",
    "Message",
    "Usage",
    "available_models",
    "check_key",
    "complete_json",
    "default_model",
    "endpoint_for",
    "stream_reply",
]

_CHARACTERS_PER_TOKEN: Final = 4
_IN_WORDS: Final = "Answer with one JSON object and nothing else. It must fit this JSON schema:\n"


async def stream_reply(
    endpoint: Endpoint, messages: Sequence[Message], *, temperature: float
) -> AsyncGenerator[str | Usage]:
    """This function will yield the pieces of the reply as they come, then exactly one Usage, as the last item.

    Closing the iterator, or cancelling the task that waits for it, ends the call on the server's side at once.
    A server that sends no usage gets one estimated by the length of the text.
    Raises: LLMError at any point; a reply that ends without one is complete, and only then.
    """

    def build(taken: Capabilities) -> dict[str, Any]:
        return _fields(endpoint, messages, taken, temperature=temperature)

    said = 0
    async with aclosing(stream.read(endpoint, build)) as reply:
        async for piece in reply:
            if isinstance(piece, str):
                said += len(piece)
                yield piece
            else:
                yield piece or _estimate(messages, said)


async def complete_json(
    endpoint: Endpoint, messages: Sequence[Message], *, schema: dict[str, Any], name: str, max_tokens: int
) -> tuple[dict[str, Any], Usage]:
    """This function will return the object that the model answers with, and what it cost.

    The server is held to `schema` (called `name`) if it can be, else to JSON, else only asked in words; so the
    caller still has to check the object. It is read as a stream, for the same watch over silence and size.
    Raises: LLMError; "junk", with the usage, when the answer is no JSON object.
    """

    def build(taken: Capabilities) -> dict[str, Any]:
        return _json_fields(endpoint, messages, taken, schema=schema, name=name, max_tokens=max_tokens)

    text: list[str] = []
    usage: Usage | None = None
    async with aclosing(stream.read(endpoint, build)) as reply:
        async for piece in reply:
            if isinstance(piece, str):
                text.append(piece)
            else:
                usage = piece
    answer = "".join(text)
    usage = usage or _estimate(messages, len(answer))
    try:
        return answers.parse_object(answer), usage
    except LLMError as error:
        error.usage = usage
        raise


def _fields(
    endpoint: Endpoint, messages: Sequence[Message], taken: Capabilities, *, temperature: float
) -> dict[str, Any]:
    fields: dict[str, Any] = {"model": endpoint.model, "messages": [asdict(message) for message in messages]}
    if taken.temperature:
        fields["temperature"] = temperature
    if taken.stream_usage:
        fields["stream_options"] = {"include_usage": True}
    return fields


def _json_fields(
    endpoint: Endpoint,
    messages: Sequence[Message],
    taken: Capabilities,
    *,
    schema: dict[str, Any],
    name: str,
    max_tokens: int,
) -> dict[str, Any]:
    if taken.json in ("object", "text"):
        messages = _with_schema_in_words(messages, schema)
    fields = _fields(endpoint, messages, taken, temperature=0)
    fields[taken.limit] = max_tokens
    if taken.json == "grammar":
        fields["extra_body"] = {"grammar": _grammar(schema)}
    elif taken.json == "schema":
        json_schema = {"name": name, "strict": True, "schema": schema}
        fields["response_format"] = {"type": "json_schema", "json_schema": json_schema}
    elif taken.json == "object":
        fields["response_format"] = {"type": "json_object"}
    return fields


def _grammar(schema: dict[str, Any]) -> str:
    """Without the line breaks and indents that a small model loves, an answer takes half as many tokens.

    Source: https://github.com/guidance-ai/llguidance/blob/main/docs/json_schema.md (x-guidance).
    """
    spaces = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
    return f"%llguidance {{}}\nstart: %json {orjson.dumps(schema | {'x-guidance': spaces}).decode()}"


def _with_schema_in_words(messages: Sequence[Message], schema: dict[str, Any]) -> list[Message]:
    *before, last = messages
    return [*before, Message(last.role, f"{last.content}\n\n{_IN_WORDS}{orjson.dumps(schema).decode()}")]


def _estimate(messages: Sequence[Message], said: int) -> Usage:
    read = sum(len(message.content) for message in messages)
    return Usage(prompt=read // _CHARACTERS_PER_TOKEN, cached=0, completion=said // _CHARACTERS_PER_TOKEN)
