"""A JSON object out of what a model wrote, as small models and gateways write it."""

import json
import re
from typing import Any, Final

import orjson

from chat.llm.errors import LLMError

_FENCE: Final = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL | re.IGNORECASE)
_THOUGHTS: Final = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)


def parse_object(text: str) -> dict[str, Any]:
    """This function will return the object that stands in `text`, alone, in a code fence or within prose.

    Raises: LLMError("junk") when there is none.
    """
    text = _THOUGHTS.sub("", text)
    candidates = [text, *_FENCE.findall(text), text[text.find("{") :]]
    for candidate in candidates:
        found = _first_object(candidate.strip())
        if found is not None:
            return found
    raise LLMError("junk", "The model did not answer in the form that was asked for.")


def _first_object(text: str) -> dict[str, Any] | None:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = _leading_object(text)
    return found if isinstance(found, dict) else None


def _leading_object(text: str) -> Any:
    """Also takes what orjson does not: text after the object, and line breaks within strings."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None
