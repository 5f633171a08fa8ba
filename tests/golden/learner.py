"""A real model as the learner of golden turns: what it proposes, what that cost, and what code makes of it."""

import time
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from chat.llm import client
from chat.llm.client import Endpoint, LLMError, Usage
from chat.services.memory.judging import gate
from chat.services.memory.learner import asking, learning, pieces, proposal
from tests.golden import judging
from tests.golden.judging import Score
from tests.golden.turns import Turn

NOTHING: dict[str, Any] = {"facts": [], "title": ""}


@dataclass(frozen=True)
class Answered:
    """``usage`` is None where the gate let no call through. Units: seconds of the call."""

    turn: Turn
    answer: dict[str, Any] = field(default_factory=lambda: NOTHING)
    usage: Usage | None = None
    seconds: float = 0.0

    @property
    def score(self) -> Score:
        return judging.score(self.turn, judging.learned(self.turn, self.answer))

    def as_row(self) -> dict[str, Any]:
        """Return what a file keeps of it, to be judged again when the code has changed."""
        usage = asdict(self.usage) if self.usage else None
        return {"name": self.turn.name, "answer": self.answer, "usage": usage, "seconds": self.seconds}


def from_row(row: dict[str, Any], turns: dict[str, Turn]) -> Answered:
    usage = Usage(**row["usage"]) if row["usage"] else None
    return Answered(turns[row["name"]], row["answer"], usage, row["seconds"])


async def ask(endpoint: Endpoint, turn: Turn) -> Answered:
    """Ask the model what a turn teaches, as learning does; junk teaches nothing."""
    if gate.verdict(turn.said, turn.pasted) != "teaches":
        return Answered(turn)
    question = judging.question_of(turn)
    sizes = learning.SMALL if endpoint.local else learning.LARGE
    question = replace(
        question,
        wanted=replace(question.wanted, max_facts=sizes.max_facts),
        pieces=pieces.of(question.typed) if sizes.by_piece else None,
    )
    started = time.monotonic()
    try:
        answer, usage = await client.complete_json(
            endpoint,
            asking.messages(question),
            schema=proposal.schema(question.wanted, is_bounded=endpoint.local, pieces=question.pieces),
            name=proposal.SCHEMA_NAME,
            max_tokens=proposal.max_tokens(question.wanted, question.pieces),
        )
    except LLMError as error:
        if error.code != learning.JUNK:
            raise
        answer, usage = NOTHING, Usage(0, 0, 0)
    return Answered(turn, answer, usage, time.monotonic() - started)
