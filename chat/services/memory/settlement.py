"""What an accepted operation comes to, given what the store holds at that moment. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from chat.services.memory import keys, wording
from chat.services.memory.verdicts import Accepted

Action = Literal["add", "supersede", "confirm", "retire", "suggest", "nothing"]
Suggestion = Literal["", "add", "update", "retire"]


@dataclass(frozen=True)
class Held:
    """A fact that the store holds about the operation's subject: active, or waiting for review."""

    fact_id: int
    attribute: str
    value: str
    statement: str
    locked: bool
    is_active: bool


@dataclass(frozen=True)
class Settled:
    """``fact_id`` is the fact that is confirmed, retired, or gives way; ``reason`` why it waits or is passed over;
    ``suggestion`` what that which waits would do.
    """

    action: Action
    fact_id: int | None = None
    reason: str = ""
    suggestion: Suggestion = ""


def settle(operation: Accepted, *, held: Sequence[Held], is_suppressed: bool) -> Settled:
    """Return what ``operation`` does to the facts ``held`` of its subject."""
    if operation.verb == "retire":
        return _retire(operation, held)
    if (known := _same(operation, held)) is not None:
        return Settled("confirm", known.fact_id) if known.is_active else Settled("nothing", reason="waits_already")
    if is_suppressed:
        return Settled("nothing", reason="suppressed")
    replaced = _replaced(operation, held)
    if operation.for_review:
        return _waits(replaced, "too_many")
    if replaced is None:
        return Settled("add")
    if replaced.locked:
        return _waits(replaced, "locked")
    return Settled("supersede", replaced.fact_id)


def _waits(replaced: Held | None, reason: str) -> Settled:
    if replaced is None:
        return Settled("suggest", None, reason, "add")
    return Settled("suggest", replaced.fact_id, reason, "update")


def _retire(operation: Accepted, held: Sequence[Held]) -> Settled:
    known = _by_id(operation.fact_id, held)
    if known is None or not known.is_active:
        return Settled("nothing", reason="gone")
    if known.locked or operation.for_review:
        return Settled("suggest", known.fact_id, "locked" if known.locked else "too_many", "retire")
    return Settled("retire", known.fact_id)


def _same(operation: Accepted, held: Collection[Held]) -> Held | None:
    """Return a fact that says the same: the same value of the attribute, or the same sentence."""
    value, statement = wording.fold(operation.value), wording.fold(operation.statement)
    if operation.verb == "confirm" and (named := _by_id(operation.fact_id, held)) is not None:
        return named
    for fact in held:
        is_same_value = fact.attribute == operation.attribute and wording.fold(fact.value) == value
        if is_same_value or wording.fold(fact.statement) == statement:
            return fact
    return None


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
