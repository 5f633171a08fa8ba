"""An open page in the same process: the real application, the real session, the real frames."""

import asyncio
import json
import uuid
from typing import Any, Self

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client

from chat.models import User
from chat.routing import application

PATIENCE_SECONDS = 10
HOST = "testserver"


class Page:
    """``seen`` are all frames that came, oldest first."""

    def __init__(self, user: User | None, *, origin: str = f"http://{HOST}") -> None:
        self.user = user
        self.origin = origin
        self.seen: list[dict[str, Any]] = []

    async def __aenter__(self) -> Self:
        headers = [(b"host", HOST.encode()), (b"origin", self.origin.encode())]
        if self.user is not None:
            headers.append((b"cookie", (await sync_to_async(_cookies)(self.user)).encode()))
        self._socket = WebsocketCommunicator(application, "/ws/chat/", headers=headers)
        self.is_open, _code = await self._socket.connect(timeout=PATIENCE_SECONDS)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._socket.disconnect()

    async def close(self) -> None:
        await self._socket.disconnect()

    async def closed_with(self) -> int:
        output = await self._socket.receive_output(timeout=PATIENCE_SECONDS)
        assert output["type"] == "websocket.close"
        return output["code"]

    async def send(self, **frame: Any) -> None:
        await self._socket.send_to(text_data=json.dumps(frame))

    async def send_raw(self, text: str | None = None, data: bytes | None = None) -> None:
        await self._socket.send_input({"type": "websocket.receive", "text": text, "bytes": data})

    async def next(self) -> dict[str, Any]:
        frame = json.loads(await self._socket.receive_from(timeout=PATIENCE_SECONDS))
        self.seen.append(frame)
        return frame

    async def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Read frames until one of this type with these fields has come, and return it."""
        while True:
            frame = await self.next()
            if frame["type"] == kind and all(frame.get(name) == value for name, value in fields.items()):
                return frame

    async def nothing(self, *, seconds: float = 0.2) -> bool:
        return await self._socket.receive_nothing(timeout=seconds)

    async def begin(self, text: str, conversation: str | None = None, **fields: Any) -> dict[str, Any]:
        """Say something and return ``turn.accepted``."""
        client_id = fields.pop("client_id", None) or str(uuid.uuid4())
        await self.send(type="turn.send", client_id=client_id, conversation=conversation, text=text, **fields)
        return await self.until("turn.accepted", client_id=client_id)

    async def say(self, text: str, conversation: str | None = None, **fields: Any) -> "Turn":
        """Say something and wait until its answer has ended."""
        accepted = await self.begin(text, conversation, **fields)
        done = await self.until("turn.done", reply=accepted["reply"]["id"])
        return Turn(accepted, done, self.text_of(accepted["reply"]["id"]))

    def text_of(self, reply: str) -> str:
        """What was shown of a reply; fails where a piece is missing or comes twice."""
        text = ""
        for frame in self.seen:
            if frame["type"] == "turn.delta" and frame["reply"] == reply:
                assert frame["offset"] == len(text)
                text += frame["text"]
        return text

    async def follow(self, conversation: str, after: int = 0, **fields: Any) -> dict[str, Any]:
        await self.send(type="conversation.follow", conversation=conversation, after=after, ref="follow", **fields)
        return await self.until("conversation.state", ref="follow")


class Turn:
    def __init__(self, accepted: dict[str, Any], done: dict[str, Any], text: str) -> None:
        self.conversation: str = accepted["conversation"]
        self.question: str = accepted["message"]["id"]
        self.reply: str = accepted["reply"]["id"]
        self.status: str = done["status"]
        self.error: dict[str, Any] | None = done["error"]
        self.usage: dict[str, Any] | None = done["usage"]
        self.text = text


def _cookies(user: User) -> str:
    client = Client()
    client.force_login(user)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


async def eventually(condition: Any, *, seconds: float = PATIENCE_SECONDS) -> Any:
    """Ask a sync ``condition`` of the database until it is true, and return what it gave."""
    async with asyncio.timeout(seconds):
        while True:
            result = await sync_to_async(condition)()
            if result:
                return result
            await asyncio.sleep(0.02)
