"""The vectors of a person: kept in rows, searched in memory, always what the database has now."""

import numpy as np
import pytest

from chat.models import FactVector, MessageVector
from chat.services.memory import stores
from chat.services.memory.recalling import vectors
from chat.services.memory.stores import Store
from tests.services.memory.remembered import learn, say, talk

pytestmark = pytest.mark.django_db

DIMENSIONS = 384


def axis(number: int) -> np.ndarray:
    vector = np.zeros(DIMENSIONS, dtype=np.float32)
    vector[number] = 1
    return vector


def keep(message, *axes: int) -> MessageVector:
    parts = vectors.pack(np.stack([axis(number) for number in axes]))
    return MessageVector.objects.create(message=message, owner_id=message.owner_id, parts=parts)


def near(owner, number: int) -> vectors.Nearness:
    return vectors.near("message", owner_id=owner.pk, vector=axis(number))


@pytest.fixture(autouse=True)
def forgotten(alice, bob):
    """Rows of tests come and go with the same ids."""
    yield
    vectors.forget(alice.pk)
    vectors.forget(bob.pk)


def test_the_nearest_part_of_a_message_counts(alice):
    conversation = talk(alice)
    one, two = say(conversation, "one"), say(conversation, "two")
    keep(one, 0, 1)
    keep(two, 2)
    assert near(alice, 1).best(1) == [one.pk]
    assert near(alice, 2).best(5) == [two.pk, one.pk]
    assert near(alice, 2).best(5, at_least=0.5) == [two.pk]


def test_what_stands_beside_a_message_is_told_too(alice):
    conversation, other = talk(alice), talk(alice)
    before, here, after = (say(conversation, word) for word in ("a", "b", "c"))
    alone = say(other, "d")
    for message, number in ((alone, 7), (after, 3), (before, 3), (here, 0)):
        keep(message, number)
    found = near(alice, 3).of([here.pk, alone.pk, before.pk, 10**9])
    assert {pk: (item.own, item.around) for pk, item in found.items()} == {
        here.pk: (0, 1),
        alone.pk: (0, 0),
        before.pk: (1, 0),
    }


def test_what_is_added_and_taken_away_is_noticed(alice):
    conversation = talk(alice)
    messages = [say(conversation, str(number)) for number in range(4)]
    keep(messages[0], 0)
    keep(messages[2], 2, 9)
    assert near(alice, 0).best(9, at_least=0.5) == [messages[0].pk]
    keep(messages[1], 1)
    keep(messages[3], 0)
    assert set(near(alice, 0).best(9, at_least=0.5)) == {messages[0].pk, messages[3].pk}
    assert near(alice, 9).best(1) == [messages[2].pk]
    messages[0].vector.delete()
    assert near(alice, 0).best(9, at_least=0.5) == [messages[3].pk]
    MessageVector.objects.all().delete()
    assert near(alice, 0).best(9) == []
    assert near(alice, 0).of([messages[0].pk]) == {}


def test_nobody_elses_are_ever_found(alice, bob):
    keep(say(talk(bob), "bob's"), 0)
    assert near(alice, 0).best(9) == []


def test_facts_have_vectors_of_their_own(alice):
    fact = learn(stores.self_entity(Store(alice.pk)), "name", "Ingrid", "The user's name is Ingrid.")
    FactVector.objects.create(fact=fact, owner=alice, parts=vectors.pack(axis(4)[None]))
    assert vectors.near("fact", owner_id=alice.pk, vector=axis(4)).best(3) == [fact.pk]


def test_the_cache_gives_room_and_forgets(alice, bob):
    keep(say(talk(alice), "a"), 0)
    keep(say(talk(bob), "b"), 0)
    near(alice, 0)
    near(bob, 0)
    held = vectors.cached_bytes()
    vectors.forget(bob.pk)
    assert vectors.cached_bytes() == held / 2
    assert near(bob, 0).best(1)


def test_what_goes_and_comes_at_once_is_noticed(alice):
    conversation = talk(alice)
    old, kept, new = (say(conversation, word) for word in ("old", "kept", "new"))
    keep(old, 0)
    keep(kept, 1)
    assert near(alice, 0).best(1) == [old.pk]
    MessageVector.objects.filter(message=old).delete()
    keep(new, 0)
    assert near(alice, 0).best(9, at_least=0.5) == [new.pk]
    assert sorted(near(alice, 0).best(9)) == [kept.pk, new.pk]


def test_what_is_added_stands_behind_what_is_there_and_beside_its_neighbours(alice):
    first, second = talk(alice), talk(alice)
    messages = [say(conversation, "x") for conversation in (second, first, second, first, second)]
    for number, message in enumerate(messages):
        keep(message, number, 300)
        found = near(alice, number)
        assert found.best(1) == [message.pk]
        assert found.known.vectors.base is found.known.room
    around = near(alice, 4).of([message.pk for message in messages])
    assert [around[message.pk].around for message in messages] == [0, 0, 0.5, 0, 0]


def test_somebody_who_is_searched_sees_what_was_there_when_more_is_added(alice):
    conversation = talk(alice)
    keep(say(conversation, "a"), 0)
    before = near(alice, 0)
    for number in range(1, 300):
        keep(say(conversation, "b"), number)
    assert len(near(alice, 0).best(999)) == 300
    assert (len(before.known), len(before.known.vectors)) == (1, 1)


def test_only_the_best_are_sorted_and_equals_stand_in_one_order(alice):
    conversation = talk(alice)
    messages = [say(conversation, "x") for _ in range(30)]
    for message in messages:
        keep(message, message.position % 3)
    best = near(alice, 1).best(12, at_least=0.5)
    assert best == near(alice, 1).best(12, at_least=0.5)
    assert set(best) == {message.pk for message in messages if message.position % 3 == 1}


def test_of_many_what_goes_is_noticed_when_the_rows_are_counted_next(alice, monkeypatch):
    monkeypatch.setattr(vectors, "MANY", 2)
    conversation = talk(alice)
    messages = [say(conversation, str(number)) for number in range(3)]
    for number, message in enumerate(messages):
        keep(message, number)
    assert near(alice, 0).best(1) == [messages[0].pk]
    messages[0].vector.delete()
    assert near(alice, 0).best(9, at_least=0.5) == [messages[0].pk]
    vectors.keep_up()
    assert near(alice, 0).best(9, at_least=0.5) == []
    keep(say(conversation, "new"), 0)
    assert len(near(alice, 0).best(9, at_least=0.5)) == 1
