"""Every frame of the websocket, as data (docs/protocol.md). Pure: parses what pages send, dumps what they are told."""

import json
import uuid
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, Literal

MAX_FRAME_BYTES = 256 * 1024
MAX_TEXT_CHARACTERS = 32_000
MIN_K, MAX_K = 3, 1000
MAX_TEMPERATURE = 2.0
MAX_NAME_CHARACTERS = 200
MAX_PASTED = 50
MEMORY_MODES = ("on", "read_only", "off", "own", "temporary")

ErrorCode = Literal[
    "bad_frame", "too_large", "unknown_type", "not_found", "empty", "too_long", "bad_text",
    "busy", "client_id_reused", "bad_option", "bad_key", "internal",
]  # fmt: skip


class FrameError(Exception):
    """A frame that cannot be taken, or a request that is refused. ``message`` is for people."""

    def __init__(self, code: ErrorCode, message: str, *, ref: str | None = None, client_id: str | None = None) -> None:
        super().__init__(code)
        self.code, self.message, self.ref, self.client_id = code, message, ref, client_id


# -- from the client --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Options:
    """Settings that a send may change. ``None`` leaves one as it is."""

    model: str | None = None
    k: int | None = None
    temperature: float | None = None
    memory: str | None = None


# [start, end) of what was pasted into a text, in code points, in order.
Spans = list[list[int]]


@dataclass(frozen=True)
class TurnSend:
    type: ClassVar[str] = "turn.send"
    client_id: uuid.UUID
    text: str
    conversation: uuid.UUID | None = None
    parent: uuid.UUID | None = None
    options: Options = field(default_factory=Options)
    pasted: Spans = field(default_factory=list)


@dataclass(frozen=True)
class TurnStop:
    type: ClassVar[str] = "turn.stop"
    reply: uuid.UUID


@dataclass(frozen=True)
class TurnRetry:
    type: ClassVar[str] = "turn.retry"
    reply: uuid.UUID
    client_id: uuid.UUID


@dataclass(frozen=True)
class TurnEdit:
    type: ClassVar[str] = "turn.edit"
    message: uuid.UUID
    text: str
    client_id: uuid.UUID
    pasted: Spans = field(default_factory=list)


@dataclass(frozen=True)
class ConversationFollow:
    type: ClassVar[str] = "conversation.follow"
    conversation: uuid.UUID
    after: int = 0
    branch: uuid.UUID | None = None


@dataclass(frozen=True)
class KeySet:
    type: ClassVar[str] = "key.set"
    key: str | None = field(repr=False)


@dataclass(frozen=True)
class Ping:
    type: ClassVar[str] = "ping"


ClientFrame = TurnSend | TurnStop | TurnRetry | TurnEdit | ConversationFollow | KeySet | Ping
CLIENT_FRAMES: dict[str, type[ClientFrame]] = {
    frame.type: frame for frame in (TurnSend, TurnStop, TurnRetry, TurnEdit, ConversationFollow, KeySet, Ping)
}


@dataclass(frozen=True)
class Request:
    """A parsed frame and the ``ref`` that its answer repeats."""

    frame: ClientFrame
    ref: str | None


def parse(text: str) -> Request:
    """Read one frame of a page.

    Raises: FrameError with what is wrong, and the frame's ``ref`` and ``client_id`` where they could be read.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_FRAME_BYTES:
        raise FrameError("too_large", "That is too much at once; the limit is 256 KiB.")
    data = _load(text)
    ref, client_id = _echo(data, "ref"), _echo(data, "client_id")
    try:
        return Request(_frame(data), ref)
    except FrameError as error:
        raise FrameError(error.code, error.message, ref=ref, client_id=client_id) from None


def _load(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise FrameError("bad_frame", "That was not readable: a frame is one JSON object.") from None
    if not isinstance(data, dict):
        raise FrameError("bad_frame", "That was not readable: a frame is one JSON object.")
    return data


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _echo(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    return value if isinstance(value, str) and len(value) <= MAX_NAME_CHARACTERS and _is_clean(value) else None


def _frame(data: dict[str, Any]) -> ClientFrame:
    kind = data.get("type")
    if not isinstance(kind, str) or kind not in CLIENT_FRAMES:
        raise FrameError("unknown_type", f"A frame's type is one of {', '.join(CLIENT_FRAMES)}.")
    frame = CLIENT_FRAMES[kind]
    return frame(**{item.name: _READERS[item.name](data) for item in fields(frame)})


def _id(name: str, *, optional: bool = False) -> Any:
    def read(data: dict[str, Any]) -> uuid.UUID | None:
        value = data.get(name)
        if value is None and optional:
            return None
        try:
            return uuid.UUID(value if isinstance(value, str) else "")
        except ValueError:
            raise FrameError("bad_frame", f"{name} has to be a UUID.") from None

    return read


def _read_text(data: dict[str, Any]) -> str:
    value = data.get("text")
    if not isinstance(value, str):
        raise FrameError("bad_frame", "text has to be a string.")
    if not value.strip():
        raise FrameError("empty", "There is nothing in the message yet.")
    if len(value) > MAX_TEXT_CHARACTERS:
        raise FrameError(
            "too_long",
            f"The message has {len(value):,} characters; at most {MAX_TEXT_CHARACTERS:,} can be sent at once.",
        )
    if not _is_clean(value):
        raise FrameError("bad_text", "The message contains characters that cannot be stored; please remove them.")
    return value


def _read_pasted(data: dict[str, Any]) -> Spans:
    """Read which parts of ``text``, which was read before, were pasted."""
    value = data.get("pasted")
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MAX_PASTED or not all(_is_span(pair) for pair in value):
        raise FrameError("bad_frame", f"pasted has to be a list of at most {MAX_PASTED} pairs, [start, end].")
    places = [0, *(place for pair in value for place in pair), len(data["text"])]
    if places != sorted(places):
        raise FrameError("bad_frame", "pasted has to be in order and within the text, counted in code points.")
    return value


def _is_span(pair: object) -> bool:
    match pair:
        case [int(start), int(end)]:
            return start < end and not isinstance(start, bool) and not isinstance(end, bool)
    return False


def _is_clean(text: str) -> bool:
    """Tell whether ``text`` can be stored: no NUL (PostgreSQL refuses it), no lone surrogates (no UTF-8 for them)."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _read_after(data: dict[str, Any]) -> int:
    value = data.get("after", 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise FrameError("bad_frame", "after has to be a whole number from 0.")
    return value


def _read_key(data: dict[str, Any]) -> str | None:
    value = data.get("key")
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > MAX_NAME_CHARACTERS or not value.isascii() or not value.isprintable():
        raise FrameError(
            "bad_key", "That does not look like a key: a key is one line of plain letters, digits and signs."
        )
    return value.strip() or None


def _read_options(data: dict[str, Any]) -> Options:
    value = data.get("options")
    if value is None:
        return Options()
    if not isinstance(value, dict):
        raise FrameError("bad_frame", "options has to be an object.")
    return Options(
        model=_read_model(value.get("model")),
        k=_read_k(value.get("k")),
        temperature=_read_temperature(value.get("temperature")),
        memory=_read_memory(value.get("memory")),
    )


def _read_model(value: object) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > MAX_NAME_CHARACTERS or not value.isprintable():
        raise FrameError("bad_option", "model has to be the name of a model.")
    return value


def _read_k(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not MIN_K <= value <= MAX_K:
        raise FrameError("bad_option", f"k has to be a whole number from {MIN_K} to {MAX_K}.")
    return value


def _read_temperature(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_TEMPERATURE:
        raise FrameError("bad_option", f"temperature has to be a number from 0 to {MAX_TEMPERATURE:g}.")
    return float(value)


def _read_memory(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in MEMORY_MODES:
        raise FrameError("bad_option", f"memory has to be one of {', '.join(MEMORY_MODES)}.")
    return value


_READERS: dict[str, Any] = {
    "client_id": _id("client_id"),
    "conversation": _id("conversation", optional=True),
    "parent": _id("parent", optional=True),
    "branch": _id("branch", optional=True),
    "reply": _id("reply"),
    "message": _id("message"),
    "text": _read_text,
    "pasted": _read_pasted,
    "options": _read_options,
    "after": _read_after,
    "key": _read_key,
}


# -- from the server --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ErrorInfo:
    code: str
    message: str
    retryable: bool


@dataclass(frozen=True)
class UsageInfo:
    prompt: int
    cached: int
    completion: int


@dataclass(frozen=True)
class RecalledFact:
    id: str
    entity: str
    text: str
    why: str
    tokens: int


@dataclass(frozen=True)
class RecalledMessage:
    id: str
    conversation: str
    role: str
    date: str
    excerpt: str
    why: str
    tokens: int


@dataclass(frozen=True)
class Receipt:
    facts: list[RecalledFact]
    messages: list[RecalledMessage]
    tokens: int


@dataclass(frozen=True)
class Change:
    op: str
    change: str
    entity: str
    fact: str
    text: str
    was: str | None
    undone: bool


@dataclass(frozen=True)
class StoredMessage:
    id: str
    parent: str | None
    role: str
    text: str
    pasted: Spans
    status: str
    created: str
    model: str
    error: ErrorInfo | None
    usage: UsageInfo | None
    siblings: list[str]
    receipt: Receipt | None
    learned: list[Change]


@dataclass(frozen=True)
class TurnAccepted:
    type: ClassVar[str] = "turn.accepted"
    conversation: str
    seq: int
    client_id: str
    message: StoredMessage
    reply: StoredMessage


@dataclass(frozen=True)
class TurnRecalled:
    type: ClassVar[str] = "turn.recalled"
    conversation: str
    seq: int
    reply: str
    receipt: Receipt


@dataclass(frozen=True)
class TurnDelta:
    """``offset`` counts Unicode code points of the reply before ``text``."""

    type: ClassVar[str] = "turn.delta"
    conversation: str
    seq: int
    reply: str
    offset: int
    text: str


@dataclass(frozen=True)
class TurnDone:
    type: ClassVar[str] = "turn.done"
    conversation: str
    seq: int
    reply: str
    status: str
    usage: UsageInfo | None
    error: ErrorInfo | None


@dataclass(frozen=True)
class MemoryUpdated:
    type: ClassVar[str] = "memory.updated"
    conversation: str
    seq: int
    reply: str
    changes: list[Change]


@dataclass(frozen=True)
class ConversationUpdated:
    """``changed`` stands flat in the frame.

    title, title_by, model, k, temperature, memory, instructions, updated, deleted.
    """

    type: ClassVar[str] = "conversation.updated"
    conversation: str
    seq: int
    changed: dict[str, Any]


@dataclass(frozen=True)
class ConversationDeleted:
    type: ClassVar[str] = "conversation.deleted"
    conversation: str
    seq: int


@dataclass(frozen=True)
class MessageErased:
    """What a message said was deleted for good; ``text`` is what is left of it."""

    type: ClassVar[str] = "message.erased"
    conversation: str
    seq: int
    message: str
    text: str


@dataclass(frozen=True)
class ConversationState:
    type: ClassVar[str] = "conversation.state"
    conversation: str
    seq: int
    messages: list[StoredMessage]
    running: str | None


@dataclass(frozen=True)
class Pong:
    type: ClassVar[str] = "pong"


@dataclass(frozen=True)
class KeyAccepted:
    """Answers ``key.set``: whether this socket holds a key now."""

    type: ClassVar[str] = "key.accepted"
    held: bool


@dataclass(frozen=True)
class Error:
    type: ClassVar[str] = "error"
    code: str
    message: str
    client_id: str | None = None


Event = (
    TurnAccepted
    | TurnRecalled
    | TurnDelta
    | TurnDone
    | MemoryUpdated
    | ConversationUpdated
    | ConversationDeleted
    | MessageErased
    | ConversationState
    | Pong
    | KeyAccepted
    | Error
)
SERVER_FRAMES: dict[str, type[Event]] = {
    event.type: event
    for event in (
        TurnAccepted, TurnRecalled, TurnDelta, TurnDone, MemoryUpdated, ConversationUpdated, ConversationDeleted,
        MessageErased, ConversationState, Pong, KeyAccepted, Error,
    )
}  # fmt: skip


def dump(event: Event) -> dict[str, Any]:
    """Return the frame of ``event`` as it goes over the wire, without ``ref``."""
    body = asdict(event)
    body.update(body.pop("changed", {}))
    return {"type": event.type, **body}
