"""Which server answers: the user's own key first, then the server's, then the built-in model."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings

from chat.llm import local
from chat.llm.errors import LLMError

OPENAI_URL: Final = "https://api.openai.com/v1"
LOCAL_MODEL: Final = "built-in"
MAX_KEY_LENGTH: Final = 4096  # characters; gateways hand out signed tokens as keys

# Servers without sign-in (Ollama, llama.cpp) ignore the key, but the protocol wants one.
PLACEHOLDER_KEY: Final = "none"
_LOADING_SECONDS: Final = 600
_STARTING_SECONDS: Final = 20
_POLL_SECONDS: Final = 0.3


@dataclass(frozen=True)
class Endpoint:
    """One model on one server. `local`: the built-in one, on the same machine as we are."""

    base_url: str
    api_key: str = field(repr=False)
    model: str
    local: bool


async def endpoint_for(*, model: str, key: str | None) -> Endpoint:
    """This function will return the server to ask, waiting for the built-in model while it gets ready.

    `model` may be empty: the default one. `key` is the user's own, or None for the server's.
    Raises: LLMError (no_key, wrong_key, unknown_model, model_loading, unreachable).
    """
    if key is not None:
        return _remote(model, check_key(key))
    if model == LOCAL_MODEL and local.is_enabled():
        return await _local()
    if settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL:
        return _remote(model, check_key(settings.OPENAI_API_KEY or PLACEHOLDER_KEY))
    if not local.is_enabled():
        raise LLMError("no_key")
    if model not in ("", settings.OPENAI_MODEL, settings.MEMORYBOT_MEMORY_MODEL):
        raise LLMError(
            "no_key", "This model needs an API key. Enter one, or choose the built-in model for this conversation."
        )
    return await _local()


def default_model(key: str | None) -> str:
    """This function will return the name of the model that an empty choice means."""
    if key is None and not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL) and local.is_enabled():
        return LOCAL_MODEL
    allowed = settings.MEMORYBOT_MODELS
    return settings.OPENAI_MODEL if not allowed or settings.OPENAI_MODEL in allowed else allowed[0]


def check_key(key: str) -> str:
    """This function will return the key, stripped, if it can stand in a request header.

    Raises: LLMError("wrong_key"). A key with a line break or another script's letters fails in odd ways later.
    """
    key = key.strip()
    if not key or len(key) > MAX_KEY_LENGTH or not (key.isascii() and key.isprintable()) or " " in key:
        raise LLMError("wrong_key", "This does not look like an API key. Copy it again, whole and without spaces.")
    return key


def remote_url() -> str:
    """This function will return the address of the model server that keys are sent to."""
    return (settings.OPENAI_BASE_URL or OPENAI_URL).rstrip("/")


def _remote(model: str, key: str) -> Endpoint:
    if model in ("", LOCAL_MODEL):
        model = default_model(key)
    # The operator's own choice for learning need not be on the list that people choose from.
    allowed = settings.MEMORYBOT_MODELS
    if allowed and model not in (*allowed, settings.MEMORYBOT_MEMORY_MODEL):
        raise LLMError("unknown_model", "This model is not offered here. Choose another one for this conversation.")
    return Endpoint(base_url=remote_url(), api_key=key, model=model, local=False)


async def _local() -> Endpoint:
    started = time.monotonic()
    while True:
        status = await asyncio.to_thread(local.status)
        waited = time.monotonic() - started
        if status.state == "ready":
            return Endpoint(
                base_url=status.base_url, api_key=status.api_key or PLACEHOLDER_KEY, model=LOCAL_MODEL, local=True
            )
        # Just after the start its process has not said anything yet.
        if status.state == "failed" or (status.state == "missing" and waited > _STARTING_SECONDS):
            raise LLMError("unreachable", status.message)
        if waited > _LOADING_SECONDS:
            raise LLMError("model_loading", status.message)
        await asyncio.sleep(_POLL_SECONDS)
