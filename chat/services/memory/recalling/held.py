"""Facts that are held to be true, with their entities; of both only what recall and its receipt read."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from chat.models import Entity, Fact
from chat.services.memory import attributes
from chat.services.memory.recalling import sql

# In the order of the models' columns.
_OF_FACT: Final = (
    *("id", "uuid", "owner_id", "entity_id", "attribute", "value", "statement", "status"),
    *("valid_from", "valid_to", "learned_at", "retired_at"),
)
_OF_ENTITY: Final = ("id", "owner_id", "conversation_id", "kind", "name", "pinned")
_LEARNED, _RETIRED = _OF_FACT.index("learned_at"), _OF_FACT.index("retired_at")
# Of entities that were not merged into others, and until its end is over: chain.still_true() says the same.
_HELD: Final = (
    "fact.status = 'active' AND entity.merged_into_id IS NULL"
    " AND (fact.valid_to = '' OR fact.valid_to > %s OR fact.valid_to IN (%s, %s, %s))"
)
_SELECT: Final = f"SELECT {sql.columns('fact', _OF_FACT)}, {sql.columns('entity', _OF_ENTITY)}"
_THEIRS: Final = (
    "CROSS JOIN chat_fact fact CROSS JOIN chat_entity entity"
    " WHERE fact.id = wanted.value AND entity.id = fact.entity_id"
)


def by_ids(ids: Sequence[int]) -> list[Fact]:
    """Return those of the facts that are held to be true, in the order of ``ids``."""
    if not ids:
        return []
    found = sql.selected(
        f"{_SELECT} FROM {sql.wanted()} {_THEIRS} AND {_HELD}",
        [sql.listed(ids), *_days()],
    )
    facts = {fact.pk: fact for fact in _facts(found)}
    return [facts[pk] for pk in ids if pk in facts]


def most_basic_of(entity_ids: Collection[int], limit: int) -> list[Fact]:
    """Return facts of the entities: the most basic first, and of equals the newest."""
    if not entity_ids:
        return []
    # Their ids alone first: of somebody who told much, to sort whole rows takes most of the time.
    ids = (
        f"SELECT fact.id AS value FROM {sql.wanted()} CROSS JOIN chat_entity entity CROSS JOIN chat_fact fact"
        f" WHERE entity.id = wanted.value AND fact.entity_id = entity.id AND {_HELD}"
        f" ORDER BY {attributes.RANK}, fact.learned_at DESC, fact.id DESC LIMIT %s"
    )
    found = sql.selected(f"{_SELECT} FROM ({ids}) AS wanted {_THEIRS}", [sql.listed(entity_ids), *_days(), limit])
    newest_first = sorted(_facts(found), key=lambda fact: (fact.learned_at, fact.pk), reverse=True)
    return sorted(newest_first, key=lambda fact: attributes.rank(fact.attribute))


def _days() -> list[str]:
    """Return the values that _HELD takes: "2026" goes on until December."""
    today = timezone.now().date().isoformat()
    return [today, today[:4], today[:7], today]


def _facts(found: Sequence[tuple[Any, ...]]) -> Iterator[Fact]:
    entities: dict[int, Entity] = {}
    for row in found:
        values, of_entity = list(row[: len(_OF_FACT)]), row[len(_OF_FACT) :]
        values[1], values[_LEARNED] = sql.uuid(values[1]), sql.moment(values[_LEARNED])
        values[_RETIRED] = values[_RETIRED] and sql.moment(values[_RETIRED])
        fact = Fact.from_db(connection.alias, _OF_FACT, values)
        if fact.entity_id not in entities:
            entities[fact.entity_id] = Entity.from_db(connection.alias, _OF_ENTITY, of_entity)
        fact.entity = entities[fact.entity_id]
        yield fact
