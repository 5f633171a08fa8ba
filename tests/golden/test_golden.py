"""Every golden turn through the gate and the validator, with recorded answers of models, good and hostile."""

from collections import Counter

import pytest

from chat.services.memory.judging import gate
from tests.golden import broken, judging
from tests.golden.judging import Score
from tests.golden.turns import TURNS, Turn

every_turn = pytest.mark.parametrize("turn", TURNS, ids=[turn.name for turn in TURNS])
TRIED_PER_TURN = 12


@every_turn
def test_the_gate_keeps_nothing_from_the_model_that_teaches(turn: Turn) -> None:
    assert gate.verdict(turn.said, turn.pasted) == "teaches" or turn.teaches == ()


@every_turn
def test_what_a_capable_model_proposes_is_learned(turn: Turn) -> None:
    found = judging.learned(turn, {"facts": list(turn.good), "title": ""})

    assert judging.score(turn, found) == Score(right=len(turn.teaches), wrong=(), missing=())
    assert judging.forbidden(turn, found) == []


@every_turn
def test_what_must_not_be_learned_is_not_whatever_is_proposed(turn: Turn) -> None:
    came_of_it = {}
    for fault, answer in broken.proposals(turn).items():
        found = judging.learned(turn, answer)
        came_of_it[fault] = [*judging.score(turn, found).wrong, *judging.forbidden(turn, found)]

    assert len(came_of_it) >= TRIED_PER_TURN
    assert {fault: learned for fault, learned in came_of_it.items() if learned} == {}


def test_the_set_is_as_large_and_as_wide_as_it_should_be() -> None:
    held_out = [turn for turn in TURNS if turn.part == "held_out"]

    assert [len(TURNS) >= 220, len(held_out) >= 60] == [True, True]
    assert len(Counter(turn.language for turn in TURNS)) >= 11
    assert len({turn.said for turn in TURNS}) == len(TURNS)
    assert all(turn.bad for turn in TURNS)
    assert all(turn.good or not turn.teaches for turn in TURNS)
