"""Many at once: what was changed is taken back together, what was learned in a period is forgotten together.

All changes of one act by hand carry one moment, so that a single undo finds them, however many they are.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from chat import access
from chat.models import EntityChange, Fact, FactStatus, MemoryChange, Operation, Suggestion, User
from chat.services import search
from chat.services.memory import ledger, suppression
from chat.services.memory.curating import corrections, review, undoing
from chat.services.memory.curating.corrections import CorrectionError
from chat.services.memory.curating.identity import IdentityError
from chat.services.memory.stores import Store

BATCH = 500
MAX_TICKED = 500
MAX_NAMED = 10

T = TypeVar("T")


@dataclass
class Undone:
    """``refused`` names what could not be taken back, ``more_refused`` counts those beyond the first few."""

    changes: list[MemoryChange] = field(default_factory=list)
    entity_changes: list[EntityChange] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    more_refused: int = 0

    @property
    def count(self) -> int:
        return len(self.changes) + len(self.entity_changes)

    def refuse(self, statement: str) -> None:
        if len(self.refused) < MAX_NAMED:
            self.refused.append(statement)
        else:
            self.more_refused += 1


@transaction.atomic
def undo_many(*, user: User, change_ids: Collection[UUID]) -> Undone:
    """This function will take several changes of facts and of entities back, the newest first, in one transaction.

    What later changes built on is named in ``refused``; the others are taken back.
    Raises: NotFound where none of the changes is there.
    """
    given = list(change_ids)[:MAX_TICKED]
    of_facts = _with_facts(MemoryChange.objects.filter(owner=user, uuid__in=given))
    of_entities = EntityChange.objects.filter(owner=user, uuid__in=given).select_related("entity")
    found: list[MemoryChange | EntityChange] = [*of_facts, *of_entities]
    if not found:
        raise access.NotFound
    undone = Undone()
    for change in sorted(found, key=lambda change: (change.created_at, change.pk), reverse=True):
        _undo_one(user, change, undone)
    return undone


@transaction.atomic
def undo_lot(*, user: User, at: datetime) -> Undone:
    """This function will take back everything that the person did in one act, at the moment ``at``.

    Raises: NotFound where nothing was done then, or all of it is taken back.
    """
    lot = MemoryChange.objects.filter(owner=user, by_user=True, created_at=at, undone_at=None)
    _lock_stores(Fact.objects.filter(changes__in=lot))
    found = list(_with_facts(lot))
    if not found:
        raise access.NotFound
    undone = Undone()
    ends = [change for change in found if change.operation == Operation.RETIRED]
    beginnings = [change for change in found if _is_plain_beginning(change)]
    together = {change.pk for change in (*ends, *beginnings)}
    for part in _batches(ends):
        _revive(part, undone)
    for part in _batches(beginnings):
        _end(part, undone)
    for change in found:
        if change.pk not in together:
            _undo_one(user, change, undone)
    return undone


def _with_facts(changes: QuerySet[MemoryChange]) -> QuerySet[MemoryChange]:
    return changes.select_related("fact__entity", "reply__conversation").order_by("-created_at", "-pk")


def _is_plain_beginning(change: MemoryChange) -> bool:
    """Not what had waited for review, which waits again."""
    return change.operation == Operation.ADDED and change.fact.suggestion == Suggestion.NONE


def _undo_one(user: User, change: MemoryChange | EntityChange, undone: Undone) -> None:
    name = change.fact.statement if isinstance(change, MemoryChange) else change.entity.name
    try:
        with transaction.atomic():
            if isinstance(change, MemoryChange):
                corrections.undo(user=user, change_id=change.uuid)
            else:
                undoing.undo(user=user, change_id=change.uuid)
    except (CorrectionError, IdentityError):
        undone.refuse(name)
        return
    change.undone_at = timezone.now()
    if isinstance(change, MemoryChange):
        undone.changes.append(change)
    else:
        undone.entity_changes.append(change)


def _revive(changes: Sequence[MemoryChange], undone: Undone) -> None:
    """Do for many ends at once what ``corrections.undo`` does for one."""
    blocked = set(_with_rival(Fact.objects.filter(changes__in=changes)).values_list("pk", flat=True))
    done = []
    for change in changes:
        if change.fact.status != FactStatus.RETIRED or change.fact_id in blocked:
            undone.refuse(change.fact.statement)
        else:
            done.append(change)
    facts = [change.fact for change in done]
    Fact.objects.filter(pk__in=[fact.pk for fact in facts]).update(
        status=FactStatus.ACTIVE, superseded_by=None, retired_at=None, reason=""
    )
    for fact in facts:
        ledger.index(fact)
    suppression.lift_facts(facts)
    waiting = Fact.objects.filter(concerns__in=facts, suggestion=Suggestion.RETIRE, status=FactStatus.RETIRED)
    waiting.update(status=FactStatus.PENDING, retired_at=None)
    _mark(done, undone)


def _end(changes: Sequence[MemoryChange], undone: Undone) -> None:
    """Do for many beginnings at once what ``corrections.undo`` does for one."""
    done = [change for change in changes if change.fact.status == FactStatus.ACTIVE]
    for change in changes:
        if change.fact.status != FactStatus.ACTIVE:
            undone.refuse(change.fact.statement)
    ids = [change.fact_id for change in done]
    Fact.objects.filter(pk__in=ids).update(status=FactStatus.RETIRED, retired_at=timezone.now(), reason="undone")
    search.drop("fact", object_ids=ids)
    _mark(done, undone)


def _mark(done: Sequence[MemoryChange], undone: Undone) -> None:
    now = timezone.now()
    MemoryChange.objects.filter(pk__in=[change.pk for change in done]).update(undone_at=now)
    for change in done:
        change.undone_at = now
    undone.changes += done


def _with_rival(facts: QuerySet[Fact]) -> QuerySet[Fact]:
    rivals = Fact.objects.filter(entity=OuterRef("entity"), attribute=OuterRef("attribute"), many_valued=False)
    return facts.filter(Exists(rivals.filter(status=FactStatus.ACTIVE)), many_valued=False)


# -- forgetting many --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Extent:
    """How much is concerned: facts that are held to be true, that wait for review, and that are past."""

    active: int
    waiting: int
    past: int

    @property
    def total(self) -> int:
        return self.active + self.waiting + self.past


def extent(facts: QuerySet[Fact]) -> Extent:
    """Return how much of what would be forgotten ``facts`` are."""
    held = facts.filter(status=FactStatus.ACTIVE).count()
    waiting = facts.filter(status=FactStatus.PENDING).count()
    return Extent(held, waiting, facts.count() - held - waiting)


def learned_between(store: Store, *, begin: datetime, end: datetime) -> QuerySet[Fact]:
    """Return the facts of ``store`` that were learned from ``begin`` and before ``end``."""
    of_store = {f"entity__{column}": value for column, value in store.columns.items()}
    return Fact.objects.filter(**of_store, learned_at__gte=begin, learned_at__lt=end)


@transaction.atomic
def forget(*, user: User, facts: QuerySet[Fact]) -> datetime:
    """This function will retire what of ``facts`` is held to be true, and reject what waits; none is learned again.

    Returns the moment by which ``undo_lot`` takes it all back.
    """
    at = timezone.now()
    mine = facts.filter(owner=user, status__in=[FactStatus.ACTIVE, FactStatus.PENDING])
    _lock_stores(mine)
    for part in _batches(list(mine.values_list("pk", flat=True))):
        _forget(list(Fact.objects.filter(pk__in=part).select_related("entity").order_by("pk")), at)
    return at


def _forget(facts: Sequence[Fact], at: datetime) -> None:
    """Do for many what ``corrections.forget_fact`` does for one."""
    active = [fact for fact in facts if fact.status == FactStatus.ACTIVE]
    Fact.objects.filter(pk__in=[fact.pk for fact in active]).update(
        status=FactStatus.RETIRED, retired_at=at, reason="forgotten"
    )
    search.drop("fact", object_ids=[fact.pk for fact in active])
    suppression.suppress(active)
    MemoryChange.objects.bulk_create(
        MemoryChange(owner_id=fact.owner_id, fact=fact, operation=Operation.RETIRED, by_user=True, created_at=at)
        for fact in active
    )
    for fact in facts:
        if fact.status == FactStatus.PENDING:
            review.reject(fact, ledger.Cause(by_user=True, at=at))
    ledger.touch([fact.entity for fact in facts])


def delete(*, user: User, facts: QuerySet[Fact]) -> int:
    """This function will delete ``facts`` for good, as if by hand, and return how many.

    It is not one transaction: others may write in between, and what is deleted stays deleted if it is broken off.
    """
    ids = list(facts.filter(owner=user).values_list("uuid", flat=True))
    for part in _batches(ids):
        corrections.delete_facts(user=user, fact_ids=part)
    return len(ids)


def _lock_stores(facts: QuerySet[Fact]) -> None:
    homes = facts.values_list("entity__owner_id", "entity__conversation_id").distinct()
    for owner_id, conversation_id in sorted(homes, key=lambda home: home[1] or 0):
        ledger.lock(Store(owner_id, conversation_id))


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
