"""Recorded answers of models, good and bad, in the wire format: what code makes of each."""

import json
from pathlib import Path
from typing import Any

import pytest

from chat.services.memory.judging import validator
from chat.services.memory.judging.verdicts import Spoken
from chat.services.memory.learner import asking, proposal
from chat.services.memory.learner.proposal import JunkError, Wanted
from tests.services.memory.proposed import NOBODY_ELSE, reasons, taught

RECORDED = sorted((Path(__file__).parent / "proposals").glob("*.json"))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_answer_teaches_what_it_should(path):
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    judgement = validator.judge(proposal.parse(case["answer"]), spoken=Spoken(case["said"]), known=NOBODY_ELSE)

    assert {"taught": taught(judgement), "refused": sorted(reasons(judgement))} == {
        "taught": case["taught"],
        "refused": sorted(case["refused"]),
    }, case["why"]


@pytest.mark.parametrize("answer", [{}, {"error": "no"}, {"entities": []}, {"fact": {}}])
def test_an_answer_without_any_of_its_parts_is_junk(answer):
    with pytest.raises(JunkError):
        proposal.parse(answer)


def test_facts_that_are_no_list_are_none():
    assert proposal.parse({"facts": "none", "title": "x"}).operations == ()


def test_a_title_is_one_short_line():
    assert proposal.parse({"title": '"# A *trip*  to\tOslo."\nmore'}).title == "A *trip* to Oslo"
    assert len(proposal.parse({"title": "word " * 100}).title) <= proposal.MAX_TITLE_CHARACTERS


def test_what_cannot_be_stored_is_taken_out():
    assert proposal.parse({"title": "a\0b\ud800c"}).title == "abc"


def test_the_schema_is_what_strict_servers_want():
    schema = proposal.schema(Wanted(facts=True, title=True, summary=True))

    assert list(schema["properties"]) == schema["required"] == ["facts", "title", "summary"]
    fact = schema["properties"]["facts"]["items"]
    assert list(fact["properties"]) == fact["required"]
    assert [schema["additionalProperties"], fact["additionalProperties"]] == [False, False]
    assert list(proposal.schema(Wanted(facts=False, title=True, summary=False))["properties"]) == ["title"]


def test_the_fixed_part_of_the_prompt_names_nobody_and_never_changes():
    question = proposal.Question(
        date="2026-11-22", typed="Hello", pasted="", earlier=(), entities=(), facts=(), wanted=Wanted(True, True, False)
    )
    other = proposal.Question(
        date="2026-12-01", typed="Hi", pasted="x", earlier=(), entities=(), facts=(), wanted=Wanted(True, False, False)
    )
    fixed, same = asking.messages(question)[:-1], asking.messages(other)[:-1]

    assert fixed == same
    assert not [word for word in ("Alice", "Bob", "John", "Oslo", "Paris", "Google") if word in str(fixed)]
