"""What was learned, changed, forgotten, put together and split, the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Self, TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from chat.models import Entity, EntityChange, FactStatus, MemoryChange, Operation
from chat.services.memory.curating import phrases
from chat.services.memory.stores import Store

PER_PAGE = 50

Kind = Literal["entity", "fact"]
Change = TypeVar("Change", MemoryChange, EntityChange)
_LABELS = {
    Operation.ADDED.value: "Noted",
    Operation.UPDATED.value: "Changed",
    Operation.RETIRED.value: "Forgotten",
    Operation.CONFIRMED.value: "Said again",
    Operation.REJECTED.value: "Not kept",
}
# What a fact is while a change of it can be undone; active after all others.
_STANDS = {Operation.RETIRED.value: FactStatus.RETIRED, Operation.REJECTED.value: FactStatus.REJECTED}


@dataclass(frozen=True)
class Place:
    """Where a page of the timeline ends: the next one begins behind it."""

    at: datetime
    kind: Kind
    pk: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.kind}~{self.pk}"

    @classmethod
    def parse(cls, given: str) -> Self | None:
        """Return the place that ``str`` of it names; None where it names none."""
        at, _, rest = given.partition("~")
        kind, _, number = rest.partition("~")
        try:
            when = parse_datetime(at)
        except ValueError:
            return None
        if when is None or timezone.is_naive(when) or not number.isdecimal() or len(number) > 18:
            return None
        return cls(when, "entity", int(number)) if kind == "entity" else cls(when, "fact", int(number))


@dataclass(frozen=True)
class Event:
    """One thing that happened; ``text`` alone says it where there is no ``label``. ``can_undo``: it stands, and nothing
    that was built on it is known to be in the way.
    """

    at: datetime
    label: str
    text: str
    was: str
    by_user: bool
    entity: Entity
    fact_change: MemoryChange | None
    entity_change: EntityChange | None
    is_undone: bool
    can_undo: bool
    place: Place

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)


@dataclass(frozen=True)
class Timeline:
    """Shapes: at most ``PER_PAGE`` events, the newest first; ``older`` is where the next page begins, if any."""

    events: list[Event]
    older: Place | None


def read(store: Store, *, entity: Entity | None = None, before: Place | None = None) -> Timeline:
    """Return a page of what happened in ``store``, or to one ``entity``; two queries, whatever the number."""
    facts = _fact_changes(store, entity, before)
    entities = _entity_changes(store, entity, before)
    events = sorted(
        [*map(_of_fact, facts), *map(_of_entity, entities)],
        key=lambda event: (event.at, event.place.kind == "entity", event.place.pk),
        reverse=True,
    )
    shown = events[:PER_PAGE]
    return Timeline(shown, shown[-1].place if len(events) > PER_PAGE else None)


def _fact_changes(store: Store, entity: Entity | None, before: Place | None) -> Iterable[MemoryChange]:
    changes = MemoryChange.objects.filter(**store.through("fact__entity"))
    if entity is not None:
        changes = changes.filter(fact__entity=entity)
    changes = changes.exclude(operation=Operation.CONFIRMED).select_related(
        "fact__entity", "previous", "reply__conversation"
    )
    return _page(changes, "fact", before)


def _entity_changes(store: Store, entity: Entity | None, before: Place | None) -> Iterable[EntityChange]:
    changes = EntityChange.objects.filter(**store.through("entity"))
    if entity is not None:
        changes = changes.filter(Q(entity=entity) | Q(other=entity))
    return _page(changes.select_related("entity__merged_into", "other"), "entity", before)


def _page(changes: QuerySet[Change], kind: Kind, before: Place | None) -> Iterable[Change]:
    """Of the same moment, entities come first, and then what was written last."""
    if before is not None:
        older = Q(created_at__lt=before.at)
        if kind == before.kind:
            older |= Q(created_at=before.at, pk__lt=before.pk)
        elif kind == "fact":
            older |= Q(created_at=before.at)
        changes = changes.filter(older)
    return changes.order_by("-created_at", "-pk")[: PER_PAGE + 1]


def _of_fact(change: MemoryChange) -> Event:
    fact = change.fact
    return Event(
        at=change.created_at,
        label=_LABELS[change.operation],
        text=fact.statement,
        was=change.previous.statement if change.previous else "",
        by_user=change.by_user,
        entity=fact.entity,
        fact_change=change,
        entity_change=None,
        is_undone=change.undone_at is not None,
        can_undo=change.undone_at is None and fact.status == _STANDS.get(change.operation, FactStatus.ACTIVE),
        place=Place(change.created_at, "fact", change.pk),
    )


def _of_entity(change: EntityChange) -> Event:
    return Event(
        at=change.created_at,
        label="",
        text=phrases.of_change(change),
        was="",
        by_user=change.by_user,
        entity=change.entity,
        fact_change=None,
        entity_change=change,
        is_undone=change.undone_at is not None,
        can_undo=change.undone_at is None,
        place=Place(change.created_at, "entity", change.pk),
    )
