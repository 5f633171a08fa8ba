"""Writes what a person picked of an imported memory: all of it in one transaction, or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from chat.models import (
    Entity,
    EntityAlias,
    EntityKind,
    Fact,
    FactSource,
    FactStatus,
    MemoryChange,
    Message,
    Operation,
    Origin,
    Suggestion,
    User,
)
from chat.services import search
from chat.services.memory import keys, ledger, stores, suppression
from chat.services.memory.transfer.comparing import Comparison, Item, Kind, Target
from chat.services.memory.transfer.parsing import Memory

BATCH = 500

T = TypeVar("T")


@dataclass(frozen=True)
class Picks:
    """What a person wants of each kind: the facts at these places of the file, and those from ``beyond`` on."""

    chosen: Mapping[Kind, frozenset[int]]
    beyond: Mapping[Kind, int]

    def has(self, item: Item, place: int) -> bool:
        """``place`` is the number of the item among those of its kind."""
        return item.index in self.chosen.get(item.kind, frozenset()) or place >= self.beyond.get(item.kind, place + 1)


@dataclass(frozen=True)
class Written:
    """``at`` is the moment by which ``lots.undo_lot`` takes it back; ``sources`` were found in messages here."""

    at: datetime
    facts: int
    sources: int


@transaction.atomic
def write(*, user: User, memory: Memory, picks: Picks) -> Written:
    """This function will write what was picked. The file is compared anew, in case something changed meanwhile.

    What has become something else since, such as a contradiction, is not what was picked, and is left out.
    """
    ledger.lock(stores.Store(user.pk))
    comparison = Comparison(user, memory)
    for store in set(comparison.stores.values()) - {stores.Store(user.pk)}:
        ledger.lock(store)
    items = comparison.items()
    return _Writer(user, comparison).write(items, list(_placed(items, picks)))


def _placed(items: Sequence[Item], picks: Picks) -> Iterator[Item]:
    places: dict[Kind, int] = {}
    for item in items:
        place = places.get(item.kind, 0)
        places[item.kind] = place + 1
        if item.target is not None and item.kind != "same" and picks.has(item, place):
            yield item


class _Writer:
    def __init__(self, user: User, comparison: Comparison) -> None:
        self.user = user
        self.comparison = comparison
        self.at = timezone.now()
        self.entities: dict[str, Entity] = {}
        # Of several in the file for one place: which of them gave way, and to which.
        self.outdone: list[tuple[Fact, Fact]] = []

    def write(self, items: Sequence[Item], chosen: Sequence[Item]) -> Written:
        self._make_entities([item.target for item in chosen if item.target])
        facts = {item.fact.id: self._fact(item) for item in chosen}
        suppression.lift_facts(facts[item.fact.id] for item in chosen if item.kind == "forgotten")
        gave_way = self._end_contradicted(chosen, facts)
        known = {item.fact.id: item.twin for item in items if item.twin is not None}
        self._close_empty_suggestions(chosen, facts, known)
        for part in _batches(list(facts.values())):
            Fact.objects.bulk_create(part)
        self._link(chosen, facts, known)
        self._note_successors(gave_way)
        self._note_changes(facts, gave_way)
        sources = self._write_sources(chosen, facts)
        for fact in facts.values():
            if fact.status == FactStatus.ACTIVE:
                ledger.index(fact)
        ledger.touch([fact.entity for fact in facts.values()][:BATCH])
        return Written(self.at, len(facts), sources)

    # -- entities -----------------------------------------------------------------------------------------------------

    def _make_entities(self, targets: Sequence[Target]) -> None:
        for target in targets:
            entity = target.entity
            if entity.id in self.entities:
                continue
            if target.known is not None or entity.kind == EntityKind.SELF:
                self.entities[entity.id] = target.known or stores.self_entity(target.store)
            else:
                self.entities[entity.id] = self._entity(target)
        for part in _batches([entity for entity in self.entities.values() if entity._state.adding]):
            Entity.objects.bulk_create(part)
        self._make_aliases()
        self._mark_alike()

    def _entity(self, target: Target) -> Entity:
        given = target.entity
        return Entity(
            **target.store.columns,
            kind=given.kind,
            name=given.name,
            disambiguator=given.disambiguator,
            pinned=given.pinned,
            created_at=_past(given.created, self.at),
            updated_at=_past(given.updated, self.at),
        )

    def _make_aliases(self) -> None:
        rows = [
            EntityAlias(entity=self.entities[target.entity.id], text=text, normalised=stores.normalise(text))
            for target in self.comparison.targets.values()
            if target.entity.id in self.entities
            for text in target.entity.aliases or (target.entity.name,) * (target.entity.kind != EntityKind.SELF)
            if stores.normalise(text)
        ]
        for part in _batches(rows):
            EntityAlias.objects.bulk_create(part, ignore_conflicts=True)

    def _mark_alike(self) -> None:
        for target in self.comparison.targets.values():
            entity, other = self.entities.get(target.entity.id), self.entities.get(target.entity.maybe_same_as)
            if entity is not None and other is not None and target.known is None:
                Entity.objects.filter(pk=entity.pk).update(maybe_same_as=other)

    # -- facts --------------------------------------------------------------------------------------------------------

    def _fact(self, item: Item) -> Fact:
        given, is_active = item.fact, item.fact.status == FactStatus.ACTIVE
        assert item.target is not None  # noqa: S101  (for the type checker; only such are picked)
        return Fact(
            owner=self.user,
            entity=self.entities[item.target.entity.id],
            attribute=given.attribute,
            value=given.value,
            statement=given.statement,
            many_valued=not keys.is_single(given.attribute),
            status=given.status,
            valid_from=given.valid_from,
            valid_to=given.valid_to,
            learned_at=_past(given.learned, self.at),
            retired_at=None if is_active else given.retired and _past(given.retired, self.at),
            reason="" if is_active else given.reason,
            certainty=given.certainty,
            attributed_to=given.attributed_to,
            sensitivity=given.sensitivity,
            origin=Origin.IMPORT,
            pinned=given.pinned,
            locked=given.locked,
            suggestion="" if is_active else given.suggestion,
        )

    def _end_contradicted(self, chosen: Sequence[Item], facts: Mapping[str, Fact]) -> dict[int, Fact]:
        """End what gives way here. Of several in the file for one place the last one picked stays.

        Shapes: what takes its place by the id of each fact that gave way.
        """
        last: dict[tuple[int | None, str], Fact] = {}
        gave_way: dict[int, Fact] = {}
        for item in chosen:
            fact = facts[item.fact.id]
            if fact.status != FactStatus.ACTIVE or fact.many_valued:
                continue
            place = (fact.entity.pk, fact.attribute)
            if place in last:
                last[place].status, last[place].retired_at = FactStatus.SUPERSEDED, self.at
                self.outdone.append((last[place], fact))
            last[place] = fact
        held = Fact.objects.filter(owner=self.user, status=FactStatus.ACTIVE, many_valued=False)
        for pk, entity, attribute in held.values_list("pk", "entity_id", "attribute"):
            if (entity, attribute) in last:
                gave_way[pk] = last[entity, attribute]
        for part in _batches(list(gave_way)):
            ended = Fact.objects.filter(pk__in=part)
            ended.update(status=FactStatus.SUPERSEDED, retired_at=self.at, reason="said_otherwise")
            search.drop("fact", object_ids=part)
        return gave_way

    def _close_empty_suggestions(
        self, chosen: Sequence[Item], facts: Mapping[str, Fact], known: Mapping[str, int]
    ) -> None:
        """An update of what is not here is an addition; an end of what is not here has nothing to end."""
        for item in chosen:
            fact, concerns = facts[item.fact.id], item.fact.concerns
            if fact.status != FactStatus.PENDING or concerns in facts or concerns in known:
                continue
            if fact.suggestion == Suggestion.RETIRE:
                fact.status, fact.retired_at = FactStatus.RETIRED, self.at
            elif fact.suggestion == Suggestion.UPDATE:
                fact.suggestion = Suggestion.ADD

    def _link(self, chosen: Sequence[Item], facts: Mapping[str, Fact], known: Mapping[str, int]) -> None:
        """Tie facts to what took their place and to what they concern."""
        pks = {**known, **{given: fact.pk for given, fact in facts.items()}}
        for item in chosen:
            fact = facts[item.fact.id]
            links = {
                "superseded_by_id": pks.get(item.fact.superseded_by),
                "concerns_id": pks.get(item.fact.concerns) if fact.suggestion else None,
            }
            if any(links.values()):
                Fact.objects.filter(pk=fact.pk).update(**links)
        for loser, winner in self.outdone:
            Fact.objects.filter(pk=loser.pk).update(superseded_by=winner)

    def _note_successors(self, gave_way: Mapping[int, Fact]) -> None:
        for pk, fact in gave_way.items():
            Fact.objects.filter(pk=pk).update(superseded_by=fact)

    def _note_changes(self, facts: Mapping[str, Fact], gave_way: Mapping[int, Fact]) -> None:
        previous = {fact.pk: pk for pk, fact in gave_way.items()}
        changes = [
            MemoryChange(
                owner=self.user,
                fact=fact,
                previous_id=previous.get(fact.pk),
                operation=Operation.UPDATED if fact.pk in previous else Operation.ADDED,
                by_user=True,
                created_at=self.at,
            )
            for fact in facts.values()
            if fact.status == FactStatus.ACTIVE
        ]
        for part in _batches(changes):
            MemoryChange.objects.bulk_create(part)

    def _write_sources(self, chosen: Sequence[Item], facts: Mapping[str, Fact]) -> int:
        """Tie quotes to the messages here that hold them; what stands in no message here is no source."""
        quotes = [
            (source.message, source.quote, facts[item.fact.id]) for item in chosen for source in item.fact.sources
        ]
        count = 0
        for part in _batches(quotes):
            messages = Message.objects.filter(owner=self.user, uuid__in={message for message, _, _ in part})
            here = {str(message.uuid): message for message in messages}
            rows = [
                FactSource(fact=fact, message=here[message], quote=quote)
                for message, quote, fact in part
                if message in here and quote in here[message].text
            ]
            FactSource.objects.bulk_create(rows, ignore_conflicts=True)
            count += len(rows)
        return count


def _past(moment: datetime | None, now: datetime) -> datetime:
    """A clock that goes wrong elsewhere dates nothing into the future here."""
    return min(moment, now) if moment else now


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
