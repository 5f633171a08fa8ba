"""Dates that a question names."""

from datetime import date

import pytest

from chat.services.memory.recalling import dates
from chat.services.memory.recalling.dates import Named


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did I do in May 2023?", Named(2023, 5, None)),
        ("What happened on 7 May 2023?", Named(2023, 5, 7)),
        ("Where was I on March 3rd?", Named(None, 3, 3)),
        ("What did we say on 2023-05-07?", Named(2023, 5, 7)),
        ("Was war im März 2024?", Named(2024, 3, None)),
        ("Qu'est-ce que j'ai dit le 2 août ?", Named(None, 8, 2)),
        ("¿Qué hice en enero de 2025?", Named(2025, 1, None)),
        ("Hva sa jeg i desember?", Named(None, 12, None)),
        ("Что я делал в январе 2024?", Named(2024, None, None)),
        ("Where did I live in 2019?", Named(2019, None, None)),
    ],
)
def test_a_date_is_found_in_many_languages(question: str, named: Named) -> None:
    assert dates.named(question) == named


@pytest.mark.parametrize(
    "question",
    ["May I ask something?", "I march every day.", "I have 3 dogs.", "Room 12 at 10:30", "", "12345678"],
)
def test_a_common_word_or_number_is_no_date(question: str) -> None:
    assert dates.named(question) is None


def test_a_day_that_no_month_has_is_left_out() -> None:
    assert dates.named("in May 2023, 45 people") == Named(2023, 5, None)


def test_what_fits_a_date() -> None:
    seventh = Named(2023, 5, 7)
    assert [seventh.fits(date(2023, 5, day)) for day in (5, 6, 7, 8, 9)] == [1, 2, 2, 2, 1]
    assert seventh.fits(date(2023, 6, 7)) == seventh.fits(date(2022, 5, 7)) == 0
    assert Named(None, 5, None).fits(date(1999, 5, 31)) == 1
