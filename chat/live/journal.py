"""The group commit: everything that running turns want stored goes into one transaction, and is shown after it.

One writer per event loop takes what has gathered since its last commit, commits it, and lets it be shown. Begins,
first words and ends go at once; what follows waits up to ``PAUSE_SECONDS``, so that many streams share a commit.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.db import OperationalError, connections, transaction
from django.db.models import F

from chat import protocol
from chat.live import database, publish, runner
from chat.models import Conversation, Message, ReplyChunk, Status

logger = logging.getLogger(__name__)

# Source: measured with a prototype; the latency of single commits at the cost of grouped ones.
PAUSE_SECONDS = 0.025
RETRY_SECONDS = 0.5
ENDING_SECONDS = 5
ENDING_PAUSE_SECONDS = 0.01

T = TypeVar("T")


@dataclass(eq=False)
class Stream:
    """A running reply and the text of it that is not stored yet. ``offset`` counts the code points that are."""

    reply_id: int
    reply: str
    conversation_id: int
    conversation: str
    user_id: int
    offset: int = 0
    waiting: list[str] = field(default_factory=list)
    # Set when the reply was ended or deleted by somebody else: there is nothing to write to any more.
    is_gone: bool = False


@dataclass(eq=False)
class _Operation:
    function: Callable[[], Any]
    future: "asyncio.Future[Any]"
    result: Any = None
    error: Exception | None = None

    def run(self) -> None:
        try:
            with transaction.atomic():
                self.result = self.function()
        except Exception as error:  # noqa: BLE001  (it is the caller's, who gets it from the future)
            self.result, self.error = None, error

    def resolve(self) -> None:
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


@dataclass(frozen=True)
class _Piece:
    stream: Stream
    text: str


class Journal:
    def __init__(self) -> None:
        self._operations: list[_Operation] = []
        self._streams: dict[int, Stream] = {}
        self._something = asyncio.Event()
        self._urgent = asyncio.Event()
        self._has_failed = False
        self._is_ending = self._has_ended = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._task = asyncio.create_task(self._write_for_ever())

    async def commit(self, function: Callable[[], T]) -> T:
        if self._has_ended:
            raise OperationalError("the process is ending")
        operation = _Operation(function, asyncio.get_running_loop().create_future())
        self._operations.append(operation)
        self._something.set()
        self._urgent.set()
        result: T = await operation.future
        return result

    def append(self, stream: Stream, text: str) -> None:
        stream.waiting.append(text)
        self._streams[stream.reply_id] = stream
        self._something.set()
        if stream.offset == 0:
            self._urgent.set()

    async def _write_for_ever(self) -> None:
        while not self._is_ending:
            try:
                await self._something.wait()
                await self._write_group()
                await self._pause(RETRY_SECONDS if self._has_failed else PAUSE_SECONDS)
            except asyncio.CancelledError:
                self._is_ending = True
        await self._write_the_rest()

    async def _write_group(self) -> None:
        operations, pieces = self._take()
        stored = await self._write(operations, pieces)
        for event, user_id in stored:
            await publish.to_user(user_id, event)
        for operation in operations:
            operation.resolve()

    async def _write_the_rest(self) -> None:
        """The loop ends: store how the replies end that are cut off by it."""
        deadline = asyncio.get_running_loop().time() + ENDING_SECONDS
        while (self._operations or self._streams or runner.running()) and asyncio.get_running_loop().time() < deadline:
            await self._write_group()
            await asyncio.sleep(ENDING_PAUSE_SECONDS)
        self._has_ended = True
        self._thread.submit(connections.close_all)
        self._thread.shutdown()

    def _take(self) -> tuple[list[_Operation], list[_Piece]]:
        operations, self._operations = self._operations, []
        streams, self._streams = self._streams, {}
        self._something.clear()
        self._urgent.clear()
        pieces = [_Piece(stream, "".join(stream.waiting)) for stream in streams.values() if not stream.is_gone]
        for stream in streams.values():
            stream.waiting.clear()
        return operations, pieces

    async def _write(
        self, operations: Sequence[_Operation], pieces: Sequence[_Piece]
    ) -> list[tuple[protocol.TurnDelta, int]]:
        """Store a group; if it fails as a whole, each part alone. Text that cannot be stored waits for the next."""
        self._has_failed = False
        try:
            return await self._in_thread(operations, pieces)
        except Exception:  # the writer has to outlive whatever one part brings
            logger.warning("A group could not be committed; its parts are tried one by one", exc_info=True)
        stored = []
        for piece in pieces:
            try:
                stored += await self._in_thread((), (piece,))
            except Exception:  # noqa: BLE001
                self._put_back(piece)
        for operation in operations:
            try:
                await self._in_thread((operation,), ())
            except Exception as error:  # noqa: BLE001
                operation.error = error
        return stored

    async def _in_thread(
        self, operations: Sequence[_Operation], pieces: Sequence[_Piece]
    ) -> list[tuple[protocol.TurnDelta, int]]:
        loop = asyncio.get_running_loop()
        storing = loop.run_in_executor(self._thread, database.call, _store, operations, pieces)
        try:
            return await asyncio.shield(storing)
        except asyncio.CancelledError:
            # What is being committed has to be told all the same.
            self._is_ending = True
            return await storing

    def _put_back(self, piece: _Piece) -> None:
        piece.stream.waiting.insert(0, piece.text)
        self._streams[piece.stream.reply_id] = piece.stream
        self._has_failed = True
        self._something.set()

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._urgent.wait(), seconds)
        except TimeoutError:
            return


def _store(operations: Sequence[_Operation], pieces: Sequence[_Piece]) -> list[tuple[protocol.TurnDelta, int]]:
    with transaction.atomic():
        stored = _store_pieces(pieces) if pieces else []
        for operation in operations:
            operation.error = None
            operation.run()
    for event, _user_id in stored:
        stream = next(piece.stream for piece in pieces if piece.stream.reply == event.reply)
        stream.offset += len(event.text)
    return stored


def _store_pieces(pieces: Sequence[_Piece]) -> list[tuple[protocol.TurnDelta, int]]:
    streaming = Message.objects.filter(id__in=[piece.stream.reply_id for piece in pieces], status=Status.STREAMING)
    # Locked, so that whoever deletes a reply at this moment deletes these pieces of it too.
    locked = streaming.order_by("id").select_for_update(no_key=True)
    running = set(locked.values_list("id", flat=True))
    for piece in pieces:
        piece.stream.is_gone = piece.stream.reply_id not in running
    alive = [piece for piece in pieces if not piece.stream.is_gone]
    ReplyChunk.objects.bulk_create(
        ReplyChunk(reply_id=piece.stream.reply_id, offset=piece.stream.offset, text=piece.text) for piece in alive
    )
    conversations = Conversation.objects.filter(id__in=[piece.stream.conversation_id for piece in alive])
    conversations.update(seq=F("seq") + 1)
    seqs = dict(conversations.values_list("id", "seq"))
    return [(_delta(piece, seqs[piece.stream.conversation_id]), piece.stream.user_id) for piece in alive]


def _delta(piece: _Piece, seq: int) -> protocol.TurnDelta:
    stream = piece.stream
    return protocol.TurnDelta(stream.conversation, seq, stream.reply, stream.offset, piece.text)


_journals: "WeakKeyDictionary[asyncio.AbstractEventLoop, Journal]" = WeakKeyDictionary()


def _mine() -> Journal:
    loop = asyncio.get_running_loop()
    if loop not in _journals:
        _journals[loop] = Journal()
    return _journals[loop]


async def commit(function: Callable[[], T]) -> T:
    """Run ``function`` inside the next group's transaction and return its result once that is committed.

    Raises: what ``function`` raises, then nothing of it is stored; DatabaseError when the commit failed.
    """
    return await _mine().commit(function)


def append(stream: Stream, text: str) -> None:
    """Store ``text`` at the end of a running reply with the next group, and show it then as ``turn.delta``."""
    _mine().append(stream, text)
