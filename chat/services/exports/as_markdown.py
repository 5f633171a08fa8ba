"""The conversation as Markdown; what was said stays as it was written."""

import re
from collections.abc import Iterator

from chat.models import Message
from chat.services.exports import reading


def render(head: reading.Head, batches: Iterator[reading.Batch]) -> Iterator[str]:
    yield f"# {_escaped(head.title)}\n\n"
    yield f"*MemoryBot, {head.count} messages, exported {head.exported_at:%Y-%m-%d %H:%M} UTC*\n"
    for batch in batches:
        yield "".join(_message(head, message) for message in batch)


def _message(head: reading.Head, message: Message) -> str:
    note = reading.note_of(message)
    parts = [
        f"## {_escaped(head.speaker(message))} · {message.created_at:%Y-%m-%d %H:%M}",
        message.text.strip("\n"),
        f"*{_escaped(note)}*" if note else "",
    ]
    return "".join(f"\n{part}\n" for part in parts if part)


def _escaped(line: str) -> str:
    """A title is no Markdown, and no HTML either, which Markdown lets through."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&-])", r"\\\1", line)
