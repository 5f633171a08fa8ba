"""Forgetting while it is being learned, or while the answer streams: nothing comes back."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async

from chat.models import ContextReceipt, Conversation, Entity, Fact, MemoryRun, Message, RunState, User
from chat.services import accounts, deleting
from chat.services.memory.curating import corrections
from chat.services.memory.learner import learning
from chat.services.memory.stores import Store
from tests import remains
from tests.page import Page, eventually
from tests.services.memory.lessons import talk, teach, turn
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db(transaction=True)

CITY = "Quexlingham"
SAID = f"I live in {CITY}."
LESSON = fact(f"I live in {CITY}", "lives_in", CITY, f"The user lives in {CITY}.")


@pytest.fixture
def learn_while(model):
    """Let the model be asked, do something else, and let it answer then."""

    async def learn(run: MemoryRun, meanwhile: Callable[[], object]) -> None:
        answer = {"facts": [LESSON], "title": f"Life in {CITY}"}
        model.script(schema="memory", json=answer, first_token_ms=1500)
        learner = asyncio.create_task(learning.learn(run.pk, attempt=run.attempts, key=None))
        await eventually(lambda: len(model.requests))
        await sync_to_async(meanwhile)()
        await learner

    return learn


@sync_to_async
def a_turn(alice: User) -> MemoryRun:
    run = turn(talk(alice), SAID)
    return MemoryRun.objects.select_related("reply__parent", "reply__conversation").get(pk=run.pk)


async def test_a_fact(alice, learn_while):
    await sync_to_async(teach)(alice, SAID, LESSON)
    known, run = await Fact.objects.aget(), await a_turn(alice)

    await learn_while(run, lambda: corrections.delete_fact(user=alice, fact_id=known.uuid, with_messages=True))

    assert not await Fact.objects.aexists()


async def test_a_fact_and_what_the_model_is_just_writing_of_its_chat(alice, learn_while):
    conversation = await sync_to_async(talk)(alice)
    await sync_to_async(teach)(conversation, SAID, LESSON)
    known = await Fact.objects.aget()
    run = await sync_to_async(turn)(conversation, "I like it there.")

    await learn_while(run, lambda: corrections.delete_fact(user=alice, fact_id=known.uuid))

    run = await MemoryRun.objects.aget(pk=run.pk)
    conversation = await Conversation.objects.aget()
    assert (run.state, conversation.title, conversation.summary) == (RunState.PENDING, "", "")


@pytest.mark.parametrize("act", [deleting.delete, deleting.delete_for_good])
async def test_a_conversation(alice, learn_while, act):
    run = await a_turn(alice)
    ids = [run.reply.conversation.uuid]

    await learn_while(run, lambda: act(user=alice, conversation_ids=ids))

    assert not await Fact.objects.aexists()
    assert not await Conversation.objects.filter(title__contains=CITY).aexists()


async def test_a_message(alice, learn_while):
    run = await a_turn(alice)

    await learn_while(run, lambda: deleting.delete_message(user=alice, message_id=run.reply.parent.uuid))

    assert await sync_to_async(remains.found)(CITY) == []


async def test_everything_that_is_remembered(alice, learn_while):
    run = await a_turn(alice)

    await learn_while(run, lambda: corrections.clear(user=alice, store=Store(alice.pk)))

    assert not await Fact.objects.aexists()


async def test_a_person(alice, learn_while):
    run = await a_turn(alice)

    await learn_while(run, lambda: accounts.delete(alice))

    assert await sync_to_async(remains.found)(CITY, "alice@example.org") == []
    assert not await Entity.objects.aexists()


def the_chat(alice: User, accepted: dict) -> None:
    deleting.delete_for_good(user=alice, conversation_ids=[UUID(accepted["conversation"])])


def the_message(alice: User, accepted: dict) -> None:
    deleting.delete_message(user=alice, message_id=UUID(accepted["message"]["id"]))


def the_person(alice: User, _accepted: dict) -> None:
    accounts.delete(alice)


@pytest.mark.parametrize("delete", [the_chat, the_message, the_person])
async def test_while_the_answer_streams(alice, model, delete):
    model.script(tokens=[f"{CITY} "] * 60, rate=40)
    async with Page(alice) as page:
        accepted = await page.begin(SAID)
        await page.until("turn.delta")
        await sync_to_async(delete)(alice, accepted)
        await asyncio.sleep(1)

    assert await sync_to_async(remains.found)(CITY) == []
    assert await ContextReceipt.objects.acount() == 0
    assert not await Message.objects.exclude(text="").aexists()
