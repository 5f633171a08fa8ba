"""The conversation as plain text."""

import unicodedata
from collections.abc import Iterator

from chat.models import Message
from chat.services.exports import reading


def render(head: reading.Head, batches: Iterator[reading.Batch]) -> Iterator[str]:
    title = _plain(head.title)
    yield f"{title}\n{'=' * min(len(title), 80)}\n"
    yield f"MemoryBot, {head.count} messages, exported {head.exported_at:%Y-%m-%d %H:%M} UTC\n"
    for batch in batches:
        yield "".join(_message(head, message) for message in batch)


def _message(head: reading.Head, message: Message) -> str:
    note = reading.note_of(message)
    parts = [
        f"\n[{message.created_at:%Y-%m-%d %H:%M}] {_plain(head.speaker(message))}",
        _plain(message.text),
        f"({note})" if note else "",
    ]
    return "".join(f"{part}\n" for part in parts if part)


def _plain(text: str) -> str:
    """Leave out control characters: in a terminal they would do things."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc").rstrip()
