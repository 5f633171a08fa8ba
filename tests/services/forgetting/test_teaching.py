"""What only a message or a conversation taught goes with it, and comes back with it; what is said elsewhere stays."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from chat.models import Conversation, Fact, FactStatus, MemoryRun, Message, RunState, Suppression
from chat.services import deleting, search
from chat.services.memory import stores
from chat.services.memory.curating import corrections
from chat.services.memory.stores import Store
from tests.page import Page
from tests.services.forgetting.test_suppression import say
from tests.services.memory.lessons import learn, statements, talk, teach
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db(transaction=True)

LIVES = "The user lives in Oslo."
OSLO = fact("I live in Oslo", "lives_in", "Oslo", LIVES)
DOG = fact("I have a dog", "pet", "dog", "The user has a dog.")


@pytest.fixture
def chat(alice) -> Conversation:
    """A chat that alone taught where Alice lives; that she has a dog she said elsewhere too."""
    conversation = talk(alice)
    teach(conversation, "I live in Oslo.", OSLO)
    teach(conversation, "I have a dog.", DOG)
    teach(alice, "I have a dog.", DOG)
    assert statements(alice) == [LIVES, "The user has a dog."]
    return conversation


def test_it_is_known_how_much_only_a_chat_taught(alice, bob, chat):
    assert deleting.taught_count(user=alice, conversation_ids=[chat.uuid]) == 1
    assert deleting.taught_count(user=bob, conversation_ids=[chat.uuid]) == 0


def test_what_only_a_deleted_chat_taught_is_forgotten_until_it_is_restored(alice, chat):
    before = list(Fact.objects.order_by("pk").values())
    deleting.delete(user=alice, conversation_ids=[chat.uuid])
    assert statements(alice) == ["The user has a dog."]
    assert search.find("fact", owner_id=alice.pk, text="Oslo", limit=5) == []
    assert teach(alice, "I live in Oslo.", OSLO) == []

    deleting.restore(user=alice, conversation_ids=[chat.uuid])
    assert list(Fact.objects.order_by("pk").values()) == before
    assert len(search.find("fact", owner_id=alice.pk, text="Oslo", limit=5)) == 1
    assert not Suppression.objects.exists()


def test_what_is_to_stay_stays_also_when_the_chat_is_purged(alice, chat):
    deleting.delete(user=alice, conversation_ids=[chat.uuid], forget=False)
    Conversation.objects.update(deleted_at=timezone.now() - timedelta(days=31))

    deleting.purge()
    assert (Conversation.objects.count(), statements(alice)) == (0, [LIVES, "The user has a dog."])


def test_what_was_to_be_forgotten_is_purged_with_the_chat_and_not_learned_again(alice, chat):
    deleting.delete(user=alice, conversation_ids=[chat.uuid])
    Conversation.objects.filter(pk=chat.pk).update(deleted_at=timezone.now() - timedelta(days=31))

    assert deleting.purge() == 1
    assert list(Fact.objects.values_list("statement", flat=True)) == ["The user has a dog."]
    assert teach(alice, "I live in Oslo.", OSLO) == []


def test_what_waits_for_review_goes_and_comes_with_its_chat(alice, chat):
    Fact.objects.filter(statement=LIVES).update(status=FactStatus.PENDING, suggestion="add")
    deleting.delete(user=alice, conversation_ids=[chat.uuid])
    assert not Fact.objects.filter(status=FactStatus.PENDING).exists()

    deleting.restore(user=alice, conversation_ids=[chat.uuid])
    assert statements(alice, status=FactStatus.PENDING) == [LIVES]


def test_what_took_its_place_meanwhile_stays(alice, chat):
    deleting.delete(user=alice, conversation_ids=[chat.uuid])
    teach(alice, "I live in Rome.", fact("I live in Rome", "lives_in", "Rome", "The user lives in Rome."))

    deleting.restore(user=alice, conversation_ids=[chat.uuid])
    assert statements(alice) == ["The user has a dog.", "The user lives in Rome."]


def test_two_chats_that_said_the_same_forget_it_together(alice, chat):
    other = talk(alice)
    teach(other, "I live in Oslo.", OSLO)
    deleting.delete(user=alice, conversation_ids=[chat.uuid])
    assert LIVES in statements(alice)

    deleting.delete(user=alice, conversation_ids=[other.uuid])
    assert LIVES not in statements(alice)

    deleting.restore(user=alice, conversation_ids=[chat.uuid])
    assert LIVES in statements(alice)


def test_the_words_that_ended_a_fact_do_not_hold_it(alice, chat):
    say(alice, "forget that I live in Oslo")
    assert deleting.delete_for_good(user=alice, conversation_ids=[chat.uuid]) == [chat.uuid]
    assert list(Fact.objects.values_list("statement", flat=True)) == ["The user has a dog."]


def test_deleting_all_chats_forgets_what_they_taught_and_brings_it_back(alice, chat):
    moved = deleting.clear(user=alice)
    assert statements(alice) == []

    deleting.restore(user=alice, conversation_ids=moved)
    assert len(statements(alice)) == 2


def test_nobody_deletes_somebody_elses(alice, bob, chat):
    assert deleting.delete(user=bob, conversation_ids=[chat.uuid]) == []
    assert deleting.delete_for_good(user=bob, conversation_ids=[chat.uuid]) == []
    assert len(statements(alice)) == 2


async def test_a_message_said_differently_takes_back_what_only_its_first_version_taught(alice, model):
    async with Page(alice) as page:
        turn = await page.say("I live in Oslo.")
        question = await Message.objects.aget(uuid=turn.question)
        reply = await Message.objects.aget(uuid=turn.reply)
        await sync_to_async(_learn_from)(reply, OSLO)
        assert await sync_to_async(statements)(alice) == [LIVES]

        await page.send(type="turn.edit", message=str(question.uuid), text="I like cats.", client_id=NEW)
        told = await page.until("memory.updated")
        assert [(change["op"], change["text"]) for change in told["changes"]] == [("retired", LIVES)]

    assert await sync_to_async(statements)(alice) == []
    # It is not forgotten: who says it again, says it.
    assert await sync_to_async(teach)(alice, "I live in Oslo.", OSLO)


NEW = "6f1c0f4e-0d0a-4a8e-9d41-0f6a2b7c8d9e"


def _learn_from(reply: Message, *facts: dict) -> None:
    MemoryRun.objects.filter(reply=reply).update(state=RunState.RUNNING)
    learn(MemoryRun.objects.get(reply=reply), *facts)


def test_a_deleted_message_leaves_its_place_and_takes_what_only_it_taught(alice, chat):
    first = chat.messages.order_by("position").first()
    deleting.delete_message(user=alice, message_id=first.uuid)

    texts = list(chat.messages.order_by("position").values_list("text", flat=True))
    assert texts == ["", "", "I have a dog.", "All right."]
    assert list(Fact.objects.values_list("statement", flat=True)) == ["The user has a dog."]
    assert teach(alice, "I live in Oslo.", OSLO) == []


def test_what_a_deleted_message_taught_may_stay(alice, chat):
    deleting.delete_message(user=alice, message_id=chat.messages.order_by("position").first().uuid, forget=False)
    assert len(statements(alice)) == 2


def test_an_answer_alone_can_be_deleted(alice, chat):
    answer = chat.messages.filter(role="assistant").order_by("position").first()
    deleting.delete_message(user=alice, message_id=answer.uuid)

    assert list(chat.messages.order_by("position").values_list("text", flat=True))[:2] == ["I live in Oslo.", ""]
    assert len(statements(alice)) == 2


def test_the_reply_to_forget_keeps_its_list_until_it_is_deleted_for_good(alice, chat):
    text = say(alice, "forget that I live in Oslo")
    reply = Message.objects.filter(role="assistant").latest("pk")
    Message.objects.filter(pk=reply.pk).update(text=text)
    assert LIVES in text

    corrections.delete_fact(user=alice, fact_id=Fact.objects.get(statement=LIVES).uuid)
    reply.refresh_from_db()
    assert reply.text == "…"


def test_earlier_values_go_where_that_is_asked_for(alice):
    teach(alice, "I live in Oslo.", OSLO)
    teach(alice, "I moved to Bergen.", fact("I moved to Bergen", "lives_in", "Bergen", "The user lives in Bergen."))
    teach(alice, "I moved to Rome.", fact("I moved to Rome", "lives_in", "Rome", "The user lives in Rome."))
    newest = Fact.objects.get(status=FactStatus.ACTIVE)

    corrections.delete_fact(user=alice, fact_id=newest.uuid, with_earlier=True)
    assert not Fact.objects.exists()
    assert teach(alice, "I live in Oslo.", OSLO) == []


def test_deleting_everything_leaves_the_chats_and_lets_it_be_learned_again(alice, chat):
    Conversation.objects.update(summary="Lives in Oslo.")
    corrections.clear(user=alice, store=Store(alice.pk))

    assert list(stores.entities(Store(alice.pk))) == []
    assert set(Conversation.objects.values_list("summary", flat=True)) == {""}
    assert Message.objects.count() == 6
    assert teach(alice, "I live in Oslo.", OSLO)
