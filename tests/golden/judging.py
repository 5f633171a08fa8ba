"""What code makes of a proposal to a golden turn, and how well that fits what the turn should teach."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chat.prompt import Message
from chat.services.memory import keys, wording
from chat.services.memory.judging import settlement, typed, validator
from chat.services.memory.judging.verdicts import Accepted, Judgement, Spoken
from chat.services.memory.learner import proposal
from chat.services.memory.learner.proposal import Question, Wanted
from tests.golden.notation import ANYBODY, Claim
from tests.golden.turns import Turn

# What was, and what will be, is not what is.
_NOT_NOW = ("former_", "planned_")
SAID_ON = date(2026, 11, 22)


@dataclass(frozen=True)
class Learned:
    """What a turn came to, whoever looks: an accepted operation, or a row of the store."""

    about: str
    op: str
    attribute: str
    value: str
    statement: str

    def __str__(self) -> str:
        return f"{self.op} {self.about}.{self.attribute} = {self.value!r}"


@dataclass(frozen=True)
class Score:
    """How much is right, what is wrong, and what is missing. What a turn ``may`` teach counts for none.

    ``misattributed`` is the part of ``wrong`` that is true of somebody else.
    """

    right: int
    wrong: tuple[str, ...]
    missing: tuple[str, ...]
    misattributed: tuple[str, ...] = ()


def question_of(turn: Turn) -> Question:
    """Return what the learner is asked in the turn."""
    parts = typed.parts(turn.said, turn.pasted)
    pasted = turn.said
    for part in parts:
        pasted = pasted.replace(part, "", 1)
    return Question(
        date=SAID_ON.isoformat(),
        typed="\n".join(parts),
        pasted=pasted.strip(),
        earlier=tuple(Message("user", text) for text in turn.earlier),
        entities=turn.known.entities,
        facts=turn.known.facts,
        wanted=Wanted(facts=True, title=True, summary=False),
    )


def judge(turn: Turn, answer: dict[str, Any]) -> Judgement:
    return validator.judge(
        proposal.parse(answer), spoken=Spoken(turn.said, turn.earlier, turn.pasted, SAID_ON), known=turn.known
    )


def learned(turn: Turn, answer: dict[str, Any]) -> list[Learned]:
    """Return what a proposal to the turn comes to against what is known."""
    return [_settled(accepted, turn) for accepted in judge(turn, answer).accepted]


def _settled(accepted: Accepted, turn: Turn) -> Learned:
    """Return what the operation comes to against what is known; a changed value counts as added, and so does one that
    waits for the person's word.
    """
    ids = {entity.id: entity.entity_id for entity in turn.known.entities}
    held = [
        settlement.Held(f.fact_id, f.attribute, f.value, f.statement, locked=False, is_active=True)
        for f in turn.known.facts
        if ids[f.entity] == accepted.subject.entity_id
    ]
    settled = settlement.settle(accepted, held=held, is_suppressed=False)
    said = settled.said or accepted
    op = "add" if settled.action in {"supersede", "suggest"} else settled.action
    return Learned(
        "self" if said.subject.is_self else said.subject.name, op, said.attribute, said.value, said.statement
    )


def score(turn: Turn, found: Iterable[Learned]) -> Score:
    """Compare what was learned with what the turn should teach."""
    missing = list(turn.teaches)
    wrong, misattributed = [], []
    for one in found:
        match = next((claim for claim in missing if _fits(claim, one)), None)
        if match is not None:
            missing.remove(match)
        elif not any(_fits(claim, one) for claim in (*turn.may, *turn.teaches)):
            wrong.append(str(one))
            misattributed += [str(one)] if _is_of_another(turn, one) else []
    right = len(turn.teaches) - len(missing)
    return Score(right, tuple(wrong), tuple(map(str, missing)), tuple(misattributed))


def forbidden(turn: Turn, found: Iterable[Learned]) -> list[str]:
    """Return what was learned though the turn says that it must not be."""
    return [str(one) for one in found if any(_is_forbidden(claim, one) for claim in turn.never)]


def _fits(claim: Claim, found: Learned) -> bool:
    is_about = wording.fold(found.about) == wording.fold(claim.about)
    is_key = found.op != "add" or _may_be_filed(claim.attribute, found.attribute)
    return is_about and is_key and found.op == claim.op and _has_value(claim, found)


def _has_value(claim: Claim, found: Learned) -> bool:
    said = wording.fold(found.value)
    return any(value in said or said in value for value in map(wording.fold, claim.values))


def _may_be_filed(wanted: str, found: str) -> bool:
    """Many keys will do ("hobby", "likes"), but not that of another single value, nor another time."""
    wanted, found = keys.normalise(wanted), keys.normalise(found)
    if any(wanted.startswith(time) != found.startswith(time) for time in _NOT_NOW):
        return False
    return wanted == found or not (keys.is_single(wanted) and keys.is_single(found))


def _is_of_another(turn: Turn, found: Learned) -> bool:
    return any(_has_value(claim, found) and claim.op == found.op for claim in (*turn.teaches, *turn.may))


def _is_forbidden(claim: Claim, found: Learned) -> bool:
    if found.op not in {"add", "confirm", claim.op}:
        return False
    if claim.about == ANYBODY:
        words = wording.fold(claim.values[0])
        return words in wording.fold(found.value) or words in wording.fold(found.statement)
    is_key = keys.normalise(claim.attribute) == keys.normalise(found.attribute)
    is_about = wording.fold(found.about) == wording.fold(claim.about)
    return is_about and is_key and found.op == claim.op and _has_value(claim, found)


def precision(scores: Sequence[Score]) -> float:
    """Return the share of what was made that is right."""
    right, made, _ = _counts(scores)
    return right / made if made else 1.0


def recall(scores: Sequence[Score]) -> float:
    """Return the share of what should be made that was."""
    right, _, wanted = _counts(scores)
    return right / wanted if wanted else 1.0


def report(scores: Sequence[Score]) -> str:
    """Return precision, recall and wrong attributions over all turns, as one line."""
    right, made, wanted = _counts(scores)
    others = sum(len(score.misattributed) for score in scores)
    return (
        f"precision {precision(scores):.2f} ({right} of {made}), recall {recall(scores):.2f} ({right} of {wanted}), "
        f"{others} said of the wrong one"
    )


def _counts(scores: Sequence[Score]) -> tuple[int, int, int]:
    right = sum(score.right for score in scores)
    wrong, missing = sum(len(score.wrong) for score in scores), sum(len(score.missing) for score in scores)
    return right, right + wrong, right + missing
