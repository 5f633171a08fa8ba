"""What becomes of what waits for the person's word, when they accept or reject it.

Accepting does what the suggestion says: the fact is added, takes the place of the one it concerns, or ends it. The
row that waited is the fact from then on, so that undo puts it back exactly where it was.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat import access
from chat.models import (
    Fact,
    FactStatus,
    MemoryChange,
    Message,
    Origin,
    Role,
    Suggestion,
    User,
)
from chat.services.memory import ledger
from chat.services.memory.curating import queue, reasons
from chat.services.memory.ledger import Cause
from chat.services.memory.stores import Store


@dataclass
class Decided:
    """What came of decisions: changes in the order they were made, and sentences about what could not be done."""

    at: datetime
    changes: list[MemoryChange] = field(default_factory=list)
    closed: list[Fact] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@transaction.atomic
def decide(*, user: User, fact_ids: Collection[UUID], is_accepted: bool) -> Decided:
    """This function will accept or reject what waits, all in one transaction and under one moment, for one undo.

    What cannot be done is named in ``refused``; the others are done.
    Raises: NotFound where none of the facts is there.
    """
    facts = _held(user, fact_ids)
    if not facts:
        raise access.NotFound
    done = Decided(timezone.now())
    if gone := len(set(fact_ids)) - len(facts):
        done.refused.append(reasons.GONE if gone == 1 else reasons.GONE_MANY.format(count=gone))
    for fact in facts:
        _decide(fact, done, is_accepted=is_accepted)
    ledger.touch([change.fact.entity for change in done.changes])
    return done


def _held(user: User, fact_ids: Collection[UUID]) -> list[Fact]:
    """Return the facts as they are once no other writer is in their stores, the oldest first."""
    mine = Fact.objects.filter(owner=user, uuid__in=fact_ids)
    homes = mine.values_list("entity__owner_id", "entity__conversation_id").distinct()
    for owner_id, conversation_id in sorted(homes, key=lambda home: home[1] or 0):
        ledger.lock(Store(owner_id, conversation_id))
    return list(mine.select_related("entity", "concerns__entity").order_by("learned_at", "pk"))


def _decide(fact: Fact, done: Decided, *, is_accepted: bool) -> None:
    if fact.status != FactStatus.PENDING:
        done.refused.append(reasons.DECIDED.format(statement=fact.statement))
        return
    if fact.concerns is not None:  # an earlier decision of the same act may have ended it
        fact.concerns.refresh_from_db()
    cause = Cause(by_user=True, reply=turn_of(fact), at=done.at)
    if not is_accepted:
        done.changes.append(reject(fact, cause))
    elif fact.suggestion == Suggestion.RETIRE:
        _accept_end(fact, cause, done)
    else:
        _accept_beginning(fact, cause, done)
    if fact.status != FactStatus.PENDING:
        done.closed.append(fact)


def reject(fact: Fact, cause: Cause) -> MemoryChange:
    """Close what waits, so that it is not suggested again. In the caller's transaction, with the store locked."""
    if fact.suggestion != Suggestion.RETIRE:
        ledger.suppress(fact)
    return ledger.reject(fact, cause)


def _accept_end(fact: Fact, cause: Cause, done: Decided) -> None:
    ended = queue.still_true(fact.concerns)
    _close(fact)
    if ended is None:
        done.refused.append(reasons.ENDED_BEFORE.format(statement=fact.statement))
    else:
        done.changes.append(ledger.retire(ended, cause, reason="said_to_be_over"))


def _close(fact: Fact) -> None:
    fact.status, fact.retired_at = FactStatus.RETIRED, timezone.now()
    fact.save(update_fields=["status", "retired_at"])


def _accept_beginning(fact: Fact, cause: Cause, done: Decided) -> None:
    """Something else may hold the place by now; then it is shown as what would be replaced, and asked for again."""
    expected, holder = queue.still_true(fact.concerns), ledger.rival(fact)
    if holder is not None and holder != expected:
        fact.suggestion, fact.concerns = Suggestion.UPDATE, holder
        fact.save(update_fields=["suggestion", "concerns"])
        done.refused.append(reasons.TAKEN.format(statement=fact.statement, other=holder.statement))
        return
    done.changes.append(_begin(fact, cause, old=expected))


def accept_edited(fact: Fact, cause: Cause, *, statement: str, value: str) -> MemoryChange:
    """Let what waits begin in the person's own words, in the place of whatever holds it.

    In the caller's transaction, with the store locked.
    """
    fact.statement, fact.value, fact.origin, fact.locked = statement, value, Origin.HAND, True
    if fact.suggestion == Suggestion.RETIRE:
        fact.suggestion = Suggestion.UPDATE
    fact.save(update_fields=["statement", "value", "origin", "locked", "suggestion"])
    return _begin(fact, cause, old=queue.still_true(fact.concerns) or ledger.rival(fact))


def _begin(fact: Fact, cause: Cause, *, old: Fact | None) -> MemoryChange:
    ledger.lift(fact.entity, fact.attribute, fact.value)
    return ledger.begin(fact, cause, old=old)


def turn_of(fact: Fact) -> Message | None:
    """Return the answer of the turn that suggested ``fact``: where it is shown."""
    said = fact.sources.order_by("pk").values("message")[:1]
    replies = Message.objects.filter(parent__in=said, role=Role.ASSISTANT).select_related("conversation")
    return replies.order_by("-pk").first()


# -- taking back ------------------------------------------------------------------------------------------------------


def unbegin(fact: Fact, *, instead_of: Fact | None) -> None:
    """End what had begun; what a person had accepted waits again."""
    if fact.suggestion == Suggestion.NONE:
        ledger.end_silently(fact, reason="undone")
    else:
        ledger.wait_again(fact, concerns=instead_of)


def reopen(fact: Fact) -> None:
    """Let the suggestions that ended ``fact`` wait again: it is true again."""
    done = Fact.objects.filter(concerns=fact, suggestion=Suggestion.RETIRE, status=FactStatus.RETIRED)
    done.update(status=FactStatus.PENDING, retired_at=None)


def unreject(fact: Fact) -> None:
    """Let what was rejected wait again."""
    if fact.suggestion != Suggestion.RETIRE:
        ledger.lift(fact.entity, fact.attribute, fact.value)
    ledger.wait_again(fact, concerns=fact.concerns)
