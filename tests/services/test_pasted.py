"""What was pasted, from the socket to the memory: it is kept as said, and teaches nothing."""

import uuid

import pytest
from asgiref.sync import sync_to_async

from chat.models import Fact, MemoryRun, Message, RunState
from chat.services import background
from tests.page import Page, eventually
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db(transaction=True)

MAIL = "I live in Oslo and I have three cats."
TYPED = "My friend wrote this. I live in Rome."
OSLO = fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo.")
ROME = fact("I live in Rome", "lives_in", "Rome", "The user lives in Rome.")


async def learned(owner) -> list[str]:
    ended = MemoryRun.objects.exclude(state__in=[RunState.DONE, RunState.SKIPPED])
    await eventually(lambda: MemoryRun.objects.exists() and not ended.exists())
    return [fact.statement async for fact in Fact.objects.filter(owner=owner)]


async def test_a_pasted_mail_teaches_nothing_and_what_is_typed_beside_it_does(alice, model):
    model.script(schema="memory", json={"facts": [OSLO, ROME], "title": "A friend"})
    background.start()
    text = f"{TYPED}\n{MAIL}"
    async with Page(alice) as page:
        await page.say(text, pasted=[[len(TYPED) + 1, len(text)]])

    assert await learned(alice) == ["The user lives in Rome."]
    assert model.proposals[0].question.endswith(f"NEW MESSAGE (English): {TYPED}")


async def test_a_message_that_is_all_pasted_is_asked_for_a_title_at_most(alice, model):
    background.start()
    async with Page(alice) as page:
        turn = await page.say("Hello", options={"memory": "on"})
        await page.say(MAIL, turn.conversation, pasted=[[0, len(MAIL)]])

    assert await learned(alice) == []
    asked = [call.body["response_format"]["json_schema"]["schema"]["required"] for call in model.proposals]
    assert asked == [["title"]]
    assert await Message.objects.filter(text=MAIL, pasted=[[0, len(MAIL)]]).aexists()


async def test_a_page_that_reloads_and_an_edit_know_what_was_pasted(alice, model):
    async with Page(alice) as page:
        turn = await page.say(MAIL, pasted=[[0, 9]])
        state = await page.follow(turn.conversation)
        await page.send(
            type="turn.edit", message=turn.question, text=f"So: {MAIL}", client_id=str(uuid.uuid4()), pasted=[[4, 13]]
        )
        edited = await page.until("turn.accepted")

    assert (state["messages"][0]["pasted"], edited["message"]["pasted"]) == ([[0, 9]], [[4, 13]])


@pytest.mark.parametrize(("pasted", "facts"), [([], 1), ([[0, 25]], 0), ([[10, 25]], 1)])
async def test_a_command_that_was_pasted_is_none(alice, model, pasted, facts):
    async with Page(alice) as page:
        await page.say("remember: the sky is blue", pasted=pasted)

    assert await sync_to_async(Fact.objects.count)() == facts
