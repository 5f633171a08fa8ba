"""What the memory pages show: all that is known, one entity with its history, what is no longer held to be true."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from chat.models import (
    Conversation,
    Entity,
    EntityAlias,
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
from chat.services.memory import attributes, stores
from chat.services.memory.curating import filters, merging, phrases, queue, timeline
from chat.services.memory.curating.filters import Filter
from chat.services.memory.curating.queue import Waiting
from chat.services.memory.curating.timeline import Event
from chat.services.memory.stores import KnownEntity, Store

ENTITIES_PER_PAGE = 30
FACTS_PER_ENTITY = 5
FACTS_PER_PAGE = 50
MAX_CHANGES = 20
MAX_ALIASES = 50
MAX_OWN_STORES = 100
MAX_CHATS = 5
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
class FactHistory:
    """Shapes: ``earlier`` are the facts that ``fact`` replaced, the latest first."""

    fact: Fact
    earlier: list[Fact]
    notes: list[str]
    truth: str


@dataclass(frozen=True)
class PastFact:
    """``undo`` is the change by which it was forgotten, to bring it back with; None where something replaced it."""

    fact: Fact
    undo: MemoryChange | None

    @property
    def why(self) -> str:
        return phrases.why(self.fact.reason)


@dataclass(frozen=True)
class EntityView:
    """Everything the page of one entity shows. Shapes: ``changes`` are the latest, the newest first."""

    entity: Entity
    kind: str
    is_self: bool
    aliases: list[EntityAlias]
    hints: list[Entity]
    facts: Page[FactHistory]
    waiting: list[Waiting]
    forgotten: list[PastFact]
    changes: list[Event]


def known(store: Store, wanted: Filter | None = None, *, number: int) -> Page[KnownEntity]:
    """Return a page of entities with their most basic facts: the person first, then what is pinned, then what was
    touched last, or all by name.
    """
    wanted = wanted or Filter()
    rows = stores.known(
        filters.entities(store, wanted),
        order=("name", "pk") if wanted.sort == "name" else ("-updated_at", "-pk"),
        offset=(number - 1) * ENTITIES_PER_PAGE,
        limit=ENTITIES_PER_PAGE + 1,
        facts_each=FACTS_PER_ENTITY,
    )
    return _page(rows, number, ENTITIES_PER_PAGE)


def past(store: Store, *, number: int) -> Page[PastFact]:
    """Return a page of what was replaced or forgotten, with its entity and what took its place, the latest first."""
    ended = _facts(store).filter(status__in=[FactStatus.SUPERSEDED, FactStatus.RETIRED])
    ended = ended.exclude(suggestion=Suggestion.RETIRE)
    facts = ended.select_related("entity", "superseded_by").order_by("-retired_at", "-pk")
    skip = (number - 1) * FACTS_PER_PAGE
    return _page(_with_undo(list(facts[skip : skip + FACTS_PER_PAGE + 1])), number, FACTS_PER_PAGE)


def _facts(store: Store) -> QuerySet[Fact]:
    return Fact.objects.filter(**store.through("entity"))


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
        aliases=aliases(entity),
        hints=merging.hints(entity),
        facts=_active(of_entity, number),
        waiting=queue.of_entity(entity),
        forgotten=_with_undo(forgotten),
        changes=_changes(entity),
    )


def aliases(entity: Entity) -> list[EntityAlias]:
    """Return what ``entity`` is called beside its name, by text; at most ``MAX_ALIASES``."""
    return list(entity.aliases.exclude(text=entity.name).order_by("text")[:MAX_ALIASES])


def _active(of_entity: QuerySet[Fact], number: int) -> Page[FactHistory]:
    basic_first = attributes.most_basic_first(of_entity.filter(status=FactStatus.ACTIVE))
    facts = basic_first.order_by("-pinned", *basic_first.query.order_by)
    skip = (number - 1) * FACTS_PER_PAGE
    rows = list(facts.prefetch_related(_sources())[skip : skip + FACTS_PER_PAGE + 1])
    earlier = _earlier(rows)
    shown = [FactHistory(fact, earlier[fact.pk], phrases.notes(fact), phrases.truth(fact)) for fact in rows]
    return _page(shown, number, FACTS_PER_PAGE)


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


def _changes(entity: Entity) -> list[Event]:
    store = Store(entity.owner_id, entity.conversation_id)
    return timeline.read(store, entity=entity).events[:MAX_CHANGES]


def _with_undo(facts: Collection[Fact]) -> list[PastFact]:
    forgotten = MemoryChange.objects.filter(fact__in=facts, operation=Operation.RETIRED, undone_at=None)
    undo = {change.fact_id: change for change in forgotten.order_by("created_at", "pk")}
    return [PastFact(fact, undo.get(fact.pk) if fact.status == FactStatus.RETIRED else None) for fact in facts]


def own_stores(user: User) -> list[Conversation]:
    """Return the conversations with a clean memory of their own that hold something, the latest first."""
    holds_something = Exists(Entity.objects.filter(conversation=OuterRef("pk")))
    own = Conversation.objects.filter(holds_something, owner=user, memory_mode=MemoryMode.OWN, deleted_at=None)
    return list(own.order_by("-updated_at")[:MAX_OWN_STORES])


def chats_with_settings(user: User) -> list[Conversation]:
    """Return the latest conversations in which the memory works in another way than usual."""
    own = Conversation.objects.filter(
        owner=user, deleted_at=None, memory_mode__in=[MemoryMode.OFF, MemoryMode.READ_ONLY]
    )
    return list(own.order_by("-updated_at")[:MAX_CHATS])


def _page(rows: list[T], number: int, size: int) -> Page[T]:
    return Page(rows[:size], number, has_more=len(rows) > size)
