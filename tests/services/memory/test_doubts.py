"""What the machine does not decide alone: doubt, hearsay, what is told in confidence, what the person has answered."""

import pytest

from chat.models import (
    Fact,
    FactSource,
    FactStatus,
    KeepSensitive,
    User,
)
from chat.services.memory.curating import commands, corrections, review
from tests.services.memory.lessons import entities, exchange, statements, talk
from tests.services.memory.proposed import fact
from tests.services.memory.told import about, lives, rows, told

pytestmark = pytest.mark.django_db


def test_a_guess_is_kept_as_one_until_it_is_sure(alice):
    guess = about("Anna", "I think Anna lives in Rome", "lives_in", "Rome", "Anna lives in Rome.")
    told(alice, "I think Anna lives in Rome.", guess)
    assert list(Fact.objects.values_list("certainty", "status")) == [("unsure", "active")]

    told(alice, "Anna lives in Rome.", about("Anna", "Anna lives in Rome", "lives_in", "Rome", "Anna lives in Rome."))
    assert list(Fact.objects.order_by("pk").values_list("certainty", "status")) == [
        ("unsure", "superseded"),
        ("sure", "active"),
    ]
    assert FactSource.objects.filter(fact__status="active").count() == 2


def test_a_guess_never_takes_the_place_of_what_is_sure(alice):
    told(alice, "Anna lives in Rome.", about("Anna", "Anna lives in Rome", "lives_in", "Rome", "Anna lives in Rome."))
    maybe = about("Anna", "Maybe Anna lives in Oslo", "lives_in", "Oslo", "Anna lives in Oslo.")
    told(alice, "Maybe Anna lives in Oslo.", maybe)
    told(alice, "Maybe Anna lives in Oslo.", maybe)

    assert rows(alice) == ["lives_in = Rome [..] active", "lives_in = Oslo [..] pending (unsure)"]
    waiting = Fact.objects.get(status="pending")
    assert (waiting.suggestion, waiting.concerns.value) == ("update", "Rome")


def test_what_waited_is_learned_once_it_is_sure(alice):
    test_a_guess_never_takes_the_place_of_what_is_sure(alice)
    told(alice, "Anna lives in Oslo.", about("Anna", "Anna lives in Oslo", "lives_in", "Oslo", "Anna lives in Oslo."))

    assert rows(alice) == [
        "lives_in = Rome [..] superseded",
        "lives_in = Oslo [..] retired",
        "lives_in = Oslo [..] active",
    ]


def test_a_guess_confirms_nothing(alice):
    told(alice, "I live in Oslo.", lives("I live in Oslo", "Oslo"))
    told(alice, "I guess I live in Oslo.", lives("I guess I live in Oslo", "Oslo"))

    assert FactSource.objects.count() == 1


def test_a_guess_ends_nothing(alice):
    told(
        alice, "Bob works at Google.", about("Bob", "Bob works at Google", "employer", "Google", "Bob works at Google.")
    )
    said = "I think Bob no longer works at Google"
    told(alice, f"{said}.", about("Bob", said, "employer", "Google", "Bob works at Google.", op="retire"))

    assert rows(alice)[0] == "employer = Google [..] active"
    assert Fact.objects.get(status="pending").reason == "unsure"


def test_hearsay_does_not_take_the_place_of_what_the_person_said(alice):
    told(alice, "Lisa lives in Oslo.", about("Lisa", "Lisa lives in Oslo", "lives_in", "Oslo", "Lisa lives in Oslo."))
    said = "Tom told me that Lisa moved to Rome."
    told(alice, said, about("Lisa", said, "lives_in", "Rome", "Lisa lives in Rome."))

    assert rows(alice) == ["lives_in = Oslo [..] active", "lives_in = Rome [..] pending (hearsay)"]
    assert Fact.objects.get(value="Rome").attributed_to == "Tom"


def test_hearsay_where_nothing_was_known_is_kept_with_who_says_so(alice):
    said = "My doctor says I should eat less salt."
    told(alice, said, fact(said.rstrip("."), "diet", "less salt", "The user should eat less salt."))

    assert list(Fact.objects.values_list("entity__kind", "attributed_to", "status")) == [
        ("self", "My doctor", "active")
    ]


# -- confidence ----------------------------------------------------------------------------------------------------

ILL = "I was diagnosed with diabetes."


@pytest.mark.parametrize(
    ("choice", "stored"),
    [
        (KeepSensitive.ASK, [("pending", "sensitive", "health")]),
        (KeepSensitive.KEEP, [("active", "", "health")]),
        (KeepSensitive.NEVER, []),
    ],
)
def test_what_is_told_in_confidence_follows_the_persons_choice(alice, choice, stored):
    User.objects.filter(pk=alice.pk).update(keep_sensitive=choice)
    alice.refresh_from_db()
    told(alice, ILL, fact(ILL.rstrip("."), "condition", "diabetes", "The user has diabetes."))

    assert list(Fact.objects.values_list("status", "reason", "sensitivity")) == stored


def test_what_is_never_to_be_kept_leaves_nobody_behind(alice):
    User.objects.filter(pk=alice.pk).update(keep_sensitive=KeepSensitive.NEVER)
    alice.refresh_from_db()
    told(
        alice,
        "Tom is pregnant with ideas and has depression.",
        about("Tom", "has depression", "condition", "depression", "Tom has depression."),
    )

    assert (Fact.objects.count(), entities(alice)) == (0, {})


def test_an_allergy_is_no_secret(alice):
    told(
        alice,
        "I'm allergic to peanuts.",
        fact("I'm allergic to peanuts", "allergy", "peanuts", "The user is allergic to peanuts."),
    )

    assert statements(alice) == ["The user is allergic to peanuts."]


@pytest.mark.parametrize("choice", [KeepSensitive.ASK, KeepSensitive.NEVER])
def test_remember_is_consent(alice, choice):
    User.objects.filter(pk=alice.pk).update(keep_sensitive=choice)
    alice.refresh_from_db()
    reply = exchange(talk(alice), "remember: I have diabetes")
    command = commands.parse("remember: I have diabetes")
    assert command is not None
    assert reply.parent is not None

    commands.run(command, user=alice, conversation=reply.conversation, question=reply.parent, reply=reply)

    assert list(Fact.objects.values_list("value", "status")) == [("I have diabetes", "active")]


# -- questions ----------------------------------------------------------------------------------------------------


def test_the_same_is_not_asked_twice(alice):
    told(alice, "I have a dog.", fact("I have a dog", "pet", "dog", "The user has a dog."))
    Fact.objects.update(locked=True)
    over = fact("I don't have a dog any more", "pet", "dog", "The user has a dog.", op="retire", about="F1")
    for _ in range(2):
        told(alice, "I don't have a dog any more.", over)

    waiting = Fact.objects.filter(status="pending")
    assert [(row.suggestion, row.reason, row.concerns.value) for row in waiting] == [("retire", "locked", "dog")]


def test_what_was_rejected_is_not_asked_again(alice):
    told(alice, ILL, fact(ILL.rstrip("."), "condition", "diabetes", "The user has diabetes."))
    Fact.objects.update(status=FactStatus.REJECTED)
    told(alice, ILL, fact(ILL.rstrip("."), "condition", "Diabetes", "The user has diabetes."))

    assert rows(alice) == ["condition = diabetes [..] rejected"]


def test_what_waits_to_end_does_not_hide_what_is_so(alice):
    test_the_same_is_not_asked_twice(alice)
    told(alice, "I do have a dog.", fact("I do have a dog", "pet", "dog", "The user has a dog."))

    assert Fact.objects.get(status="active").sources.count() == 2


def test_what_was_forgotten_is_not_learned_as_what_was_so_once(alice):
    told(alice, "I live in Rome.", lives("I live in Rome", "Rome"))
    corrections.forget_fact(user=alice, fact_id=Fact.objects.get().uuid)
    told(
        alice, "I used to live in Rome.", lives("I used to live in Rome", "Rome", text="The user used to live in Rome.")
    )

    assert statements(alice) == []


def test_hearsay_that_is_accepted_ends_what_it_replaces_when_it_began(alice):
    told(alice, "Lisa lives in Oslo.", about("Lisa", "Lisa lives in Oslo", "lives_in", "Oslo", "Lisa lives in Oslo."))
    said = "Tom told me that Lisa moved to Rome in May."
    told(alice, said, about("Lisa", said, "lives_in", "Rome", "Lisa moved to Rome."))

    review.decide(user=alice, fact_ids=[Fact.objects.get(value="Rome").uuid], is_accepted=True)

    assert [row.split(" (")[0] for row in rows(alice)] == [
        "lives_in = Oslo [..2026-05] superseded",
        "lives_in = Rome [2026-05..] active",
    ]
