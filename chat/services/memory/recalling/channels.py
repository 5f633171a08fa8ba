"""The ways to facts. Each gives some, the best first; recall puts them together.

A new way is one more function here and one more ranking in recall. The way to messages is past.py.
"""

from collections.abc import Collection, Iterable, Sequence

from chat import prompt
from chat.models import EntityKind, Fact
from chat.services import search
from chat.services.memory import attributes, stores
from chat.services.memory.recalling import held, lines, mentions, vectors
from chat.services.memory.recalling.question import Question
from chat.services.memory.stores import Store

PROFILE_TOKENS = 400
# A fact takes eight tokens at least, the date among them.
MAX_PROFILE_FACTS = 50
MAX_PINNED = 500
MAX_FACTS = 30
MAX_RELATED_FACTS = 15
# Facts whose values may name somebody else.
MAX_LINKS = 20
# A fact that covers less of the question than this has nothing to do with it; they are short and cost little.
MIN_FACT_COVERAGE = 0.15
MIN_FACT_NEARNESS = 0.4


def pinned(store: Store) -> list[Fact]:
    """Return what the person wants to be kept in mind always, of whomever it is said."""
    # By their index alone: with more to go by, SQLite looks through all facts that are held to be true.
    ids = Fact.objects.filter(owner_id=store.owner_id, pinned=True).values_list("pk", flat=True)[:MAX_PINNED]
    facts = _held(store, list(ids))
    return _fitting(sorted(facts, key=lambda fact: (attributes.rank(fact.attribute), -fact.pk)))


def profile(store: Store, known: Collection[Fact] = ()) -> list[Fact]:
    """Return what else is known of the person: everything while it fits with what is ``known``, else the most basic
    first, then the newest.
    """
    me = list(stores.entities(store).filter(kind=EntityKind.SELF).values_list("pk", flat=True))
    facts = held.most_basic_of(me, MAX_PROFILE_FACTS)
    return _fitting([fact for fact in facts if fact not in known], known)


def _fitting(facts: Iterable[Fact], known: Collection[Fact] = ()) -> list[Fact]:
    chosen: list[Fact] = []
    tokens = sum(map(_cost, known))
    for fact in facts:
        tokens += _cost(fact)
        if tokens > PROFILE_TOKENS:
            break
        chosen.append(fact)
    return chosen


def _cost(fact: Fact) -> int:
    return prompt.estimate_tokens(lines.of_fact(fact.statement, fact.learned_at))


def named(entity_ids: Collection[int]) -> list[Fact]:
    """Return facts of the entities that the question names."""
    return held.most_basic_of(entity_ids, MAX_FACTS)


def related(question: Question, facts: Iterable[Fact]) -> list[Fact]:
    """Return facts of whom or what ``facts`` name in their values: one step further ("my sister" is Alice)."""
    linking = list(facts)[:MAX_LINKS]
    names = {stores.normalise(fact.value) for fact in linking} - {""}
    met = {fact.entity_id for fact in linking}
    unmet = [pk for pk in mentions.entity_ids_of(question.store, names) if pk not in met]
    return held.most_basic_of(unmet, MAX_RELATED_FACTS)


def facts_by_words(question: Question, names: Iterable[str] = ()) -> list[Fact]:
    """Return facts that share words with the question; or the ``names`` of whom it means."""
    hits = search.find(
        "fact",
        owner_id=question.store.owner_id,
        text=" ".join([question.text, *names]),
        context=question.previous,
        limit=MAX_FACTS,
        conversation_id=question.store.conversation_id,
    )
    return _held(question.store, [hit.id for hit in hits if hit.coverage >= MIN_FACT_COVERAGE])


def facts_by_meaning(question: Question) -> list[Fact]:
    """Return facts that are near the question in meaning, where that is known."""
    if question.vector is None:
        return []
    near = vectors.near("fact", owner_id=question.store.owner_id, vector=question.vector)
    return _held(question.store, near.best(MAX_FACTS, at_least=MIN_FACT_NEARNESS))


def _held(store: Store, order: Sequence[int]) -> list[Fact]:
    """Return those of the facts that ``store`` holds to be true, in their order."""
    return [fact for fact in held.by_ids(order) if _is_of(store, fact)]


def _is_of(store: Store, fact: Fact) -> bool:
    return Store(fact.entity.owner_id, fact.entity.conversation_id) == store
