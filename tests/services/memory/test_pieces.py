"""A message piece by piece, as the built-in model is led through it."""

import json
import re

import pytest

from chat import prompt
from chat.services.memory.learner import asking, examples, learning, pieces, proposal
from chat.services.memory.learner.proposal import Wanted
from tests.services.memory.lessons import talk, turn
from tests.services.memory.proposed import fact

WANTED = Wanted(facts=True, title=True, summary=False)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Hi! I'm Ada. I am 34 and I live in Oslo.", ["Hi!", "I'm Ada.", "I am 34", "I live in Oslo."]),
        ("I eat no gluten because I have coeliac disease.", ["I eat no gluten", "I have coeliac disease."]),
        ("I have two cats, Miso and Tofu.", ["I have two cats, Miso and Tofu."]),
        ("Ich bin 28 und komme aus Leipzig.", ["Ich bin 28", "komme aus Leipzig."]),
        ('He said "I live in Rome and I hate it".', ['He said "I live in Rome and I hate it".']),
        ("我叫小明，我住在上海。", ["我叫小明", "我住在上海。"]),
        ("I live in Oslo. What should I wear?", ["I live in Oslo."]),
        ("I live in Oslo. I live in Oslo.", ["I live in Oslo."]),
        ("What should I wear?", ["What should I wear?"]),
        ("?!", []),
    ],
)
def test_a_piece_is_a_clause_that_may_state_something(typed, expected):
    assert list(pieces.of(typed)) == expected


def test_a_long_message_has_few_pieces_with_all_its_words():
    said = [f"I have been to town {number}." for number in range(20)]

    found = pieces.of(" ".join(said))

    assert len(found) <= pieces.MOST
    assert " ".join(found) == " ".join(said)


def test_the_examples_are_cut_as_messages_are():
    shown = re.findall(r"NEW MESSAGE \(\w+\): (.*)\n(.*)\n", examples.PIECEWISE)

    assert [list(json.loads(answer)["facts"]) for _, answer in shown] == [list(pieces.of(said)) for said, _ in shown]


def test_each_piece_has_a_short_list_of_facts_in_the_answer():
    facts = proposal.schema(WANTED, pieces=["I live in Oslo", "I am 34."])["properties"]["facts"]
    as_list = proposal.schema(WANTED)["properties"]["facts"]["items"]["required"]

    assert facts["required"] == ["I live in Oslo", "I am 34."]
    assert [one["maxItems"] for one in facts["properties"].values()] == [proposal.FACTS_PER_PIECE] * 2
    assert ["quote", *facts["properties"]["I am 34."]["items"]["required"]] == as_list


def test_a_long_message_leaves_room_for_its_facts():
    said = pieces.of(" ".join(f"In the year {number} I moved to town {number}." for number in range(60)))
    repeated = prompt.estimate_tokens(json.dumps(said))

    assert proposal.max_tokens(WANTED, said) >= proposal.max_tokens(WANTED) + repeated


def test_what_stands_under_a_piece_is_quoted_from_it():
    oslo = fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo.")
    unquoted = {key: value for key, value in oslo.items() if key != "quote"}
    answer = {"facts": {"I live in Oslo": [unquoted, "junk"], "I am 34.": None}, "title": "Oslo"}

    assert proposal.parse(answer) == proposal.parse({"facts": [oslo], "title": "Oslo"})


@pytest.mark.django_db
def test_the_built_in_model_is_led_from_piece_to_piece(alice):
    run = turn(talk(alice), "I live in Oslo and I have a cat.")
    task = learning.prepare(learning.load(run.pk, run.attempts), learning.SMALL)
    cat = {"about": "E0", "kind": "self", "op": "add", "attr": "pet", "value": "cat", "text": "The user has a cat."}
    lesson = learning.lesson_of(task, {"facts": {"I live in Oslo": [], "I have a cat.": [cat]}, "title": "Cat"})

    assert task.question.pieces == ("I live in Oslo", "I have a cat.")
    assert asking.messages(task.question)[0].content == asking.BY_PIECE
    assert [one.quote for one in lesson.judgement.accepted] == ["I have a cat."]


@pytest.mark.django_db
@pytest.mark.parametrize("whose", ["another model", "instructions of the operator"])
def test_others_are_asked_for_one_list(alice, settings, whose):
    settings.MEMORYBOT_MEMORY_INSTRUCTIONS = "" if whose == "another model" else "Note what is said of ships."
    run = turn(talk(alice), "I live in Oslo and I have a cat.")
    sizes = learning.LARGE if whose == "another model" else learning.SMALL

    task = learning.prepare(learning.load(run.pk, run.attempts), sizes)

    assert task.question.pieces is None
    assert asking.messages(task.question)[0].content == asking.INSTRUCTIONS
