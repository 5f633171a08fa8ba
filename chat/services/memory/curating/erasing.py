"""Deletes facts for good: their rows, and what machines wrote that tells of them.

What a person said stays in its chat, unless they want their messages gone too. A running summary loses the sentences
that tell of the fact, and is not made again of the same messages; a title that tells of it goes.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from chat.models import (
    ContextReceipt,
    Conversation,
    Entity,
    EntityAlias,
    EntityChange,
    EntityKind,
    Fact,
    FactSource,
    MemoryChange,
    MemoryMode,
    MemoryRun,
    Message,
    MessageVector,
    ReceiptItem,
    Role,
    RunState,
)
from chat.protocol import Event
from chat.services import leftovers, search, tombstones
from chat.services.memory import ledger, stores, suppression, wording
from chat.services.memory.curating import traces
from chat.services.memory.curating.traces import Trace
from chat.services.memory.stores import Store

# So many facts are deleted at a time.
BATCH = 500


@dataclass(frozen=True)
class Place:
    """Where facts may have left words. Shapes: ids; ``commands`` are replies to what was typed to the memory itself."""

    commands: frozenset[int]
    conversations: frozenset[int]


def erase(facts: Collection[Fact], *, with_messages: bool = False, is_suppressed: bool = True) -> list[Event]:
    """This function will delete ``facts`` for good, and return what pages are to be told after the commit.

    Goes: row, quotes, changes, index and vector, their places in receipts, entities that nothing more is known of, and
    what summaries, titles and the replies to commands say of them. ``with_messages`` also erases the messages that said
    it, and the answers that repeat it. Unless ``is_suppressed`` is False it is not learned again.
    Belongs in the caller's transaction, with the stores locked.
    """
    rows = list(facts)
    events: list[Event] = []
    for start in range(0, len(rows), BATCH):
        events += _erase(rows[start : start + BATCH], with_messages=with_messages, is_suppressed=is_suppressed)
    leftovers.clean_after_commit({fact.owner_id for fact in rows})
    return events


def _erase(facts: Sequence[Fact], *, with_messages: bool, is_suppressed: bool) -> list[Event]:
    if is_suppressed:
        suppression.suppress(facts)
    found = [traces.of(fact.value, fact.statement) for fact in facts]
    place = _place_of(facts)
    saying = _saying(facts, found) if with_messages else []
    _forget_names(facts, found)
    gone = _delete_rows(facts)
    events = _clean(place, [*found, *(traces.of(name) for name in gone)])
    if saying:
        events += tombstones.lay(saying)
    return events


def with_earlier(fact: Fact) -> list[Fact]:
    """Return ``fact`` and all that it replaced, and what that had replaced."""
    chain, newest = [fact], [fact]
    while newest:
        newest = list(Fact.objects.filter(superseded_by__in=newest).select_related("entity"))
        chain += newest
    return chain


@transaction.atomic
def clear(store: Store) -> None:
    """Delete a whole store for good: entities, facts, and what was made of them. Nothing of it is suppressed.

    What is being learned at this moment was said before, and is not written any more.
    """
    of_store = _conversations(store)
    MemoryRun.objects.filter(reply__conversation__in=of_store, state__in=tombstones.UNFINISHED).update(
        state=RunState.SKIPPED, lease_until=None
    )
    ledger.lock(store)
    facts = Fact.objects.filter(entity__in=stores.entities(store))
    commands = _commands(facts)
    # Summaries are made again, of the messages, which stay.
    of_store.exclude(summary="").update(summary="", summary_upto=None)
    ContextReceipt.objects.filter(reply__conversation__in=of_store).exclude(summary="").update(summary="")
    stores.entities(store).delete()
    for reply in Message.objects.filter(pk__in=commands).exclude(text=""):
        _rewrite(reply, "…")
    leftovers.clean_after_commit([store.owner_id])


def _conversations(store: Store) -> QuerySet[Conversation]:
    if store.conversation_id is not None:
        return Conversation.objects.filter(pk=store.conversation_id)
    return Conversation.objects.filter(owner=store.owner_id).exclude(memory_mode=MemoryMode.OWN)


def _place_of(facts: Collection[Fact]) -> Place:
    taught = FactSource.objects.filter(fact__in=facts).values("message")
    told = Message.objects.filter(Q(pk__in=taught) | Q(parent__in=taught) | Q(pk__in=_told(facts)))
    touched = told.order_by().values_list("conversation_id", flat=True).distinct()
    return Place(frozenset(_commands(facts)), frozenset(touched))


def _told(facts: Collection[Fact]) -> QuerySet[Message]:
    """Return the answers that one of ``facts`` was put before, or that showed what became of it."""
    changes = MemoryChange.objects.filter(Q(fact__in=facts) | Q(previous__in=facts), reply__isnull=False)
    shown = ReceiptItem.objects.filter(fact__in=facts)
    return Message.objects.filter(Q(pk__in=changes.values("reply")) | Q(pk__in=shown.values("receipt__reply")))


def _commands(facts: Collection[Fact] | QuerySet[Fact]) -> list[int]:
    by_user = MemoryChange.objects.filter(fact__in=facts, by_user=True, reply__isnull=False)
    return list(by_user.values_list("reply_id", flat=True).distinct())


def _saying(facts: Collection[Fact], found: Sequence[Trace]) -> list[Message]:
    """Return the messages that said it, in all their versions, their answers, and other answers that repeat it."""
    sources = FactSource.objects.filter(fact__in=facts)
    taught = set(sources.values_list("message_id", flat=True))
    quotes = {wording.fold(quote) for quote in sources.values_list("quote", flat=True)}
    standing = Message.objects.exclude(text="").select_related("conversation")
    beside = standing.filter(role=Role.USER, conversation__in=sources.values("message__conversation"))
    said = [message for message in beside.iterator() if message.pk in taught or _quotes(message, quotes)]
    answers = list(standing.filter(parent__in=said))
    told = standing.filter(role=Role.ASSISTANT, pk__in=_told(facts)).exclude(pk__in=[m.pk for m in answers])
    return [*said, *answers, *(message for message in told.iterator() if traces.any_in(found, message.text))]


def _quotes(message: Message, quotes: Iterable[str]) -> bool:
    text = wording.fold(message.text)
    return any(quote and quote in text for quote in quotes)


def _delete_rows(facts: Collection[Fact]) -> list[str]:
    """Delete facts and the entities that nothing more is known of; return the names of those."""
    entities = {fact.entity_id: fact.entity for fact in facts}
    names = {stores.normalise(fact.value) for fact in facts} - {""}
    store_of = [stores.entities(ledger.store_of_entity(entity)) for entity in entities.values()]
    Fact.objects.filter(pk__in=[fact.pk for fact in facts]).delete()
    named = EntityAlias.objects.filter(normalised__in=names, entity__owner__in={fact.owner_id for fact in facts})
    others = {pk for of_store in store_of for pk in of_store.filter(aliases__in=named).values_list("pk", flat=True)}
    empty = Entity.objects.filter(pk__in={*entities, *others}, facts=None).exclude(kind=EntityKind.SELF)
    gone = list(empty.values_list("name", flat=True))
    empty.delete()
    return gone


def _forget_names(facts: Collection[Fact], found: Sequence[Trace]) -> None:
    """A note of a merge or a split that tells of the fact is dropped, and that one cannot be undone any more."""
    concerned = {fact.entity_id for fact in facts}
    noted = EntityChange.objects.filter(Q(entity__in=concerned) | Q(other__in=concerned))
    told = [change.pk for change in noted if traces.any_in(found, str(change.detail.get("statement", "")))]
    EntityChange.objects.filter(pk__in=told).delete()


def _clean(place: Place, found: Sequence[Trace]) -> list[Event]:
    """Take the traces out of what was written by a machine: summaries, receipts, titles, replies to commands."""
    cleaned: dict[str, str] = {}
    summarised = Conversation.objects.filter(pk__in=place.conversations).exclude(summary="")
    receipts = ContextReceipt.objects.filter(reply__conversation__in=place.conversations).exclude(summary="")
    for rows in (summarised, receipts):
        # The same summary stands in many receipts.
        for summary in list(rows.order_by().values_list("summary", flat=True).distinct()):
            kept = cleaned.setdefault(summary, traces.without_sentences(summary, found))
            if kept != summary:
                rows.filter(summary=summary).update(summary=kept)
    events = tombstones.untitle(place.conversations, found)
    for reply in Message.objects.filter(pk__in=place.commands).select_related("conversation"):
        if (kept := traces.without_lines(reply.text, found)) != reply.text:
            events.append(_rewrite(reply, kept or "…"))
    return events


def _rewrite(reply: Message, text: str) -> Event:
    """Leave ``text`` of a reply, in its row, its index and the receipts that showed it."""
    Message.objects.filter(pk=reply.pk).update(text=text)
    MessageVector.objects.filter(message=reply).delete()
    ReceiptItem.objects.filter(message=reply).delete()
    search.put("message", object_id=reply.pk, owner_id=reply.owner_id, text=text)
    return tombstones.changed(reply, text)
