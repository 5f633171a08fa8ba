"""The ways to what is remembered. Each gives facts or messages, the best first; recall puts them together.

A new way (vectors, dates) is one more function here and one more ranking in recall.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from chat import prompt
from chat.models import Conversation, EntityKind, Fact, FactSource, FactStatus, MemoryMode, Message, Role, Status
from chat.services import search
from chat.services.memory import attributes, lines, mentions, stores
from chat.services.memory.stores import Store
from chat.services.search import words

PROFILE_TOKENS = 400
# A fact takes eight tokens at least, the date among them.
MAX_PROFILE_FACTS = 50
MAX_FACTS = 30
MAX_RELATED_FACTS = 15
# Facts whose values may name somebody else.
MAX_LINKS = 20
MAX_MESSAGES = 24
# Looked at for those: some lie in deleted conversations, or in the prompt already.
MESSAGES_LOOKED_AT = 200

# A row that covers less of the question than this has nothing to do with it. Facts are short and cost little.
MIN_FACT_COVERAGE = 0.15
MIN_MESSAGE_COVERAGE = 0.2
# A message of which more than this taught facts that are recalled says nothing beyond them.
MAX_QUOTED_SHARE = 0.6
# What people said of themselves matters more than what they were told, and a message more where those around it
# answer too. Source: docs/memory.md, where the figures stand.
WEIGHT_OF_ANSWERS = 0.85
WEIGHT_OF_NEIGHBOURS = {1: 0.15, 2: 0.075}


@dataclass(frozen=True)
class Question:
    """Shapes: ``exclude`` are ids of messages that stand in the prompt anyway."""

    store: Store
    conversation: Conversation
    text: str
    previous: str
    exclude: frozenset[int]

    @property
    def both(self) -> str:
        return f"{self.previous}\n{self.text}"


def profile(store: Store) -> list[Fact]:
    """Return what is known of the person: everything while it fits, else the most basic first, then the newest."""
    me = stores.entities(store).filter(kind=EntityKind.SELF)
    facts = _facts().filter(entity__in=me, status=FactStatus.ACTIVE)
    chosen: list[Fact] = []
    tokens = 0
    for fact in attributes.most_basic_first(facts)[:MAX_PROFILE_FACTS]:
        tokens += prompt.estimate_tokens(lines.of_fact(fact.statement, fact.learned_at))
        if tokens > PROFILE_TOKENS:
            break
        chosen.append(fact)
    return chosen


def _facts() -> QuerySet[Fact]:
    """Facts with their entities, and of both only what recall and its receipt read: half the time of whole rows."""
    of_entity = ("owner", "conversation", "kind", "name")
    of_fact = ("uuid", "owner", "attribute", "value", "statement", "status", "learned_at")
    return Fact.objects.select_related("entity").only(*of_fact, *(f"entity__{field}" for field in of_entity))


def named(question: Question) -> list[Fact]:
    """Return facts of the entities that the text names."""
    return _facts_of(mentions.entity_ids(question.store, question.both), MAX_FACTS)


def related(question: Question, facts: Iterable[Fact]) -> list[Fact]:
    """Return facts of whom or what ``facts`` name in their values: one step further ("my sister" is Alice)."""
    linking = list(facts)[:MAX_LINKS]
    names = {stores.normalise(fact.value) for fact in linking} - {""}
    met = {fact.entity_id for fact in linking}
    unmet = [pk for pk in mentions.entity_ids_of(question.store, names) if pk not in met]
    return _facts_of(unmet, MAX_RELATED_FACTS)


def _facts_of(entity_ids: Collection[int], limit: int) -> list[Fact]:
    if not entity_ids:
        return []
    facts = _facts().filter(entity_id__in=entity_ids, status=FactStatus.ACTIVE)
    return list(attributes.most_basic_first(facts)[:limit])


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
    order = [hit.id for hit in hits if hit.coverage >= MIN_FACT_COVERAGE]
    facts = _facts().in_bulk(order)
    # By hand, since SQLite would look at every entity of the store first.
    return [facts[pk] for pk in order if pk in facts and _holds(question.store, facts[pk])]


def _holds(store: Store, fact: Fact) -> bool:
    entity = fact.entity
    return fact.status == FactStatus.ACTIVE and Store(entity.owner_id, entity.conversation_id) == store


def messages_by_words(question: Question) -> list[Message]:
    """Return past messages that share words with the question, those of the person before equal answers."""
    hits = search.find(
        "message",
        owner_id=question.store.owner_id,
        text=question.text,
        context=question.previous,
        limit=MESSAGES_LOOKED_AT,
        conversation_id=question.store.conversation_id,
    )
    order = _rated(question, {hit.id: hit.score for hit in hits if hit.coverage >= MIN_MESSAGE_COVERAGE})[:MAX_MESSAGES]
    messages = Message.objects.select_related("conversation").in_bulk(order)
    return _distinct(question, [messages[pk] for pk in order if pk in messages])


def _rated(question: Question, scores: dict[int, float]) -> list[int]:
    """Return those of the messages that may be recalled, the best first."""
    rows = list(_past(question).filter(pk__in=scores).values_list("pk", "role", "conversation_id", "position"))
    at = {(conversation, position): scores[pk] for pk, _, conversation, position in rows}

    def rate(pk: int, role: str, conversation: int, position: int) -> float:
        around = sum(
            weight * (at.get((conversation, position - away), 0) + at.get((conversation, position + away), 0))
            for away, weight in WEIGHT_OF_NEIGHBOURS.items()
        )
        return scores[pk] * (WEIGHT_OF_ANSWERS if role == Role.ASSISTANT else 1) + around

    rated = {row[0]: rate(*row) for row in rows}
    return sorted(rated, key=lambda pk: (-rated[pk], -pk))


def _past(question: Question) -> QuerySet[Message]:
    """Return the messages that may be recalled for ``question``: no others are ever shown to the model."""
    past = Message.objects.filter(owner_id=question.store.owner_id, conversation__deleted_at=None)
    if question.store.conversation_id is not None:
        past = past.filter(conversation_id=question.store.conversation_id)
    else:
        past = past.filter(conversation__memory_mode__in=[MemoryMode.ON, MemoryMode.READ_ONLY])
    return past.exclude(status=Status.STREAMING).exclude(pk__in=question.exclude).exclude(_was_said_anew())


def _was_said_anew() -> Q:
    """A question that was edited afterwards, or an answer that was asked for again, no longer stands."""
    later = Message.objects.filter(role=OuterRef("role"), position__gt=OuterRef("position")).exclude(text="")
    sibling = Exists(later.filter(parent=OuterRef("parent")))
    first = Exists(later.filter(parent=None, conversation=OuterRef("conversation")))
    return Q(sibling) | (Q(parent=None) & Q(first))


def _distinct(question: Question, messages: list[Message]) -> list[Message]:
    """Leave out what says the same again, the question itself first of all."""
    seen = {tuple(words.tokens(question.text))}
    distinct = []
    for message in messages:
        said = tuple(words.tokens(message.text))
        if said not in seen:
            seen.add(said)
            distinct.append(message)
    return distinct


def saying_more(messages: list[Message], facts: Iterable[Fact]) -> list[Message]:
    """Leave out messages that are little more than the words which taught ``facts``: those say it in fewer words.

    Small models also tend to repeat what they read twice.
    """
    if not messages:
        return []
    sources = FactSource.objects.filter(message__in=messages, fact__in=[fact.pk for fact in facts])
    quoted: dict[int, set[str]] = defaultdict(set)
    for message_id, quote in sources.values_list("message_id", "quote"):
        quoted[message_id].add(quote)
    return [m for m in messages if sum(map(len, quoted[m.pk])) < MAX_QUOTED_SHARE * len(m.text)]
