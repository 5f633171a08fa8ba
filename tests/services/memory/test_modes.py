"""Off means off: what each mode sends to a model, and what it leaves in the database."""

import pytest
from asgiref.sync import sync_to_async

from chat.llm import embedder
from chat.models import (
    Conversation,
    Entity,
    Fact,
    FactVector,
    MemoryChange,
    MemoryMode,
    MemoryRun,
    MessageVector,
    RunState,
)
from chat.services import background
from chat.services.memory.recalling import indexing
from tests.page import Page, eventually
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db(transaction=True)

OSLO = fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo.")
TEA = fact("I like tea", "likes", "tea", "The user likes tea.")
ASKED = "Where do I live? I like tea."
SILENT = [MemoryMode.OFF, MemoryMode.TEMPORARY, "switched off"]


async def settled() -> None:
    """Wait until nothing is left to learn."""
    left = MemoryRun.objects.exclude(state__in=[RunState.DONE, RunState.SKIPPED, RunState.FAILED])
    await eventually(lambda: not left.exists())


@pytest.fixture
async def known(alice, model) -> str:
    """Alice has said where she lives, in a chat that remembers, and it was learned."""
    model.script(schema="memory", json={"facts": [OSLO, TEA], "title": "Home"})
    background.start()
    async with Page(alice) as page:
        turn = await page.say("I live in Oslo, near the blue lighthouse.")
    await settled()
    assert await Fact.objects.acount() == 1
    model.requests.clear()
    return turn.conversation


async def say(alice, mode: str, text: str = ASKED, conversation: str | None = None) -> str:
    """Say something in a chat of this mode; "switched off" is the person's own switch."""
    if mode == "switched off":
        alice.memory_enabled = False
        await alice.asave()
    async with Page(alice) as page:
        turn = await page.say(text, conversation, options={"memory": "on" if mode == "switched off" else mode})
    await settled()
    return turn.conversation


def rows() -> dict[str, int]:
    tables = (Entity, Fact, MemoryChange, MemoryRun)
    return {table.__name__: table.objects.count() for table in tables}


@pytest.mark.parametrize("mode", SILENT)
async def test_what_is_off_sends_no_fact_and_no_message_makes_no_learning_call_and_writes_no_row(
    alice, model, known, mode
):
    before = await sync_to_async(rows)()
    await say(alice, mode)

    (call,) = model.requests
    assert call.kind == "reply"
    assert [message["content"] for message in call.messages[1:]] == [ASKED]
    assert "Oslo" not in call.prompt
    assert "lighthouse" not in call.prompt
    assert await sync_to_async(rows)() == before


async def test_read_only_recalls_and_learns_nothing(alice, model, known):
    before = await sync_to_async(rows)()
    await say(alice, MemoryMode.READ_ONLY)

    assert [call.kind for call in model.requests] == ["reply"]
    assert "The user lives in Oslo." in model.replies[0].prompt
    assert await sync_to_async(rows)() == before


async def test_on_recalls_and_learns(alice, model, known):
    await say(alice, MemoryMode.ON)

    assert [call.kind for call in model.requests] == ["reply", "json"]
    assert "The user lives in Oslo." in model.replies[0].prompt
    assert [fact.value async for fact in Fact.objects.order_by("pk")] == ["Oslo", "tea"]


async def test_a_clean_memory_reads_and_writes_its_own_alone(alice, model, known):
    conversation = await say(alice, MemoryMode.OWN)

    assert "Oslo" not in "".join(call.prompt for call in model.requests)
    own = Fact.objects.filter(entity__conversation__uuid=conversation)
    assert [fact.value async for fact in own] == ["tea"]
    model.requests.clear()
    await say(alice, MemoryMode.OWN, "What do I like to drink?", conversation)
    assert "The user likes tea." in model.replies[0].prompt
    model.requests.clear()
    await say(alice, MemoryMode.ON, "What do I like to drink?")
    assert "tea" not in model.replies[0].prompt


@pytest.mark.parametrize("mode", [MemoryMode.OFF, MemoryMode.TEMPORARY, MemoryMode.OWN])
async def test_what_was_said_where_it_is_off_is_not_recalled_elsewhere(alice, model, mode):
    background.start()
    await say(alice, mode, "The blue lighthouse stands on Utvær.")
    model.requests.clear()
    await say(alice, MemoryMode.ON, "Where does the blue lighthouse stand?")

    assert "Utvær" not in model.replies[0].prompt


@pytest.mark.parametrize("mode", [*SILENT, MemoryMode.READ_ONLY])
async def test_a_command_writes_nothing_where_nothing_may_be_learned(alice, model, known, mode):
    before = await sync_to_async(rows)()
    await say(alice, mode, "remember: my bike is green")

    assert await sync_to_async(rows)() == before
    assert model.requests == []


@pytest.mark.parametrize("off", ["the chat", "the person", "the bin"])
async def test_switching_off_while_it_learns_writes_nothing(alice, model, off):
    model.script(schema="memory", json={"facts": [OSLO], "title": "Home"}, first_token_ms=600)
    background.start()
    async with Page(alice) as page:
        await page.say("I live in Oslo.")
        await model.until(lambda: model.proposals)
        if off == "the person":
            alice.memory_enabled = False
            await alice.asave()
        elif off == "the chat":
            await Conversation.objects.aupdate(memory_mode=MemoryMode.OFF)
        else:
            await Conversation.objects.aupdate(deleted_at=alice.date_joined)
    await settled()

    assert model.proposals[0].ended_at
    assert not await Fact.objects.aexists()
    assert not await MemoryChange.objects.aexists()
    assert (await Conversation.objects.aget()).title_by == ""


@pytest.mark.parametrize("off", ["the chat", "the person"])
async def test_switching_off_before_it_learns_asks_no_model(alice, model, off):
    """The run waits, as it does while the learner is busy."""
    async with Page(alice) as page:
        await page.say("I live in Oslo.")
    if off == "the person":
        alice.memory_enabled = False
        await alice.asave()
    else:
        await Conversation.objects.aupdate(memory_mode=MemoryMode.READ_ONLY)
    background.start()
    await settled()

    assert model.proposals == []
    assert (await MemoryRun.objects.aget()).state == RunState.SKIPPED


@pytest.mark.parametrize(("mode", "count"), [(m, 0) for m in SILENT] + [(m, 2) for m in ("on", "read_only", "own")])
async def test_what_is_said_where_memory_is_off_gets_no_vector(alice, model, settings, mode, count):
    settings.MEMORYBOT_EMBEDDINGS = "built-in"
    assert embedder.is_enabled()
    await say_without_learning(alice, mode)
    await sync_to_async(indexing.fill)(16)

    assert await MessageVector.objects.acount() == count
    assert await FactVector.objects.acount() == 0


async def say_without_learning(alice, mode: str) -> None:
    if mode == "switched off":
        alice.memory_enabled = False
        await alice.asave()
    async with Page(alice) as page:
        await page.say("The blue lighthouse.", options={"memory": "on" if mode == "switched off" else mode})


async def test_facts_get_no_vector_while_the_person_has_memory_off(alice, model, known, settings):
    settings.MEMORYBOT_EMBEDDINGS = "built-in"
    alice.memory_enabled = False
    await alice.asave()
    await sync_to_async(indexing.fill)(16)

    assert (await FactVector.objects.acount(), await MessageVector.objects.acount()) == (0, 0)
