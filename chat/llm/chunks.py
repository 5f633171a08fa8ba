"""One chunk of a streamed chat completion, made safe to read."""

import json
from dataclasses import dataclass
from typing import Any, Final

import orjson

from chat.llm import complaints
from chat.llm.errors import LLMError
from chat.llm.sse import Event


@dataclass(frozen=True)
class Usage:
    """Tokens of one call. `cached` is the part of `prompt` that the server did not have to read again."""

    prompt: int
    cached: int
    completion: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """`alive`: the model produced something, be it a thought that is not shown."""

    text: str = ""
    alive: bool = False
    finish: str | None = None
    usage: Usage | None = None


_NOTHING: Final = Chunk()


def parse(event: Event) -> Chunk:
    """This function will read one event of the stream.

    Raises: LLMError("junk") for what is no chunk, and the translated error for an error event.
    """
    chunk = _loads(event.data)
    if not isinstance(chunk, dict):
        raise LLMError("junk")
    if event.name == b"error" or chunk.get("error"):
        raise complaints.read(chunk.get("error") or chunk).as_error()
    usage = _usage(chunk.get("usage"))
    choice = _first_choice(chunk)
    if choice is None:
        return Chunk(usage=usage) if usage else _NOTHING
    return _from_choice(choice, usage)


def _loads(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    # A lone surrogate, escaped or as bytes, is worth a replacement character and not the whole answer.
    try:
        return json.loads(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        pass
    raise LLMError("junk")


def _first_choice(chunk: dict[str, Any]) -> dict[str, Any] | None:
    choices = chunk.get("choices")
    if not choices:
        return None
    if not isinstance(choices, list) or not isinstance(choices[0], dict):
        raise LLMError("junk")
    return choices[0]


def _from_choice(choice: dict[str, Any], usage: Usage | None) -> Chunk:
    delta = choice.get("delta") or {}
    if not isinstance(delta, dict):
        raise LLMError("junk")
    if delta.get("refusal"):
        raise LLMError("refused")
    text = delta.get("content") or ""
    finish = choice.get("finish_reason")
    if not isinstance(text, str) or not isinstance(finish, str | None):
        raise LLMError("junk")
    thought = delta.get("reasoning_content") or delta.get("reasoning")
    return Chunk(text=text, alive=bool(text or thought), finish=finish or None, usage=usage)


def _usage(usage: Any) -> Usage | None:
    if not isinstance(usage, dict):
        return None
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    return Usage(
        prompt=_count(usage.get("prompt_tokens")),
        cached=_count(cached),
        completion=_count(usage.get("completion_tokens")),
    )


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0
