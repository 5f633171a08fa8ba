"""Which models people may choose from."""

import asyncio
import hashlib
import logging
import re
import time
from typing import Final

from django.conf import settings

from chat.llm import local, transport
from chat.llm.endpoints import LOCAL_MODEL, Endpoint, default_model, endpoint_for
from chat.llm.errors import LLMError

logger = logging.getLogger(__name__)

_FRESH_SECONDS: Final = 300
_ANSWER_SECONDS: Final = 10
_MAX_LISTS: Final = 500
_MAX_MODELS: Final = 500
_MAX_NAME: Final = 200  # characters
# What providers list beside their chat models.
_NO_CHAT: Final = re.compile(
    r"embed|whisper|tts|dall-e|image|moderation|realtime|audio|transcribe|davinci|babbage|rerank|sora|search-", re.I
)

_lists: dict[tuple[str, str], tuple[float, list[str]]] = {}


async def available_models(key: str | None) -> list[str]:
    """This function will return the models to choose from, the default one first.

    The operator's list, else what the server lists for this key (kept for five minutes), else the default alone.
    """
    default = default_model(key)
    if default == LOCAL_MODEL:
        return [LOCAL_MODEL]
    names = list(settings.MEMORYBOT_MODELS) or await _listed(key)
    if key is None and local.is_enabled():
        names.append(LOCAL_MODEL)
    return list(dict.fromkeys([default, *names]))


def forget() -> None:
    """This function will forget all lists, as after a restart."""
    _lists.clear()


async def _listed(key: str | None) -> list[str]:
    try:
        endpoint = await endpoint_for(model="", key=key)
    except LLMError:
        return []
    # The digest tells keys apart without keeping them.
    place = (endpoint.base_url, hashlib.sha256(endpoint.api_key.encode()).hexdigest())
    asked, names = _lists.get(place, (0.0, []))
    if not asked or time.monotonic() - asked > _FRESH_SECONDS:
        names = await _ask(endpoint)
        if len(_lists) >= _MAX_LISTS:
            _lists.clear()
        _lists[place] = (time.monotonic(), names)
    return names


async def _ask(endpoint: Endpoint) -> list[str]:
    """A server that does not list its models is no error: the default one is there to choose."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            page = await transport.client_for(endpoint).models.list(extra_headers=transport.HEADERS)
        # The client does not check what it was sent.
        names: list[object] = [model.id for model in page.data]
    except (*transport.FOREIGN, LLMError, TypeError, ValueError, AttributeError) as error:
        logger.info("%s does not list its models (%s)", endpoint, type(error).__name__)
        return []
    chat = (name for name in names if isinstance(name, str) and len(name) <= _MAX_NAME and not _NO_CHAT.search(name))
    return sorted(chat)[:_MAX_MODELS]
