"""What a turn may touch of the memory, without a model: entities and facts, under short ids that a model can repeat."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from chat.models import Entity, EntityAlias, Fact, MemoryChange, Message
from chat.services import search
from chat.services.memory import stores
from chat.services.memory.judging.verdicts import Known
from chat.services.memory.learner import casting
from chat.services.memory.learner.proposal import SELF_ID, KnownEntity, KnownFact
from chat.services.memory.recalling import mentions
from chat.services.memory.stores import Store

MAX_ALIASES = 4
FACTS_PER_ENTITY = 6
MAX_READ = 200


@dataclass(frozen=True)
class Limits:
    entities: int
    facts: int


def gather(store: Store, *, text: str, earlier: Sequence[Message], limits: Limits) -> Known:
    """Return what ``text`` may touch: the person first, then who is named in it and the turns before, with their facts.

    Shapes: at most as many as ``limits`` say, the person not counted; the person's single-valued facts and what
    shares words with the text come first.
    """
    me = stores.self_entity(store)
    found = search.find(
        "fact", owner_id=store.owner_id, text=text, limit=limits.facts, conversation_id=store.conversation_id
    )
    hits = {hit.id: rank for rank, hit in enumerate(found)}
    names = _named(store, text, earlier)
    active = stores.active_facts(store).select_related("entity")
    by_words = sorted(active.filter(pk__in=hits), key=lambda fact: hits[fact.pk])
    entity_ids = list(dict.fromkeys([*names, *(f.entity_id for f in by_words if f.entity_id != me.pk)]))
    entity_ids = entity_ids[: limits.entities]
    own = list(active.filter(entity=me, many_valued=False).order_by("-learned_at", "-pk"))
    facts = [*by_words, *_of_entities(active.filter(entity_id__in=entity_ids)), *own]
    chosen = [fact for fact in dict.fromkeys(facts) if fact.entity_id in {me.pk, *entity_ids}][: limits.facts]
    own_name = next((fact.value for fact in own if fact.attribute == "name"), "")
    return _known(me, entity_ids, chosen, own_name)


def _named(store: Store, text: str, earlier: Sequence[Message]) -> list[int]:
    """Return who is named in the text, then who the last turns were about: "she" is one of them."""
    here = mentions.entity_ids(store, text)
    before = mentions.entity_ids(store, "\n".join(message.text for message in earlier if message.role == "user"))
    of_store = {f"fact__entity__{column}": value for column, value in store.columns.items()}
    learned = MemoryChange.objects.filter(**of_store, reply__in=[message.pk for message in earlier])
    about = learned.exclude(fact__entity__kind="self").values_list("fact__entity_id", flat=True)
    return _unmerged(store, list(dict.fromkeys([*here, *about, *before])))


def _unmerged(store: Store, entity_ids: Sequence[int]) -> list[int]:
    """Return whom ``entity_ids`` mean: who was merged is whom they were merged into."""
    rows = Entity.objects.filter(**store.columns).select_related("merged_into").in_bulk(entity_ids)
    return list(dict.fromkeys(casting.target(rows[pk]).pk for pk in entity_ids if pk in rows))


def _of_entities(facts: QuerySet[Fact]) -> list[Fact]:
    """Return some facts of each entity, what is single-valued before the rest, the newest first."""
    count: dict[int, int] = {}
    kept = []
    for fact in facts.order_by("many_valued", "-pk")[:MAX_READ]:
        count[fact.entity_id] = count.get(fact.entity_id, 0) + 1
        if count[fact.entity_id] <= FACTS_PER_ENTITY:
            kept.append(fact)
    return kept


def _known(me: Entity, entity_ids: Sequence[int], facts: Sequence[Fact], own_name: str) -> Known:
    rows = Entity.objects.in_bulk(entity_ids)
    aliases: dict[int, list[str]] = {}
    for alias in EntityAlias.objects.filter(entity_id__in=entity_ids).order_by("pk"):
        aliases.setdefault(alias.entity_id, []).append(alias.text)
    ids = {me.pk: SELF_ID} | {pk: f"E{number}" for number, pk in enumerate(entity_ids, start=1)}
    entities = [KnownEntity(SELF_ID, me.pk, "self", me.name)]
    for pk in entity_ids:
        others = tuple(text for text in aliases.get(pk, []) if text != rows[pk].name)[:MAX_ALIASES]
        which = rows[pk].disambiguator
        entities.append(KnownEntity(ids[pk], pk, rows[pk].kind, rows[pk].name, others, disambiguator=which))
    known = [
        KnownFact(f"F{number}", fact.pk, ids[fact.entity_id], fact.attribute, fact.value, fact.statement)
        for number, fact in enumerate(facts, start=1)
    ]
    return Known(tuple(entities), tuple(known), own_name)
