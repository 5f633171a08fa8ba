"""Two of one name, one of two names, and names that come later."""

import pytest

from chat.models import (
    Entity,
    EntityChange,
    Fact,
)
from chat.services.memory import stores
from chat.services.memory.learner import casting
from chat.services.memory.stores import Store
from tests.services.memory.lessons import entities, talk
from tests.services.memory.proposed import fact
from tests.services.memory.told import about, told

pytestmark = pytest.mark.django_db


def cat(name: str, said: str) -> dict[str, str]:
    return about(name, said, "pet", "cat", "Alice has a cat.")


def test_two_of_one_name_are_told_apart_by_what_is_said_of_them(alice):
    told(alice, "Alice the dentist has a cat.", cat("Alice the dentist", "Alice the dentist has a cat"))
    told(
        alice,
        "Alice from work likes tea.",
        about("Alice", "Alice from work likes tea", "likes", "tea", "Alice likes tea."),
    )
    told(
        alice,
        "Alice the dentist likes jazz.",
        about("Alice", "Alice the dentist likes jazz", "likes", "jazz", "Alice likes jazz."),
    )

    found = Entity.objects.filter(name="Alice").order_by("pk")
    assert [(row.disambiguator, sorted(row.facts.values_list("value", flat=True))) for row in found] == [
        ("the dentist", ["cat", "jazz"]),
        ("from work", ["tea"]),
    ]


def test_where_it_cannot_be_told_whom_a_name_means_the_person_is_asked_once(alice):
    test_two_of_one_name_are_told_apart_by_what_is_said_of_them(alice)
    for drink in ("milk", "rum"):
        said = f"Alice likes {drink}"
        told(talk(alice), f"{said}.", about("Alice", said, "likes", drink, f"{said}."))

    third = Entity.objects.filter(name="Alice", disambiguator="").get()
    assert sorted(third.facts.values_list("value", flat=True)) == ["milk", "rum"]
    assert third.maybe_same_as == Entity.objects.get(disambiguator="the dentist")


def test_a_name_that_comes_later_is_a_rename_that_can_be_undone(alice):
    told(
        alice,
        "My sister lives in Bergen.",
        about("my sister", "My sister lives in Bergen", "lives_in", "Bergen", "The user's sister lives in Bergen."),
    )
    told(
        alice,
        "My sister is called Alice.",
        fact("My sister is called Alice", "sister", "Alice", "The user's sister is Alice."),
    )

    change = EntityChange.objects.get()
    assert (change.entity.name, change.operation, change.detail, change.by_user) == (
        "Alice",
        "renamed",
        {"before": {"name": "my sister"}, "after": {"name": "Alice"}, "names": {"entity": "my sister"}},
        False,
    )
    assert entities(alice) == {"Alice": ["Alice", "my sister"]}


def test_who_was_merged_is_whom_they_were_merged_into(alice):
    store = Store(alice.pk)
    told(alice, "Bob likes tea.", about("Bob", "Bob likes tea", "likes", "tea", "Bob likes tea."))
    told(alice, "Robert likes jazz.", about("Robert", "Robert likes jazz", "likes", "jazz", "Robert likes jazz."))
    bob, robert = Entity.objects.filter(kind="person").order_by("pk")
    Entity.objects.filter(pk=bob.pk).update(merged_into=robert)

    told(alice, "Bob likes rum.", about("Bob", "Bob likes rum", "likes", "rum", "Bob likes rum."))
    told(alice, "Bob likes gin.", about("E1", "Bob likes gin", "likes", "gin", "Bob likes gin."))

    assert sorted(robert.facts.values_list("value", flat=True)) == ["gin", "jazz", "rum"]
    assert list(stores.entities(store).filter(kind="person")) == [robert]
    bob.refresh_from_db()
    assert casting.target(bob) == robert


def test_a_nickname_becomes_another_name(alice):
    conversation = talk(alice)
    told(conversation, "Robert likes tea.", about("Robert", "Robert likes tea", "likes", "tea", "Robert likes tea."))
    told(
        conversation,
        "Everybody calls him Bob.",
        about("E1", "Everybody calls him Bob", "name", "Bob", "Robert is called Bob."),
    )
    told(alice, "Bob likes jazz.", about("Bob", "Bob likes jazz", "likes", "jazz", "Bob likes jazz."))

    assert entities(alice) == {"Robert": ["Bob", "Robert"]}
    assert sorted(Fact.objects.values_list("attribute", "value")) == [
        ("likes", "jazz"),
        ("likes", "tea"),
        ("nickname", "Bob"),
    ]
