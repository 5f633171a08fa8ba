"""Meaning by a model of the model server: from the text to the prompt, and from one model to another."""

import time

import pytest

from chat.llm import embedder
from chat.models import FactVector, MessageVector
from chat.services.memory import stores
from chat.services.memory.recalling import indexing, vectors
from chat.services.memory.stores import Store
from tests.services.memory.remembered import asked, learn, lines, say, say_much, talk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _embeddings(settings, model, alice):
    settings.MEMORYBOT_EMBEDDINGS = "endpoint:first"
    yield
    vectors.forget(alice.pk)


def made_by() -> set[str]:
    kinds = (MessageVector, FactVector)
    return {name for kind in kinds for name in kind.objects.values_list("embedder", flat=True)}


def near(alice, text: str) -> list[int]:
    return vectors.near("message", owner_id=alice.pk, vector=embedder.embed(text)).best(9, at_least=0.5)


def test_what_another_model_made_is_not_compared_and_made_anew(alice, settings):
    boat = say(talk(alice), "our boat is blue")
    learn(stores.self_entity(Store(alice.pk)), "owns", "boat", "The user owns a boat.")
    assert [indexing.fill(9), indexing.fill(9), made_by()] == [2, 0, {"first"}]
    assert near(alice, "boat is blue") == [boat.pk]

    settings.MEMORYBOT_EMBEDDINGS = "endpoint:second"
    assert near(alice, "boat is blue") == []
    assert [indexing.fill(9), indexing.fill(9), made_by()] == [2, 0, {"second"}]
    assert near(alice, "boat is blue") == [boat.pk]
    assert [MessageVector.objects.count(), FactVector.objects.count()] == [1, 1]


def test_vectors_of_other_dimensions_under_the_same_name_are_passed_over(alice):
    boat, car = say(talk(alice), "our boat is blue"), say(talk(alice), "our boat is red")
    indexing.fill(9)
    assert near(alice, "our boat is") == [car.pk, boat.pk] or near(alice, "our boat is") == [boat.pk, car.pk]
    MessageVector.objects.filter(message=car).update(parts=b"12" * 63)
    vectors.forget(alice.pk)
    assert near(alice, "our boat is") == [boat.pk]


def test_a_slow_server_does_not_hold_up_recall(alice, model):
    say_much(alice)
    say(talk(alice), "our boat is blue")
    indexing.fill(9)
    model.script(on="embeddings", first_token_ms=4_000)
    conversation = talk(alice)
    began = time.monotonic()
    assert lines(conversation, "Is our boat blue?") == ["[2026-11-22] The user wrote: our boat is blue"]
    assert time.monotonic() - began < 3.5


def test_a_server_that_fails_costs_recall_its_meaning_alone(alice, model):
    say_much(alice)
    say(talk(alice), "our boat is blue")
    indexing.fill(9)
    model.script(on="embeddings", fault="500")
    assert [item.channel for item in asked(talk(alice), "Is our boat blue?")] == ["words"]


def test_all_texts_of_a_batch_go_in_one_call(alice, model):
    past = talk(alice)
    for number in range(5):
        say(past, f"boat {number} " + "goes out and comes in again " * 5)
    assert indexing.fill(9) == 5
    assert [len(call.body["input"]) for call in model.requests] == [5]
