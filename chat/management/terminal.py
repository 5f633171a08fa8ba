"""The main job in a terminal: a conversation with the same services and events that a page has."""

import asyncio
import json
import sys
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, TextIO

from channels.layers import get_channel_layer

from chat import protocol
from chat.live import database, publish
from chat.models import MemoryRun, Message, RunState, User
from chat.protocol import FrameError, Options, TurnSend
from chat.services import background, branches, turns
from chat.services.memory import stores

LEARN_SECONDS = 180
POLL_SECONDS = 0.2
ENDED = {RunState.DONE, RunState.SKIPPED, RunState.FAILED, RunState.NEEDS_KEY}
SIGNS = {"added": "Remembered", "updated": "Changed", "retired": "Forgot", "confirmed": "Knew already"}
HELP = "/new begins a new chat · /memory shows what is remembered · /quit ends"


@dataclass
class Terminal:
    """``as_json`` prints the events as they are, a line each.

    A script's next line waits until the last one was learned from; a person is told of it before their next line.
    """

    user: User
    options: Options
    as_json: bool
    is_script: bool
    conversation: uuid.UUID | None = None
    output: TextIO = sys.stdout
    has_failed: bool = False
    _unlearned: list[str] = field(default_factory=list)

    async def talk(self, lines: AsyncIterator[str]) -> None:
        """Answer every line until there are no more."""
        background.start()
        layer = get_channel_layer()
        self._channel = await layer.new_channel()
        await layer.group_add(publish.group_of(self.user.pk), self._channel)
        if not self.is_script:
            self._print(HELP)
        async for line in lines:
            await self._show_learned()
            if line.strip() == "/quit":
                return
            await self._take(line.strip())

    async def _take(self, line: str) -> None:
        if line == "/new":
            self.conversation = None
        elif line == "/memory":
            await self._show_memory()
        elif line:
            await self._turn(line)

    async def _turn(self, text: str) -> None:
        client_id = uuid.uuid4()
        options = Options() if self.conversation else self.options
        frame = TurnSend(client_id=client_id, text=text, conversation=self.conversation, options=options)
        try:
            await turns.send(turns.Asker(self.user.pk), frame)
        except FrameError as error:
            self.has_failed = True
            self._show({"type": "error", "code": error.code, "message": error.message, "client_id": str(client_id)})
            return
        self._unlearned.append(await self._show_until_done(str(client_id)))
        if self.is_script:
            await self._wait_until_learned()

    async def _show_until_done(self, client_id: str) -> str:
        reply = ""
        while True:
            event = await self._next()
            if event["type"] == "turn.accepted" and event["client_id"] == client_id:
                reply, self.conversation = event["reply"]["id"], uuid.UUID(event["conversation"])
            if event["type"] != "memory.updated":
                self._show(event)
            if event["type"] == "turn.done" and event["reply"] == reply:
                self.has_failed = self.has_failed or event["status"] != "complete"
                return reply

    async def _wait_until_learned(self) -> None:
        async with asyncio.timeout(LEARN_SECONDS):
            while self._unlearned:
                await self._show_learned()
                await asyncio.sleep(POLL_SECONDS)

    async def _show_learned(self) -> None:
        """Show what turns taught whose learning has ended, done by this process or by a server beside it."""
        for reply in list(self._unlearned):
            if await database.run(_has_ended, reply):
                self._unlearned.remove(reply)
                if (learned := await database.run(_learned, reply)) is not None:
                    self._show(protocol.dump(learned))

    async def _next(self) -> dict[str, Any]:
        message = await get_channel_layer().receive(self._channel)
        event: dict[str, Any] = json.loads(message["text"])
        return event

    def _show(self, event: dict[str, Any]) -> None:
        if self.as_json:
            self._print(json.dumps(event, ensure_ascii=False))
            return
        match event["type"]:
            case "turn.recalled":
                for fact in event["receipt"]["facts"]:
                    self._print(f"  · recalled: {fact['text']}")
                for message in event["receipt"]["messages"]:
                    self._print(f"  · recalled: {message['excerpt']}")
            case "turn.delta":
                self._print(event["text"], end="")
            case "turn.done":
                self._print("")
                if event["error"]:
                    self._print(f"  ! {event['error']['message']}")
            case "memory.updated":
                for change in event["changes"]:
                    self._print(f"  + {SIGNS[change['op']]}: {change['text']}")
            case "error":
                self._print(f"  ! {event['message']}")

    async def _show_memory(self) -> None:
        def read() -> list[str]:
            overview = stores.overview(stores.Store(self.user.pk, None), limit=100)
            return [f"{entity.name}: {entity.description}" for entity in overview]

        known = await database.run(read)
        if self.as_json:
            self._print(json.dumps({"type": "memory", "entities": known}, ensure_ascii=False))
            return
        for line in known or ["Nothing is remembered yet."]:
            self._print(f"  {line}")

    def _print(self, text: str, end: str = "\n") -> None:
        print(text, end=end, file=self.output, flush=True)


def _has_ended(reply: str) -> bool:
    run = MemoryRun.objects.filter(reply__uuid=reply).first()
    return run is None or run.state in ENDED


def _learned(reply: str) -> protocol.MemoryUpdated | None:
    row = Message.objects.select_related("conversation").get(uuid=reply)
    changes = branches.changes_of([row.pk]).get(row.pk)
    if not changes:
        return None
    return protocol.MemoryUpdated(str(row.conversation.uuid), row.conversation.seq, reply, changes)
