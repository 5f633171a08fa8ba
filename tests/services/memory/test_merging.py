"""Two entries for one person or thing are put together, and taken apart again."""

from datetime import timedelta

import pytest

from chat.access import NotFound
from chat.models import Entity, EntityChange, Fact, FactStatus, User
from chat.services import search
from chat.services.memory import ledger, stores
from chat.services.memory.curating import corrections, merging, naming, undoing
from chat.services.memory.curating.identity import IdentityError
from chat.services.memory.ledger import Cause, Content
from chat.services.memory.recalling import mentions
from chat.services.memory.stores import Store
from tests.services.memory import remembered
from tests.services.memory.remembered import NOON

LATER = NOON + timedelta(days=1)


@pytest.fixture
def store(alice: User) -> Store:
    return Store(alice.pk)


@pytest.fixture
def sister(store: Store) -> Entity:
    return remembered.entity(store, "my sister", kind="person")


@pytest.fixture
def berit(store: Store) -> Entity:
    return remembered.entity(store, "Berit", "Beri", kind="person")


def merge(user: User, into: Entity, other: Entity) -> EntityChange:
    return merging.merge(user=user, entity_id=into.uuid, other_id=other.uuid)


def undo(change: EntityChange) -> None:
    undoing.undo(user=change.owner, change_id=change.uuid)


def world(user: User) -> dict[str, object]:
    """Everything that is known, by name, with names and facts as they stand."""
    rows = Entity.objects.filter(owner=user).exclude(kind="self").order_by("pk")
    return {
        f"{row.name}|{row.kind}|{row.disambiguator}|{row.pinned}": (
            row.merged_into and row.merged_into.name,
            row.maybe_same_as and row.maybe_same_as.name,
            sorted(row.aliases.values_list("text", flat=True)),
            sorted(row.facts.values_list("statement", "status", "reason")),
        )
        for row in rows
    }


def found(user: User, text: str) -> list[int]:
    return [hit.id for hit in search.find("fact", owner_id=user.pk, text=text, limit=9)]


def marks() -> list[int | None]:
    return [row.maybe_same_as_id for row in Entity.objects.exclude(kind="self").order_by("pk")]


def test_facts_and_names_go_together_and_undo_takes_them_apart(alice, sister, berit):
    remembered.learn(sister, "lives_in", "Oslo", "My sister lives in Oslo.", many_valued=False)
    remembered.learn(berit, "likes", "tea", "Berit likes tea.")
    before = world(alice)

    change = merge(alice, berit, sister)

    assert world(alice) == {
        "my sister|person||False": ("Berit", None, [], []),
        "Berit|person||False": (
            None,
            None,
            ["Beri", "Berit", "my sister"],
            [("Berit likes tea.", "active", ""), ("My sister lives in Oslo.", "active", "")],
        ),
    }
    undo(change)
    assert world(alice) == before


def test_what_was_merged_is_found_under_every_name_and_never_twice(alice, store, sister, berit):
    merge(alice, berit, sister)
    assert mentions.entity_ids(store, "How is my sister?") == [berit.pk]
    assert mentions.entity_ids(store, "How is Beri?") == [berit.pk]
    assert list(stores.entities(store).exclude(kind="self")) == [berit]
    assert [entity.name for entity in stores.overview(store, limit=9) if not entity.is_self] == ["Berit"]


def test_a_name_is_worth_more_than_a_description(alice, sister, berit):
    before = world(alice)
    change = merge(alice, sister, berit)
    sister.refresh_from_db()
    assert sister.name == "Berit"
    undo(change)
    assert world(alice) == before


@pytest.mark.parametrize(("newer_is_locked", "winner"), [(True, "Bergen"), (False, "Bergen")])
def test_of_two_values_the_newer_stays_and_undo_brings_the_other_back(alice, sister, berit, newer_is_locked, winner):
    old = remembered.learn(berit, "lives_in", "Oslo", "Berit lives in Oslo.", many_valued=False)
    new = remembered.learn(sister, "lives_in", "Bergen", "My sister lives in Bergen.", at=LATER, many_valued=False)
    Fact.objects.filter(pk=new.pk).update(locked=newer_is_locked)
    before = world(alice)

    change = merge(alice, berit, sister)

    active = Fact.objects.get(status=FactStatus.ACTIVE)
    old.refresh_from_db()
    assert (active.value, active.entity, old.superseded_by, old.status) == (winner, berit, new, "superseded")
    assert found(alice, "Where does she live: Oslo or Bergen?") == [new.pk]
    undo(change)
    assert world(alice) == before
    assert sorted(found(alice, "Oslo or Bergen")) == sorted([old.pk, new.pk])


@pytest.mark.parametrize("locked_one", ["Berit", "my sister"])
def test_what_was_set_by_hand_stays_though_it_is_older(alice, sister, berit, locked_one):
    facts = {
        "Berit": remembered.learn(berit, "lives_in", "Oslo", "Berit lives in Oslo.", many_valued=False),
        "my sister": remembered.learn(sister, "lives_in", "Bergen", "She lives in Bergen.", many_valued=False),
    }
    Fact.objects.filter(pk=facts[locked_one].pk).update(locked=True, learned_at=NOON - timedelta(days=9))
    before = world(alice)
    change = merge(alice, berit, sister)
    assert Fact.objects.get(status=FactStatus.ACTIVE) == facts[locked_one]
    undo(change)
    assert world(alice) == before


def test_the_same_said_of_both_is_shown_once(alice, sister, berit):
    for who in (sister, berit):
        remembered.learn(who, "likes", "tea", f"{who.name} likes tea.")
    before = world(alice)
    change = merge(alice, berit, sister)
    assert Fact.objects.filter(entity=berit, status=FactStatus.ACTIVE).count() == 1
    undo(change)
    assert world(alice) == before


def test_undo_leaves_what_was_learned_since_and_what_has_been_moved_on(alice, sister, berit):
    old = remembered.learn(sister, "lives_in", "Oslo", "My sister lives in Oslo.", many_valued=False)
    tea = remembered.learn(sister, "likes", "tea", "My sister likes tea.")
    change = merge(alice, berit, sister)
    old.refresh_from_db()
    content = Content(berit, "lives_in", "Rome", "Berit lives in Rome.")
    newer = ledger.supersede(old, content, Cause(by_user=False), reason="said_otherwise").fact
    corrections.forget_fact(user=alice, fact_id=tea.uuid)

    undo(change)

    assert {(fact.statement, fact.entity.name, fact.status) for fact in Fact.objects.all()} == {
        ("My sister lives in Oslo.", "my sister", "superseded"),
        ("My sister likes tea.", "my sister", "retired"),
        (newer.statement, "Berit", "active"),
    }
    sister.refresh_from_db()
    assert ledger.is_suppressed(sister, "likes", "tea")


def test_a_loser_stays_what_it_is_where_its_place_has_been_taken_since(alice, sister, berit):
    oslo = remembered.learn(berit, "lives_in", "Oslo", "Berit lives in Oslo.", many_valued=False)
    bergen = remembered.learn(sister, "lives_in", "Bergen", "She lives in Bergen.", at=LATER, many_valued=False)
    change = merge(alice, berit, sister)
    bergen.refresh_from_db()
    ledger.supersede(bergen, Content(berit, "lives_in", "Rome", "Berit lives in Rome."), Cause(False), reason="x")
    undo(change)
    oslo.refresh_from_db()
    assert (oslo.status, oslo.entity) == ("superseded", berit)
    assert Fact.objects.get(entity=berit, status=FactStatus.ACTIVE).value == "Rome"


@pytest.mark.parametrize("newest_first", [True, False])
def test_merges_of_merges_are_undone_in_any_order(alice, store, sister, berit, newest_first):
    doctor = remembered.entity(store, "Dr. Berit", kind="person")
    for number, who in enumerate((sister, berit, doctor)):
        at = NOON + timedelta(days=number)
        remembered.learn(who, "lives_in", f"Town {number}", f"{who.name} lives there.", at=at, many_valued=False)
        remembered.learn(who, "likes", f"Thing {number}", f"{who.name} likes it.")
    before = world(alice)
    first, second = merge(alice, berit, sister), merge(alice, doctor, berit)
    assert Fact.objects.filter(status=FactStatus.ACTIVE, entity=doctor).count() == 4
    for change in (second, first) if newest_first else (first, second):
        undo(change)
    assert world(alice) == before


def test_a_second_undo_changes_nothing(alice, sister, berit):
    change = merge(alice, berit, sister)
    undo(change)
    before = world(alice)
    undo(change)
    assert world(alice) == before


def test_the_person_takes_in_and_is_never_taken_in(alice, store, berit):
    me = stores.self_entity(store)
    remembered.learn(berit, "likes", "tea", "Berit likes tea.")
    change = merging.merge(user=alice, entity_id=berit.uuid, other_id=me.uuid)
    berit.refresh_from_db()
    assert (change.entity, change.other, berit.merged_into) == (me, berit, me)
    assert me.facts.get().statement == "Berit likes tea."
    assert stores.self_entity(store) == me
    undo(change)
    assert berit.facts.get().statement == "Berit likes tea."


def test_marks_of_maybe_the_same_follow_and_come_back(alice, store, sister, berit):
    other = remembered.entity(store, "Berit", kind="person")
    Entity.objects.filter(pk=other.pk).update(maybe_same_as=berit)
    Entity.objects.filter(pk=berit.pk).update(maybe_same_as=sister)
    before = marks()
    change = merge(alice, sister, berit)
    other.refresh_from_db()
    assert other.maybe_same_as == sister
    assert merging.hints(sister) == [other]
    undo(change)
    assert marks() == before


def test_a_fact_forgotten_before_a_merge_is_not_learned_under_the_other_name(alice, sister, berit):
    fact = remembered.learn(sister, "likes", "gin", "My sister likes gin.")
    corrections.forget_fact(user=alice, fact_id=fact.uuid)
    merge(alice, berit, sister)
    assert ledger.is_suppressed(berit, "likes", "gin")


def test_a_fact_deleted_while_merged_stays_forgotten_once_they_are_apart(alice, sister, berit):
    fact = remembered.learn(sister, "likes", "gin", "My sister likes gin.")
    remembered.learn(berit, "likes", "tea", "Berit likes tea.")
    change = merge(alice, berit, sister)
    corrections.delete_fact(user=alice, fact_id=fact.uuid)
    undo(change)
    assert ledger.is_suppressed(sister, "likes", "gin")


def test_what_cannot_be_merged_is_refused_with_a_sentence(alice, bob, sister, berit):
    own = remembered.talk(alice, mode="own")
    elsewhere = remembered.entity(stores.store_of(own), "Berit")
    foreign = remembered.entity(Store(bob.pk), "Berit")
    merged = remembered.entity(Store(alice.pk), "Old")
    merge(alice, berit, merged)
    for other, code in ((berit, "same"), (elsewhere, "elsewhere"), (merged, "merged")):
        with pytest.raises(IdentityError) as refused:
            merge(alice, berit, other)
        assert refused.value.code == code
        assert refused.value.message.endswith(".")
    with pytest.raises(IdentityError, match="merged"):
        merge(alice, merged, sister)
    for pair in ((berit, foreign), (foreign, berit)):
        with pytest.raises(NotFound):
            merge(alice, *pair)


def test_deleting_who_stayed_leaves_nothing_of_who_went(alice, sister, berit):
    merge(alice, berit, sister)
    berit.delete()
    assert not Entity.objects.exclude(kind="self").exists()
    assert not EntityChange.objects.exists()


def test_undo_of_a_rename_after_a_merge_says_that_it_cannot(alice, sister, berit):
    renamed = naming.rename(user=alice, entity_id=sister.uuid, name="Bea", disambiguator="", kind="person")
    merge(alice, berit, sister)
    with pytest.raises(IdentityError, match="changed_since"):
        undo(renamed)
