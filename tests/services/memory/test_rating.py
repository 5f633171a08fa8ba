"""Which of the messages that were found answers best."""

from dataclasses import replace
from datetime import date

import pytest

from chat.services.memory.recalling import rating
from chat.services.memory.recalling.dates import Named
from chat.services.memory.recalling.rating import Row, Wanted
from chat.services.memory.recalling.vectors import Near

WANTED = Wanted(weights={"boat": 2.0, "name": 1.0}, whole=3.0, preferred=(0.0, 0.0), named=None)
PLAIN = Row(id=1, is_user=True, conversation=1, position=0, said_on=date(2026, 1, 1), length=20)
APART = replace(PLAIN, conversation=2)


def test_rarer_words_meaning_speaker_and_date_bring_a_message_forward() -> None:
    for better, worse, wanted in (
        (replace(PLAIN, times={"boat": 1}), replace(APART, times={"name": 1}), WANTED),
        (replace(PLAIN, near=Near(0.6, 0)), replace(APART, near=Near(0.3, 0)), WANTED),
        (replace(PLAIN, near=Near(0.3, 0.6)), replace(APART, near=Near(0.3, 0)), WANTED),
        (PLAIN, replace(APART, is_user=False), replace(WANTED, preferred=(0.3, 0.0))),
        (PLAIN, replace(APART, said_on=date(2025, 1, 1)), replace(WANTED, named=Named(2026, 1, None))),
    ):
        assert list(rating.rated([replace(worse, id=2), better], wanted)) == [1, 2], better


def test_an_answer_is_read_together_with_its_question() -> None:
    asked = replace(PLAIN, id=1, times={"boat": 1, "name": 1})
    answer = replace(PLAIN, id=2, position=1)
    other = replace(APART, id=3)
    assert list(rating.rated([other, answer, asked], WANTED)) == [1, 2, 3]


def test_a_message_without_a_vector_yet_is_not_put_behind_those_that_have_one() -> None:
    rows = [replace(APART, id=at, conversation=at, near=Near(0.1 * at, 0)) for at in range(1, 6)]
    new = replace(PLAIN, id=9, conversation=9, times={"boat": 1, "name": 1})
    assert next(iter(rating.rated([*rows, new], WANTED))) == 9


def test_what_is_far_below_the_best_is_left_out() -> None:
    far = replace(APART, id=2, near=Near(-0.5, -0.5))
    assert list(rating.rated([replace(PLAIN, near=Near(0.9, 0.9)), far], WANTED)) == [1]


def test_of_equals_the_newest_comes_first_and_nothing_gives_nothing() -> None:
    assert list(rating.rated([PLAIN, replace(APART, id=2)], WANTED)) == [2, 1]
    assert list(rating.rated([], WANTED)) == []


def test_two_common_words_say_more_than_a_single_rare_one() -> None:
    wanted = replace(WANTED, weights={"boat": 2.0, "name": 1.0, "blue": 1.0}, whole=4.0)
    rare, several = replace(APART, id=2, times={"boat": 1}), replace(PLAIN, times={"name": 1, "blue": 1})
    assert list(rating.rated([rare, several], wanted)) == [1, 2]
    without = replace(rating.WEIGHTS, single_word=0.0)
    ratings = rating.rated([rare, several], wanted, without)
    assert ratings[1] == pytest.approx(ratings[2])


@pytest.mark.parametrize(
    "asks", ["Which boat?", "哪条船？", "أي قارب؟", "Ποιο πλοίο\u037e", 'She said: "which boat?"', "**Which?**\n"]
)
def test_of_what_answers_as_well_questions_come_last(asks: str) -> None:
    assert rating.best_first({1: 0.5, 2: 0.5, 3: 0.5}, {1: "The blue one.", 2: "Who knows? I do.", 3: asks}) == [
        2,
        1,
        3,
    ]
    assert rating.best_first({1: 0.5, 3: 0.6}, {1: "The blue one.", 3: asks}) == [3, 1]
