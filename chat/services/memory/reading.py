"""What the memory pages show: found by words, one entity with its history, what is no longer held to be true."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from chat.models import (
    Conversation,
    Entity,
    EntityKind,
    Fact,
    FactSource,
    FactStatus,
    MemoryChange,
    MemoryMode,
    Operation,
    Suggestion,
    User,
)
from chat.services import search
from chat.services.memory import attributes, queue, stores
from chat.services.memory.queue import Waiting
from chat.services.memory.stores import KnownEntity, Store

ENTITIES_PER_PAGE = 30
FACTS_PER_ENTITY = 5
FACTS_PER_PAGE = 50
MAX_FOUND = 50
MAX_CHANGES = 20
MAX_OWN_STORES = 100
# A chain of replaced values is followed this far.
MAX_EARLIER = 20

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """``number`` counts from 1."""

    items: list[T]
    number: int
    has_more: bool


@dataclass(frozen=True)
class Found:
    """Shapes: at most ``MAX_FOUND`` of each, entities by name, facts the best first; ``is_cut`` if there were more."""

    entities: list[Entity]
    facts: list[Fact]
    is_cut: bool


@dataclass(frozen=True)
class FactHistory:
    """Shapes: ``earlier`` are the facts that ``fact`` replaced, the latest first."""

    fact: Fact
    earlier: list[Fact]


@dataclass(frozen=True)
class PastFact:
    """``undo`` is the change by which it was forgotten, to bring it back with; None where something replaced it."""

    fact: Fact
    undo: MemoryChange | None


@dataclass(frozen=True)
class EntityView:
    """Everything the page of one entity shows. Shapes: ``changes`` are the latest, the newest first."""

    entity: Entity
    kind: str
    is_self: bool
    aliases: list[str]
    facts: Page[FactHistory]
    waiting: list[Waiting]
    forgotten: list[PastFact]
    changes: list[MemoryChange]


def known(store: Store, *, number: int) -> Page[KnownEntity]:
    """Return a page of entities with their most basic facts, the person first, then what was touched last."""
    skip = (number - 1) * ENTITIES_PER_PAGE
    rows = stores.overview(store, limit=ENTITIES_PER_PAGE + 1, offset=skip, facts_each=FACTS_PER_ENTITY)
    return _page(rows, number, ENTITIES_PER_PAGE)


def find(store: Store, text: str) -> Found:
    """Return what ``text`` is a part of, or shares words with: names of entities, and statements held to be true."""
    names, facts = _named(store, text), _stated(store, text)
    return Found(names[:MAX_FOUND], facts[:MAX_FOUND], is_cut=max(len(names), len(facts)) > MAX_FOUND)


def _named(store: Store, text: str) -> list[Entity]:
    part = stores.normalise(text)
    if not part:
        return []
    matches = Q(aliases__normalised__contains=part) | Q(name__icontains=text)
    return list(stores.entities(store).filter(matches).distinct().order_by("name", "pk")[: MAX_FOUND + 1])


def _stated(store: Store, text: str) -> list[Fact]:
    hits = search.find(
        "fact", owner_id=store.owner_id, text=text, limit=MAX_FOUND + 1, conversation_id=store.conversation_id
    )
    place = {hit.id: number for number, hit in enumerate(hits)}
    matches = stores.active_facts(store).filter(Q(pk__in=place) | Q(statement__icontains=text))
    rows = matches.select_related("entity").order_by("-learned_at")[: 2 * MAX_FOUND]
    return sorted(rows, key=lambda fact: place.get(fact.pk, len(place)))


def past(store: Store, *, number: int) -> Page[PastFact]:
    """Return a page of what was replaced or forgotten, with its entity and what took its place, the latest first."""
    ended = _facts(store).filter(status__in=[FactStatus.SUPERSEDED, FactStatus.RETIRED])
    ended = ended.exclude(suggestion=Suggestion.RETIRE)
    facts = ended.select_related("entity", "superseded_by").order_by("-retired_at", "-pk")
    skip = (number - 1) * FACTS_PER_PAGE
    return _page(_with_undo(list(facts[skip : skip + FACTS_PER_PAGE + 1])), number, FACTS_PER_PAGE)


def _facts(store: Store) -> QuerySet[Fact]:
    return Fact.objects.filter(**{f"entity__{column}": value for column, value in store.columns.items()})


def _sources() -> "Prefetch[str]":
    return Prefetch("sources", FactSource.objects.select_related("message__conversation").order_by("pk"))


def view(entity: Entity, *, number: int) -> EntityView:
    """Return what the page of ``entity`` shows, with the page ``number`` of its facts.

    A bounded number of queries, whatever the number of facts.
    """
    of_entity = Fact.objects.filter(entity=entity)
    retired = of_entity.filter(status=FactStatus.RETIRED).exclude(suggestion=Suggestion.RETIRE)
    forgotten = list(retired.order_by("-retired_at", "-pk")[:FACTS_PER_PAGE])
    return EntityView(
        entity=entity,
        kind=EntityKind(entity.kind).label,
        is_self=entity.kind == EntityKind.SELF,
        aliases=[alias.text for alias in entity.aliases.exclude(text=entity.name).order_by("text")],
        facts=_active(of_entity, number),
        waiting=queue.of_entity(entity),
        forgotten=_with_undo(forgotten),
        changes=_changes(entity),
    )


def _active(of_entity: QuerySet[Fact], number: int) -> Page[FactHistory]:
    facts = attributes.most_basic_first(of_entity.filter(status=FactStatus.ACTIVE))
    skip = (number - 1) * FACTS_PER_PAGE
    rows = list(facts.prefetch_related(_sources())[skip : skip + FACTS_PER_PAGE + 1])
    earlier = _earlier(rows)
    return _page([FactHistory(fact, earlier[fact.pk]) for fact in rows], number, FACTS_PER_PAGE)


def _earlier(facts: Iterable[Fact]) -> dict[int, list[Fact]]:
    """Follow the chains of all ``facts`` together: one query per step back."""
    chains: dict[int, list[Fact]] = {fact.pk: [] for fact in facts}
    newest = {pk: pk for pk in chains}
    for _step in range(MAX_EARLIER):
        replaced = Fact.objects.filter(superseded_by__in=newest).order_by("-retired_at", "-pk")
        step = [(newest[fact.superseded_by_id], fact) for fact in replaced if fact.superseded_by_id is not None]
        if not step:
            break
        for root, fact in step:
            chains[root].append(fact)
        newest = {fact.pk: root for root, fact in step}
    return chains


def _changes(entity: Entity) -> list[MemoryChange]:
    changes = MemoryChange.objects.filter(fact__entity=entity).exclude(operation=Operation.CONFIRMED)
    return list(changes.select_related("fact", "previous").order_by("-created_at", "-pk")[:MAX_CHANGES])


def _with_undo(facts: Collection[Fact]) -> list[PastFact]:
    forgotten = MemoryChange.objects.filter(fact__in=facts, operation=Operation.RETIRED, undone_at=None)
    undo = {change.fact_id: change for change in forgotten.order_by("created_at", "pk")}
    return [PastFact(fact, undo.get(fact.pk) if fact.status == FactStatus.RETIRED else None) for fact in facts]


def own_stores(user: User) -> list[Conversation]:
    """Return the conversations with a clean memory of their own that hold something, the latest first."""
    holds_something = Exists(Entity.objects.filter(conversation=OuterRef("pk")))
    own = Conversation.objects.filter(holds_something, owner=user, memory_mode=MemoryMode.OWN, deleted_at=None)
    return list(own.order_by("-updated_at")[:MAX_OWN_STORES])


def _page(rows: list[T], number: int, size: int) -> Page[T]:
    return Page(rows[:size], number, has_more=len(rows) > size)
