"""The memory as Markdown, for people: by whom it is about, what is true, what was, and the words it came from."""

import re
from collections.abc import Iterator

from django.utils import timezone

from chat.models import Conversation, Entity, EntityKind, Fact, FactStatus, User
from chat.services.memory.transfer import rows

_NOTES = {
    FactStatus.SUPERSEDED: "replaced",
    FactStatus.RETIRED: "no longer held to be true",
    FactStatus.PENDING: "waits for your word",
    FactStatus.REJECTED: "rejected by you",
}


def render(user: User) -> Iterator[str]:
    name = _line(user.display_name)
    yield f"# What MemoryBot remembers{f' of {name}' if name else ''}\n\n"
    yield f"*Exported {timezone.now():%Y-%m-%d %H:%M} UTC*\n"
    yield from _store(user, None)
    for own in rows.own_stores(user):
        yield f"\n# Known in one chat alone: {_line(str(own))}\n"
        yield from _store(user, own)


def _store(user: User, conversation: Conversation | None) -> Iterator[str]:
    current = None
    for fact in rows.facts_by_entity(user, conversation):
        if fact.entity_id != current:
            current = fact.entity_id
            yield _heading(fact.entity)
        yield _item(fact)


def _heading(entity: Entity) -> str:
    kind = "" if entity.kind == EntityKind.SELF else f" ({EntityKind(entity.kind).label.lower()})"
    told_apart = f", {_line(entity.disambiguator)}" if entity.disambiguator else ""
    aliases = sorted(_line(alias.text) for alias in entity.aliases.all() if alias.text != entity.name)
    called = f"\nAlso called {', '.join(aliases)}.\n" if aliases else ""
    return f"\n## {_line(entity.name)}{told_apart}{kind}\n{called}\n"


def _item(fact: Fact) -> str:
    marks = [
        f"{fact.learned_at:%Y-%m-%d}" + (f" to {fact.retired_at:%Y-%m-%d}" if fact.retired_at else ""),
        _NOTES.get(FactStatus(fact.status), ""),
        f"true from {fact.valid_from}" if fact.valid_from else "",
        f"true until {fact.valid_to}" if fact.valid_to else "",
        f"says {_line(fact.attributed_to)}" if fact.attributed_to else "",
        "set by you" if fact.locked else "",
        "pinned" if fact.pinned else "",
    ]
    quotes = "".join(
        f"  > {_line(source.quote)} ({source.message.created_at:%Y-%m-%d})\n" for source in fact.sources.all()
    )
    return f"- {_line(fact.statement)} *({', '.join(mark for mark in marks if mark)})*\n{quotes}"


def _line(text: str) -> str:
    """What people say is no Markdown here, and no HTML either, which Markdown lets through."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&-])", r"\\\1", " ".join(text.split()))
