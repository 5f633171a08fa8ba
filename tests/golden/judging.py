"""The golden set: turns, what each should teach, and how well a proposal that was judged by code does."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chat.prompt import Message
from chat.services.memory import proposal, settlement, typed, validator, wording
from chat.services.memory.proposal import KnownEntity, KnownFact, Question, Wanted
from chat.services.memory.verdicts import Accepted, Judgement, Known, Spoken

TURNS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "turns.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Score:
    """How many operations are right, which are wrong, and which are missing. What ``may`` be taught counts for none."""

    right: int
    wrong: tuple[str, ...]
    missing: tuple[str, ...]


def known_of(turn: dict[str, Any]) -> Known:
    """Return what the memory knows before the turn."""
    entities = {"self": KnownEntity("E0", 1, "self", "You")}
    facts = []
    for number, fact in enumerate(turn.get("known", []), start=1):
        about = fact["about"]
        entities.setdefault(about, KnownEntity(f"E{len(entities)}", 1 + len(entities), "person", about))
        facts.append(
            KnownFact(f"F{number}", number, entities[about].id, fact["attribute"], fact["value"], fact["statement"])
        )
    return Known(tuple(entities.values()), tuple(facts))


def question_of(turn: dict[str, Any]) -> Question:
    """Return what the learner is asked in the turn."""
    known = known_of(turn)
    parts = typed.parts(turn["said"])
    pasted = turn["said"]
    for part in parts:
        pasted = pasted.replace(part, "", 1)
    return Question(
        date="2026-11-22",
        typed="\n".join(parts),
        pasted=pasted.strip(),
        earlier=tuple(Message("user", text) for text in turn.get("earlier", [])),
        entities=known.entities,
        facts=known.facts,
        wanted=Wanted(facts=True, title=True, summary=False),
    )


def judge(turn: dict[str, Any], answer: dict[str, Any]) -> Judgement:
    return validator.judge(
        proposal.parse(answer),
        spoken=Spoken(turn["said"], tuple(turn.get("earlier", []))),
        known=known_of(turn),
    )


def score(turn: dict[str, Any], judgement: Judgement) -> Score:
    """Compare what was accepted with what the turn should teach."""
    missing = list(turn["teaches"])
    allowed = list(turn.get("may", []))
    wrong = []
    for accepted in judgement.accepted:
        match = next((wanted for wanted in missing if _fits(wanted, accepted, turn)), None)
        if match is None and any(_fits(may, accepted, turn) for may in allowed):
            continue
        if match is None:
            wrong.append(f"{accepted.verb} {accepted.subject.name}.{accepted.attribute} = {accepted.value!r}")
        else:
            missing.remove(match)
    right = len(turn["teaches"]) - len(missing)
    return Score(
        right, tuple(wrong), tuple(f"{w['op']} {w['about']}.{w['attribute']} = {w['value']!r}" for w in missing)
    )


def _fits(wanted: dict[str, str], accepted: Accepted, turn: dict[str, Any]) -> bool:
    about = "self" if accepted.subject.is_self else accepted.subject.name
    is_about = wording.fold(about) == wording.fold(wanted["about"])
    said = wording.fold(accepted.value)
    values = [wording.fold(value) for value in wanted["value"].split(" | ")]
    is_value = any(value in said or said in value for value in values)
    return is_about and is_value and _effect(accepted, turn) == wanted["op"]


def _effect(accepted: Accepted, turn: dict[str, Any]) -> str:
    """What the operation comes to against what is known; a changed value counts as added."""
    known = known_of(turn)
    subject = accepted.subject.entity_id
    ids = {entity.id: entity.entity_id for entity in known.entities}
    held = [
        settlement.Held(f.fact_id, f.attribute, f.value, f.statement, locked=False, is_active=True)
        for f in known.facts
        if ids[f.entity] == subject
    ]
    action = settlement.settle(accepted, held=held, is_suppressed=False).action
    return "add" if action == "supersede" else action


def precision(scores: Sequence[Score]) -> float:
    """Return the share of what was made that is right."""
    right, made, _ = _counts(scores)
    return right / made if made else 1.0


def recall(scores: Sequence[Score]) -> float:
    """Return the share of what should be made that was."""
    right, _, wanted = _counts(scores)
    return right / wanted if wanted else 1.0


def report(scores: Sequence[Score]) -> str:
    """Return precision and recall over all turns, as one line."""
    right, made, wanted = _counts(scores)
    return f"precision {precision(scores):.2f} ({right} of {made}), recall {recall(scores):.2f} ({right} of {wanted})"


def _counts(scores: Sequence[Score]) -> tuple[int, int, int]:
    right = sum(score.right for score in scores)
    wrong, missing = sum(len(score.wrong) for score in scores), sum(len(score.missing) for score in scores)
    return right, right + wrong, right + missing
