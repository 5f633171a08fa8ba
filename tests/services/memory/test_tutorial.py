"""The tutorial's memory (LangChain's ConversationEntityMemory): what it does and must stay, and its faults, absent."""

import pytest
from asgiref.sync import sync_to_async

from chat.models import Entity, Fact, Message, RunState
from chat.services.memory import stores
from chat.services.memory.learner import learning
from tests.services.memory.lessons import entities, exchange, learn, operations, statements, talk, teach, turn
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db

BOB = fact("Bob works at Google", "employer", "Google", "Bob works at Google.", about="Bob", kind="person")


# -- to keep ----------------------------------------------------------------------------------------------------------


def test_a_first_mention_gives_an_entity_a_one_sentence_description(alice):
    teach(alice, "Bob works at Google.", BOB)

    bob = Entity.objects.get(name="Bob")
    assert stores.describe(bob, bob.facts.all()) == "Bob works at Google."


def test_nothing_changes_when_nothing_new_was_said(alice):
    teach(alice, "Bob works at Google.", BOB)
    before = list(Fact.objects.values())

    assert teach(alice, "What do you think about Bob?", BOB) == []
    assert list(Fact.objects.values()) == before


def test_only_what_the_human_said_counts(alice):
    conversation = talk(alice)
    run = turn(conversation, "Who is Bob, do I know him? I am curious.", answer="Bob works at Google.")

    assert learn(run, BOB) == []
    assert not Fact.objects.exists()


def test_what_the_assistant_said_before_does_not_count_when_the_human_only_agrees(alice):
    conversation = talk(alice)
    exchange(conversation, "Tell me about my friends", answer="Bob works at Google.")

    assert learn(turn(conversation, "That is right, I think."), BOB) == []


def test_pronouns_are_resolved_from_the_turns_before(alice):
    conversation = talk(alice)
    teach(conversation, "Bob works at Google.", BOB)

    teach(
        conversation,
        "He likes climbing.",
        fact("He likes climbing", "likes", "climbing", "Bob likes climbing.", about="E1"),
    )

    assert [fact.statement for fact in Fact.objects.filter(entity__name="Bob")] == [
        "Bob works at Google.",
        "Bob likes climbing.",
    ]


def test_trivial_lines_teach_nothing(alice):
    run = turn(talk(alice), "Good morning!")

    assert learn(run, BOB) == []
    run.refresh_from_db()
    assert run.state == RunState.SKIPPED


# -- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nobody", ["None", "NONE.", "", "none", "null"])
def test_there_is_no_entity_called_none(alice, nobody):
    none = fact("Bob works at Google", "employer", "Google", "None.", about=nobody, kind="person")

    teach(alice, "Bob works at Google.", none)

    assert entities(alice) == {}


def test_smith_john_is_one_person(alice):
    quote = "Smith, John called from Washington, D.C."
    john = fact(
        quote,
        "called_from",
        "Washington, D.C",
        "Smith, John called from Washington, D.C.",
        about="Smith, John",
        kind="person",
    )

    teach(alice, quote, john)

    assert list(entities(alice)) == ["Smith, John"]


def test_case_variants_are_one_person(alice):
    said = "alice is a doctor, Alice has a cat and ALICE plays chess."
    teach(
        alice,
        said,
        fact("alice is a doctor", "occupation", "doctor", "alice is a doctor.", about="alice", kind="person"),
        fact("Alice has a cat", "pet", "cat", "Alice has a cat.", about="Alice", kind="person"),
        fact("ALICE plays chess", "hobby", "chess", "ALICE plays chess.", about="ALICE", kind="person"),
    )

    assert Entity.objects.exclude(kind="self").count() == 1
    assert Fact.objects.count() == 3


def test_facts_without_a_proper_noun_are_kept(alice):
    teach(alice, "I am vegetarian.", fact("I am vegetarian", "diet", "vegetarian", "The user is vegetarian."))

    assert statements(alice) == ["The user is vegetarian."]


def test_lower_case_names_are_kept(alice):
    teach(
        alice,
        "my friend bob works at google",
        fact("my friend bob works at google", "employer", "google", "bob works at google.", about="bob", kind="person"),
    )

    assert list(entities(alice)) == ["bob"]


def test_facts_have_a_date_a_source_and_their_old_values(alice):
    teach(alice, "Bob works at Google.", BOB)
    moved = fact("Bob works at Meta now", "employer", "Meta", "Bob works at Meta.", about="E1", op="update")
    changes = teach(alice, "Bob works at Meta now.", moved)

    assert operations(changes) == ["updated: Bob works at Meta."]
    old, new = Fact.objects.order_by("pk")
    assert (old.superseded_by, old.retired_at is not None) == (new, True)
    assert [source.quote for source in new.sources.all()] == ["Bob works at Meta now"]


def test_a_fact_in_the_words_of_a_recalled_memory_is_not_learned_again(alice):
    teach(alice, "Bob works at Google.", BOB)
    echo = fact("Bob works at Google", "employer", "Google", "Bob works at Google.", about="E1")

    assert teach(alice, "Is there anything new about Bob? I forgot.", echo) == []
    assert Fact.objects.get().sources.count() == 1


@pytest.mark.django_db(transaction=True)
async def test_a_failed_call_loses_neither_the_answer_nor_the_chance_to_learn(alice, model):
    run = await sync_to_async(turn)(await sync_to_async(talk)(alice), "Bob works at Google.", "Good for him.")
    model.script(on="json", fault="500", times=10)
    with pytest.raises(Exception, match="failed on its side"):
        await learning.learn(run.pk, attempt=run.attempts, key=None)
    model.reset()
    model.script(schema="memory", json={"facts": [BOB], "title": "Bob"})

    await learning.learn(run.pk, attempt=run.attempts, key=None)

    assert (await Message.objects.aget(pk=run.reply_id)).text == "Good for him."
    assert await Fact.objects.acount() == 1


@pytest.mark.django_db(transaction=True)
async def test_the_async_path_writes_and_costs_one_call_however_many_names(alice, model):
    said = "Ada, Bo, Cy, Di and Ed work at Meta."
    facts = [
        fact(said, "employer", "Meta", f"{name} works at Meta.", about=name, kind="person")
        for name in ("Ada", "Bo", "Cy", "Di", "Ed")
    ]
    run = await sync_to_async(turn)(await sync_to_async(talk)(alice), said)
    model.script(schema="memory", json={"facts": facts, "title": "Five"})

    await learning.learn(run.pk, attempt=run.attempts, key=None)

    assert (len(model.requests), await Fact.objects.acount()) == (1, 5)
