"""Short ways to say what a model proposed, what was said, and what came of it."""

from typing import Any

from chat.services.memory.judging import validator
from chat.services.memory.judging.verdicts import Judgement, Known, Spoken
from chat.services.memory.learner import proposal
from chat.services.memory.learner.proposal import KnownEntity, KnownFact

ME = KnownEntity("E0", 1, "self", "You")
ALICE = KnownEntity("E1", 2, "person", "Alice", ("my sister",))
NOBODY_ELSE = Known((ME,))
IN_OSLO = KnownFact("F1", 11, "E0", "lives_in", "Oslo", "The user lives in Oslo.")
AT_GOOGLE = KnownFact("F2", 12, "E0", "employer", "Google", "The user works at Google.")
A_DOG = KnownFact("F3", 13, "E0", "pet", "dog", "The user has a dog.")


def fact(
    quote: str,
    attr: str,
    value: str,
    text: str,
    *,
    about: str = "E0",
    kind: str = "self",
    op: str = "add",
) -> dict[str, str]:
    """One entry of a proposal, as it comes over the wire."""
    return {"quote": quote, "about": about, "kind": kind, "op": op, "attr": attr, "value": value, "text": text}


def judged(said: str, *facts: Any, known: Known = NOBODY_ELSE, earlier: tuple[str, ...] = ()) -> Judgement:
    """What code makes of a proposal to a message."""
    return validator.judge(
        proposal.parse({"facts": list(facts), "title": ""}), spoken=Spoken(said, earlier), known=known
    )


def taught(judgement: Judgement) -> list[str]:
    """What was accepted, one line each: who, what, and by which operation unless it is new."""
    return [
        ("" if accepted.verb == "add" else f"{accepted.verb} ")
        + f"{'user' if accepted.subject.is_self else accepted.subject.name}.{accepted.attribute} = {accepted.value}"
        + (" (for review)" if accepted.for_review else "")
        for accepted in judgement.accepted
    ]


def reasons(judgement: Judgement) -> list[str]:
    return [refused.reason for refused in judgement.refused]


def verdict(said: str, *facts: Any, **kwargs: Any) -> list[str]:
    """What was accepted, then why the rest was not."""
    judgement = judged(said, *facts, **kwargs)
    return taught(judgement) + [f"refused: {reason}" for reason in reasons(judgement)]
