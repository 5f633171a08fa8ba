"""Server-sent events, read from bytes. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from chat.llm.errors import LLMError

MAX_EVENT_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Event:
    name: bytes
    data: bytes


class EventReader:
    """Turns the pieces of a response body into events, whatever the pieces' borders.

    Bytes are only decoded when an event is whole, so a code point that arrives in two pieces is no trouble.
    `stray` keeps the beginning of a body that does not speak the protocol (a web page, a bare JSON object).
    """

    def __init__(self) -> None:
        self.stray = b""
        self._line: list[bytes] = []
        self._data: list[bytes] = []
        self._name = b""
        self._size = 0

    def feed(self, piece: bytes) -> Iterator[Event]:
        """This function will yield the events that `piece` completes.

        Raises: LLMError("junk") when one event outgrows MAX_EVENT_BYTES.
        """
        first, *others = piece.split(b"\n")
        self._keep(first)
        for following in others:
            line = b"".join(self._line)
            self._line = []
            event = self._end_line(line.removesuffix(b"\r"))
            if event is not None:
                yield event
            self._keep(following)

    def rest(self) -> bytes:
        """This function will return what came after the last line's end."""
        return b"".join(self._line)

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > MAX_EVENT_BYTES:
            raise LLMError("junk")
        self._line.append(part)

    def _end_line(self, line: bytes) -> Event | None:
        if not line:
            return self._end_event()
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
        elif field == b"event":
            self._name = value
        elif field and field not in (b"id", b"retry") and not self.stray:
            self.stray = line
        return None

    def _end_event(self) -> Event | None:
        data, name = self._data, self._name
        self._data, self._name, self._size = [], b"", 0
        return Event(name, b"\n".join(data)) if data else None
