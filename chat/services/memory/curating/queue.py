"""The review queue: what waits for the person's word, why, and what it would do."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from chat.models import Entity, Fact, FactSource, FactStatus, MemoryChange, Operation, Suggestion
from chat.services.memory import ledger
from chat.services.memory.curating import reasons
from chat.services.memory.stores import Store

PER_PAGE = 50
MAX_DECIDED = 50


@dataclass(frozen=True)
class Waiting:
    """``why`` says in a sentence why it waits. ``concerns`` is what it would replace or end, if that still holds."""

    fact: Fact
    why: str
    concerns: Fact | None

    @property
    def ends(self) -> bool:
        return self.fact.suggestion == Suggestion.RETIRE


def page(store: Store, *, number: int) -> list[Waiting]:
    """Return a page of what waits, with its entity, what it concerns and its sources, the latest first.

    Shapes: ``PER_PAGE`` and one more where there is a further page; a bounded number of queries.
    """
    skip = (number - 1) * PER_PAGE
    return _read(_pending(store), skip, skip + PER_PAGE + 1)


def of_entity(entity: Entity) -> list[Waiting]:
    """Return the latest of what waits about ``entity``."""
    return _read(Fact.objects.filter(entity=entity, status=FactStatus.PENDING), 0, PER_PAGE)


def _read(pending: QuerySet[Fact], begin: int, end: int) -> list[Waiting]:
    sources = FactSource.objects.select_related("message__conversation").order_by("pk")
    rows = pending.select_related("entity", "concerns").prefetch_related(Prefetch("sources", sources))
    found = rows.order_by("-learned_at", "-pk")[begin:end]
    return [Waiting(fact, reasons.sentence(fact.reason), still_true(fact.concerns)) for fact in found]


def still_true(fact: Fact | None) -> Fact | None:
    return fact if fact is not None and fact.status == FactStatus.ACTIVE else None


def count(store: Store) -> int:
    """Return how many facts wait."""
    return _pending(store).count()


def page_of(fact: Fact) -> int:
    """Return the number of the page of the queue that shows ``fact``."""
    store = ledger.store_of_entity(fact.entity)
    later = Q(learned_at__gt=fact.learned_at) | Q(learned_at=fact.learned_at, pk__gt=fact.pk)
    return _pending(store).filter(later).count() // PER_PAGE + 1


def decided(store: Store) -> list[MemoryChange]:
    """Return the latest decisions that can be taken back, the newest first."""
    of_store = {f"fact__entity__{column}": value for column, value in store.columns.items()}
    began = Q(operation__in=[Operation.ADDED, Operation.UPDATED]) & ~Q(fact__suggestion=Suggestion.NONE)
    ended = Q(operation=Operation.RETIRED, fact__in=_ended_by_review(store))
    rows = MemoryChange.objects.filter(**of_store, by_user=True, undone_at=None)
    rows = rows.filter(began & Q(fact__status=FactStatus.ACTIVE) | ended | Q(operation=Operation.REJECTED))
    return list(rows.select_related("fact__entity", "previous").order_by("-created_at", "-pk")[:MAX_DECIDED])


def _pending(store: Store) -> QuerySet[Fact]:
    of_store = {f"entity__{column}": value for column, value in store.columns.items()}
    return Fact.objects.filter(**of_store, status=FactStatus.PENDING)


def _ended_by_review(store: Store) -> QuerySet[Fact]:
    done = Fact.objects.filter(owner_id=store.owner_id, suggestion=Suggestion.RETIRE, status=FactStatus.RETIRED)
    return Fact.objects.filter(pk__in=done.values("concerns"), status=FactStatus.RETIRED)
