"""What is judged, and what comes of it: the data of the validator. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from chat.services.memory.judging import clauses, subjects
from chat.services.memory.judging.circumstances import PLAIN, Circumstances
from chat.services.memory.judging.subjects import Subject
from chat.services.memory.judging.typed import Spans
from chat.services.memory.learner.proposal import KnownEntity, KnownFact, Operation, Verb

Reason = (
    subjects.Code
    | clauses.Standing
    | Literal[
        "no_quote", "not_typed", "trivial", "credential", "no_value", "made_up_value", "denied",
        "nothing_ended", "not_said_again", "twice", "second_value", "instruction",
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Spoken:
    """What was said: the new message, the person's own words in the turns shown for reference, what of the message was
    pasted, and the day it was written: without it, nothing is made of "yesterday".
    """

    message: str
    earlier: tuple[str, ...] = ()
    pasted: Spans = ()
    on: date | None = None


@dataclass(frozen=True)
class Known:
    """What was offered to the model, the person first, and their own name where it is known."""

    entities: tuple[KnownEntity, ...]
    facts: tuple[KnownFact, ...] = ()
    own_name: str = ""


@dataclass(frozen=True)
class Accepted:
    """An operation that may take effect. ``fact_id`` is what it changes; ``for_review`` beyond what one turn may do."""

    verb: Verb
    subject: Subject
    attribute: str
    value: str
    statement: str
    quote: str
    fact_id: int | None = None
    for_review: bool = False
    circumstances: Circumstances = PLAIN


@dataclass(frozen=True)
class Refused:
    operation: Operation
    reason: Reason


@dataclass(frozen=True)
class Judgement:
    """Shapes: ``introduced`` are those whose names were given, in their order; each list in the model's order."""

    accepted: tuple[Accepted, ...]
    refused: tuple[Refused, ...]
    introduced: tuple[Subject, ...]


class RefusedError(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
