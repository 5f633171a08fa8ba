"""The administrator's search finds whole words of everybody, or of the one person the list is of."""

import pytest

from chat.models import Entity, Fact, FactSource, FactStatus, MemoryChange, Message
from chat.services.search import everybody
from tests import stories
from tests.admin.pages import list_url


@pytest.fixture
def two_people(alice, bob) -> None:
    reply = stories.say(stories.conversation(alice), "I live in Bergen.", "Bergen is wet.")[1]
    oslo = stories.learn(reply, "Ingrid lived in Oslo.", about="Ingrid Solheim", status=FactStatus.RETIRED)
    stories.learn(reply, "Ingrid lives in Bergen.", about="Ingrid Solheim", attribute="now", instead_of=oslo)
    reply = stories.say(stories.conversation(bob), "My cat came from Bergen.")[1]
    stories.learn(reply, "Mia was born in Bergen.", about="Mia")


def found(client, model, text: str, **query: str) -> list[str]:
    return sorted(str(row) for row in client.get(list_url(model), {"q": text, **query}).context["cl"].result_list)


def test_facts_of_everybody_or_of_one_person(charlie_client, two_people):
    assert found(charlie_client, Fact, "bergen") == ["Ingrid lives in Bergen.", "Mia was born in Bergen."]
    assert found(charlie_client, Fact, "bergen", person="bob@example.org") == ["Mia was born in Bergen."]
    assert found(charlie_client, Fact, "bergen ingrid") == ["Ingrid lives in Bergen."]
    assert found(charlie_client, Fact, "berge") == []


def test_former_facts_of_one_person(charlie_client, two_people):
    assert found(charlie_client, Fact, "oslo") == []
    assert found(charlie_client, Fact, "oslo", person="alice@example.org") == ["Ingrid lived in Oslo."]
    assert found(charlie_client, Fact, "oslo", person="bob@example.org") == []


def test_entities_by_parts_of_names_and_by_facts(charlie_client, two_people):
    assert found(charlie_client, Entity, "solh") == ["Ingrid Solheim"]
    assert found(charlie_client, Entity, "born") == ["Mia"]
    assert found(charlie_client, Entity, "bergen") == ["Ingrid Solheim", "Mia"]
    assert found(charlie_client, Entity, "bergen", person="bob@example.org") == ["Mia"]


def test_messages_sources_and_changes(charlie_client, two_people):
    assert len(found(charlie_client, Message, "bergen")) == 3
    assert len(found(charlie_client, Message, "bergen", person="alice@example.org")) == 2
    assert len(found(charlie_client, FactSource, "mia bergen")) == 1
    assert len(found(charlie_client, MemoryChange, "bergen")) == 2


def test_whose_a_row_is_cannot_be_searched_for(alice, two_people):
    for mark in (f"o{alice.pk}", f"@o{alice.pk}", "c0", "marks : o1", "words", f'x" OR marks : o{alice.pk} OR "'):
        assert everybody.ids_of("fact", mark) == []


def test_the_newest_come_first(alice):
    chat = stories.conversation(alice)
    asked = [stories.say(chat, f"Bergen, day {day}")[0].pk for day in range(3)]
    assert everybody.ids_of("message", "bergen") == asked[::-1]
