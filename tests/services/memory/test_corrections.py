"""What people do to their memory by hand, and that all of it can be taken back."""

from uuid import UUID, uuid4

import pytest

from chat import access
from chat.models import Entity, EntityKind, Fact, FactStatus, MemoryChange, Origin, Suppression
from chat.protocol import Change
from chat.services import search
from chat.services.memory.curating import corrections
from chat.services.memory.curating.corrections import CorrectionError
from tests.services.memory.lessons import operations, statements, teach
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db

OSLO = fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo.")
BERGEN = fact("I moved to Bergen", "lives_in", "Bergen", "The user lives in Bergen.")
DOG = fact("I have a dog", "pet", "dog", "The user has a dog.")


def undo(user, change: Change) -> list[Change]:
    return corrections.undo(user=user, change_id=UUID(change.change))


def the_fact(**lookup: str) -> Fact:
    return Fact.objects.get(**lookup)


def test_an_edit_supersedes_with_the_persons_own_words_and_locks_them(alice):
    teach(alice, "I live in Oslo.", OSLO)
    old = the_fact()

    changes = corrections.edit_fact(user=alice, fact_id=old.uuid, statement=" The user lives in  Drammen. ")

    assert [(c.op, c.text, c.was) for c in changes] == [
        ("updated", "The user lives in Drammen.", "The user lives in Oslo.")
    ]
    new = the_fact(status=FactStatus.ACTIVE)
    assert (new.value, new.attribute, new.origin, new.locked) == ("Drammen", "lives_in", Origin.HAND, True)
    old.refresh_from_db()
    assert (old.status, old.superseded_by) == (FactStatus.SUPERSEDED, new)
    assert MemoryChange.objects.latest("pk").by_user


def test_an_edit_in_quite_other_words_keeps_them_as_the_value(alice):
    teach(alice, "I live in Oslo.", OSLO)

    corrections.edit_fact(user=alice, fact_id=the_fact().uuid, statement="Home is where my boat is.")

    assert the_fact(status=FactStatus.ACTIVE).value == "Home is where my boat is."


def test_an_edit_is_not_overwritten_by_learning_until_a_person_says_so(alice):
    teach(alice, "I live in Oslo.", OSLO)
    corrections.edit_fact(user=alice, fact_id=the_fact().uuid, statement="The user lives in Drammen.")

    teach(alice, "I moved to Bergen.", BERGEN)
    assert statements(alice) == ["The user lives in Drammen."]

    waiting = the_fact(status=FactStatus.PENDING)
    corrections.edit_fact(user=alice, fact_id=waiting.uuid, statement=waiting.statement)
    assert statements(alice) == ["The user lives in Bergen."]


@pytest.mark.parametrize(("statement", "code"), [("", "empty"), (" . ", "empty"), ("x" * 1001, "too_long")])
def test_an_edit_needs_words_but_not_too_many(alice, statement, code):
    teach(alice, "I live in Oslo.", OSLO)

    with pytest.raises(CorrectionError) as error:
        corrections.edit_fact(user=alice, fact_id=the_fact().uuid, statement=statement)
    assert error.value.code == code


def test_what_has_given_way_cannot_be_edited(alice):
    teach(alice, "I live in Oslo.", OSLO)
    teach(alice, "I moved to Bergen.", BERGEN)

    with pytest.raises(CorrectionError, match="changed_since"):
        corrections.edit_fact(user=alice, fact_id=the_fact(value="Oslo").uuid, statement="The user lives in Rome.")


def test_forgetting_retires_suppresses_and_is_undone_whole(alice):
    teach(alice, "I live in Oslo.", OSLO)
    before = Fact.objects.values().get()

    changes = corrections.forget_fact(user=alice, fact_id=the_fact().uuid)

    assert operations(changes) == ["retired: The user lives in Oslo."]
    assert (statements(alice), Suppression.objects.exists()) == ([], True)
    assert not Suppression.objects.filter(digest__icontains="oslo").exists()
    assert teach(alice, "I live in oslo!", OSLO) == []
    assert corrections.forget_fact(user=alice, fact_id=the_fact().uuid) == []

    assert [change.undone for change in undo(alice, changes[0])] == [True]
    assert Fact.objects.values().get() == before
    assert not Suppression.objects.exists()
    assert [hit.id for hit in search.find("fact", owner_id=alice.pk, text="Oslo", limit=5)] == [before["id"]]


def test_undoing_an_addition_retires_it(alice):
    change = teach(alice, "I live in Oslo.", OSLO)[0]

    undo(alice, change)

    assert statements(alice) == []
    assert search.find("fact", owner_id=alice.pk, text="Oslo", limit=5) == []


def test_undoing_an_update_brings_back_exactly_what_was_before(alice):
    teach(alice, "I live in Oslo.", OSLO)
    before = Fact.objects.values().get()
    change = teach(alice, "I moved to Bergen.", BERGEN)[0]

    undo(alice, change)

    assert statements(alice) == ["The user lives in Oslo."]
    assert Fact.objects.filter(value="Oslo").values().get() == before
    assert [hit.id for hit in search.find("fact", owner_id=alice.pk, text="Oslo", limit=5)] == [before["id"]]


def test_undoing_twice_is_undoing_once(alice):
    change = teach(alice, "I live in Oslo.", OSLO)[0]

    assert len(undo(alice, change)) == 1
    assert undo(alice, change) == []
    assert MemoryChange.objects.get().undone_at is not None


def test_undoing_a_retirement_makes_it_true_again(alice):
    teach(alice, "I have a dog.", DOG)
    said = "I don't have a dog any more."
    change = teach(alice, said, fact(said, "pet", "dog", "The user has a dog.", op="retire"))[0]

    undo(alice, change)

    assert statements(alice) == ["The user has a dog."]


def test_undoing_a_confirmation_takes_its_source_away(alice):
    teach(alice, "I live in Oslo.", OSLO)
    change = teach(alice, "Yes, I live in Oslo.", OSLO)[0]
    assert the_fact().sources.count() == 2

    undo(alice, change)

    assert (the_fact().sources.count(), statements(alice)) == (1, ["The user lives in Oslo."])


def test_what_later_changes_built_on_is_not_undone(alice):
    first = teach(alice, "I live in Oslo.", OSLO)[0]
    teach(alice, "I moved to Bergen.", BERGEN)

    with pytest.raises(CorrectionError, match="changed_since"):
        undo(alice, first)
    assert statements(alice) == ["The user lives in Bergen."]


def test_a_forgotten_value_does_not_push_out_what_came_after_it(alice):
    teach(alice, "I live in Oslo.", OSLO)
    forgotten = corrections.forget_fact(user=alice, fact_id=the_fact().uuid)[0]
    teach(alice, "I moved to Bergen.", BERGEN)

    with pytest.raises(CorrectionError, match="changed_since"):
        undo(alice, forgotten)


def test_deleting_leaves_nothing_but_the_suppression(alice):
    bob = fact("Bob works at Google", "employer", "Google", "Bob works at Google.", about="Bob", kind="person")
    teach(alice, "Bob works at Google.", bob)

    corrections.delete_fact(user=alice, fact_id=the_fact().uuid)

    assert not Fact.objects.exists()
    assert not MemoryChange.objects.exists()
    assert list(Entity.objects.values_list("kind", flat=True)) == [EntityKind.SELF]
    assert search.find("fact", owner_id=alice.pk, text="Google", limit=5) == []
    assert teach(alice, "Bob works at Google.", bob) == []


def test_a_suppression_holds_under_every_name_of_somebody(alice):
    doctor = "My sister is a doctor"
    teach(
        alice,
        f"{doctor}.",
        fact(doctor, "occupation", "doctor", "Sister is a doctor.", about="my sister", kind="person"),
    )
    corrections.forget_fact(user=alice, fact_id=the_fact().uuid)
    teach(
        alice, "My sister is called Ada.", fact("My sister is called Ada", "sister", "Ada", "The user's sister is Ada.")
    )

    again = fact("Ada is a doctor", "occupation", "Doctor", "Ada is a doctor.", about="Ada", kind="person")
    assert teach(alice, "Ada is a doctor.", again) == []


def test_nobody_corrects_what_is_somebody_elses(alice, bob):
    change = teach(alice, "I live in Oslo.", OSLO)[0]
    fact_id = the_fact().uuid

    for attempt in (
        lambda: corrections.edit_fact(user=bob, fact_id=fact_id, statement="x y z"),
        lambda: corrections.forget_fact(user=bob, fact_id=fact_id),
        lambda: corrections.delete_fact(user=bob, fact_id=fact_id),
        lambda: undo(bob, change),
        lambda: corrections.forget_fact(user=alice, fact_id=uuid4()),
    ):
        with pytest.raises(access.NotFound):
            attempt()
    assert statements(alice) == ["The user lives in Oslo."]
