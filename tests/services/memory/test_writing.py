"""What becomes of what was accepted: dates, plans, what is over, and corrections."""

from datetime import date

import pytest

from chat.models import (
    Fact,
    FactSource,
    FactStatus,
    MemoryChange,
)
from chat.services.memory.curating import corrections
from tests.services.memory.lessons import learn, statements, talk, teach, turn
from tests.services.memory.proposed import fact
from tests.services.memory.told import lives, rows, told, works

pytestmark = pytest.mark.django_db


def test_the_new_begins_where_the_old_ends(alice):
    told(alice, "I work at Google.", works("I work at Google", "Google"))
    told(alice, "Since March I work at Meta.", works("Since March I work at Meta", "Meta"))

    assert rows(alice) == ["employer = Google [..2026-03] superseded", "employer = Meta [2026-03..] active"]


def test_taking_a_change_back_takes_its_date_back(alice):
    told(alice, "I work at Google.", works("I work at Google", "Google"))
    told(alice, "Since March I work at Meta.", works("Since March I work at Meta", "Meta"))

    corrections.undo(user=alice, change_id=MemoryChange.objects.latest("pk").uuid)

    assert rows(alice) == ["employer = Google [..] active", "employer = Meta [2026-03..] retired"]


def test_an_end_is_dated_by_the_words_that_tell_it(alice):
    told(alice, "I work at Google.", works("I work at Google", "Google"))
    told(alice, "I left Google in May.", works("I left Google in May", "Google", op="retire", about="F1"))

    assert rows(alice) == ["employer = Google [..2026-05] retired"]

    corrections.undo(user=alice, change_id=MemoryChange.objects.latest("pk").uuid)
    assert rows(alice) == ["employer = Google [..] active"]


def test_what_is_to_end_is_so_until_then(alice):
    told(alice, "I work at Google.", works("I work at Google", "Google"))
    told(alice, "I'm leaving Google in June.", works("I'm leaving Google in June", "Google", op="retire", about="F1"))

    assert rows(alice) == ["employer = Google [..] superseded", "employer = Google [..2027-06] active"]
    assert statements(alice) == ["The user works at Google."]


def test_what_is_to_end_some_day_is_asked_about(alice):
    told(alice, "I work at Google.", works("I work at Google", "Google"))
    told(alice, "I'm leaving Google.", works("I'm leaving Google", "Google", op="retire", about="F1"))

    assert rows(alice)[0] == "employer = Google [..] active"
    waiting = Fact.objects.get(status=FactStatus.PENDING)
    assert (waiting.suggestion, waiting.reason, waiting.concerns) == ("retire", "planned", Fact.objects.earliest("pk"))


def test_a_plan_is_not_so_yet_and_takes_nobodys_place(alice):
    told(alice, "I live in Bergen.", lives("I live in Bergen", "Bergen"))
    told(alice, "I'm moving to Oslo in June.", lives("I'm moving to Oslo in June", "Oslo"))

    assert rows(alice) == ["lives_in = Bergen [..] active", "planned_lives_in = Oslo [2027-06..] active"]
    assert statements(alice) == ["The user lives in Bergen.", "The user is moving to Oslo in June."]


def test_a_plan_that_comes_true_is_so(alice):
    told(alice, "I live in Bergen.", lives("I live in Bergen", "Bergen"))
    told(alice, "I'm moving to Oslo in June.", lives("I'm moving to Oslo in June", "Oslo"))
    told(alice, "I moved to Oslo last month.", lives("I moved to Oslo last month", "Oslo"), on=date(2027, 7, 2))

    assert rows(alice) == [
        "lives_in = Bergen [..2027-06] superseded",
        "planned_lives_in = Oslo [2027-06..] retired",
        "lives_in = Oslo [2027-06..] active",
    ]


def test_another_plan_takes_the_place_of_the_plan(alice):
    told(alice, "I'm moving to Oslo in June.", lives("I'm moving to Oslo in June", "Oslo"))
    told(alice, "I'm moving to Rome in July.", lives("I'm moving to Rome in July", "Rome"))

    assert rows(alice) == [
        "planned_lives_in = Oslo [2027-06..] superseded",
        "planned_lives_in = Rome [2027-07..] active",
    ]


def test_a_plan_in_another_language_is_told_in_its_own_words(alice):
    said = "Ich ziehe im Juni nach Oslo."
    told(alice, said, lives(said, "Oslo", text="Der Nutzer wohnt in Oslo."))

    assert statements(alice) == ['The user: "Ich ziehe im Juni nach Oslo".']


@pytest.mark.parametrize(
    ("said", "text", "stored"),
    [
        ("In 2019 I lived in Rome.", "The user lived in Rome in 2019.", "former_lives_in = Rome [2019..2019] active"),
        ("I lived in Rome from 2015 to 2018.", "The user lived in Rome.", "former_lives_in = Rome [2015..2018] active"),
        ("I used to live in Rome.", "The user used to live in Rome.", "former_lives_in = Rome [..] active"),
    ],
)
def test_what_was_so_does_not_replace_what_is(alice, said, text, stored):
    told(alice, "I live in Oslo.", lives("I live in Oslo", "Oslo"))
    told(alice, said, lives(said, "Rome", text=text))

    assert rows(alice) == ["lives_in = Oslo [..] active", stored]


def test_a_move_before_the_last_one_does_not_replace_it(alice):
    told(alice, "I live in Oslo since 2019.", lives("I live in Oslo since 2019", "Oslo"))
    told(alice, "I moved to Rome in 2015.", lives("I moved to Rome in 2015", "Rome"))

    assert rows(alice) == ["lives_in = Oslo [2019..] active", "former_lives_in = Rome [2015..2019] active"]


def test_a_move_years_before_it_was_said_where_one_lives_does_not_replace_it(alice):
    told(alice, "I live in Oslo.", lives("I live in Oslo", "Oslo"))
    told(alice, "I moved to Rome in 2015.", lives("I moved to Rome in 2015", "Rome"))

    assert rows(alice) == ["lives_in = Oslo [..] active", "former_lives_in = Rome [2015..] active"]


def test_the_move_of_last_month_does(alice):
    told(alice, "I live in Oslo.", lives("I live in Oslo", "Oslo"))
    told(alice, "I moved to Rome last month.", lives("I moved to Rome last month", "Rome"))

    assert rows(alice) == ["lives_in = Oslo [..2026-10] superseded", "lives_in = Rome [2026-10..] active"]


def test_what_used_to_be_so_ends_what_is_held_to_be(alice):
    told(alice, "I live in Oslo.", lives("I live in Oslo", "Oslo"))
    told(alice, "I lived in Oslo until May.", lives("I lived in Oslo until May", "Oslo"))

    assert rows(alice) == ["lives_in = Oslo [..2026-05] retired"]


def test_a_date_that_comes_later_is_kept_with_all_that_taught_it(alice):
    told(alice, "I work at Meta.", works("I work at Meta", "Meta"))
    told(alice, "I have worked at Meta since March.", works("I have worked at Meta since March", "Meta"))
    told(alice, "I work at Meta.", works("I work at Meta", "Meta"))

    assert rows(alice) == ["employer = Meta [..] superseded", "employer = Meta [2026-03..] active"]
    assert FactSource.objects.filter(fact__status="active").count() == 3


def test_moving_twice_in_a_day_ends_at_the_last(alice):
    for place in ("Oslo", "Bergen", "Oslo"):
        told(alice, f"I moved to {place} today.", lives(f"I moved to {place} today", place))

    assert statements(alice) == ["The user lives in Oslo."]
    assert Fact.objects.filter(status="superseded").count() == 2


def test_relative_days_are_made_absolute_and_the_words_stay(alice):
    told(
        alice,
        "I bought a car yesterday.",
        fact("I bought a car yesterday", "owns", "a car", "The user bought a car yesterday."),
    )

    assert rows(alice) == ["owns = a car [2026-11-27..] active"]
    assert statements(alice) == ["The user bought a car yesterday."]


def test_a_birthday_is_no_beginning(alice):
    told(
        alice,
        "My birthday is on 3 May 1990.",
        fact("My birthday is on 3 May 1990", "birthday", "3 May 1990", "The user's birthday is on 3 May 1990."),
    )

    assert rows(alice) == ["birthday = 3 May 1990 [..] active"]


# -- corrections ----------------------------------------------------------------------------------------------------


def test_a_correction_of_a_correction_ends_where_it_began(alice):
    told(alice, "I work at Google.", works("I work at Google", "Google"))
    told(
        alice,
        "No, at Meta, not at Google.",
        works("at Meta", "Meta"),
        works("not at Google", "Google", op="confirm", about="F1"),
    )
    told(alice, "Sorry, I work at Google after all.", works("I work at Google after all", "Google"))

    assert statements(alice) == ["The user works at Google."]
    assert [row.value for row in Fact.objects.filter(status="active")] == ["Google"]
    assert MemoryChange.objects.filter(operation="confirmed").count() == 0


def test_a_correction_does_not_strengthen_what_it_corrects(alice):
    told(alice, "I work at Google.", works("I work at Google", "Google"))
    told(
        alice,
        "I don't work at Google, I work at Meta.",
        works("I don't work at Google", "Google", op="confirm", about="F1"),
        works("I work at Meta", "Meta"),
    )

    assert statements(alice) == ["The user works at Meta."]
    assert not MemoryChange.objects.filter(operation="confirmed").exists()


def test_names_stay_as_they_were_written(alice):
    told(alice, "Ich wohne in Bonn.", lives("Ich wohne in Bonn", "Bonn", text="Der Nutzer wohnt in Bonn."))
    told(alice, "Nein, ich wohne in Köln.", lives("ich wohne in Köln", "Köln", text="The user lives in Cologne."))

    assert Fact.objects.get(status="active").value == "Köln"
    assert "Köln" in Fact.objects.get(status="active").statement
    assert "Cologne" not in Fact.objects.get(status="active").statement


# -- title ----------------------------------------------------------------------------------------------------


def test_what_gives_access_stands_in_no_title(alice):
    conversation = talk(alice)
    learn(turn(conversation, "I need help with my wifi."), title="Password hunter22")

    conversation.refresh_from_db()
    assert conversation.title == "Password …"


def test_more_than_a_dozen_wait_with_their_reason(alice):
    words = [f"thing{letter}" for letter in "abcdefghijklmno"]
    said = "I own " + ", ".join(words)
    changes = teach(alice, said, *(fact(said, "owns", word, f"The user owns {word}.") for word in words))

    assert [change.op for change in changes].count("added") == 12
    assert set(Fact.objects.filter(status="pending").values_list("reason", "suggestion")) == {("too_many", "add")}
