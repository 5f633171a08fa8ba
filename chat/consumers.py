"""The websocket: authenticates a page, parses its frames, makes one service call for each, and passes events on."""

import logging
from typing import Any
from urllib.parse import urlsplit

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from chat import access, protocol
from chat.live import database, publish
from chat.services import branches, turns

logger = logging.getLogger(__name__)

NOT_SIGNED_IN = 4401
NOT_FOUND = "There is no such conversation or message, or it has been deleted."


class PageConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One open page."""

    async def connect(self) -> None:
        self.key: str | None = None
        if not is_own_origin(self.scope):
            await self.close()
            return
        await self.accept()
        user = self.scope["user"]
        if not user.is_authenticated:
            await self.close(NOT_SIGNED_IN)
            return
        self.user_id: int = user.pk
        await self.channel_layer.group_add(publish.group_of(self.user_id), self.channel_name)

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "user_id"):
            await self.channel_layer.group_discard(publish.group_of(self.user_id), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        request = None
        try:
            if text_data is None:
                raise protocol.FrameError("bad_frame", "Only text frames are taken.")
            request = protocol.parse(text_data)
            await self._take(request)
        except protocol.FrameError as error:
            await self._refuse(error, request)
        except access.NotFound:
            await self._refuse(protocol.FrameError("not_found", NOT_FOUND), request)
        except Exception:
            logger.exception("A frame could not be handled")
            await self._refuse(protocol.FrameError("internal", "Something went wrong on our side. Try again."), request)

    async def _take(self, request: protocol.Request) -> None:
        asker = turns.Asker(self.user_id, self.channel_name, request.ref, self.key)
        match request.frame:
            case protocol.TurnSend() as frame:
                await turns.send(asker, frame)
            case protocol.TurnEdit() as frame:
                await turns.edit(asker, frame)
            case protocol.TurnRetry() as frame:
                await turns.retry(asker, frame)
            case protocol.TurnStop() as frame:
                await turns.stop(asker, frame)
            case protocol.ConversationFollow() as frame:
                await self._answer(await database.run(branches.state, self.user_id, frame), request.ref)
            case protocol.KeySet(key):
                self.key = key
                await self._answer(protocol.KeyAccepted(key is not None), request.ref)
            case protocol.Ping():
                await self._answer(protocol.Pong(), request.ref)

    async def _answer(self, event: protocol.Event, ref: str | None) -> None:
        await self.send(publish.encode(event, ref=ref))

    async def _refuse(self, error: protocol.FrameError, request: protocol.Request | None) -> None:
        client_id = error.client_id or str(getattr(request and request.frame, "client_id", "") or "") or None
        event = protocol.Error(error.code, error.message, client_id)
        await self._answer(event, error.ref or (request.ref if request else None))

    async def page_event(self, message: dict[str, Any]) -> None:
        """Pass an event on; the page that asked for it gets it with its ref."""
        is_ours = message["origin"] == self.channel_name
        await self.send(publish.with_ref(message["text"], message["ref"] if is_ours else None))


def is_own_origin(scope: dict[str, Any]) -> bool:
    """Tell whether a page of this very site opens the socket: same scheme, host and port, of an allowed host."""
    headers = dict(scope["headers"])
    origin, host = headers.get(b"origin", b"").decode("latin-1"), headers.get(b"host", b"").decode("latin-1")
    if settings.MEMORYBOT_URL:
        site = urlsplit(settings.MEMORYBOT_URL)
        return bool(origin == f"{site.scheme}://{site.netloc}")
    domain, _port = split_domain_port(host)
    return bool(domain and origin == f"http://{host}" and validate_host(domain, settings.ALLOWED_HOSTS))
