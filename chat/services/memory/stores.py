"""Where entities live: the user's store, or one of a conversation's own; and how an entity is shown."""

import re
import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from chat.models import Conversation, Entity, EntityKind, Fact, FactSource, FactStatus, MemoryMode
from chat.services.memory import attributes

MAX_NAME_CHARACTERS = 200
MAX_DESCRIPTION_CHARACTERS = 400
SELF_NAME = "You"

# Not "+" and "#": C++ and C# are names.
_EDGES = " \"'`´“”„«»‹›‘()[]{}<>.,;:!?…¡¿。、，！？：；「」『』（）-–—*_"
_POSSESSIVE = re.compile(r"(?<=\w)'s?$")


@dataclass(frozen=True)
class Store:
    """``conversation_id`` is set for a conversation with a clean memory of its own."""

    owner_id: int
    conversation_id: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns that say whose an entity or a suppression is."""
        return {"owner_id": self.owner_id, "conversation_id": self.conversation_id}

    def through(self, entity: str) -> dict[str, Any]:
        """The columns as they are asked of rows with an owner of their own, which ``entity`` leads from."""
        return {"owner_id": self.owner_id, f"{entity}__conversation_id": self.conversation_id}


@dataclass(frozen=True)
class KnownEntity:
    """An entity as pages show it.

    Shapes: ``facts`` are active, the most basic first, then the newest, at most as many as asked for, each with
    ``sources`` and their messages and conversations fetched; ``fact_count`` counts all active ones.
    """

    uuid: uuid.UUID
    name: str
    kind: str
    is_self: bool
    disambiguator: str
    pinned: bool
    maybe_same: bool
    description: str
    facts: tuple[Fact, ...]
    fact_count: int


def store_of(conversation: Conversation) -> Store:
    """Return the store that ``conversation`` reads and writes."""
    own = conversation.memory_mode == MemoryMode.OWN
    return Store(conversation.owner_id, conversation.pk if own else None)


def entities(store: Store) -> QuerySet[Entity]:
    """Return the entities of ``store``, in no order; none that was merged into another."""
    return Entity.objects.filter(**store.columns, merged_into=None)


def active_facts(store: Store) -> QuerySet[Fact]:
    """Return what ``store`` holds to be true, in no order."""
    return Fact.objects.filter(
        **{f"entity__{column}": value for column, value in store.columns.items()}, status=FactStatus.ACTIVE
    )


def self_entity(store: Store) -> Entity:
    """Return the entity of the person whose store it is, made if need be; never a second one.

    Two writers that make it at once get the same row: the database allows one, and the loser reads it.
    """
    entity, _ = Entity.objects.get_or_create(**store.columns, kind=EntityKind.SELF, defaults={"name": SELF_NAME})
    return entity


def normalise(text: str) -> str:
    """Return ``text`` as names are compared: one case, one width, one space, no possessive, no marks at the edges."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).replace("’", "'")
    words = " ".join(folded.split())[:MAX_NAME_CHARACTERS].strip(_EDGES)
    return _POSSESSIVE.sub("", words)


def describe(entity: Entity, facts: Iterable[Fact]) -> str:
    """Return what is known of ``entity`` in a few sentences: the statements of its facts, the most basic first.

    Shapes: whole statements, about 400 characters at most; what kind of thing it is where nothing is known. For the
    same facts always the same text.
    """
    ordered = sorted(facts, key=lambda fact: (attributes.rank(fact.attribute), fact.learned_at, fact.pk))
    if not ordered:
        return EntityKind(entity.kind).label
    description = _sentence(ordered[0].statement)
    for fact in ordered[1:]:
        longer = f"{description} {_sentence(fact.statement)}"
        if len(longer) > MAX_DESCRIPTION_CHARACTERS:
            break
        description = longer
    return description


def _sentence(statement: str) -> str:
    text = statement.strip()
    return text if text.endswith((".", "!", "?", "…", "。", "！", "？", "।", "؟")) else f"{text}."


def overview(store: Store, *, limit: int, offset: int = 0, facts_each: int = 50) -> list[KnownEntity]:
    """Return what ``store`` knows, for people to look at: the person first, then what is pinned, then what was
    touched last.

    Shapes: at most ``limit`` entities after the first ``offset``, with at most ``facts_each`` facts; a handful of
    queries, however many there are.
    """
    return known(entities(store), order=("-updated_at", "-pk"), limit=limit, offset=offset, facts_each=facts_each)


def known(
    rows: QuerySet[Entity], *, order: Sequence[str], limit: int, offset: int, facts_each: int
) -> list[KnownEntity]:
    """Return some of ``rows`` as ``overview`` does, behind the person and what is pinned in this ``order``."""
    rows = rows.annotate(is_other=~Q(kind=EntityKind.SELF)).order_by("is_other", "-pinned", *order)
    facts = Prefetch("facts", _facts(facts_each), to_attr="known_facts")
    page = list(rows.prefetch_related(facts)[offset : offset + limit])
    active = Fact.objects.filter(entity__in=page, status=FactStatus.ACTIVE).values("entity_id").order_by()
    counts = dict(active.annotate(count=Count("pk")).values_list("entity_id", "count"))
    return [_known(row, row.known_facts, counts.get(row.pk, 0)) for row in page]


def _facts(limit: int) -> QuerySet[Fact]:
    sources = FactSource.objects.select_related("message__conversation").order_by("pk")
    facts = attributes.most_basic_first(Fact.objects.filter(status=FactStatus.ACTIVE))
    return facts.prefetch_related(Prefetch("sources", sources))[:limit]


def _known(entity: Entity, facts: list[Fact], fact_count: int) -> KnownEntity:
    return KnownEntity(
        uuid=entity.uuid,
        name=entity.name,
        kind=EntityKind(entity.kind).label,
        is_self=entity.kind == EntityKind.SELF,
        disambiguator=entity.disambiguator,
        pinned=entity.pinned,
        maybe_same=entity.maybe_same_as_id is not None,
        description=describe(entity, facts),
        facts=tuple(facts),
        fact_count=fact_count,
    )
