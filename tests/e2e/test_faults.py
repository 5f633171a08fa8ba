"""The real server process: what was acknowledged or shown survives a crash, and every answer ends."""

import asyncio
import json
import signal
import time
import uuid
from typing import Any

import pytest

from tests.server import BOB

pytestmark = pytest.mark.server

PATIENCE_SECONDS = 20
ORPHAN_SECONDS = 12


class Tab:
    """A page's socket to a real server."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.seen: list[dict[str, Any]] = []

    async def send(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def until(self, kind: str, *, seconds: float = PATIENCE_SECONDS, **fields: Any) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            while True:
                frame = json.loads(await self.socket.recv())
                self.seen.append(frame)
                if frame["type"] == kind and all(frame.get(name) == value for name, value in fields.items()):
                    return frame

    async def begin(self, text: str, *, conversation: str | None = None, client_id: str = "") -> dict[str, Any]:
        client_id = client_id or str(uuid.uuid4())
        await self.send(type="turn.send", client_id=client_id, conversation=conversation, text=text)
        return await self.until("turn.accepted", client_id=client_id)

    async def ended(self, conversation: str) -> dict[str, Any]:
        """Ask for the state until no answer runs in it, and return it."""
        deadline = time.monotonic() + ORPHAN_SECONDS
        while True:
            await self.send(type="conversation.follow", conversation=conversation, after=0)
            state = await self.until("conversation.state")
            if state["running"] is None:
                return state
            assert time.monotonic() < deadline, "the answer never ended"
            await asyncio.sleep(0.2)

    def shown(self, reply: str) -> str:
        return "".join(f["text"] for f in self.seen if f["type"] == "turn.delta" and f["reply"] == reply)


async def test_a_crash_in_mid_answer_loses_nothing_that_was_acknowledged_or_shown(start_server, model):
    model.script(match="story", tokens=["wörd 🌊 "] * 400, rate=80)
    server = start_server(model_url=model.base_url)
    alice, client_id = server.sign_in(), str(uuid.uuid4())
    async with alice.socket() as socket:
        tab = Tab(socket)
        accepted = await tab.begin("Tell me a story", client_id=client_id)
        conversation, reply = accepted["conversation"], accepted["reply"]["id"]
        for _ in range(20):
            await tab.until("turn.delta")
        server.kill()
    server.start()
    async with alice.socket() as socket:
        back = Tab(socket)
        state = await back.ended(conversation)
        await back.send(type="turn.send", client_id=client_id, conversation=conversation, text="Tell me a story")
        again = await back.until("turn.accepted")
        model.script(match="story", reply="The end.")
        await back.send(type="turn.retry", reply=reply, client_id=str(uuid.uuid4()))
        retried = await back.until("turn.done")

    question, answer = state["messages"]
    assert question["text"] == "Tell me a story"
    assert (answer["status"], answer["error"]["code"]) == ("interrupted", "interrupted")
    assert answer["error"]["retryable"]
    assert answer["text"].startswith(tab.shown(reply))
    assert tab.shown(reply)
    assert again["reply"]["id"] == reply
    assert len(model.replies) == 2
    assert retried["status"] == "complete"
    assert server.rows("PRAGMA integrity_check") == [("ok",)] if "sqlite" in server.data.database_url else True


async def test_a_crash_before_the_first_word_ends_the_answer_too(start_server, model):
    model.script(match="Think", fault="stall-first")
    server = start_server(model_url=model.base_url)
    alice = server.sign_in()
    async with alice.socket() as socket:
        accepted = await Tab(socket).begin("Think")
        server.kill()
    server.start()
    async with alice.socket() as socket:
        state = await Tab(socket).ended(accepted["conversation"])

    assert [(m["text"], m["status"]) for m in state["messages"]] == [("Think", "complete"), ("", "interrupted")]


async def test_a_reload_in_mid_answer_and_a_second_tab_show_the_whole_answer(start_server, model):
    model.script(match="story", tokens=["a ", "👩‍👩‍👧 ", "b "] * 40, rate=60)
    server = start_server(model_url=model.base_url)
    alice = server.sign_in()
    async with alice.socket() as first, alice.socket() as second:
        tab, other = Tab(first), Tab(second)
        accepted = await tab.begin("Tell me a story")
        conversation, reply = accepted["conversation"], accepted["reply"]["id"]
        await tab.until("turn.delta")
        await first.close()
        page = alice.get(f"/c/{conversation}/")
        async with alice.socket() as third:
            reloaded = Tab(third)
            await reloaded.send(type="conversation.follow", conversation=conversation, after=0)
            state = await reloaded.until("conversation.state")
            text = state["messages"][-1]["text"]
            await reloaded.until("turn.done")
            for frame in reloaded.seen:
                if frame["type"] == "turn.delta" and frame["offset"] >= len(text):
                    assert frame["offset"] == len(text)
                    text += frame["text"]
        await other.until("turn.done")

    assert page.status == 200
    assert state["running"] == reply
    assert text == other.shown(reply) == "a 👩‍👩‍👧 b " * 40


async def test_a_second_process_stops_what_the_first_one_answers(start_server, model):
    model.script(match="story", tokens=["word "] * 2000, rate=50)
    server = start_server(model_url=model.base_url)
    beside = start_server(model_url=model.base_url, beside=server)
    alice = server.sign_in()
    async with alice.socket() as first, beside.socket_of(alice) as second:
        tab = Tab(first)
        accepted = await tab.begin("Tell me a story")
        await tab.until("turn.delta")
        asked = time.monotonic()
        await Tab(second).send(type="turn.stop", reply=accepted["reply"]["id"])
        done = await tab.until("turn.done")
        waited = time.monotonic() - asked
        await model.until(lambda: model.replies[0].closed_at)

    assert done["status"] == "stopped"
    assert waited < 3, "half a second between looks, and a busy machine"


async def test_a_second_process_leaves_the_answers_of_the_first_alone(start_server, model):
    model.script(match="story", tokens=["word "] * 60, rate=5)
    server = start_server(model_url=model.base_url)
    alice = server.sign_in()
    async with alice.socket() as first:
        tab = Tab(first)
        accepted = await tab.begin("Tell me a story")
        start_server(model_url=model.base_url, beside=server).visitor().get("/healthz")
        done = await tab.until("turn.done", seconds=40)

    assert (done["status"], tab.shown(accepted["reply"]["id"])) == ("complete", "word " * 60)


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_an_orderly_end_keeps_what_was_said(start_server, model, kind):
    model.script(match="story", tokens=["word "] * 2000, rate=50)
    server = start_server(model_url=model.base_url, kind=kind)
    alice = server.sign_in()
    async with alice.socket() as socket:
        tab = Tab(socket)
        accepted = await tab.begin("Tell me a story")
        for _ in range(5):
            await tab.until("turn.delta")
        await asyncio.to_thread(server.stop, signal.SIGTERM)
    reply = uuid.UUID(accepted["reply"]["id"])
    [(status, text)] = server.rows(
        f"SELECT status, text FROM chat_message WHERE replace(CAST(uuid AS varchar(40)), '-', '') = '{reply.hex}'"
    )

    assert status == "interrupted"
    assert text.startswith(tab.shown(str(reply)))
    assert "Traceback" not in server.log


async def test_nothing_of_alices_is_ever_in_a_prompt_of_bobs(start_server, model):
    server = start_server(model_url=model.base_url)
    async with server.sign_in().socket() as socket:
        tab = Tab(socket)
        await tab.begin("remember: my canary is swordfish-4711")
        await tab.until("turn.done")
        accepted = await tab.begin("My canary is swordfish-4711, my cat is Tapir")
        await tab.until("turn.done", reply=accepted["reply"]["id"])
        await model.until(lambda: [call for call in model.proposals if call.ended_at], seconds=PATIENCE_SECONDS)
    model.reset()
    async with server.sign_in(BOB).socket() as socket:
        tab = Tab(socket)
        for question in ("What is the canary?", "swordfish-4711", "Who is Tapir?", "What do you know about me?"):
            accepted = await tab.begin(question)
            await tab.until("turn.done", reply=accepted["reply"]["id"])

    assert len(model.replies) == 4
    assert [call for call in model.requests if "canary is" in call.prompt or "Tapir," in call.prompt] == []
