"""What was said is found by its meaning: the real embedder, from the text to the prompt."""

import pytest
from django.db import transaction

from chat.llm import embedder
from chat.models import Fact, FactSource, FactVector, MemoryMode, Message, MessageVector
from chat.services import tombstones
from chat.services.memory import stores
from chat.services.memory.recalling import indexing, matrix, vectors
from chat.services.memory.recalling.past import messages as past_messages
from chat.services.memory.recalling.question import DEADLINE_SECONDS, ask
from chat.services.memory.recalling.speakers import Speakers
from chat.services.memory.stores import Store
from tests.services.memory.remembered import asked, entity, learn, lines, say, say_much, talk

pytestmark = pytest.mark.django_db

BELLA = "Our golden retriever chewed on my shoes again this morning."


@pytest.fixture(autouse=True)
def embeddings(settings, alice):
    settings.MEMORYBOT_EMBEDDINGS = "built-in"
    yield
    vectors.forget(alice.pk)


def fill() -> int:
    done = 0
    while some := indexing.fill(3):
        done += some
    return done


def test_a_message_without_a_word_of_the_question_is_recalled(alice):
    past = talk(alice)
    say(past, BELLA)
    say(past, "The tax office wants the papers by Friday.")
    assert asked(talk(alice), "Do I have a dog?") == []
    assert fill() == 2
    say_much(alice)
    item, *_ = asked(talk(alice), "Do I have a dog?")
    assert (item.channel, item.message.text) == ("meaning", BELLA)
    assert asked(talk(alice), "What is 2 + 2?") == []


def test_a_fact_without_a_word_of_the_question_is_recalled(alice):
    store = Store(alice.pk)
    me = stores.self_entity(store)
    for number in range(60):  # more than the profile holds
        learn(me, f"note_{number}", f"{number}", f"The user has a key with the number {number} in a box of many keys.")
    fact = learn(me, "allergy", "peanuts", "The user gets a rash from peanuts.")
    Fact.objects.filter(pk=fact.pk).update(learned_at="2020-01-01T00:00:00Z")
    fill()
    items = {item.fact: item.channel for item in asked(talk(alice), "Which food makes my skin itch?") if item.fact}
    assert items[fact] in {"profile", "meaning"}
    assert vectors.near("fact", owner_id=alice.pk, vector=embedder.embed("Which food makes my skin itch?")).best(1) == [
        fact.pk
    ]


def test_a_newcomers_first_words_come_back_as_facts_alone(alice):
    """Not as the message that taught them, nor as what a small model answered to it."""
    past = talk(alice)
    hello = say(past, "Hello! My name is Ingrid and I live in Norway.")
    say(past, "Hello! Nice to meet you, Ingrid. I'm from Norway too.", role="assistant")
    me = stores.self_entity(Store(alice.pk))
    for value, quote in (("Ingrid", "My name is Ingrid"), ("Norway", "I live in Norway")):
        fact = learn(me, "note", value, f"The user: {value}.")
        FactSource.objects.create(fact=fact, message=hello, quote=quote)
    fill()
    for question in ("What is my name, and which country do I live in?", "Where do I live?", "hi", "👋"):
        assert {item.channel for item in asked(talk(alice), question)} == {"profile"}, question


def test_meaning_costs_four_queries_more_at_most(alice, django_assert_max_num_queries):
    past = talk(alice)
    store = Store(alice.pk)
    for number in range(30):
        say(past, f"My sister and Rex came on the boat {number}.")
        learn(entity(store, f"Person {number}"), "knows", "Berit", f"Person {number} knows Berit.")
    learn(entity(store, "Berit", "my sister"), "pet", "Rex", "Berit has a dog called Rex.")
    fill()
    conversation = talk(alice)
    with django_assert_max_num_queries(21):
        assert asked(conversation, "Did my sister Berrit and Rex come on the boat?", previous="Who is Berit?")


def test_off_means_no_vector(alice, bob):
    for mode in (MemoryMode.OFF, MemoryMode.TEMPORARY):
        say(talk(alice, mode=mode), BELLA)
    bob.memory_enabled = False
    bob.save()
    say(talk(bob), BELLA)
    assert fill() == 0
    assert not MessageVector.objects.exists()


def test_only_text_that_stands_is_embedded_and_once(alice):
    past = talk(alice)
    say(past, BELLA)
    say(past, "")
    assert [fill(), fill()] == [1, 0]
    assert indexing.fill(5, newest=True) == 0
    Message.objects.all().delete()
    assert not MessageVector.objects.exists()


def test_facts_that_are_no_longer_true_get_none(alice):
    learn(stores.self_entity(Store(alice.pk)), "name", "Ingrid", "The user's name is Ingrid.", status="superseded")
    assert fill() == 0
    assert not FactVector.objects.exists()


def test_a_long_message_has_a_vector_for_each_of_its_first_parts(alice):
    sentence = "This sentence has just seven words here."
    parts = indexing.parts_of(" ".join([sentence] * 40))
    assert [len(part.split()) for part in parts] == [84, 84]
    assert indexing.parts_of("x" * 10_000) == ["x" * indexing.PART_WORDS * 40]
    assert indexing.parts_of("\n") == ["\n"]
    say(talk(alice), " ".join([sentence] * 40))
    fill()
    assert len(bytes(MessageVector.objects.get().parts)) == 2 * 384 * matrix.BYTES_PER_NUMBER


def test_a_short_message_is_found_by_what_it_answers(alice):
    past = talk(alice)
    asks = say(past, "What kind of dog did your family have when you were little?", role="assistant")
    answers = say(past, "A spaniel!")
    alone = say(talk(alice), "A spaniel!")
    fill()
    question = embedder.embed("Which pets were there in my childhood?")
    near = vectors.near("message", owner_id=alice.pk, vector=question).of([answers.pk, alone.pk])
    assert near[answers.pk].own > near[alone.pk].own
    assert indexing.parts_of(answers.text, asks.text) == [answers.text, f"{asks.text}\n{answers.text}"]
    long = "We had a dog. " * 20
    assert indexing.parts_of(long, asks.text) == indexing.parts_of(long)
    assert indexing.parts_of("Yes.", "x" * 10_000)[1] == "x" * indexing.ANSWERED_CHARACTERS + "\nYes."
    assert indexing.parts_of("Yes.", "Do you sail? " * 100)[1] == "Do you sail? " * 19 + "Do you sail?\nYes."


def test_nothing_of_an_erased_message_stays_in_the_vector_of_its_answer(alice):
    past = talk(alice)
    asks = say(past, "What kind of dog did your family have when you were little?", role="assistant")
    say(past, "A spaniel!")
    fill()
    with transaction.atomic():
        tombstones.lay([asks])
    assert not MessageVector.objects.exists()
    assert fill() == 1
    assert bytes(MessageVector.objects.get().parts) == vectors.pack(embedder.embed_all(["A spaniel!"]))


def test_what_has_nothing_of_the_question_may_stand_beside_what_is_relevant(alice):
    say(talk(alice), BELLA)
    far = "Quarterly invoices are due."
    say(talk(alice), far)
    fill()
    near = vectors.near("message", owner_id=alice.pk, vector=embedder.embed("Do I have a dog?"))
    assert min(near.own) < 0.05
    nobody = Speakers(frozenset(), frozenset())
    question = ask(Store(alice.pk), text="Do I have a dog?", previous="", exclude=frozenset(), speakers=nobody)
    assert [message.text for _, message in past_messages(question)] == [BELLA, far]


def test_recall_does_not_wait_for_the_meaning_longer_than_its_deadline(alice):
    past = talk(alice)
    say(past, BELLA)
    fill()
    waiting = [embedder.begin("many words " * 100) for _ in range(int(DEADLINE_SECONDS * 400))]
    question = ask(
        Store(alice.pk),
        text="Do I have a dog?",
        previous="",
        exclude=frozenset(),
        speakers=Speakers(frozenset(), frozenset()),
    )
    assert question.vector is None
    assert lines(talk(alice), "Who chewed on my shoes?") == [f"[2026-11-22] The user wrote: {BELLA}"]
    for future in waiting:
        future.cancel()


def test_of_two_that_are_as_near_the_one_that_asks_comes_last(alice):
    for text in ("Does Bella the retriever chew on shoes?", "Bella the retriever does chew on shoes."):
        say(talk(alice), text)
    say(talk(alice), "The tax office wants the papers by Friday.")
    question = ask(
        Store(alice.pk),
        text="What does Bella the retriever chew on?",
        previous="",
        exclude=frozenset(),
        speakers=Speakers(frozenset(), frozenset()),
    )
    assert [message.text for _, message in past_messages(question)] == [
        "Bella the retriever does chew on shoes.",
        "Does Bella the retriever chew on shoes?",
    ]


def test_the_model_is_loaded_before_the_first_question(alice, settings):
    settings.MEMORYBOT_EMBEDDINGS = "off"
    assert embedder.warm_up().result() is None
    settings.MEMORYBOT_EMBEDDINGS = "built-in"
    embedder.warm_up().result()
    assert embedder.begin("Do I have a dog?").result(DEADLINE_SECONDS * 4) is not None
