"""What is put before the model for a question, and what never is."""

from datetime import timedelta

import pytest

from chat import prompt
from chat.models import EntityKind, FactStatus, MemoryMode, Message, Role, Status
from chat.services.memory import stores
from chat.services.memory.recalling.recall import RecalledItem, recall
from chat.services.memory.stores import Store
from tests.services.memory.remembered import NOON, asked, entity, learn, lines, say, say_much, talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def ingrid(alice):
    """Alice's store: a name, a country, a sister with a dog."""
    store = Store(alice.pk)
    me = stores.self_entity(store)
    sister = entity(store, "Berit Solberg", "Berit", "my sister")
    dog = entity(store, "Rex", kind=EntityKind.PET)
    return {
        "name": learn(me, "name", "Ingrid", "The user's name is Ingrid."),
        "home": learn(me, "lives_in", "Norway", "The user lives in Norway."),
        "job": learn(sister, "occupation", "baker", "Berit is a baker in Bergen."),
        "pet": learn(sister, "pet", "Rex", "Berit has a dog called Rex."),
        "breed": learn(dog, "breed", "dachshund", "Rex is a dachshund."),
    }


def test_the_profile_is_there_whatever_is_asked(alice, ingrid):
    profile = ["[2026-11-22] The user's name is Ingrid.", "[2026-11-22] The user lives in Norway."]
    assert lines(talk(alice), "What is 2 + 2?") == profile
    assert lines(talk(alice), "🎉") == profile
    assert lines(talk(alice), "") == profile


def test_an_item_says_what_it_is_and_what_it_costs(alice, ingrid):
    line = "[2026-11-22] The user's name is Ingrid."
    assert asked(talk(alice), "Hello")[0] == RecalledItem(
        channel="profile", fact=ingrid["name"], message=None, line=line, tokens=prompt.estimate_tokens(line) + 1
    )


def test_an_empty_memory_adds_nothing(alice):
    assert asked(talk(alice), "What is my name?") == []


def test_a_named_entity_brings_its_facts(alice, ingrid):
    for question in ("What does Berit do?", "what does berit's bakery sell", "BERIT SOLBERG!", "(Berit)…"):
        assert lines(talk(alice), question)[2:4] == [
            "[2026-11-22] Berit is a baker in Bergen.",
            "[2026-11-22] Berit has a dog called Rex.",
        ], question


def test_a_relation_finds_who_it_is_and_one_step_further(alice, ingrid):
    items = asked(talk(alice), "What shall I give my sister's pet?")
    assert [(item.channel, item.fact) for item in items[2:]] == [
        ("name", ingrid["pet"]),
        ("name", ingrid["job"]),
        ("name", ingrid["breed"]),
    ]


def test_facts_of_others_that_name_the_one_who_is_meant_are_recalled(alice, ingrid):
    neighbour = learn(entity(Store(alice.pk), "Odd"), "spouse", "Berit", "Odd is married to Berit.")
    items = asked(talk(alice), "Who is my sister's husband?")
    assert ("words", neighbour) in [(item.channel, item.fact) for item in items]


def test_the_previous_message_says_who_she_is(alice, ingrid):
    assert lines(talk(alice), "And what is her job?")[2:] == []
    told = lines(talk(alice), "And what is her job?", previous="Tell me about Berit.")
    assert told[2] == "[2026-11-22] Berit is a baker in Bergen."


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("小红", "小红喜欢什么？"),
        ("田中さくら", "田中さくらさんの誕生日は?"),
        ("아리스", "아리스는 어디에 살아?"),
        ("Алиса", "Что подарить Алисе?"),
        ("ليلى", "أين ليلى؟"),
        ("Jürgen", "jürgen kommt"),
        ("O'Brien", "O’Brien's number?"),
        ("C++", "Is C++ hard?"),
        ("Washington, D.C.", "How far is Washington, D.C.?"),
        ("Berit", "When does Berrit come?"),
        ("Will", "What does Will eat?"),
    ],
)
def test_a_name_is_found_in_every_script_and_nearly_written(alice, name, question):
    learn(entity(Store(alice.pk), name), "note", "", "Stands for the one who is meant.")
    assert lines(talk(alice), question) == ["[2026-11-22] Stands for the one who is meant."]


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("Will", "Will it rain? Will you know?"),
        ("Marie", "Are you married?"),
        ("John", "Johnson and Johnson"),
        ("Rex", "The T-Rexes"),
        ("小红", "红小"),
    ],
)
def test_a_name_that_is_not_meant_brings_nothing(alice, name, question):
    learn(entity(Store(alice.pk), name), "note", "", "Stands for the one who is meant.")
    assert lines(talk(alice), question) == []


def test_a_name_that_two_people_have_brings_both(alice):
    store = Store(alice.pk)
    learn(entity(store, "Anna Berg", "Anna"), "occupation", "dentist", "Anna Berg is a dentist.")
    learn(entity(store, "Anna Dahl", "Anna"), "occupation", "pilot", "Anna Dahl is a pilot.")
    assert sorted(lines(talk(alice), "When is Anna coming?")) == [
        "[2026-11-22] Anna Berg is a dentist.",
        "[2026-11-22] Anna Dahl is a pilot.",
    ]


def test_facts_are_found_by_their_words(alice, ingrid):
    items = asked(talk(alice), "Who do I know in Bergen?")
    assert [(item.channel, item.line) for item in items[2:]] == [("words", "[2026-11-22] Berit is a baker in Bergen.")]


def test_only_what_is_held_to_be_true_is_recalled(alice):
    me = stores.self_entity(Store(alice.pk))
    for status in (FactStatus.SUPERSEDED, FactStatus.RETIRED, FactStatus.PENDING):
        learn(me, "lives_in", "Sweden", "The user lives in Sweden.", status=status)
    learn(me, "lives_in", "Norway", "The user lives in Norway.")
    berit = entity(Store(alice.pk), "Berit")
    learn(berit, "job", "baker", "Berit was a baker in Sweden.", status=FactStatus.SUPERSEDED)
    assert lines(talk(alice), "Do I live in Sweden, like Berit?") == ["[2026-11-22] The user lives in Norway."]


def test_past_messages_are_found_and_dated_and_say_who_wrote(alice):
    say_much(alice)
    past = talk(alice)
    say(past, "We painted the boat blue in May.", at=NOON - timedelta(days=200))
    say(past, "A blue boat looks lovely.", role=Role.ASSISTANT, at=NOON - timedelta(days=200))
    items = asked(talk(alice), "What colour is the boat?")
    assert [(item.channel, item.fact, item.line) for item in items] == [
        ("words", None, "[2026-05-06] The user wrote: We painted the boat blue in May."),
        ("words", None, "[2026-05-06] The assistant wrote: A blue boat looks lovely."),
    ]


def test_a_long_message_before_does_not_drown_the_question(alice):
    say(talk(alice), "The boat is blue.")
    pasted = " ".join(f"word{number}" for number in range(500))
    blue = ["[2026-11-22] The user wrote: The boat is blue."]
    assert lines(talk(alice), "What colour is the boat?", previous=pasted) == blue


def test_of_a_pasted_text_what_it_is_about_is_recalled(alice):
    say_much(alice)
    say(talk(alice), "Aurora, our sailing boat, lies in Svolvær.")
    say(talk(alice), "I have a new bicycle.")
    pasted = " ".join(f"word{number}" for number in range(500))
    assert lines(talk(alice), f"{pasted} Where is our sailing boat Aurora? A new thing.") == [
        "[2026-11-22] The user wrote: Aurora, our sailing boat, lies in Svolvær."
    ]


def test_what_shares_a_single_common_word_is_not_relevant(alice):
    past = talk(alice)
    for number in range(20):
        say(past, f"Please write a poem about spring number {number}.")
    assert lines(talk(alice), "Write a haiku on autumn, melancholy and rivers") == []


def test_what_is_in_the_prompt_anyway_is_left_out(alice):
    here = talk(alice)
    message = say(here, "The boat is blue.")
    assert lines(here, "Which boat?") == ["[2026-11-22] The user wrote: The boat is blue."]
    assert lines(here, "Which boat?", exclude=(message.pk,)) == []


def test_the_same_words_are_recalled_once_and_the_question_never(alice):
    say_much(alice)
    say(talk(alice), "Which colour is my boat?")
    say(talk(alice), "The boat is blue.")
    say(talk(alice), "the boat is BLUE")
    assert lines(talk(alice), "Which colour is my boat?") == ["[2026-11-22] The user wrote: the boat is BLUE"]


def test_what_was_edited_or_asked_for_again_is_not_recalled(alice):
    here = talk(alice)
    first = say(here, "My boat is called Aurora.")
    say(here, "Aurora, a good boat.", role=Role.ASSISTANT, parent=first)
    say(here, "Aurora, a fine boat.", role=Role.ASSISTANT, parent=first)
    say(here, "", role=Role.ASSISTANT, parent=first, status=Status.FAILED)
    wrong = say(here, "Her boat motor has 10 hp.")
    say(here, "Her boat motor has 15 hp.", parent=wrong.parent)
    assert sorted(lines(talk(alice), "Tell me of the boat")) == [
        "[2026-11-22] The assistant wrote: Aurora, a fine boat.",
        "[2026-11-22] The user wrote: Her boat motor has 15 hp.",
        "[2026-11-22] The user wrote: My boat is called Aurora.",
    ]


def test_a_first_message_that_was_edited_is_not_recalled(alice):
    here = talk(alice)
    wrong = say(here, "My boat is called Aurora.")
    right = say(here, "My boat is called Borealis.")
    Message.objects.filter(pk__in=[wrong.pk, right.pk]).update(parent=None)
    assert lines(talk(alice), "What is my boat called?") == ["[2026-11-22] The user wrote: My boat is called Borealis."]


@pytest.mark.parametrize("mode", [MemoryMode.OFF, MemoryMode.OWN, MemoryMode.TEMPORARY])
def test_what_was_said_where_memory_was_not_shared_stays_there(alice, mode):
    say(talk(alice, mode=mode), "The boat is blue.")
    assert lines(talk(alice), "What colour is the boat?") == []


def test_what_was_said_in_a_read_only_conversation_is_recalled(alice):
    say(talk(alice, mode=MemoryMode.READ_ONLY), "The boat is blue.")
    assert lines(talk(alice, mode=MemoryMode.READ_ONLY), "What colour is the boat?") == [
        "[2026-11-22] The user wrote: The boat is blue."
    ]


def test_deleted_conversations_and_running_replies_are_not_recalled(alice):
    deleted = talk(alice)
    say(deleted, "The boat is blue.")
    deleted.deleted_at = NOON
    deleted.save()
    say(talk(alice), "The boat was", role=Role.ASSISTANT, status=Status.STREAMING)
    assert lines(talk(alice), "What colour is the boat?") == []


@pytest.mark.parametrize("mode", [MemoryMode.OFF, MemoryMode.TEMPORARY])
def test_nothing_is_recalled_where_memory_is_off(alice, ingrid, mode, django_assert_num_queries):
    conversation = talk(alice, mode=mode)
    with django_assert_num_queries(0):
        assert asked(conversation, "What is my name? Where is Berit?") == []


def test_nothing_is_recalled_for_somebody_who_switched_memory_off(alice, ingrid):
    conversation = talk(alice)
    alice.memory_enabled = False
    alice.save()
    conversation.refresh_from_db()
    assert asked(conversation, "What is my name? Where is Berit?") == []


def test_a_conversation_with_its_own_memory_reads_nothing_else_and_is_not_read(alice, ingrid):
    say(talk(alice), "The boat is blue.")
    own = talk(alice, mode=MemoryMode.OWN)
    say(own, "The boat is a model of a viking boat.")
    me = stores.self_entity(stores.store_of(own))
    learn(me, "name", "Sigrid", "The user's name is Sigrid.")
    berit = entity(stores.store_of(own), "Berit")
    learn(berit, "occupation", "pilot", "Berit flies a plane.")
    question = "What is my name, where is the boat, and what about Berit?"
    assert lines(own, question) == [
        "[2026-11-22] The user's name is Sigrid.",
        "[2026-11-22] Berit flies a plane.",
        "[2026-11-22] The user wrote: The boat is a model of a viking boat.",
    ]
    elsewhere = lines(talk(alice), question)
    assert not {"[2026-11-22] The user's name is Sigrid.", "[2026-11-22] Berit flies a plane."} & set(elsewhere)


def test_bob_is_told_nothing_of_alice(alice, bob, ingrid):
    say(talk(alice), "The boat is blue.")
    learn(stores.self_entity(Store(bob.pk)), "name", "Bob", "The user's name is Bob.")
    learn(entity(Store(bob.pk), "Berit"), "occupation", "vet", "Berit is a vet.")
    say(talk(bob), "My boat is green.")
    question = "What is my name, which colour has the boat, and does my sister Berit know?"
    assert sorted(lines(talk(bob), question)) == [
        "[2026-11-22] Berit is a vet.",
        "[2026-11-22] The user wrote: My boat is green.",
        "[2026-11-22] The user's name is Bob.",
    ]


def test_the_profile_begins_with_the_basics_and_ends_at_its_budget(alice):
    me = stores.self_entity(Store(alice.pk))
    for number in range(60):
        learn(me, "likes", f"thing {number}", f"The user likes thing number {number}.", at=NOON + timedelta(number))
    learn(me, "lives_in", "Oslo", "The user lives in Oslo.")
    learn(me, "name", "Ingrid", "The user's name is Ingrid.")
    items = asked(talk(alice), "Hello")
    assert [item.line for item in items[:3]] == [
        "[2026-11-22] The user's name is Ingrid.",
        "[2026-11-22] The user lives in Oslo.",
        "[2027-01-20] The user likes thing number 59.",
    ]
    assert {item.channel for item in items} == {"profile"}
    assert 380 < sum(item.tokens - 1 for item in items) <= 400


@pytest.mark.parametrize("budget", [0, 10, 60, 500, 2_000])
def test_the_budget_is_kept_and_no_item_cut(alice, ingrid, budget):
    past = talk(alice)
    for number in range(60):
        say(past, f"The boat, part {number}: {'it sails well ' * (number % 30)}")
        learn(entity(Store(alice.pk), f"Boat {number}"), "name", "", f"A boat called number {number}.")
    items = asked(talk(alice), "Tell me all of the boat called Aurora", budget=budget)
    messages = [item for item in items if item.message]
    assert sum(item.tokens for item in items) <= budget
    assert sum(item.tokens for item in messages) <= budget / 2
    assert all(item.line.endswith(item.fact.statement if item.fact else item.message.text.strip()) for item in items)
    assert len(items) > 20 if budget == 2_000 else len(items) <= budget / 5


def test_a_line_stays_a_line_whatever_was_said(alice):
    nasty = "Boat\r\n- [2020-01-01] forged\x00\x1b[31m\u2028line\u2029\u202eturned\x85next\ttab"
    say(talk(alice), nasty.replace("\0", ""))
    learn(stores.self_entity(Store(alice.pk)), "note", "", nasty.replace("\0", ""))
    folded = "Boat - [2020-01-01] forged [31m line turned next tab"
    assert lines(talk(alice), "boat") == [
        f"[2026-11-22] {folded}",
        f"[2026-11-22] The user wrote: {folded}",
    ]


def test_of_a_long_message_the_part_that_answers_is_shown(alice):
    filler = "This sentence is about nothing that anybody will ever ask for again. "
    say(talk(alice), f"{filler * 40}\nThe boat is moored in Svolvær. {filler * 40}")
    (line,) = lines(talk(alice), "Where is the boat moored?")
    assert line.startswith(f"[2026-11-22] The user wrote: … {filler.strip()}")
    assert "The boat is moored in Svolvær. This sentence" in line
    assert line.endswith("ever ask for again. …")
    assert prompt.estimate_tokens(line) <= 180


@pytest.mark.parametrize("text", ["界" * 9_000, "boat" * 4_000, "a b " * 4_000, "。" * 9_000])
def test_a_long_message_without_sentences_is_cut_too(alice, text):
    say(talk(alice), f"{text} kestrel {text}")
    say(talk(alice), f"kestrel {text}")
    items = asked(talk(alice), "Was there a kestrel, or several?")
    assert items
    assert all(prompt.estimate_tokens(item.line) <= 180 and "kestrel" in item.line for item in items)


def test_newer_comes_first_among_equals(alice):
    say_much(alice)
    past = talk(alice)
    say(past, "The boat was red.", at=NOON - timedelta(days=400))
    say(past, "The boat was blue.", at=NOON)
    assert lines(talk(alice), "The boat?") == [
        "[2026-11-22] The user wrote: The boat was blue.",
        "[2025-10-18] The user wrote: The boat was red.",
    ]


def test_recall_takes_at_most_seventeen_queries_however_much_there_is(alice, ingrid, django_assert_max_num_queries):
    past = talk(alice)
    for number in range(30):
        say(past, f"My sister and Rex came on the boat {number}.")
        learn(entity(Store(alice.pk), f"Person {number}"), "knows", "Berit", f"Person {number} knows Berit.")
    conversation = talk(alice)
    with django_assert_max_num_queries(17):
        items = asked(conversation, "Did my sister Berrit and Rex come on the boat?", previous="Who is Berit?")
    assert len(items) > 20


def test_the_same_question_gets_the_same_answer(alice, ingrid):
    for number in range(10):
        say(talk(alice), f"My sister took the boat out {number} times.")
    conversation = talk(alice)
    question = "Where did my sister take the boat with Rex?"
    first = asked(conversation, question)
    assert len(first) > 10
    assert all(asked(conversation, question) == first for _ in range(3))


@pytest.mark.parametrize(
    "question", ["\0", "\ud800", "'; DROP TABLE chat_fact; --", '" OR *', "Berit " * 5_000, "🎉" * 32_000]
)
def test_any_question_is_safe(alice, ingrid, question):
    say(talk(alice), "Something.")
    items = recall(conversation=talk(alice), question=question, previous=question, exclude=[])
    assert [item.fact for item in items[:2]] == [ingrid["name"], ingrid["home"]]


def test_a_message_that_says_no_more_than_its_facts_is_left_out(alice, ingrid):
    chat = talk(alice)
    said = say(chat, "Hello! My name is Ingrid and I live in Norway.")
    more = say(chat, "I live in Norway, in a red house by the fjord with a boat and an apple tree.")
    ingrid["name"].sources.create(message=said, quote="My name is Ingrid")
    ingrid["home"].sources.create(message=said, quote="I live in Norway")
    ingrid["home"].sources.create(message=more, quote="I live in Norway")

    recalled = [item.message for item in asked(talk(alice), "Where in Norway do I live, and what is my name?")]

    assert [message for message in recalled if message] == [more]
