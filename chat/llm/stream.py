"""One streamed completion, read until the server says that it is complete."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack
from typing import Final

import orjson
from django.conf import settings

from chat.llm import chunks, complaints, transport
from chat.llm.chunks import Chunk, Usage
from chat.llm.endpoints import Endpoint
from chat.llm.errors import LLMError
from chat.llm.opening import Build, Response, open_stream
from chat.llm.patience import Patience
from chat.llm.sse import EventReader
from chat.llm.text import Joiner

MAX_REPLY_CHARACTERS: Final = 1024 * 1024
# A small machine reads a prompt at 20 tokens a second or so, and may have another prompt before it.
LOCAL_FIRST_WORD_SECONDS: Final = 300
# The usage follows the last word at once, or never; the end of the connection follows [DONE].
_USAGE_SECONDS: Final = 2
_CLOSE_SECONDS: Final = 0.2

_DONE: Final = b"[DONE]"


async def read(endpoint: Endpoint, build: Build) -> AsyncGenerator[str | Usage | None]:
    """This function will ask, and yield pieces of text as they come, then exactly one Usage.

    The Usage is None when the server sends none.
    Raises: LLMError, also after some text has been yielded.
    """
    try:
        async with AsyncExitStack() as stack:
            patience = _new_patience(endpoint)
            response = await open_stream(stack, endpoint, build, patience)
            reply = _Reply(response, patience)
            async for text in reply.pieces():
                yield text
            yield reply.conclude()
        return
    except transport.FOREIGN as error:
        failure = transport.translate(error)
    # Raised out here, so that the foreign exception (which may hold the key) is not its context.
    raise failure


def _new_patience(endpoint: Endpoint) -> Patience:
    silence = float(settings.MEMORYBOT_SILENCE_SECONDS)
    return Patience(first=max(silence, LOCAL_FIRST_WORD_SECONDS) if endpoint.local else silence, later=silence)


class _Reply:
    """A reply while it comes in."""

    def __init__(self, response: Response, patience: Patience) -> None:
        self._response = response
        self._patience = patience
        self._events = EventReader()
        self._joiner = Joiner()
        self._chunks = 0
        self._length = 0
        self._spoken = False
        self._finish: str | None = None
        self._usage: Usage | None = None

    async def pieces(self) -> AsyncIterator[str]:
        """Ends when the server closes, when nothing more can follow, or when it is no stream of events at all."""
        if "text/html" in self._response.headers.get("content-type", ""):
            raise LLMError("not_a_model_server")
        body = self._response.iter_bytes()
        while (received := await self._receive(body)) is not None:
            for event in self._events.feed(received):
                if event.data == _DONE:
                    self._patience.shorten(_CLOSE_SECONDS)
                elif text := self._take(chunks.parse(event)):
                    yield text
            if self._events.stray and not self._chunks:
                break

    async def _receive(self, body: AsyncIterator[bytes]) -> bytes | None:
        """None at the end. Whether that was a good one or a broken connection, the finish reason tells."""
        try:
            return await self._patience.wait(anext(body, None))
        except transport.FOREIGN:
            return None
        except LLMError:
            if self._finish is None:
                raise
            return None

    def _take(self, chunk: Chunk) -> str:
        self._chunks += 1
        self._usage = chunk.usage or self._usage
        if self._finish is not None:
            return ""
        if chunk.alive:
            self._patience.renew()
        if chunk.finish:
            self._finish = chunk.finish
            self._patience.shorten(_USAGE_SECONDS)
        text = self._joiner.take(chunk.text)
        self._length += len(text)
        self._spoken = self._spoken or bool(text.strip())
        if self._length > MAX_REPLY_CHARACTERS:
            raise LLMError("junk", "The model did not stop talking, so its answer was ended. Try again.")
        return text

    def conclude(self) -> Usage | None:
        """Raises: LLMError, unless the server said that this is the end and there is something to read."""
        if self._finish is None:
            raise self._broken_off()
        if self._finish == "content_filter":
            raise LLMError("refused")
        if not self._spoken:
            raise LLMError("empty")
        return self._usage

    def _broken_off(self) -> LLMError:
        body = self._events.stray or self._events.rest()
        if self._chunks or not body or body.startswith((b"data:", b":")):
            return LLMError("cut")
        try:
            return complaints.read(orjson.loads(body)).as_error()
        except orjson.JSONDecodeError:
            return LLMError("not_a_model_server")
