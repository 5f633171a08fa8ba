"""What people do to their memory by hand: correct a fact, forget it, take a change back, delete it for good."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat import access
from chat.live import publish
from chat.models import Fact, FactStatus, MemoryChange, Message, Operation, Origin, User
from chat.protocol import Change
from chat.services import branches, tombstones
from chat.services.memory import ledger, wording
from chat.services.memory.curating import erasing, review, teaching
from chat.services.memory.ledger import Cause, Content
from chat.services.memory.stores import Store

Code = Literal["empty", "too_long", "changed_since"]

SENTENCES: dict[Code, str] = {
    "empty": "A fact needs words.",
    "too_long": f"A fact has at most {ledger.MAX_STATEMENT_CHARACTERS:,} characters.",
    "changed_since": "This has changed since; look at the newest version.",
}


class CorrectionError(Exception):
    """A correction that cannot be made. ``message`` is for people."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code: Code = code
        self.message = SENTENCES[code]


@transaction.atomic
def edit_fact(*, user: User, fact_id: UUID, statement: str) -> list[Change]:
    """This function will let a fact give way to the person's own words, which the machine may not change again.

    Nothing happens when the words are the same.
    Raises: NotFound, CorrectionError (empty, too_long, changed_since).
    """
    statement = " ".join(statement.split())
    _check(statement)
    old = _held(user, fact_id)
    if old.status not in {FactStatus.ACTIVE, FactStatus.PENDING}:
        raise CorrectionError("changed_since")
    if old.status == FactStatus.ACTIVE and old.statement == statement and old.locked:
        return []
    value = value_of_edited(old, statement)
    ledger.lift(old.entity, old.attribute, value, statement=statement)
    cause = Cause(by_user=True, reply=_turn_of(old))
    if old.status == FactStatus.PENDING:
        change = review.accept_edited(old, cause, statement=statement, value=value)
    else:
        change = ledger.supersede(old, _corrected(old, value, statement), cause, reason="edited")
    ledger.touch([old.entity])
    return [branches.change_of(change)]


def _corrected(old: Fact, value: str, statement: str) -> Content:
    """Other words for the same thing: since when it is true, who says so and whether it is sensitive stay."""
    return Content(
        old.entity,
        old.attribute,
        value,
        statement,
        origin=Origin.HAND,
        locked=True,
        pinned=old.pinned,
        valid_from=old.valid_from,
        valid_to=old.valid_to,
        attributed_to=old.attributed_to,
        sensitivity=old.sensitivity,
    )


def _turn_of(fact: Fact) -> Message | None:
    """Return the turn whose answer shows ``fact`` as learned: there its correction is shown as well."""
    taught = fact.changes.exclude(reply=None).select_related("reply").order_by("-pk").first()
    return taught.reply if taught else review.turn_of(fact)


@transaction.atomic
def forget_fact(*, user: User, fact_id: UUID) -> list[Change]:
    """This function will retire a fact and see to it that it is not learned again. It can be undone.

    Shapes: one change; none where the fact was not held to be true any more.
    Raises: NotFound.
    """
    fact = _held(user, fact_id)
    if fact.status == FactStatus.PENDING:
        return [branches.change_of(review.reject(fact, Cause(by_user=True, reply=review.turn_of(fact))))]
    if fact.status != FactStatus.ACTIVE:
        return []
    return [branches.change_of(forget(fact, Cause(by_user=True)))]


def forget(fact: Fact, cause: Cause) -> MemoryChange:
    """Retire ``fact`` and suppress what it says; in the caller's transaction, with the store locked."""
    change = ledger.retire(fact, cause, reason="forgotten")
    ledger.suppress(fact)
    ledger.touch([fact.entity])
    return change


@transaction.atomic
def undo(*, user: User, change_id: UUID) -> list[Change]:
    """This function will take one change back: what was before it is active again, exactly as it was.

    Twice is once. Returns the change with ``undone`` set; nothing where it was undone before.
    Raises: NotFound, CorrectionError (changed_since) where later changes built on it.
    """
    store = ledger.store_of_entity(access.change_for(user, change_id).fact.entity)
    ledger.lock(store)
    change = access.change_for(user, change_id)
    if change.undone_at is not None:
        return []
    _UNDO[change.operation](change)
    change.undone_at = timezone.now()
    change.save(update_fields=["undone_at"])
    ledger.touch([change.fact.entity])
    return [branches.change_of(change)]


def _undo_added(change: MemoryChange) -> None:
    _check_status(change.fact, FactStatus.ACTIVE)
    review.unbegin(change.fact, instead_of=None)


def _undo_updated(change: MemoryChange) -> None:
    _check_status(change.fact, FactStatus.ACTIVE)
    review.unbegin(change.fact, instead_of=change.previous)
    if change.previous is not None:
        ledger.revive(change.previous)


def _undo_retired(change: MemoryChange) -> None:
    _check_status(change.fact, FactStatus.RETIRED)
    if ledger.rival(change.fact) is not None:
        raise CorrectionError("changed_since")
    ledger.revive(change.fact)
    fact = change.fact
    ledger.lift(fact.entity, fact.attribute, fact.value, statement=fact.statement)
    review.reopen(change.fact)


def _undo_rejected(change: MemoryChange) -> None:
    _check_status(change.fact, FactStatus.REJECTED)
    review.unreject(change.fact)


def _undo_confirmed(change: MemoryChange) -> None:
    if change.reply is not None and change.fact.sources.exclude(message=change.reply.parent).exists():
        change.fact.sources.filter(message=change.reply.parent).delete()


_UNDO = {
    Operation.ADDED.value: _undo_added,
    Operation.UPDATED.value: _undo_updated,
    Operation.RETIRED.value: _undo_retired,
    Operation.CONFIRMED.value: _undo_confirmed,
    Operation.REJECTED.value: _undo_rejected,
}


def _check_status(fact: Fact, status: FactStatus) -> None:
    if fact.status != status:
        raise CorrectionError("changed_since")


def delete_facts(*, user: User, fact_ids: Sequence[UUID]) -> None:
    """This function will delete facts for good, in one transaction; those that are not there are passed over."""
    with transaction.atomic():
        tombstones.learn_again([user.pk])
        facts = Fact.objects.filter(owner=user, uuid__in=fact_ids).select_related("entity")
        events = erasing.erase(teaching.held(facts))
    for event in events:
        publish.from_sync(user.pk, event)


def delete_fact(*, user: User, fact_id: UUID, with_messages: bool = False, with_earlier: bool = False) -> None:
    """This function will delete a fact for good: the row, its sources, its changes, its index; it is not learned again.

    ``with_messages`` also erases what the messages say that taught it, ``with_earlier`` also the values it replaced. An
    entity that nothing more is known of goes with its last fact.
    Raises: NotFound.
    """
    with transaction.atomic():
        tombstones.learn_again([user.pk])
        fact = _held(user, fact_id)
        facts = erasing.with_earlier(fact) if with_earlier else [fact]
        events = erasing.erase(facts, with_messages=with_messages)
    for event in events:
        publish.from_sync(user.pk, event)


def clear(*, user: User, store: Store) -> None:
    """Delete a whole store for good: its entities with all their facts, sources, changes and index rows.

    Nothing of it is suppressed: what is said again is learned again.
    """
    assert store.owner_id == user.pk  # noqa: S101  (a store is made by a door)
    erasing.clear(store)


def _held(user: User, fact_id: UUID) -> Fact:
    """Return a fact as it is once no other writer is in its store."""
    store = ledger.store_of_entity(access.fact_for(user, fact_id).entity)
    ledger.lock(store)
    return access.fact_for(user, fact_id)


def _check(statement: str) -> None:
    if not wording.fold(statement):
        raise CorrectionError("empty")
    if len(statement) > ledger.MAX_STATEMENT_CHARACTERS:
        raise CorrectionError("too_long")


def value_of_edited(old: Fact, statement: str) -> str:
    """Return the value that ``statement`` has where the old one had its: what stands between the same words.

    The whole statement where they are not the same.
    """
    before, found, after = old.statement.partition(old.value) if old.value else ("", "", "")
    fits = bool(found) and statement.startswith(before) and statement.endswith(after)
    value = statement[len(before) : len(statement) - len(after)].strip() if fits else ""
    return value or statement[: ledger.MAX_VALUE_CHARACTERS]
