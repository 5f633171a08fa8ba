"""What was true before, what is pinned, and all of a short history."""

import pytest

from chat.models import Entity, Fact, FactStatus
from chat.services import branches, context
from chat.services.memory import stores
from chat.services.memory.curating import corrections
from chat.services.memory.recalling import chain
from chat.services.memory.stores import Store
from tests.services.memory.remembered import NOON, asked, entity, learn, lines, say, say_much, talk

pytestmark = pytest.mark.django_db


def end(fact: Fact, reason: str, *, status: str = FactStatus.SUPERSEDED, **dates: str) -> Fact:
    Fact.objects.filter(pk=fact.pk).update(status=status, reason=reason, retired_at="2025-03-05T12:00:00Z", **dates)
    return fact


@pytest.fixture
def homes(alice):
    """Alice lived in Rome, then in Bergen, and lives in Oslo."""
    me = stores.self_entity(Store(alice.pk))
    rome = learn(me, "lives_in", "Rome", "The user lives in Rome.", status=FactStatus.SUPERSEDED)
    bergen = learn(me, "lives_in", "Bergen", "The user lives in Bergen.", status=FactStatus.SUPERSEDED)
    end(rome, "said_otherwise", valid_from="2019", valid_to="2022-05")
    end(bergen, "said_otherwise")
    oslo = learn(me, "lives_in", "Oslo", "The user lives in Oslo.", many_valued=False)
    return rome, bergen, oslo


CHAIN = [
    ("profile", "[since 2026-11-22] The user lives in Oslo."),
    ("past", "[2019 until 2022-05] The user lives in Rome."),
    ("past", "[until 2025-03-05] The user lives in Bergen."),
]


@pytest.mark.parametrize(
    "question",
    [
        "Where did I live before?",
        "Where did I use to live? I used to live somewhere else.",
        "What was my previous city?",
        "Where did I live in 2024?",
        "Wo habe ich früher gelebt (lives)?",
        "Où est-ce que j'habitais avant (lives)?",
        "我以前 lives 在哪里？",
    ],
)
def test_a_question_about_the_past_gets_the_dated_chain(alice, homes, question):
    assert [(item.channel, item.line) for item in asked(talk(alice), question)] == CHAIN


def test_other_questions_are_told_only_what_is_true_now(alice, homes):
    for question in ("Where do I live?", "hello", "What happened before the French Revolution?"):
        assert lines(talk(alice), question)[1:] == [], question


def test_what_ended_on_a_day_that_was_said_is_past_too(alice):
    me = stores.self_entity(Store(alice.pk))
    google = learn(me, "employer", "Google", "The user works at Google.", status=FactStatus.SUPERSEDED)
    end(google, "said_otherwise_since", valid_to="2026-03")
    learn(me, "employer", "Meta", "The user works at Meta.", many_valued=False)
    items = asked(talk(alice), "Where did I work before?")
    assert [item.line for item in items if item.channel == "past"] == ["[until 2026-03] The user works at Google."]


@pytest.mark.parametrize("reason", ["forgotten", "undone", "edited", "merged", "said_more_exactly", "edited_away", ""])
def test_what_was_taken_back_is_no_past(alice, homes, reason):
    end(homes[1], reason, status=FactStatus.RETIRED)
    assert [fact.value for fact in (item.fact for item in asked(talk(alice), "Where did I live before?"))] == [
        "Oslo",
        "Rome",
    ]


def test_what_the_person_forgot_is_not_shown_as_its_own_past(alice, homes):
    back = learn(stores.self_entity(Store(alice.pk)), "lived_in", "Rome", "The user lives in Rome.")
    corrections.forget_fact(user=alice, fact_id=back.uuid)
    assert "Rome" not in "".join(lines(talk(alice), "Where did I live before?"))


def test_a_pet_that_is_no_more_is_told_with_its_end(alice):
    dog = entity(Store(alice.pk), "Rex", kind="pet")
    end(learn(dog, "status", "alive", "Rex is a dachshund.", status="retired"), "said_to_be_over", status="retired")
    assert lines(talk(alice), "What was Rex before, a dachshund?") == ["[until 2025-03-05] Rex is a dachshund."]
    assert lines(talk(alice), "Is Rex a dachshund?") == []


def test_what_ended_in_the_world_is_not_shown_as_true(alice):
    me = stores.self_entity(Store(alice.pk))
    lease = learn(me, "owns", "boat", "The user rents a boat.")
    for ended, shown in (("2020", False), ("2020-05", False), ("2020-05-03", False), ("2999", True), ("", True)):
        Fact.objects.filter(pk=lease.pk).update(valid_to=ended)
        assert bool(lines(talk(alice), "Do I rent a boat?")) is shown, ended
        assert chain.is_over(Fact.objects.get(pk=lease.pk)) is not shown
    Fact.objects.filter(pk=lease.pk).update(valid_to="2020-05")
    assert lines(talk(alice), "Did I rent a boat before?") == ["[until 2020-05] The user rents a boat."]


def test_bob_is_told_nothing_of_alices_past(bob, homes):
    assert asked(talk(bob), "Where did Alice live before? Where did I live before?") == []


def test_pinned_facts_stand_first_of_whomever_they_are_said(alice):
    store = Store(alice.pk)
    learn(stores.self_entity(store), "name", "Ingrid", "The user's name is Ingrid.")
    pinned = learn(entity(store, "Berit"), "allergy", "nuts", "Berit must not eat nuts.", at=NOON)
    own = learn(entity(Store(alice.pk, talk(alice, mode="own").pk), "Odd"), "age", "9", "Odd is nine.")
    Fact.objects.filter(pk__in=[pinned.pk, own.pk]).update(pinned=True)
    for question in ("hello", "What shall I cook?"):
        assert [(item.channel, item.line) for item in asked(talk(alice), question)] == [
            ("pinned", "[2026-11-22] Berit must not eat nuts."),
            ("profile", "[2026-11-22] The user's name is Ingrid."),
        ], question
    Fact.objects.filter(pk=pinned.pk).update(status=FactStatus.RETIRED)
    assert [item.channel for item in asked(talk(alice), "hello")] == ["profile"]


def test_what_is_known_of_a_pinned_entity_comes_before_the_rest(alice):
    store = Store(alice.pk)
    facts = [learn(entity(store, name), "job", "baker", f"{name} is a baker.") for name in ("Odd", "Berit", "Kari")]
    Entity.objects.filter(pk=facts[2].entity_id).update(pinned=True)
    first = next(item.fact for item in asked(talk(alice), "Who of Odd, Berit and Kari is a baker?"))
    assert first == facts[2]


def test_merged_entities_are_never_recalled(alice):
    store = Store(alice.pk)
    other, same = entity(store, "Berit Solberg"), entity(store, "Berit", "my sister")
    learn(same, "job", "baker", "Berit is a baker.")
    assert lines(talk(alice), "What does my sister bake? Is Berit a baker?")
    Entity.objects.filter(pk=same.pk).update(merged_into=other)
    assert lines(talk(alice), "What does my sister bake? Is Berit a baker?") == []


def test_a_short_history_is_given_whole_and_in_its_order(alice):
    past = talk(alice)
    say(past, "My boat Aurora lies in the harbour.")
    say(past, "A fine place for a boat.", role="assistant")
    say(talk(alice), "I sold the house, " + "and so on " * 200 + "at last.")
    items = asked(talk(alice), "Where is my boat?")
    assert [(item.channel, item.message.role) for item in items] == [
        ("history", "user"),
        ("history", "assistant"),
        ("history", "user"),
    ]
    assert items[2].line.endswith("and so on at last.")
    assert asked(talk(alice), "hello") == asked(talk(alice), "Who wrote Faust?") == []
    assert [item.channel for item in asked(talk(alice), "Where is my boat?", budget=600)] == ["words", "words"]
    say_much(alice)
    assert {item.channel for item in asked(talk(alice), "Where is my boat?")} == {"words"}


def test_facts_leave_a_whole_history_its_room(alice):
    say(talk(alice), "My boat is called Aurora, " + "and so on " * 100)
    for number in range(40):
        learn(entity(Store(alice.pk), f"Boat {number}"), "name", "boat", f"The boat number {number} has a long name.")
    items = asked(talk(alice), "What about the boat Aurora?", budget=700)
    assert items[-1].channel == "history"
    assert sum(item.tokens for item in items) <= 700


def test_the_receipt_says_who_said_it_and_until_when_it_was_true(alice, homes, settings):
    conversation = talk(alice)
    say(talk(alice), "Moving boxes live in the cellar.", role="assistant")
    question = say(conversation, "Where did I live before, and where do the boxes live?")
    reply = say(conversation, "", role="assistant", status="streaming")
    receipt = context.keep_receipt(reply, context.prepare(question.pk))
    assert [(fact.why, fact.text) for fact in receipt.facts] == [
        ("profile", "The user lives in Oslo."),
        *CHAIN[1:],
    ]
    assert [(message.why, message.role) for message in receipt.messages] == [("history", "assistant")]
    assert receipt == branches.receipts_of([reply.pk])[reply.pk]
    assert receipt.tokens == sum(item.tokens for item in [*receipt.facts, *receipt.messages])
