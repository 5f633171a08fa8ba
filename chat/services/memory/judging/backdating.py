"""What was so before what is held to be so now: "I moved to Rome in 2015", after "I live in Oslo since 2019". Pure."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from chat.services.memory import keys, wording
from chat.services.memory.judging.verdicts import Accepted


class Dated(Protocol):
    @property
    def attribute(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def valid_from(self) -> str: ...
    @property
    def said_on(self) -> str: ...


def filed(operation: Accepted, active: Iterable[Dated]) -> Accepted:
    """Return ``operation`` as a former value where what is ``active`` has come after it, else as it is."""
    when = operation.circumstances.validity
    if operation.verb == "retire" or not when.valid_from or when.holds or when.is_over or when.is_planned:
        return operation
    if not keys.is_single(operation.attribute) or keys.present(operation.attribute) != operation.attribute:
        return operation
    now = next((fact for fact in active if fact.attribute == operation.attribute), None)
    if now is None or wording.fold(now.value) == wording.fold(operation.value) or not _is_before(when.valid_from, now):
        return operation
    past = replace(when, valid_to=now.valid_from, is_over=True)
    how = replace(operation.circumstances, validity=past)
    return replace(operation, verb="add", fact_id=None, attribute=keys.former(operation.attribute), circumstances=how)


def _is_before(moment: str, now: Dated) -> bool:
    """What has no beginning was so when it was said; a year before that, something else may have been."""
    if now.valid_from:
        length = min(len(moment), len(now.valid_from))
        return moment[:length] < now.valid_from[:length]
    if not now.said_on:
        return False
    year_before = f"{int(now.said_on[:4]) - 1}{now.said_on[4:]}"
    return moment < year_before[: len(moment)]
