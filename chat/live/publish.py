"""Tells all open pages of a person what has happened. News only: the database is the truth, a lost frame is fetched."""

import logging
from typing import Any

import orjson
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from chat import protocol

logger = logging.getLogger(__name__)


def group_of(user_id: int) -> str:
    """Return the name of the group that the sockets of a person are in."""
    return f"pages.{user_id}"


async def to_user(user_id: int, event: protocol.Event, *, origin: str = "", ref: str | None = None) -> None:
    """Send ``event`` to every open page of a person; the page with the channel ``origin`` gets it with its ``ref``."""
    message = {"type": "page.event", "text": encode(event), "origin": origin, "ref": ref}
    try:
        await get_channel_layer().group_send(group_of(user_id), message)
    except Exception:  # whatever a channel layer's transport raises: pages fetch what they miss
        logger.warning("An event could not be passed on to open pages", exc_info=True)


async def to_page(channel: str, event: protocol.Event, *, ref: str | None = None) -> None:
    """Send ``event`` to one open page: the answer to what it asked, which is news to no other."""
    if channel:
        message = {"type": "page.event", "text": encode(event), "origin": channel, "ref": ref}
        await get_channel_layer().send(channel, message)


def from_sync(user_id: int, event: protocol.Event) -> None:
    """Do the same from a view; to be called on commit."""
    async_to_sync(to_user)(user_id, event)


def encode(event: protocol.Event, *, ref: str | None = None) -> str:
    """Return ``event`` as the text of a frame."""
    frame: dict[str, Any] = protocol.dump(event)
    if ref is not None:
        frame["ref"] = ref
    return orjson.dumps(frame).decode()


def with_ref(text: str, ref: str | None) -> str:
    """Add a ``ref`` to an encoded frame."""
    return text if ref is None else f'{text[:-1]},"ref":{orjson.dumps(ref).decode()}}}'
