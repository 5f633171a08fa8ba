"""What a turn costs: one call for the answer, one at most for learning, and a prompt that stops growing."""

from statistics import mean
from typing import Any

import pytest

from chat.models import Entity, EntityKind, Fact, MemoryRun, RunState, User
from chat.services import background
from tests.page import Page, Turn, eventually
from tests.scripted_model import ScriptedModel
from tests.services import long_talk

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ["Deven", "Sam", "Alice", "Bob", "Carol"]
FIVE_NAMES = " and ".join(f"{name} plays chess" for name in NAMES) + "."


def learned(*names: str) -> dict[str, Any]:
    """The learner's answer to a line in which everybody plays chess."""
    facts = [
        {
            "quote": f"{name} plays chess",
            "about": name,
            "kind": "person",
            "op": "add",
            "attr": "plays",
            "value": "chess",
            "text": f"{name} plays chess.",
        }
        for name in names
    ]
    return {"facts": facts, "title": "Chess", "summary": ""}


async def say_and_learn(page: Page, text: str, conversation: str | None = None, **options: Any) -> Turn:
    """Say something, and wait until it is answered and learned from."""
    turn = await page.say(text, conversation, options=options)
    ended = MemoryRun.objects.filter(owner=page.user).exclude(state__in=[RunState.DONE, RunState.SKIPPED])
    await eventually(lambda: not ended.exists())
    return turn


@pytest.mark.parametrize("is_first", [True, False], ids=["the first line", "a later line"])
async def test_a_line_with_five_names_costs_one_call_before_the_answer_ends_and_one_after(alice, model, is_first):
    model.script(schema="memory", json=learned(*NAMES))
    background.start()
    async with Page(alice) as page:
        before = None if is_first else await say_and_learn(page, "Carol plays chess, and Sam plays chess.")
        model.requests.clear()
        turn = await say_and_learn(page, FIVE_NAMES, before and before.conversation)

    answer, learning = model.requests
    assert turn.status == "complete"
    assert [answer.kind, learning.kind] == ["reply", "json"]
    assert answer.ended_at <= learning.at
    known = Entity.objects.filter(owner=alice).exclude(kind=EntityKind.SELF)
    assert sorted([entity.name async for entity in known]) == sorted(NAMES)


@pytest.fixture
async def remembered(alice: User, model: ScriptedModel) -> None:
    """Alice has told who plays chess, and it was learned."""
    model.script(schema="memory", json=learned(*NAMES))
    background.start()
    async with Page(alice) as page:
        await say_and_learn(page, FIVE_NAMES)
    assert await Fact.objects.acount() == len(NAMES)
    model.requests.clear()


@pytest.mark.parametrize("off", ["off", "temporary", "for the person"])
async def test_with_memory_off_there_is_one_call_and_nothing_of_the_store_in_it(alice, model, remembered, off):
    question = "Who of Deven and Sam plays chess?"
    if off == "for the person":
        await User.objects.filter(pk=alice.pk).aupdate(memory_enabled=False)
    async with Page(alice) as page:
        await say_and_learn(page, question, memory="on" if off == "for the person" else off)

    (call,) = model.requests
    assert [(m["role"], m["content"]) for m in call.messages[1:]] == [("user", question)]
    assert "chess" not in call.messages[0]["content"]
    assert await MemoryRun.objects.acount() == 1
    assert await Fact.objects.acount() == len(NAMES)


async def test_with_memory_on_the_same_question_shows_the_store(alice, model, remembered):
    async with Page(alice) as page:
        await say_and_learn(page, "Who of Deven and Sam plays chess?")

    assert "] Deven plays chess." in model.replies[0].prompt
    assert [call.kind for call in model.requests] == ["reply", "json"]


async def test_the_prompt_of_turn_200_is_hardly_longer_than_that_of_turn_20(alice, model):
    turns = long_talk.talks(200)
    mind = long_talk.Model(turns)
    model.script(reply=mind.reply, rate=100_000)
    model.script(schema="memory", json=mind.proposal, rate=100_000)
    background.start()
    async with Page(alice) as page:
        conversation = None
        for turn in turns:
            conversation = (await say_and_learn(page, turn.said, conversation, k=10)).conversation

    tokens = [call.prompt_tokens for call in model.replies]
    print("prompt tokens at turn", {number: tokens[number - 1] for number in (1, 10, 20, 50, 100, 150, 200)})
    print(f"learning: {mean(call.prompt_tokens for call in model.proposals):.0f} tokens; {mind.folds} times a summary")
    assert len(model.replies) == 200
    assert len(model.proposals) <= 200
    assert tokens[199] <= 1.5 * tokens[19]
    assert mean(tokens[190:]) <= 1.5 * mean(tokens[10:20])
    assert await Fact.objects.filter(owner=alice).acount() >= 20
    assert mind.folds > 30
