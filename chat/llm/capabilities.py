"""What each model server was found to take. "OpenAI-compatible" servers differ, and say so with a 400."""

import re
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from chat.llm.complaints import Complaint
from chat.llm.endpoints import Endpoint

# In the order in which they are given up; "grammar" is llama.cpp's own, which the built-in model speaks.
JsonMode = Literal["grammar", "schema", "object", "text"]

_MAX_KNOWN: Final = 1000
_ABOUT_JSON: Final = re.compile(r"response_format|json_schema|json_object|structured output", re.I)
_ABOUT_GRAMMAR: Final = re.compile(r"grammar", re.I)
_ABOUT_LIMIT: Final = re.compile(r"max_completion_tokens", re.I)
_ABOUT_TEMPERATURE: Final = re.compile(r"temperature", re.I)
_ABOUT_USAGE: Final = re.compile(r"stream_options|include_usage", re.I)
_LOOKED_AT: Final = 400  # characters; what follows is often the request itself


@dataclass(frozen=True)
class Capabilities:
    """Starts with what OpenAI's own server takes; gives up one thing at a time."""

    json: JsonMode = "schema"
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True
    stream_usage: bool = True


_known: dict[tuple[str, str], Capabilities] = {}


def of(endpoint: Endpoint) -> Capabilities:
    """This function will return what is known of this server and model."""
    known = _known.get((endpoint.base_url, endpoint.model))
    return known or Capabilities(json="grammar" if endpoint.local else "schema")


def remember(endpoint: Endpoint, capabilities: Capabilities) -> None:
    """This function will keep what a successful request has shown, for the life of the process."""
    if capabilities == of(endpoint):
        return
    if len(_known) >= _MAX_KNOWN:
        _known.clear()
    _known[endpoint.base_url, endpoint.model] = capabilities


def forget() -> None:
    """This function will forget all servers, as after a restart."""
    _known.clear()


def without(capabilities: Capabilities, complaint: Complaint, sent: dict[str, Any]) -> Capabilities | None:
    """This function will give up what the server complained about; None when it is nothing we can do without."""
    said = complaint.param or f"{complaint.kind} {complaint.text[:_LOOKED_AT]}"
    if "extra_body" in sent and _ABOUT_GRAMMAR.search(said):
        return replace(capabilities, json="schema")
    if "response_format" in sent and _ABOUT_JSON.search(said):
        return replace(capabilities, json="object" if capabilities.json == "schema" else "text")
    if "max_tokens" in sent and (_ABOUT_LIMIT.search(said) or complaint.param == "max_tokens"):
        return replace(capabilities, limit="max_completion_tokens")
    if "temperature" in sent and _ABOUT_TEMPERATURE.search(said):
        return replace(capabilities, temperature=False)
    if "stream_options" in sent and _ABOUT_USAGE.search(said):
        return replace(capabilities, stream_usage=False)
    return None
