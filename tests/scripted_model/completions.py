"""Chat completions in OpenAI's shape, streamed at a set pace or whole."""

import asyncio
import re
import time
from typing import Any

import orjson

from tests.scripted_model.http import Connection
from tests.scripted_model.log import Call
from tests.scripted_model.script import Rule, answer

_PIECES = re.compile(r"\s?[^\s]{1,5}|\s")


class ClientGoneError(Exception):
    """The client closed its connection in the middle of an answer."""


class Completion:
    """One answer on its way."""

    def __init__(self, connection: Connection, call: Call, rule: Rule, *, rate: float, first_token_ms: float) -> None:
        self.connection = connection
        self.call = call
        self.rule = rule
        self.text = answer(call, rule)
        self.pieces = _PIECES.findall(self.text) if rule.tokens is None else rule.tokens
        self._pause = 1 / (rule.rate or rate)
        first_ms = first_token_ms if rule.first_token_ms is None else rule.first_token_ms
        self._next_at = time.monotonic() + first_ms / 1000
        self._model = call.body.get("model", "")

    async def stream(self) -> None:
        """Sends the whole answer as a stream."""
        await self.begin()
        await self.say(self.pieces)
        self.finish(self.rule.finish)
        self.done()

    async def whole(self) -> None:
        """Sends the whole answer at once, after the time that it takes to write."""
        self._next_at += len(self.pieces) * self._pause
        await self.wait()
        message = {"role": "assistant", "content": self.text}
        choice = {"index": 0, "message": message, "finish_reason": self.rule.finish}
        self.call.sent = self.text
        self.call.first_at = time.monotonic()
        await self.connection.respond(200, self._envelope("chat.completion", [choice], self.usage()))

    async def begin(self) -> None:
        await self.connection.begin_stream()
        self.event(self.chunk({"role": "assistant", "content": ""}))

    async def say(self, pieces: list[str]) -> None:
        for piece in pieces:
            await self.wait()
            self.event(self.chunk({"content": piece}))
            self.call.sent += piece
            self.call.first_at = self.call.first_at or time.monotonic()
            await self.connection.flush()

    def finish(self, reason: str | None) -> None:
        self.event(self.chunk({}, finish=reason))

    def done(self) -> None:
        """Sends what follows the last word: the usage if it was asked for, and the end."""
        if (self.call.body.get("stream_options") or {}).get("include_usage"):
            self.event(self._envelope("chat.completion.chunk", [], self.usage()))
        self.raw(b"data: [DONE]\n\n")
        self.connection.end_stream()

    def event(self, content: Any) -> None:
        self.raw(b"data: %b\n\n" % orjson.dumps(content))

    def raw(self, content: bytes) -> None:
        self.connection.write(content)

    async def wait(self) -> None:
        """Waits until the next token is due. Raises: ClientGoneError."""
        await asyncio.sleep(self._next_at - time.monotonic())
        self._next_at = max(self._next_at, time.monotonic() - self._pause) + self._pause
        if self.connection.protocol.gone:
            raise ClientGoneError

    async def stay_silent(self, *, pings: bool = False) -> None:
        """Says nothing more until the client goes away. Raises: ClientGoneError."""
        while not self.connection.protocol.gone:
            await asyncio.sleep(0.05)
            if pings:
                self.raw(b": ping\n\n")
        raise ClientGoneError

    def chunk(self, delta: dict[str, Any], *, finish: str | None = None) -> dict[str, Any]:
        return self._envelope("chat.completion.chunk", [{"index": 0, "delta": delta, "finish_reason": finish}])

    def usage(self) -> dict[str, Any]:
        completion = len(self.pieces)
        return {
            "prompt_tokens": self.call.prompt_tokens,
            "completion_tokens": completion,
            "total_tokens": self.call.prompt_tokens + completion,
            "prompt_tokens_details": {"cached_tokens": self.call.cached_tokens},
        }

    def _envelope(self, kind: str, choices: list[Any], usage: dict[str, Any] | None = None) -> dict[str, Any]:
        envelope = {"id": f"chatcmpl-{self.call.number}", "object": kind, "created": 0, "model": self._model}
        return envelope | {"choices": choices} | ({"usage": usage} if usage else {})
