"""The writes of the memory: facts begin, give way and end, each with its change, its source and its index row.

All of it inside the caller's transaction, after ``lock``: two writers of one store go one after the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from chat.models import (
    Certainty,
    Entity,
    Fact,
    FactSource,
    FactStatus,
    MemoryChange,
    Message,
    Operation,
    Origin,
    Sensitivity,
    Suggestion,
)
from chat.services import search
from chat.services.memory import keys, stores, suppression
from chat.services.memory.stores import Store
from chat.services.memory.suppression import Said

MAX_VALUE_CHARACTERS = 500
MAX_STATEMENT_CHARACTERS = 1000
MAX_NAME_CHARACTERS = 200
# Why a fact ended whose end in the world was said with it; taking that back takes the date back too.
_DATED = {"said_otherwise": "said_otherwise_since", "said_to_be_over": "said_to_be_over_since"}
# Why a fact ended that was true until then. What was taken back, put right or forgotten was no past.
WAS_TRUE = (*_DATED, *_DATED.values())


@dataclass(frozen=True)
class Cause:
    """Who changes the memory, in which turn, and by which words of the person.

    What is changed in one act by hand has one moment ``at``, by which it can be taken back together.
    """

    by_user: bool
    reply: Message | None = None
    message: Message | None = None
    quote: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Content:
    """What a fact says."""

    entity: Entity
    attribute: str
    value: str
    statement: str
    origin: str = Origin.TYPED
    locked: bool = False
    pinned: bool = False
    valid_from: str = ""
    valid_to: str = ""
    certainty: str = Certainty.SURE
    attributed_to: str = ""
    sensitivity: str = Sensitivity.NONE


def lock(store: Store) -> Entity:
    """Return the person's own entity of ``store``, and keep other writers of the store out until the commit."""
    return Entity.objects.select_for_update().get(pk=stores.self_entity(store).pk)


def store_of_entity(entity: Entity) -> Store:
    return Store(entity.owner_id, entity.conversation_id)


def add(content: Content, cause: Cause) -> MemoryChange:
    """Begin a fact. What is single-valued must have no active value; see ``supersede``."""
    fact = _create(content, FactStatus.ACTIVE)
    _source(fact, cause)
    index(fact)
    return _log(Operation.ADDED, fact, cause)


def supersede(old: Fact, content: Content, cause: Cause, *, reason: str, until: str = "") -> MemoryChange:
    """Let ``old`` give way to a new fact, which is pinned where the old one was; ``until`` is when it ceased to be
    true in the world.
    """
    _end(old, FactStatus.SUPERSEDED, reason, until)
    fact = _create(replace(content, pinned=content.pinned or old.pinned), FactStatus.ACTIVE)
    Fact.objects.filter(pk=old.pk).update(superseded_by=fact)
    _source(fact, cause)
    index(fact)
    return _log(Operation.UPDATED, fact, cause, previous=old)


def say_more(old: Fact, content: Content, cause: Cause) -> MemoryChange:
    """Let ``old`` give way to the same, said more exactly or more surely; the words that taught it stay its sources."""
    change = supersede(old, content, cause, reason="said_more_exactly")
    for source in old.sources.order_by("pk"):
        FactSource.objects.get_or_create(fact=change.fact, message_id=source.message_id, quote=source.quote)
    return change


def retire(fact: Fact, cause: Cause, *, reason: str, until: str = "") -> MemoryChange:
    """End a fact that is no longer true, or no longer to be kept in mind; ``until`` as for ``supersede``."""
    _end(fact, FactStatus.RETIRED, reason, until)
    _source(fact, cause)
    return _log(Operation.RETIRED, fact, cause)


def confirm(fact: Fact, cause: Cause) -> MemoryChange | None:
    """Add one more source to a fact that was said again; None where this message said it before."""
    return _log(Operation.CONFIRMED, fact, cause) if _source(fact, cause) else None


def suggest(
    content: Content,
    cause: Cause,
    *,
    reason: str,
    suggestion: Suggestion = Suggestion.ADD,
    concerns: Fact | None = None,
) -> Fact:
    """Keep a fact for review: it is not active, so nothing recalls it.

    ``suggestion`` says what it would do once it is accepted: be added, or take the place of ``concerns``, or end it.
    """
    fact = _create(content, FactStatus.PENDING, reason=reason, suggestion=suggestion, concerns=concerns)
    _source(fact, cause)
    return fact


def begin(fact: Fact, cause: Cause, *, old: Fact | None) -> MemoryChange:
    """Let what waited for review begin, in the place of ``old`` if there is one; set by hand stays set by hand.

    What it suggested stays noted, so that it can wait again. ``concerns`` does not: deleting the old one would take
    this one along.
    """
    if old is not None:
        _end(old, FactStatus.SUPERSEDED, "said_otherwise", fact.valid_from)
        fact.locked = fact.locked or old.locked
        Fact.objects.filter(pk=old.pk).update(superseded_by=fact)
    fact.status, fact.concerns = FactStatus.ACTIVE, None
    fact.save(update_fields=["status", "concerns", "locked"])
    index(fact)
    return _log(Operation.UPDATED if old else Operation.ADDED, fact, cause, previous=old)


def reject(fact: Fact, cause: Cause) -> MemoryChange:
    """Close what waited for review, unwanted."""
    fact.status, fact.retired_at = FactStatus.REJECTED, timezone.now()
    fact.save(update_fields=["status", "retired_at"])
    return _log(Operation.REJECTED, fact, cause)


def wait_again(fact: Fact, *, concerns: Fact | None) -> None:
    """Put back for review what was decided; an update of what is gone is an addition."""
    if fact.suggestion == Suggestion.UPDATE and concerns is None:
        fact.suggestion = Suggestion.ADD
    fact.status, fact.retired_at, fact.concerns, fact.locked = FactStatus.PENDING, None, concerns, False
    fact.save(update_fields=["status", "retired_at", "concerns", "locked", "suggestion"])
    search.drop("fact", object_ids=[fact.pk])


def revive(fact: Fact) -> None:
    """Make an ended fact active again, exactly as it was."""
    fact.valid_to = "" if fact.reason in _DATED.values() else fact.valid_to
    fact.status, fact.superseded_by, fact.retired_at, fact.reason = FactStatus.ACTIVE, None, None, ""
    fact.save(update_fields=["status", "superseded_by", "retired_at", "reason", "valid_to"])
    index(fact)


def end_silently(fact: Fact, *, reason: str) -> None:
    """End a fact without a change of its own: its beginning is being undone."""
    _end(fact, FactStatus.RETIRED, reason)


def rival(fact: Fact) -> Fact | None:
    """Return another active fact that holds the place of a single-valued ``fact``."""
    if fact.many_valued:
        return None
    rivals = Fact.objects.filter(entity_id=fact.entity_id, attribute=fact.attribute, many_valued=False)
    return rivals.filter(status=FactStatus.ACTIVE).exclude(pk=fact.pk).first()


def suppress(fact: Fact) -> None:
    """Note that what ``fact`` says is not to be learned again, however it is filed the next time."""
    suppression.suppress([fact])


def lift(entity: Entity, attribute: str, value: str, *, statement: str = "") -> None:
    """Let it be learned again."""
    suppression.lift(entity, Said(attribute, value, statement))


def is_suppressed(entity: Entity, attribute: str, value: str, *, statement: str = "", quote: str = "") -> bool:
    """Tell whether this was forgotten, under any name of the entity, in these words or under this attribute."""
    return suppression.is_suppressed(entity, Said(attribute, value, statement, (quote,) if quote else ()))


def touch(entities: Iterable[Entity]) -> None:
    Entity.objects.filter(pk__in=[entity.pk for entity in entities]).update(updated_at=timezone.now())


def _create(
    content: Content,
    status: FactStatus,
    *,
    reason: str = "",
    suggestion: Suggestion = Suggestion.NONE,
    concerns: Fact | None = None,
) -> Fact:
    return Fact.objects.create(
        owner_id=content.entity.owner_id,
        entity=content.entity,
        attribute=content.attribute,
        value=content.value[:MAX_VALUE_CHARACTERS],
        statement=content.statement[:MAX_STATEMENT_CHARACTERS],
        many_valued=not keys.is_single(content.attribute),
        status=status,
        origin=content.origin,
        locked=content.locked,
        pinned=content.pinned,
        valid_from=content.valid_from,
        valid_to=content.valid_to,
        certainty=content.certainty,
        attributed_to=content.attributed_to[:MAX_NAME_CHARACTERS],
        sensitivity=content.sensitivity,
        reason=reason,
        suggestion=suggestion,
        concerns=concerns,
    )


def _end(fact: Fact, status: FactStatus, reason: str, until: str = "") -> None:
    """A date of its own that a fact has stands."""
    if until and not fact.valid_to and until >= fact.valid_from[: len(until)]:
        fact.valid_to, reason = until, _DATED.get(reason, reason)
    fact.status, fact.retired_at, fact.reason = status, timezone.now(), reason
    fact.save(update_fields=["status", "retired_at", "reason", "valid_to"])
    search.drop("fact", object_ids=[fact.pk])


def _source(fact: Fact, cause: Cause) -> bool:
    """Tie the words to the fact; False where they were before."""
    if cause.message is None or not cause.quote:
        return False
    return FactSource.objects.get_or_create(fact=fact, message=cause.message, quote=cause.quote)[1]


def index(fact: Fact) -> None:
    """Make an active fact one that is found by its words."""
    said = f"{fact.statement} {fact.attribute.replace('_', ' ')}"
    search.put("fact", object_id=fact.pk, owner_id=fact.owner_id, text=said)


def _log(operation: Operation, fact: Fact, cause: Cause, *, previous: Fact | None = None) -> MemoryChange:
    return MemoryChange.objects.create(
        owner_id=fact.owner_id,
        reply=cause.reply,
        fact=fact,
        previous=previous,
        operation=operation,
        by_user=cause.by_user,
        created_at=cause.at or timezone.now(),
    )
