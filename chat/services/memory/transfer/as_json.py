"""The memory as JSON: everything that is stored of it, for programs, and to be imported again.

docs/exports.md describes every field; a test compares. ``VERSION`` rises when a field goes or changes its meaning.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from chat.models import Conversation, Entity, EntityChange, Fact, MemoryChange, User
from chat.services.memory.transfer import rows

FORMAT = "memorybot.memory"
VERSION = 1


def render(user: User) -> Iterator[str]:
    top = {
        "format": FORMAT,
        "version": VERSION,
        "exported": _time(timezone.now()),
        "person": " ".join(user.display_name.split()),
        "conversations": [_conversation(own) for own in rows.own_stores(user)],
    }
    yield "".join(["{\n", *(f"{_dump(name)}: {_dump(value)},\n" for name, value in top.items())])
    mine = Entity.objects.filter(owner=user).select_related("conversation", "merged_into", "maybe_same_as")
    changes = MemoryChange.objects.filter(owner=user).select_related("fact", "previous", "reply")
    entity_changes = EntityChange.objects.filter(owner=user).select_related("entity", "other")
    yield from _list("entities", map(_entity, rows.each(mine.prefetch_related("aliases"))))
    yield from _list("facts", map(_fact, rows.each(rows.facts(user))))
    yield from _list("changes", map(_change, rows.each(changes)))
    yield from _list("entity_changes", map(_entity_change, rows.each(entity_changes)), end="\n}\n")


def _list(name: str, items: Iterator[dict[str, Any]], *, end: str = ",\n") -> Iterator[str]:
    yield f"{_dump(name)}: ["
    separator = "\n"
    for item in items:
        yield f"{separator}{_dump(item)}"
        separator = ",\n"
    yield f"\n]{end}"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _id(row: Any) -> str | None:
    found: UUID | None = row.uuid if row else None
    return str(found) if found else None


def _conversation(conversation: Conversation) -> dict[str, Any]:
    return {"id": _id(conversation), "title": conversation.title}


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "id": _id(entity),
        "conversation": _id(entity.conversation),
        "kind": entity.kind,
        "name": entity.name,
        "disambiguator": entity.disambiguator,
        "aliases": sorted(alias.text for alias in entity.aliases.all()),
        "pinned": entity.pinned,
        "merged_into": _id(entity.merged_into),
        "maybe_same_as": _id(entity.maybe_same_as),
        "created": _time(entity.created_at),
        "updated": _time(entity.updated_at),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "id": _id(fact),
        "entity": _id(fact.entity),
        "attribute": fact.attribute,
        "value": fact.value,
        "statement": fact.statement,
        "many_valued": fact.many_valued,
        "status": fact.status,
        "valid_from": fact.valid_from,
        "valid_to": fact.valid_to,
        "learned": _time(fact.learned_at),
        "retired": _time(fact.retired_at),
        "superseded_by": _id(fact.superseded_by),
        "reason": fact.reason,
        "certainty": fact.certainty,
        "attributed_to": fact.attributed_to,
        "sensitivity": fact.sensitivity,
        "origin": fact.origin,
        "pinned": fact.pinned,
        "locked": fact.locked,
        "suggestion": fact.suggestion,
        "concerns": _id(fact.concerns),
        "sources": [
            {
                "message": _id(source.message),
                "conversation": _id(source.message.conversation),
                "said": _time(source.message.created_at),
                "quote": source.quote,
            }
            for source in fact.sources.all()
        ],
    }


def _change(change: MemoryChange) -> dict[str, Any]:
    return {
        "id": _id(change),
        "op": change.operation,
        "fact": _id(change.fact),
        "was": _id(change.previous),
        "reply": _id(change.reply),
        "by_user": change.by_user,
        "created": _time(change.created_at),
        "undone": _time(change.undone_at),
    }


def _entity_change(change: EntityChange) -> dict[str, Any]:
    return {
        "id": _id(change),
        "op": change.operation,
        "entity": _id(change.entity),
        "other": _id(change.other),
        "by_user": change.by_user,
        "created": _time(change.created_at),
        "undone": _time(change.undone_at),
    }
