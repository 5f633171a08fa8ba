"""Facts that go from one entity to another, with what they replaced; and back. The caller holds the store's lock."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils import timezone

from chat.models import Entity, Fact, FactStatus
from chat.services import search
from chat.services.memory import ledger, wording

MERGED = "merged"
# A database takes so many values in one statement, and not many more.
CHUNK = 500

T = TypeVar("T")
_Key = tuple[str, str]


@dataclass(frozen=True)
class Moved:
    """Ids of the facts that went over, and of those that gave way since both sides had a value of one kind."""

    facts: list[int] = field(default_factory=list)
    given_way: list[int] = field(default_factory=list)


def move(facts: Sequence[Fact], to: Entity) -> Moved:
    """Give ``facts`` to another entity of their store.

    Where both have an active value of a single-valued attribute, or say the same, the one that was set by hand stays,
    else the newer; the other gives way to it.
    """
    given_way = _settle(facts, list(Fact.objects.filter(entity=to, status=FactStatus.ACTIVE)))
    for chunk in _chunks([fact.pk for fact in facts]):
        Fact.objects.filter(pk__in=chunk).update(entity=to)
    for fact in facts:
        fact.entity = to
        if fact.status == FactStatus.RETIRED and fact.reason == "forgotten":
            # What was forgotten stays forgotten, under whatever name.
            ledger.suppress(fact)
    return Moved([fact.pk for fact in facts], given_way)


def move_back(ids: Collection[int], *, given_way: Iterable[int], at: Entity, to: Entity) -> int:
    """Give those facts of ``ids`` that ``at`` still has to ``to``, wake what had given way, and return how many went.

    What would stand beside a newer value of the same kind stays as it is.
    """
    wanted = set(ids)
    facts = [fact for fact in Fact.objects.filter(entity=at) if fact.pk in wanted]
    move(facts, to)
    for chunk in _chunks(list(given_way)):
        for fact in Fact.objects.filter(pk__in=chunk, status=FactStatus.SUPERSEDED, reason=MERGED):
            if not _is_said(fact):
                ledger.revive(fact)
    return len(facts)


def with_earlier(facts: Iterable[Fact]) -> list[Fact]:
    """Return ``facts`` with all that they replaced on the same entity: a history stays together."""
    found = {fact.pk: fact for fact in facts}
    newest = list(found)
    while newest:
        step: list[Fact] = []
        for chunk in _chunks(newest):
            step += Fact.objects.filter(superseded_by__in=chunk)
        step = [fact for fact in step if fact.pk not in found]
        found |= {fact.pk: fact for fact in step}
        newest = [fact.pk for fact in step]
    owners = {fact.entity_id for fact in facts}
    return [fact for fact in found.values() if fact.entity_id in owners]


def _settle(coming: Iterable[Fact], there: Iterable[Fact]) -> list[int]:
    """End whatever cannot stand beside another, and return the ids of what ended."""
    holders = {key: fact for fact in there for key in _places(fact)}
    ended: list[int] = []
    for fact in coming:
        if fact.status != FactStatus.ACTIVE:
            continue
        rivals = {holders[key].pk: holders[key] for key in _places(fact) if key in holders}
        for rival in rivals.values():
            winner, loser = _by_weight(fact, rival)
            _give_way(loser, winner)
            ended.append(loser.pk)
            if loser is fact:
                break
        else:
            holders |= dict.fromkeys(_places(fact), fact)
    return ended


def _places(fact: Fact) -> list[_Key]:
    """What only one active fact of an entity may be: the value of an attribute that has one, or the same statement."""
    same = (fact.attribute, wording.fold(fact.value) or wording.fold(fact.statement))
    return [same] if fact.many_valued else [same, (fact.attribute, "")]


def _by_weight(one: Fact, other: Fact) -> tuple[Fact, Fact]:
    """Return the fact that stays and the one that gives way."""
    return (one, other) if _weight(one) > _weight(other) else (other, one)


def _weight(fact: Fact) -> tuple[object, ...]:
    return fact.locked, fact.learned_at, fact.pk


def _give_way(loser: Fact, winner: Fact) -> None:
    loser.status, loser.retired_at, loser.reason = FactStatus.SUPERSEDED, timezone.now(), MERGED
    loser.superseded_by = winner
    loser.save(update_fields=["status", "retired_at", "reason", "superseded_by"])
    search.drop("fact", object_ids=[loser.pk])


def _is_said(fact: Fact) -> bool:
    """Tell whether the entity has another active fact in the place of ``fact``."""
    others = Fact.objects.filter(entity_id=fact.entity_id, attribute=fact.attribute, status=FactStatus.ACTIVE)
    taken = {key for other in others.exclude(pk=fact.pk) for key in _places(other)}
    return any(key in taken for key in _places(fact))


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
