"""Must hold: what was deleted is nowhere any more. Words that nobody else says are looked for everywhere."""

import logging
from datetime import timedelta
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.utils import timezone

from chat.llm import embedder
from chat.models import (
    ContextReceipt,
    Conversation,
    Entity,
    Fact,
    FactVector,
    MemoryRun,
    Message,
    RunState,
    TitleBy,
)
from chat.services import accounts, deleting, leftovers
from chat.services.memory.curating import corrections
from chat.services.memory.learner import learning
from chat.services.memory.recalling import indexing, vectors
from tests import remains
from tests.page import Page
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db(transaction=True)

# A city and a name that stand nowhere else; their stems are looked for too.
CITY, NAME = "Quexlingham", "Zorvath"
SAID = f"My sister {NAME} lives in {CITY}."
FACTS = [
    fact(f"My sister {NAME}", "sister", NAME, f"The user's sister is {NAME}."),
    fact(SAID, "lives_in", CITY, f"{NAME} lives in {CITY}.", about=NAME, kind="person"),
]


@pytest.fixture
async def told(alice, model):
    """A chat that taught something, another in which it was recalled, with all that is made of both."""
    model.script(schema="memory", json={"facts": FACTS, "title": f"{NAME} in {CITY}"}, match=CITY)
    model.script(match=NAME, reply=f"So {NAME} lives in {CITY}. Lovely.")
    async with Page(alice) as page:
        first = await page.say(SAID)
        await _learned(first.reply)
        second = await page.say(f"Tell me of {NAME}")
        await _learned(second.reply)
    await sync_to_async(_summarise)()
    return first, second


async def _learned(reply: str) -> None:
    run = await MemoryRun.objects.aget(reply__uuid=reply)
    await MemoryRun.objects.filter(pk=run.pk).aupdate(state=RunState.RUNNING)
    await learning.learn(run.pk, attempt=run.attempts, key=None)


def _summarise() -> None:
    for conversation in Conversation.objects.all():
        conversation.summary = f"They spoke of boats. The user's sister {NAME} lives in {CITY}. They like tea."
        conversation.summary_upto = conversation.messages.order_by("position").last()
        conversation.save(update_fields=["summary", "summary_upto"])
    ContextReceipt.objects.update(summary=f"{NAME} lives in {CITY}. They like tea.")


def places() -> set[str]:
    return set(remains.found(NAME, CITY))


ANYWHERE = {"chat_message.text", "chat_fact.statement", "chat_factsource.quote", "chat_conversation.summary"}


async def test_the_search_finds_what_is_there(told):
    assert await sync_to_async(places)() >= ANYWHERE


@sync_to_async
def delete_facts(alice, *, with_messages: bool) -> None:
    for found in list(Fact.objects.order_by("-pk")):
        corrections.delete_fact(user=alice, fact_id=found.uuid, with_messages=with_messages)


async def test_a_fact_with_its_messages_is_gone_from_everywhere(alice, told, caplog):
    with caplog.at_level(logging.DEBUG):
        await delete_facts(alice, with_messages=True)
    # What was asked later names her too, and taught nothing: that stays.
    assert await sync_to_async(remains.found)(CITY) == []
    client = await sync_to_async(signed_in)(alice)
    assert await sync_to_async(remains.in_exports)(client, CITY) == []
    assert CITY not in caplog.text


async def test_without_its_messages_a_fact_is_gone_from_everywhere_but_them(alice, told):
    await delete_facts(alice, with_messages=False)

    left = await sync_to_async(places)()
    assert {place for place in left if place.startswith("chat_")} <= {
        "chat_message.text",
        "chat_search_message.words",
        "chat_search_message.vector",
        "chat_search_message_content.c1",
        "chat_search_message_data.block",
        "chat_search_message_idx.term",
        "chat_search_message_terms.term",
        "chat_receiptitem.text",
    }
    assert not await Entity.objects.filter(name=NAME).aexists()
    summaries = {text async for text in Conversation.objects.values_list("summary", flat=True)}
    assert summaries == {"They spoke of boats. They like tea."}
    titles = await sync_to_async(lambda: set(Conversation.objects.values_list("title", "title_by")))()
    assert titles == {("", TitleBy.MACHINE)}


async def test_a_message_is_gone_from_everywhere(alice, told):
    first, second = told
    for turn in (first, second):
        await sync_to_async(deleting.delete_message)(user=alice, message_id=UUID(turn.question))

    assert await sync_to_async(places)() == set()
    assert await Message.objects.acount() == 4


@pytest.mark.parametrize("act", [deleting.delete_for_good, "purge"])
async def test_a_conversation_is_gone_from_everywhere(alice, told, act):
    ids = {UUID(turn.conversation) for turn in told}
    if act == "purge":
        await sync_to_async(deleting.delete)(user=alice, conversation_ids=ids)
        then = timezone.now() - timedelta(days=deleting.BIN_DAYS, seconds=1)
        await Conversation.objects.aupdate(deleted_at=then)
        assert await sync_to_async(deleting.purge)() == len(ids)
    else:
        await sync_to_async(act)(user=alice, conversation_ids=ids)

    assert await sync_to_async(places)() == set()


async def test_a_person_is_gone_from_everywhere_with_their_address(alice, told, caplog):
    client = await sync_to_async(signed_in)(alice)
    await sync_to_async(client.get)("/settings/")
    await sync_to_async(accounts.invite)(base_url="https://x", created_by=None, email=alice.email)
    with caplog.at_level(logging.DEBUG):
        await sync_to_async(accounts.delete)(alice)

    assert await sync_to_async(remains.found)(NAME, CITY, alice.email) == []
    assert not any(word in caplog.text for word in (NAME, CITY, "alice@example.org"))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


async def test_vectors_go_from_the_rows_and_from_the_memory_of_the_process(alice, told, settings):
    settings.MEMORYBOT_EMBEDDINGS = "built-in"
    while await sync_to_async(indexing.fill)(20):
        continue
    asked = await sync_to_async(embedder.embed)(CITY)
    near = await sync_to_async(vectors.near)("fact", owner_id=alice.pk, vector=asked)
    assert (len(near.known), vectors.cached_bytes() > 0) == (2, True)

    await delete_facts(alice, with_messages=True)
    assert (await FactVector.objects.acount(), vectors.cached_bytes()) == (0, 0)


async def test_a_process_that_deleted_nothing_itself_drops_vectors_too(alice, told, settings):
    settings.MEMORYBOT_EMBEDDINGS = "built-in"
    await sync_to_async(indexing.fill)(20)
    asked = await sync_to_async(embedder.embed)(CITY)
    await sync_to_async(vectors.near)("fact", owner_id=alice.pk, vector=asked)

    await Fact.objects.all().adelete()
    await sync_to_async(vectors.keep_up)()
    assert vectors.cached_bytes() == 0


@pytest.mark.sqlite
def test_the_files_are_searched_for_what_stands_and_clean_of_what_was_deleted(alice):
    """Else the searches above would prove nothing of the files. PostgreSQL overwrites in its own time."""
    row = Conversation.objects.create(owner=alice, title=f"A week in {CITY}", model="scripted")
    assert any("sqlite3" in place for place in remains.found(CITY))

    Conversation.objects.filter(pk=row.pk).delete()
    leftovers.clean([alice.pk])
    assert remains.found(CITY) == []
