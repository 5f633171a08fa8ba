"""One entry that is two, and what an entry is called: set right by hand, and undone."""

from datetime import timedelta

import pytest

from chat.access import NotFound
from chat.models import Entity, EntityChange, Fact, FactStatus, User
from chat.services.memory import ledger, stores
from chat.services.memory.curating import corrections, merging, naming, splitting, undoing
from chat.services.memory.curating.identity import IdentityError
from chat.services.memory.recalling import mentions
from chat.services.memory.stores import Store
from tests.services.memory import remembered
from tests.services.memory.remembered import NOON
from tests.services.memory.test_merging import undo, world


@pytest.fixture
def store(alice: User) -> Store:
    return Store(alice.pk)


@pytest.fixture
def ann(store: Store) -> Entity:
    """Two people by one name: the sister who lives in Oslo, and the dentist."""
    ann = remembered.entity(store, "Ann", "my sister", "Dr. Ann", kind="person")
    remembered.learn(ann, "lives_in", "Oslo", "Ann lives in Oslo.", many_valued=False)
    remembered.learn(ann, "occupation", "dentist", "Ann is a dentist.", many_valued=False)
    return ann


def split(ann: Entity, *facts: Fact, aliases: tuple[str, ...] = (), **fields: str) -> EntityChange:
    return splitting.split(
        user=ann.owner,
        entity_id=ann.uuid,
        fact_ids=[fact.uuid for fact in facts],
        alias_ids=[alias.pk for alias in ann.aliases.filter(text__in=aliases)],
        **{"name": "Ann", "kind": "person", "disambiguator": "the dentist", **fields},
    )


def dentist(ann: Entity) -> Fact:
    return ann.facts.get(attribute="occupation")


def test_chosen_facts_and_names_become_somebody_elses(alice, store, ann):
    before = world(alice)
    change = split(ann, dentist(ann), aliases=("Dr. Ann",))
    assert world(alice) == {
        "Ann|person||False": (None, None, ["Ann", "my sister"], [("Ann lives in Oslo.", "active", "")]),
        "Ann|person|the dentist|False": (None, None, ["Ann", "Dr. Ann"], [("Ann is a dentist.", "active", "")]),
    }
    assert mentions.entity_ids_of(store, ["dr. ann"]) == [change.other_id]
    undo(change)
    assert {name: row for name, row in world(alice).items() if row[0] is None} == before
    assert mentions.entity_ids(store, "I saw Ann.") == [ann.pk]


def test_a_fact_takes_its_history_along(alice, ann):
    old = dentist(ann)
    corrections.edit_fact(user=alice, fact_id=old.uuid, statement="Ann is a surgeon.")
    change = split(ann, Fact.objects.get(statement="Ann is a surgeon."))
    assert sorted(change.other.facts.values_list("statement", flat=True)) == ["Ann is a dentist.", "Ann is a surgeon."]
    assert ann.facts.get().statement == "Ann lives in Oslo."


def test_who_has_learned_more_since_stays_after_undo(alice, ann):
    change = split(ann, dentist(ann))
    remembered.learn(change.other, "likes", "golf", "Ann likes golf.")
    undo(change)
    change.other.refresh_from_db()
    assert change.other.merged_into is None
    assert change.other.facts.get().statement == "Ann likes golf."
    assert ann.facts.filter(status=FactStatus.ACTIVE).count() == 2


def test_undo_where_nothing_is_left_to_bring_back_says_so(alice, ann):
    change = split(ann, dentist(ann))
    corrections.delete_fact(user=alice, fact_id=change.other.facts.get().uuid)
    with pytest.raises(NotFound):
        undo(change)
    moved_on = split(ann, ann.facts.get(), name="Anna")
    third = remembered.entity(Store(alice.pk), "Berit")
    splitting.move_fact(user=alice, fact_id=moved_on.other.facts.get().uuid, to_id=third.uuid)
    with pytest.raises(IdentityError, match="changed_since"):
        undo(moved_on)


def test_undo_follows_a_merge_of_the_new_entry(alice, store, ann):
    change = split(ann, dentist(ann))
    clinic = remembered.entity(store, "Dr. Berg", kind="person")
    merging.merge(user=alice, entity_id=clinic.uuid, other_id=change.other.uuid)
    undo(change)
    assert sorted(ann.facts.values_list("value", flat=True)) == ["Oslo", "dentist"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"name": " … "}, "no_name"), ({"kind": "self"}, "self"), ({}, "nothing_chosen")],
)
def test_a_split_that_cannot_be_is_refused(ann, fields, code):
    with pytest.raises(IdentityError, match=code):
        split(ann, *([] if code == "nothing_chosen" else [dentist(ann)]), **fields)
    assert Entity.objects.filter(name="Ann").count() == 1


def test_facts_of_others_are_not_taken(alice, bob, ann):
    foreign = remembered.learn(remembered.entity(Store(bob.pk), "Ann"), "likes", "tea", "Ann likes tea.")
    with pytest.raises(IdentityError, match="nothing_chosen"):
        split(ann, foreign)
    foreign.refresh_from_db()
    assert foreign.owner == bob
    assert foreign.entity.owner == bob


def test_a_fact_is_filed_under_another_and_back(alice, store, ann):
    berit = remembered.entity(store, "Berit", kind="person")
    at = NOON - timedelta(days=5)
    old = remembered.learn(berit, "occupation", "nurse", "Berit is a nurse.", at=at, many_valued=False)
    before = world(alice)
    change = splitting.move_fact(user=alice, fact_id=dentist(ann).uuid, to_id=berit.uuid)
    old.refresh_from_db()
    assert (old.status, berit.facts.get(status="active").value) == ("superseded", "dentist")
    undo(change)
    assert world(alice) == before


def test_what_was_forgotten_of_somebody_is_meant_when_it_is_moved_there(alice, store, ann):
    berit = remembered.entity(store, "Berit")
    gone = remembered.learn(berit, "occupation", "dentist", "Berit is a dentist.", many_valued=False)
    corrections.forget_fact(user=alice, fact_id=gone.uuid)
    splitting.move_fact(user=alice, fact_id=dentist(ann).uuid, to_id=berit.uuid)
    assert not ledger.is_suppressed(berit, "occupation", "dentist")


def test_a_fact_of_one_chats_own_memory_does_not_leave_it(alice, ann):
    own = stores.store_of(remembered.talk(alice, mode="own"))
    with pytest.raises(IdentityError, match="elsewhere"):
        splitting.move_fact(user=alice, fact_id=dentist(ann).uuid, to_id=stores.self_entity(own).uuid)


# -- names ------------------------------------------------------------------------------------------------------------


def rename(ann: Entity, **fields: str) -> EntityChange | None:
    given = {"name": ann.name, "disambiguator": "", "kind": "person", **fields}
    return naming.rename(user=ann.owner, entity_id=ann.uuid, **given)


def test_a_new_name_keeps_the_old_one_as_another_and_undo_takes_it_back(alice, store, ann):
    before = world(alice)
    change = rename(ann, name="  Anne\nMarie ", disambiguator="the dentist", kind="other")
    assert list(world(alice)) == ["Anne Marie|other|the dentist|False"]
    assert mentions.entity_ids(store, "Ask Anne Marie") == mentions.entity_ids(store, "Ask Ann") == [ann.pk]
    undo(change)
    assert world(alice) == before


def test_a_rename_that_was_renamed_again_cannot_be_undone_before(alice, ann):
    first, second = rename(ann, name="Anna"), rename(ann, name="Anne")
    with pytest.raises(IdentityError, match="changed_since"):
        undo(first)
    undo(second)
    undo(first)
    ann.refresh_from_db()
    assert ann.name == "Ann"


@pytest.mark.parametrize(("fields", "code"), [({"name": "…"}, "no_name"), ({"kind": "self"}, "self")])
def test_a_name_that_cannot_be_is_refused(ann, fields, code):
    with pytest.raises(IdentityError, match=code):
        rename(ann, **fields)


def test_the_person_is_not_renamed(alice, store):
    with pytest.raises(IdentityError, match="self"):
        rename(stores.self_entity(store), name="Napoleon")


def test_nothing_is_noted_where_nothing_is_different(ann):
    assert rename(ann) is None
    assert naming.pin(user=ann.owner, entity_id=ann.uuid, pinned=False) is None
    assert naming.add_alias(user=ann.owner, entity_id=ann.uuid, text="ANN") is None
    assert not EntityChange.objects.exists()


def test_names_are_added_and_taken_away_and_both_undone(alice, store, ann):
    before = world(alice)
    added = naming.add_alias(user=alice, entity_id=ann.uuid, text="Annie")
    assert mentions.entity_ids(store, "Annie called") == [ann.pk]
    removed = naming.remove_alias(user=alice, entity_id=ann.uuid, alias_id=ann.aliases.get(text="my sister").pk)
    assert mentions.entity_ids(store, "my sister called") == []
    undo(removed)
    undo(added)
    assert world(alice) == before


def test_the_name_itself_and_names_of_others_are_not_taken_away(alice, store, ann):
    other = remembered.entity(store, "Berit")
    for alias, code in ((ann.aliases.get(text="Ann"), "is_name"), (other.aliases.get(), "not_an_alias")):
        with pytest.raises(IdentityError, match=code):
            naming.remove_alias(user=alice, entity_id=ann.uuid, alias_id=alias.pk)


def test_a_pin_is_set_and_undone(alice, ann):
    change = naming.pin(user=alice, entity_id=ann.uuid, pinned=True)
    ann.refresh_from_db()
    assert ann.pinned
    undo(change)
    ann.refresh_from_db()
    assert not ann.pinned


def test_no_to_maybe_the_same_clears_the_mark_whichever_had_it(alice, store, ann):
    other = remembered.entity(store, "Ann")
    Entity.objects.filter(pk=other.pk).update(maybe_same_as=ann)
    [change] = naming.tell_apart(user=alice, entity_id=ann.uuid, other_id=other.uuid)
    assert merging.hints(Entity.objects.get(pk=ann.pk)) == merging.hints(Entity.objects.get(pk=other.pk)) == []
    assert naming.tell_apart(user=alice, entity_id=ann.uuid, other_id=other.uuid) == []
    undo(change)
    assert merging.hints(ann) == [other]


def test_nobody_changes_what_is_somebody_elses(bob, ann):
    change = rename(ann, name="Anna")
    for attempt in (
        lambda: naming.add_alias(user=bob, entity_id=ann.uuid, text="x"),
        lambda: naming.pin(user=bob, entity_id=ann.uuid, pinned=True),
        lambda: splitting.move_fact(user=bob, fact_id=dentist(ann).uuid, to_id=ann.uuid),
        lambda: undoing.undo(user=bob, change_id=change.uuid),
    ):
        with pytest.raises(NotFound):
            attempt()
