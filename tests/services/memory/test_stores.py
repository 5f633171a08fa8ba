"""Stores, the one entity of the person in each, names, and what is shown of entities."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from chat.models import Conversation, Entity, EntityKind, Fact, FactSource, FactStatus, MemoryMode
from chat.services.memory import stores
from chat.services.memory.stores import KnownEntity, Store
from tests.services.memory.remembered import NOON, entity, learn, say, talk


@pytest.mark.django_db
def test_a_conversation_reads_the_store_of_its_mode(alice):
    own = talk(alice, mode=MemoryMode.OWN)
    assert stores.store_of(talk(alice)) == Store(alice.pk)
    assert stores.store_of(talk(alice, mode=MemoryMode.READ_ONLY)) == Store(alice.pk)
    assert stores.store_of(own) == Store(alice.pk, own.pk)


@pytest.mark.django_db
def test_there_is_one_self_in_each_store(alice, bob):
    own = stores.store_of(talk(alice, mode=MemoryMode.OWN))
    found = [stores.self_entity(store) for store in (Store(alice.pk), own, Store(bob.pk)) for _ in range(2)]
    assert found[0::2] == found[1::2]
    assert len(set(found)) == 3
    assert {(made.name, made.kind) for made in found} == {("You", EntityKind.SELF)}


@pytest.mark.django_db(transaction=True)
def test_writers_that_make_the_self_at_once_get_the_same(alice):
    barrier, made = threading.Barrier(4), []

    def make() -> None:
        barrier.wait()
        try:
            made.append(stores.self_entity(Store(alice.pk)).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [Entity.objects.get(kind=EntityKind.SELF).pk] * 4


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("Alice", "alice"),
        (" ALICE'S ", "alice"),
        ("Alice’s", "alice"),
        ("James'", "james"),
        ("my   sister\n", "my sister"),
        ("Ｉｎｇｒｉｄ", "ingrid"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("C++", "c++"),
        ("“Bob”,", "bob"),
        ("Smith, John", "smith, john"),
        ("Jean-Luc", "jean-luc"),
        ("小红", "小红"),
        ("「さくら」", "さくら"),
        ("I\u0307stanbul", "i̇stanbul"),
        ("…", ""),
        ("", ""),
        ("'s", "s"),
        ("x" * 300, "x" * 200),
    ],
)
def test_names_are_compared_without_case_width_and_possessive(text, normalised):
    assert stores.normalise(text) == normalised
    assert stores.normalise(normalised) == normalised


@pytest.mark.django_db
def test_a_description_begins_with_the_basics_and_holds_whole_sentences(alice):
    me = stores.self_entity(Store(alice.pk))
    facts = [learn(me, "likes", f"{n}", f"The user likes the long walk number {n} up the hill") for n in range(20)]
    facts += [learn(me, "name", "Ingrid", "The user's name is Ingrid.", at=NOON + timedelta(days=1))]
    description = stores.describe(me, facts)
    assert description.startswith(
        "The user's name is Ingrid. The user likes the long walk number 0 up the hill. The user likes"
    )
    assert description.endswith("up the hill.")
    assert 300 < len(description) <= stores.MAX_DESCRIPTION_CHARACTERS
    assert stores.describe(me, reversed(facts)) == description


@pytest.mark.django_db
def test_an_entity_of_which_nothing_is_known_is_described_by_its_kind(alice):
    assert stores.describe(entity(Store(alice.pk), "Rex", kind=EntityKind.PET), []) == "Pet"


def _nothing_known_of(other: Entity, kind: str) -> KnownEntity:
    return KnownEntity(
        uuid=other.uuid,
        name=other.name,
        kind=kind,
        is_self=False,
        disambiguator="",
        pinned=False,
        maybe_same=False,
        description=kind,
        facts=(),
        fact_count=0,
    )


@pytest.mark.django_db
def test_the_overview_shows_what_is_known_the_person_first(alice, bob):
    store = Store(alice.pk)
    rex, berit = entity(store, "Rex", kind=EntityKind.PET), entity(store, "Berit")
    me = stores.self_entity(store)
    Entity.objects.filter(pk=rex.pk).update(updated_at=NOON + timedelta(days=300))
    Entity.objects.filter(pk=berit.pk).update(updated_at=NOON + timedelta(days=200))
    learn(me, "lives_in", "Sweden", "The user lives in Sweden.", status=FactStatus.SUPERSEDED)
    home = learn(me, "lives_in", "Norway", "The user lives in Norway.")
    name = learn(me, "name", "Ingrid", "The user's name is Ingrid.")
    learn(entity(Store(bob.pk), "Berit"), "job", "vet", "Berit is a vet.")
    entity(stores.store_of(talk(alice, mode=MemoryMode.OWN)), "Sigrid")
    assert stores.overview(store, limit=10) == [
        KnownEntity(
            uuid=me.uuid,
            name="You",
            kind="You",
            is_self=True,
            disambiguator="",
            pinned=False,
            maybe_same=False,
            description="The user's name is Ingrid. The user lives in Norway.",
            facts=(name, home),
            fact_count=2,
        ),
        _nothing_known_of(rex, "Pet"),
        _nothing_known_of(berit, "Person"),
    ]
    assert [known.name for known in stores.overview(store, limit=1, offset=1)] == ["Rex"]
    (shown,) = stores.overview(store, limit=1, facts_each=1)
    assert (shown.facts, shown.fact_count) == ((name,), 2)


@pytest.mark.django_db
def test_the_overview_takes_four_queries_with_all_sources(alice, django_assert_num_queries):
    store, conversation = Store(alice.pk), talk(alice)
    message = say(conversation, "Person 1 to 20 are here.")
    for number in range(20):
        person = entity(store, f"Person {number}")
        for place in range(5):
            fact = learn(person, f"a{place}", "", f"Person {number} has {place}.")
            FactSource.objects.create(fact=fact, message=message, quote="here")
    with django_assert_num_queries(4):
        known = stores.overview(store, limit=50)
        sources = [source for one in known for fact in one.facts for source in fact.sources.all()]
        said = {(source.quote, source.message.text, source.message.conversation.uuid) for source in sources}
    assert said == {("here", "Person 1 to 20 are here.", conversation.uuid)}
    assert len(sources) == 100


@pytest.mark.django_db
def test_active_facts_are_those_of_the_store_that_are_held_to_be_true(alice, bob):
    store = Store(alice.pk)
    me = stores.self_entity(store)
    kept = learn(me, "name", "Ingrid", "The user's name is Ingrid.")
    learn(me, "name", "Inga", "The user's name is Inga.", status=FactStatus.RETIRED)
    learn(stores.self_entity(Store(bob.pk)), "name", "Bob", "The user's name is Bob.")
    own = stores.store_of(talk(alice, mode=MemoryMode.OWN))
    of_own = learn(stores.self_entity(own), "name", "Sigrid", "The user's name is Sigrid.")
    assert list(stores.active_facts(store)) == [kept]
    assert list(stores.active_facts(own)) == [of_own]
    Conversation.objects.get(pk=own.conversation_id).delete()
    assert list(Fact.objects.filter(pk=of_own.pk)) == []
