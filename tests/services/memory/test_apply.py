"""What a lesson does to the store: dated, sourced, superseding, once."""

import pytest

from chat.models import (
    Conversation,
    Entity,
    Fact,
    FactSource,
    FactStatus,
    MemoryChange,
    MemoryMode,
    MemoryRun,
    RunState,
)
from chat.protocol import ConversationUpdated, MemoryUpdated
from chat.services import search
from chat.services.memory.learner import apply, learning
from tests.services.memory.lessons import entities, learn, operations, statements, talk, teach, turn
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db

HELLO = "Hello! My name is Ingrid and I live in Norway."
NAME = fact("My name is Ingrid", "name", "Ingrid", "The user's name is Ingrid.")
HOME = fact("I live in Norway", "lives_in", "Norway", "The user lives in Norway.")


def home(place: str, *, op: str = "add", about: str = "E0", said: str = "I moved to {}") -> dict[str, str]:
    return fact(said.format(place), "lives_in", place, f"The user lives in {place}.", op=op, about=about)


def works(company: str) -> dict[str, str]:
    return fact(f"I work at {company}", "employer", company, f"The user works at {company}.")


def person(name: str, quote: str, attr: str, value: str, text: str, **kwargs: str) -> dict[str, str]:
    return fact(quote, attr, value, text, about=name, kind="person", **kwargs)


def test_a_lesson_adds_facts_with_their_quotes_and_tells_the_pages(alice):
    run = turn(talk(alice), HELLO)

    events = learn(run, NAME, HOME, title="Ingrid from Norway")

    assert statements(alice) == ["The user's name is Ingrid.", "The user lives in Norway."]
    assert list(FactSource.objects.order_by("pk").values_list("quote", "message_id")) == [
        ("My name is Ingrid", run.reply.parent_id),
        ("I live in Norway", run.reply.parent_id),
    ]
    told, titled = events
    assert isinstance(told, MemoryUpdated)
    assert operations(told.changes) == ["added: The user's name is Ingrid.", "added: The user lives in Norway."]
    assert told.reply == str(run.reply.uuid)
    assert isinstance(titled, ConversationUpdated)
    assert titled.changed == {"title": "Ingrid from Norway", "title_by": "machine"}
    assert (told.seq, titled.seq) == (1, 2)
    run.refresh_from_db()
    run.reply.refresh_from_db()
    assert (run.state, run.reply.seq, run.lease_until) == (RunState.DONE, 1, None)


def test_what_was_learned_is_found_by_its_words(alice):
    teach(alice, HELLO, NAME, HOME)

    fact_id = Fact.objects.get(attribute="lives_in").pk
    assert [hit.id for hit in search.find("fact", owner_id=alice.pk, text="norway", limit=5)] == [fact_id]


def test_learning_twice_changes_nothing(alice):
    run = turn(talk(alice), HELLO)
    material = learning.load(run.pk)
    assert material is not None
    task = learning.prepare(material, learning.LARGE)
    lesson = learning.lesson_of(task, {"facts": [NAME, HOME], "title": "Once"})

    first, second = apply.apply(run.pk, lesson), apply.apply(run.pk, lesson)

    assert len(first) == 2
    assert second == []
    assert (Fact.objects.count(), MemoryChange.objects.count(), FactSource.objects.count()) == (2, 2, 2)


def test_what_is_known_already_is_confirmed_with_one_more_source(alice):
    teach(alice, HELLO, HOME)

    changes = teach(
        alice, "As I said, I live in norway.", fact("I live in norway", "country", "norway", "User lives in norway.")
    )

    assert operations(changes) == ["confirmed: The user lives in Norway."]
    assert statements(alice) == ["The user lives in Norway."]
    assert Fact.objects.get().sources.count() == 2


def test_moving_twice_keeps_the_chain(alice):
    for place in ("Oslo", "Bergen", "Rome"):
        changes = teach(alice, f"I moved to {place}.", home(place))

    assert [(change.op, change.text, change.was) for change in changes] == [
        ("updated", "The user lives in Rome.", "The user lives in Bergen.")
    ]
    assert statements(alice) == ["The user lives in Rome."]
    oslo, bergen, rome = Fact.objects.order_by("pk")
    assert (oslo.superseded_by, bergen.superseded_by, rome.superseded_by) == (bergen, rome, None)
    assert [f.status for f in (oslo, bergen, rome)] == ["superseded", "superseded", "active"]
    assert oslo.retired_at is not None
    assert [hit.id for hit in search.find("fact", owner_id=alice.pk, text="Oslo", limit=5)] == []


def test_an_unrelated_fact_survives_a_change(alice):
    teach(alice, HELLO, NAME, HOME)
    teach(alice, "I moved to Bergen.", home("Bergen", op="update", about="F1"))

    assert statements(alice) == ["The user's name is Ingrid.", "The user lives in Bergen."]


def test_many_valued_attributes_keep_all_their_values(alice):
    for language in ("Polish", "Japanese"):
        said = f"I speak {language}"
        teach(alice, said, fact(said, "speaks", language, f"The user speaks {language}."))

    assert statements(alice) == ["The user speaks Polish.", "The user speaks Japanese."]


def test_a_denial_retires_the_fact_it_denies(alice):
    teach(alice, "I have a dog.", fact("I have a dog", "pet", "dog", "The user has a dog."))

    changes = teach(
        alice, "I don't have a dog any more.", fact("I don't have a dog any more", "pet", "dog", "The user has a dog.")
    )

    assert operations(changes) == ["retired: The user has a dog."]
    assert statements(alice) == []
    assert Fact.objects.get().sources.count() == 2


def test_what_was_denied_and_is_so_again_replaces_the_denial(alice):
    teach(alice, "I don't eat meat.", fact("I don't eat meat", "diet", "meat", "The user does not eat meat."))
    changes = teach(alice, "I eat meat again.", fact("I eat meat again", "diet", "meat", "The user eats meat."))

    assert [(change.op, change.text, change.was) for change in changes] == [
        ("updated", "The user eats meat.", "The user does not eat meat.")
    ]


def test_a_correction_replaces_what_it_corrects(alice):
    teach(alice, "I work at Google.", works("Google"))

    changes = teach(
        alice,
        "Not Google, I work at Meta.",
        fact("Not Google", "employer", "Google", "The user works at Google.", about="F1", op="confirm"),
        works("Meta"),
    )

    assert operations(changes) == ["retired: The user works at Google.", "added: The user works at Meta."]
    assert statements(alice) == ["The user works at Meta."]


def test_a_fact_set_by_hand_is_not_changed_by_the_machine(alice):
    teach(alice, "I live in Oslo.", home("Oslo", said="I live in {}"))
    Fact.objects.update(locked=True)

    changes = teach(alice, "I moved to Bergen.", home("Bergen"))

    assert [change.op for change in changes] == ["suggested"]
    assert statements(alice) == ["The user lives in Oslo."]
    assert statements(alice, status=FactStatus.PENDING) == ["The user lives in Bergen."]


def test_more_than_a_dozen_facts_wait_for_review(alice):
    words = [f"thing{letter}" for letter in "abcdefghijklmno"]
    said = "I own " + ", ".join(words)

    teach(alice, said, *(fact(said, "owns", word, f"The user owns {word}.") for word in words))

    assert len(statements(alice)) == 12
    assert len(statements(alice, status=FactStatus.PENDING)) == 3


# -- entities ---------------------------------------------------------------------------------------------------------


def test_my_sister_becomes_alice_when_the_name_comes(alice):
    teach(
        alice,
        "My sister lives in Bergen.",
        person("my sister", "My sister lives in Bergen", "lives_in", "Bergen", "The user's sister lives in Bergen."),
    )
    assert entities(alice) == {"my sister": ["my sister"]}

    teach(
        alice,
        "My sister is called Alice.",
        fact("My sister is called Alice", "sister", "Alice", "The user's sister is Alice."),
    )
    teach(
        alice,
        "My sister is a doctor.",
        person("my sister", "My sister is a doctor", "occupation", "doctor", "My sister is a doctor."),
    )
    teach(alice, "Alice has a cat.", person("Alice", "Alice has a cat", "pet", "cat", "Alice has a cat."))

    assert entities(alice) == {"Alice": ["Alice", "my sister"]}
    assert Fact.objects.filter(entity__name="Alice").count() == 3
    assert "Alice is a doctor." in statements(alice)


def test_the_name_of_my_sister_may_come_with_her(alice):
    teach(
        alice,
        "My sister Alice lives in Bergen.",
        person("Alice", "My sister Alice lives in Bergen", "lives_in", "Bergen", "Alice lives in Bergen."),
    )

    assert entities(alice) == {"Alice": ["Alice", "My sister"]}


def test_two_alices_stay_two(alice):
    teach(
        alice,
        "My sister Alice is a doctor.",
        person("Alice", "My sister Alice is a doctor", "occupation", "doctor", "Alice is a doctor."),
    )
    teach(
        alice,
        "My colleague Alice is a pilot.",
        person("Alice", "My colleague Alice is a pilot", "occupation", "pilot", "Alice is a pilot."),
    )

    rows = Entity.objects.filter(name="Alice").order_by("pk")
    assert [list(row.facts.values_list("value", flat=True)) for row in rows] == [["doctor"], ["pilot"]]


def test_where_a_name_means_two_the_model_may_choose_one_that_was_offered(alice):
    test_two_alices_stay_two(alice)
    conversation = talk(alice)
    run = turn(conversation, "My colleague Alice moved to Rome.")
    material = learning.load(run.pk)
    assert material is not None
    known = learning.prepare(material, learning.LARGE).known
    pilot = next(f.entity for f in known.facts if f.value == "pilot")

    learn(run, person(pilot, "My colleague Alice moved to Rome", "lives_in", "Rome", "Alice lives in Rome."))

    assert Fact.objects.get(value="Rome").entity.facts.filter(value="pilot").exists()


def test_a_name_in_another_case_is_the_same_entity(alice):
    for name in ("Bob", "bob", "BOB"):
        said = f"{name} likes tea number {len(name)}{name[0]}"
        teach(alice, said, person(name, said, "likes", said, f"{name} likes tea."))

    assert list(entities(alice)) == ["Bob"]


def test_apple_the_fruit_is_not_apple_the_company(alice):
    teach(
        alice,
        "Apple is my employer's rival.",
        fact(
            "Apple is my employer's rival", "relation", "rival", "Apple is a rival.", about="Apple", kind="organisation"
        ),
    )
    teach(
        alice,
        "Apple is sweet.",
        fact("Apple is sweet", "taste", "sweet", "Apple is sweet.", about="Apple", kind="topic"),
    )

    assert Entity.objects.filter(name="Apple").count() == 2


def test_she_is_who_was_talked_about_before(alice):
    conversation = talk(alice)
    teach(
        conversation,
        "My sister Alice lives in Bergen.",
        person("Alice", "My sister Alice lives in Bergen", "lives_in", "Bergen", "Alice lives in Bergen."),
    )
    run = turn(conversation, "She works as a pilot.")
    material = learning.load(run.pk)
    assert material is not None

    known = learning.prepare(material, learning.LARGE).known
    assert [(entity.id, entity.name) for entity in known.entities] == [("E0", "You"), ("E1", "Alice")]

    learn(run, person("E1", "She works as a pilot", "occupation", "pilot", "Alice works as a pilot."))
    assert list(entities(alice)) == ["Alice"]
    assert "Alice works as a pilot." in statements(alice)


# -- stores and modes -------------------------------------------------------------------------------------------------


def test_a_clean_memory_learns_into_a_store_of_its_own(alice):
    teach(alice, HELLO, NAME)
    own = talk(alice, mode=MemoryMode.OWN)
    teach(own, HELLO, HOME)

    assert list(Fact.objects.filter(entity__conversation=own).values_list("attribute", flat=True)) == ["lives_in"]
    assert list(Fact.objects.filter(entity__conversation=None).values_list("attribute", flat=True)) == ["name"]


@pytest.mark.parametrize("mode", [MemoryMode.OFF, MemoryMode.READ_ONLY, MemoryMode.TEMPORARY])
def test_where_memory_is_off_nothing_is_written(alice, mode):
    run = turn(talk(alice, mode=mode), HELLO)

    assert learn(run, NAME, HOME, title="Ingrid") == []
    run.refresh_from_db()
    assert (run.state, Fact.objects.count(), Entity.objects.count()) == (RunState.SKIPPED, 0, 0)


def test_memory_that_is_turned_off_between_the_call_and_its_answer_is_not_written(alice):
    run = turn(talk(alice), HELLO)
    material = learning.load(run.pk)
    assert material is not None
    task = learning.prepare(material, learning.LARGE)
    alice.memory_enabled = False
    alice.save()

    assert apply.apply(run.pk, learning.lesson_of(task, {"facts": [NAME], "title": "x"})) == []
    assert (Fact.objects.count(), Conversation.objects.get().title) == (0, "")


def test_nobody_learns_into_the_store_of_somebody_else(alice, bob):
    teach(alice, HELLO, NAME)
    teach(bob, HELLO, NAME)

    assert (statements(alice), statements(bob)) == (["The user's name is Ingrid."],) * 2
    assert Entity.objects.filter(kind="self").count() == 2


# -- title and summary ------------------------------------------------------------------------------------------------


def test_a_title_is_given_once_and_never_over_the_persons_own(alice):
    conversation = talk(alice)
    learn(turn(conversation, "I like tea."), title="Tea")
    learn(turn(conversation, "I like coffee."), title="Coffee")
    conversation.refresh_from_db()
    assert (conversation.title, conversation.title_by) == ("Tea", "machine")

    mine = talk(alice)
    run = turn(mine, "I like tea.")
    material = learning.load(run.pk)
    assert material is not None
    task = learning.prepare(material, learning.LARGE)
    Conversation.objects.filter(pk=mine.pk).update(title="Mine", title_by="user")
    apply.apply(run.pk, learning.lesson_of(task, {"facts": [], "title": "Tea"}))
    mine.refresh_from_db()
    assert mine.title == "Mine"


def test_what_slid_out_of_the_window_is_folded_into_the_summary(alice):
    conversation = talk(alice, k=4)
    for number in range(5):
        learn(turn(conversation, f"I like number {number}.", f"Answer {number}"), title="Numbers")
    conversation.refresh_from_db()
    assert conversation.summary == ""

    run = turn(conversation, "I like number 5.", "Answer 5")
    material = learning.load(run.pk)
    assert material is not None
    task = learning.prepare(material, learning.LARGE)
    assert [message.content for message in task.question.leaving] == [
        "I like number 0.", "Answer 0", "I like number 1.", "Answer 1",
    ]  # fmt: skip

    learn(run, summary="The user likes numbers 0 and 1.")
    conversation.refresh_from_db()
    assert conversation.summary == "The user likes numbers 0 and 1."
    assert conversation.summary_upto is not None
    assert conversation.summary_upto.text == "Answer 1"


def test_a_trivial_turn_is_asked_only_for_what_is_due(alice):
    conversation = talk(alice)
    run = turn(conversation, "Thanks!")
    assert learning.load(run.pk) is None
    run.refresh_from_db()
    assert run.state == RunState.SKIPPED

    question = learning.load(turn(conversation, "What is the capital of France?").pk)
    assert question is not None
    wanted = learning.prepare(question, learning.LARGE).question.wanted
    assert (wanted.facts, wanted.title, wanted.summary) == (False, True, False)


def test_a_run_that_is_not_claimed_is_left_alone(alice):
    run = turn(talk(alice), HELLO)
    MemoryRun.objects.update(state=RunState.PENDING)

    assert learn(run, NAME) == []
    assert (Fact.objects.count(), MemoryRun.objects.get().state) == (0, RunState.PENDING)
