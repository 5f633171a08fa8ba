"""Which facts a person means who says "forget …"."""

import re

from chat.models import Entity, EntityAlias, Fact, FactStatus
from chat.services import search
from chat.services.memory import ledger, stores, wording
from chat.services.memory.stores import Store
from chat.services.search import words

MAX_FACTS = 1_000
MAX_FOUND = 200

_LEAD = re.compile(
    r"^(?:(?:everything|all|anything|whatever|what)\b.*?\b(?:about|of)|about|the fact that|that|où|where|what|who|how"
    r"|alles(?:,? was du)? über|dass|wo|wer|was|tout (?:ce que tu sais )?(?:sur|de)|que|qu'"
    r"|todo (?:lo que sabes )?(?:sobre|de)|dónde|alt (?:du vet )?om|at|hvor|hvem)\s+",
    re.IGNORECASE,
)
_ME = frozenset({"me", "myself", "i", "mich", "mir", "moi", "mí", "mi", "yo", "meg"})
_LONGEST_NAME = 6  # words


def topic(subject: str) -> str:
    """Return what is to be forgotten, without "everything about", "that" and the like."""
    return wording.trim(_LEAD.sub("", subject.strip(), count=1)) or wording.trim(subject)


def facts_about(subject: str, me: Entity) -> list[Fact]:
    """Return the active facts that ``subject`` names, the newest first.

    An entity's name means all that is known of it, and who or what it is to others; other words mean the facts that
    have all of them. Nothing is found by mere likeness.
    """
    store = ledger.store_of_entity(me)
    name = topic(subject)
    facts = stores.active_facts(store).select_related("entity")
    if wording.fold(name) in _ME:
        found = facts.filter(entity=me)
    elif entity_ids := _named(store, name):
        aliases = EntityAlias.objects.filter(entity_id__in=entity_ids)
        names = {wording.fold(text) for text in aliases.values_list("text", flat=True)}
        of_others = [fact.pk for fact in facts.exclude(entity_id__in=entity_ids) if wording.fold(fact.value) in names]
        found = facts.filter(entity_id__in=entity_ids) | facts.filter(pk__in=of_others)
    else:
        found = facts.filter(pk__in=_saying(store, name))
    return list(found.order_by("-learned_at", "-pk")[:MAX_FACTS])


def beside(subject: str, me: Entity) -> list[Fact]:
    """Return what else is known of the entity that ``subject`` names: what was replaced, and what waits for review."""
    entity_ids = _named(ledger.store_of_entity(me), topic(subject))
    others = Fact.objects.filter(entity_id__in=entity_ids, status__in=[FactStatus.PENDING, FactStatus.SUPERSEDED])
    return list(others.select_related("entity")[:MAX_FACTS])


def entity_at_start(store: Store, text: str) -> Entity | None:
    """Return the one entity whose name ``text`` begins with; None where it is nobody's or several's."""
    said = text.split()
    for length in range(min(_LONGEST_NAME, len(said)), 0, -1):
        found = _named(store, " ".join(said[:length]))
        if found:
            return Entity.objects.get(pk=found[0]) if len(found) == 1 else None
    return None


def _named(store: Store, name: str) -> list[int]:
    normalised = stores.normalise(name)
    if not normalised:
        return []
    aliases = EntityAlias.objects.filter(normalised=normalised, entity__in=stores.entities(store))
    return list(aliases.values_list("entity_id", flat=True).distinct())


def _saying(store: Store, text: str) -> list[int]:
    """Return the ids of facts whose words hold every informative word of ``text``."""
    wanted = set(words.informative(text))
    if not wanted:
        return []
    hits = search.find(
        "fact", owner_id=store.owner_id, text=text, limit=MAX_FOUND, conversation_id=store.conversation_id
    )
    facts = Fact.objects.filter(pk__in=[hit.id for hit in hits]).select_related("entity")
    return [fact.pk for fact in facts if wanted <= set(words.tokens(_said(fact)))]


def _said(fact: Fact) -> str:
    return f"{fact.entity.name} {fact.attribute.replace('_', ' ')} {fact.value} {fact.statement}"
