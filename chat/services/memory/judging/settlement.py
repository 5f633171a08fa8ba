"""What an accepted operation comes to, given what the store holds at that moment. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from chat.services.memory import keys, wording
from chat.services.memory.judging import backdating
from chat.services.memory.judging.circumstances import Circumstances
from chat.services.memory.judging.verdicts import Accepted

Action = Literal["add", "supersede", "confirm", "retire", "suggest", "nothing"]
Suggestion = Literal["", "add", "update", "retire"]
State = Literal["active", "pending", "rejected"]


@dataclass(frozen=True)
class Held:
    """A fact that the store holds about the operation's subject: active, waiting for review, or rejected in one.

    ``said_on`` is the day it was learned. Of one that waits or was rejected, ``suggestion`` is what it would do, and
    ``concerns`` to which other fact.
    """

    fact_id: int
    attribute: str
    value: str
    statement: str
    locked: bool
    is_active: bool
    valid_from: str = ""
    valid_to: str = ""
    is_firm: bool = True
    said_on: str = ""
    is_rejected: bool = False
    suggestion: str = ""
    concerns: int | None = None


@dataclass(frozen=True)
class Settled:
    """``fact_id`` is the fact that is confirmed, retired, or gives way; ``reason`` why it waits or is passed over;
    ``suggestion`` what that which waits would do.

    ``said`` is the operation as it is to be written; ``until`` when the other fact ended in the world. A confirmation
    that ``says_more`` brings a date, or certainty. ``ends`` are facts that waited, or were planned, for what is so now.
    """

    action: Action
    fact_id: int | None = None
    reason: str = ""
    suggestion: Suggestion = ""
    said: Accepted | None = None
    until: str = ""
    says_more: bool = False
    ends: tuple[int, ...] = ()


def settle(operation: Accepted, *, held: Sequence[Held], is_suppressed: bool, keep_sensitive: str = "ask") -> Settled:
    """Return what ``operation`` does to the facts ``held`` of its subject.

    ``keep_sensitive`` is what the person wants done with what is told in confidence: ask, keep, never.
    """
    operation = backdating.filed(operation, [fact for fact in held if fact.is_active])
    if operation.verb == "retire":
        settled = _retire(operation, held)
    elif (present := _no_longer(operation, held)) is not None:
        settled = _retire(replace(operation, verb="retire", fact_id=present.fact_id), held)
    else:
        settled = _keep(operation, held, is_suppressed=is_suppressed, keep_sensitive=keep_sensitive)
    if settled.action == "suggest" and (reason := _was_asked(settled, operation, held)):
        return Settled("nothing", reason=reason, said=operation)
    ends = _come_true(operation, held) if settled.action in {"add", "supersede"} else ()
    return replace(settled, said=operation, ends=ends)


def _keep(operation: Accepted, held: Sequence[Held], *, is_suppressed: bool, keep_sensitive: str) -> Settled:
    how = operation.circumstances
    if (known := _same(operation, held)) is not None:
        return _confirm(known, how)
    if is_suppressed:
        return Settled("nothing", reason="suppressed")
    if how.sensitivity and keep_sensitive == "never":
        return Settled("nothing", reason="sensitive")
    replaced = _replaced(operation, held)
    if reason := _reason_to_ask(operation, replaced, keep_sensitive):
        return _waits(replaced, reason)
    if replaced is None:
        return Settled("add")
    return Settled("supersede", replaced.fact_id, until=_begin(how))


def _confirm(known: Held, how: Circumstances) -> Settled:
    """What is said with doubt or by somebody else strengthens nothing that was said firmly."""
    if known.is_firm and not how.is_firm:
        return Settled("nothing", reason=_weakness(how))
    begins = bool(how.validity.valid_from) and not known.valid_from
    ends = bool(how.validity.valid_to) and not known.valid_to
    is_firmer = how.is_firm and not known.is_firm
    return Settled("confirm", known.fact_id, says_more=(begins or ends or is_firmer) and not known.locked)


def _reason_to_ask(operation: Accepted, replaced: Held | None, keep_sensitive: str) -> str:
    how = operation.circumstances
    if operation.for_review:
        return "too_many"
    if how.sensitivity and keep_sensitive == "ask":
        return "sensitive"
    if replaced is None:
        return ""
    if replaced.locked:
        return "locked"
    return _weakness(how) if replaced.is_firm else ""


def _weakness(how: Circumstances) -> str:
    return "hearsay" if how.attributed_to else "unsure" if how.certainty == "unsure" else ""


def _waits(replaced: Held | None, reason: str) -> Settled:
    if replaced is None:
        return Settled("suggest", None, reason, "add")
    return Settled("suggest", replaced.fact_id, reason, "update")


def _retire(operation: Accepted, held: Sequence[Held]) -> Settled:
    known = _by_id(operation.fact_id, held)
    if known is None or not known.is_active:
        return Settled("nothing", reason="gone")
    when = operation.circumstances.validity
    until = when.valid_to or when.valid_from
    reason = "locked" if known.locked else "too_many" if operation.for_review else ""
    reason = reason or (_weakness(operation.circumstances) if known.is_firm else "")
    if not reason and when.is_planned:
        # What is to end is so until then.
        return (
            Settled("confirm", known.fact_id, says_more=True, until=until) if until else _asks_to_end(known, "planned")
        )
    return _asks_to_end(known, reason) if reason else Settled("retire", known.fact_id, until=until)


def _asks_to_end(known: Held, reason: str) -> Settled:
    return Settled("suggest", known.fact_id, reason, "retire")


def _begin(how: Circumstances) -> str:
    """Return when the new began, which is when the old ended."""
    return "" if how.validity.is_planned else how.validity.valid_from


def _no_longer(operation: Accepted, held: Collection[Held]) -> Held | None:
    """Return the fact that is said to be over by "I used to live in Oslo"."""
    present = keys.present(operation.attribute)
    if operation.attribute != keys.former(present) or present == operation.attribute:
        return None
    value = wording.fold(operation.value)
    return next((f for f in held if f.is_active and f.attribute == present and wording.fold(f.value) == value), None)


def _same(operation: Accepted, held: Collection[Held]) -> Held | None:
    """Return an active fact that says the same: the same value of the attribute, or the same sentence."""
    active = [fact for fact in held if fact.is_active]
    if operation.verb == "confirm" and (named := _by_id(operation.fact_id, active)) is not None:
        return named
    return next((fact for fact in active if _says(fact, operation)), None)


def _says(fact: Held, operation: Accepted) -> bool:
    is_value = fact.attribute == operation.attribute and wording.fold(fact.value) == wording.fold(operation.value)
    return is_value or wording.fold(fact.statement) == wording.fold(operation.statement)


def _was_asked(settled: Settled, operation: Accepted, held: Collection[Held]) -> str:
    """Return why the person is not asked: they are being asked already, or have said no."""
    for fact in held:
        is_of_same = _says(fact, operation) and (fact.suggestion == "retire") == (settled.suggestion == "retire")
        if is_of_same and fact.is_rejected:
            return "rejected"
        if is_of_same and not fact.is_active:
            return "waits_already"
    return ""


def _come_true(operation: Accepted, held: Collection[Held]) -> tuple[int, ...]:
    """Return what waited for review and is plain now, and the plan that this is."""
    waited = [
        fact.fact_id
        for fact in held
        if not (fact.is_active or fact.is_rejected) and _says(fact, operation) and fact.suggestion != "retire"
    ]
    planned, value = keys.planned(operation.attribute), wording.fold(operation.value)
    plans = [
        fact.fact_id
        for fact in held
        if fact.is_active and fact.attribute == planned != operation.attribute and wording.fold(fact.value) == value
    ]
    return (*waited, *plans)


def _replaced(operation: Accepted, held: Collection[Held]) -> Held | None:
    named = _by_id(operation.fact_id, held) if operation.verb == "update" else None
    if named is not None and named.is_active and named.attribute == operation.attribute:
        return named
    contrary, value = keys.opposite(operation.attribute), wording.fold(operation.value)
    for fact in held:
        if fact.is_active and fact.attribute == contrary and wording.fold(fact.value) == value:
            return fact
    if not keys.is_single(operation.attribute):
        return None
    return next((fact for fact in held if fact.is_active and fact.attribute == operation.attribute), None)


def _by_id(fact_id: int | None, held: Collection[Held]) -> Held | None:
    return next((fact for fact in held if fact.fact_id == fact_id), None)
