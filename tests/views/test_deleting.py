"""Deleting from the pages: what is asked, what is done, and nobody else's."""

import pytest
from django.test import Client

from chat.models import Conversation, Fact, Message
from tests.services.memory.lessons import statements, talk, teach
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db

NOBODYS = "6f1c0f4e-0d0a-4a8e-9d41-0f6a2b7c8d9e"
OSLO = fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo.")


@pytest.fixture
def chat(alice) -> Conversation:
    conversation = talk(alice)
    teach(conversation, "I live in Oslo.", OSLO)
    return conversation


def first_of(chat: Conversation) -> Message:
    return chat.messages.earliest("position")


def test_it_is_told_how_much_would_be_forgotten(alice_client: Client, chat):
    assert alice_client.get(f"/c/{chat.uuid}/taught/").json() == {"facts": 1}
    assert alice_client.get("/conversations/taught/").json() == {"facts": 1}


@pytest.mark.parametrize(("choice", "left"), [({}, []), ({"forget": "no"}, ["The user lives in Oslo."])])
def test_what_a_chat_taught_goes_with_it_unless_it_is_to_stay(alice, alice_client: Client, chat, choice, left):
    assert alice_client.post(f"/c/{chat.uuid}/delete/", choice).status_code == 204
    assert statements(alice) == left
    assert Conversation.objects.get().deleted_at is not None

    assert alice_client.post(f"/c/{chat.uuid}/restore/").status_code == 204
    assert statements(alice) == ["The user lives in Oslo."]


def test_a_chat_is_deleted_for_good_where_that_is_asked_for(alice_client: Client, chat):
    assert alice_client.post(f"/c/{chat.uuid}/delete/", {"for_good": "yes"}).status_code == 204
    assert (Conversation.objects.count(), Fact.objects.count()) == (0, 0)


def test_all_chats_are_deleted_and_brought_back_with_what_they_taught(alice, alice_client: Client, chat):
    deleted = alice_client.post("/conversations/clear/").json()["deleted"]
    assert (deleted, statements(alice)) == ([str(chat.uuid)], [])

    alice_client.post("/conversations/restore/", {"ids": ",".join(deleted)})
    assert statements(alice) == ["The user lives in Oslo."]


@pytest.mark.parametrize(("choice", "facts"), [({}, 0), ({"forget": "no"}, 1)])
def test_a_message_is_deleted(alice_client: Client, chat, choice, facts):
    assert alice_client.post(f"/messages/{first_of(chat).uuid}/delete/", choice).status_code == 204
    assert set(Message.objects.values_list("text", flat=True)) == {""}
    assert Fact.objects.count() == facts


@pytest.mark.parametrize(("choice", "said"), [({}, "I live in Oslo."), ({"messages": "yes"}, "")])
def test_a_fact_is_deleted_with_or_without_the_message_that_said_it(alice_client: Client, chat, choice, said):
    known = Fact.objects.get()
    assert alice_client.post(f"/memory/facts/{known.uuid}/delete/", choice).status_code in {204, 302}
    assert (Fact.objects.count(), first_of(chat).text) == (0, said)


def test_foreign_and_missing_look_the_same_and_nothing_is_deleted(bob_client: Client, chat):
    for path in (f"/c/{chat.uuid}/delete/", f"/messages/{first_of(chat).uuid}/delete/"):
        for where in (path, path.replace(str(chat.uuid), NOBODYS).replace(str(first_of(chat).uuid), NOBODYS)):
            assert bob_client.post(where).status_code == 404
    for where in (chat.uuid, NOBODYS):
        assert bob_client.get(f"/c/{where}/taught/").status_code == 404
    assert bob_client.get("/conversations/taught/").json() == {"facts": 0}
    assert (Conversation.objects.filter(deleted_at=None).count(), Fact.objects.count()) == (1, 1)
    assert first_of(chat).text == "I live in Oslo."


def test_nothing_is_deleted_by_a_link(alice_client: Client, chat):
    for path in (f"/c/{chat.uuid}/delete/", f"/messages/{first_of(chat).uuid}/delete/", "/conversations/clear/"):
        assert alice_client.get(path).status_code == 405
