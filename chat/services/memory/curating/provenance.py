"""One fact: where it comes from, what it replaced and what replaced it, and which answers it was used for."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from chat.models import Fact, FactSource, MemoryChange, Operation, ReceiptItem
from chat.services.memory.curating import phrases

MAX_SOURCES = 50
MAX_STEPS = 50
MAX_EVENTS = 200
MAX_USES = 20


@dataclass(frozen=True)
class Step:
    """One value in a fact's history. Shapes: ``events`` are what was done to it, the oldest first."""

    fact: Fact
    truth: str
    why: str
    events: list[MemoryChange]


@dataclass(frozen=True)
class FactView:
    """Everything the page of a fact shows.

    Shapes: ``steps`` the newest first, the fact itself among them; ``sources`` the oldest first; ``uses`` the newest
    first, with the replies and their conversations fetched; ``uses_are_cut`` if there were more.
    """

    fact: Fact
    notes: list[str]
    origin: str
    truth: str
    sources: list[FactSource]
    steps: list[Step]
    uses: list[ReceiptItem]
    uses_are_cut: bool


def view(fact: Fact) -> FactView:
    """Return what the page of ``fact`` shows; a bounded number of queries and rows."""
    sources = fact.sources.select_related("message__conversation").order_by("pk")
    uses = list(_uses(fact)[: MAX_USES + 1])
    return FactView(
        fact=fact,
        notes=phrases.notes(fact),
        origin=phrases.origin(fact),
        truth=phrases.truth(fact),
        sources=list(sources[:MAX_SOURCES]),
        steps=_steps(fact),
        uses=uses[:MAX_USES],
        uses_are_cut=len(uses) > MAX_USES,
    )


def _uses(fact: Fact) -> QuerySet[ReceiptItem]:
    items = ReceiptItem.objects.filter(fact=fact, receipt__reply__conversation__deleted_at=None)
    return items.select_related("receipt__reply__conversation", "receipt__reply__parent").order_by(
        "-receipt__created_at", "-pk"
    )


def _steps(fact: Fact) -> list[Step]:
    chain = _chain(fact)
    events: dict[int, list[MemoryChange]] = defaultdict(list)
    changes = MemoryChange.objects.filter(fact__in=chain).exclude(operation=Operation.CONFIRMED)
    for change in changes.select_related("reply__conversation").order_by("created_at", "pk")[:MAX_EVENTS]:
        events[change.fact_id].append(change)
    newest_first = sorted(chain.values(), key=lambda row: (row.learned_at, row.pk), reverse=True)
    return [Step(row, phrases.truth(row), phrases.why(row.reason), events[row.pk]) for row in newest_first]


def _chain(fact: Fact) -> dict[int, Fact]:
    """Return the fact and all that stood in its place before and after, also what was taken back; one query a step."""
    chain = {fact.pk: fact}
    step: Iterable[Fact] = [fact]
    while step and len(chain) < MAX_STEPS:
        step = [row for row in _beside(step) if row.pk not in chain][: MAX_STEPS - len(chain)]
        chain |= {row.pk: row for row in step}
    return chain


def _beside(facts: Iterable[Fact]) -> Collection[Fact]:
    facts = list(facts)
    after = [fact.superseded_by_id for fact in facts if fact.superseded_by_id is not None]
    linked = Q(superseded_by__in=facts) | Q(pk__in=after) | Q(changes__previous__in=facts)
    earlier = MemoryChange.objects.filter(fact__in=facts, previous__isnull=False).values("previous_id")
    return Fact.objects.filter(linked | Q(pk__in=earlier)).select_related("entity").distinct()[:MAX_STEPS]
