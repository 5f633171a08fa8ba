"""Which turns are learned from in one call: those of one branch and one day that wait together, a few at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from chat import prompt
from chat.models import MemoryRun, Message, RunState
from chat.services.branches import Tree
from chat.services.memory.judging import gate, typed

# Turns in one call; with more of them small facts are overlooked.
MOST = 4


@dataclass(frozen=True)
class Turn:
    """A turn to learn from, and its run."""

    run_id: int
    reply_id: int
    question: Message

    @property
    def parts(self) -> list[str]:
        return typed.parts(self.question.text, self.question.pasted)

    @property
    def typed(self) -> str:
        return "\n".join(self.parts).strip()

    @property
    def verdict(self) -> gate.Verdict:
        return gate.verdict(self.question.text, self.question.pasted)


def turn_of(run: MemoryRun) -> Turn:
    assert run.reply.parent is not None  # noqa: S101  (for the type checker; an answer has a question)
    return Turn(run.pk, run.reply_id, run.reply.parent)


def together(run: MemoryRun, tree: Tree) -> tuple[Turn, ...]:
    """Return the turn of a held run and those behind it that may share its call: each follows from the one before.

    A run that is tried again goes alone, so that one turn that fails keeps no other from being learned from.
    """
    turns = [turn_of(run)]
    if run.attempts > 1:
        return tuple(turns)
    waiting = MemoryRun.objects.filter(
        state=RunState.PENDING,
        attempts=0,
        purpose=run.purpose,
        own_key=run.own_key,
        reply__conversation=run.reply.conversation_id,
        reply__position__gt=run.reply.position,
        reply__parent__created_at__date=turns[0].question.created_at.date(),
    )
    path = tree.path(run.reply_id)
    for other in waiting.select_related("reply__parent").order_by("reply__position")[: 2 * MOST]:
        longer, turn = tree.path(other.reply_id), turn_of(other)
        if longer[: len(path)] == path and turn.verdict == "teaches":
            path = longer
            turns.append(turn)
    return tuple(turns)


def fitting(turns: Sequence[Turn], *, most: int, tokens: int) -> tuple[Turn, ...]:
    """Return how many of ``turns`` one call takes: at most ``most``, of at most ``tokens``; the first in any case."""
    sizes = accumulate(prompt.estimate_tokens(turn.typed) for turn in turns)
    count = sum(size <= tokens for size in sizes)
    return tuple(turns[: min(max(count, 1), most)])
