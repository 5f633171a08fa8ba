"""One turn, through the socket: begun, answered, stopped, asked again, said differently, taken up by other pages."""

import asyncio
import uuid

import pytest

from chat.models import Conversation, MemoryRun, Message, ReplyChunk, Status
from tests.page import Page, eventually

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_turn_is_accepted_streamed_and_stored(alice, model):
    model.script(match="capital", tokens=["Os", "lo", " 🇳🇴."])
    async with Page(alice) as page:
        turn = await page.say("What is the capital of Norway?", ref="r1")

    kinds = [frame["type"] for frame in page.seen]
    assert kinds[:2] == ["conversation.updated", "turn.accepted"]
    assert kinds[-1] == "turn.done"
    assert [frame["seq"] for frame in page.seen] == list(range(1, len(page.seen) + 1))
    assert (turn.status, turn.text, turn.error) == ("complete", "Oslo 🇳🇴.", None)
    reply = await Message.objects.aget(uuid=turn.reply)
    assert (reply.text, reply.status, reply.lease_until) == ("Oslo 🇳🇴.", Status.COMPLETE, None)
    assert turn.usage == {
        "prompt": reply.prompt_tokens,
        "cached": reply.cached_tokens,
        "completion": reply.completion_tokens,
    }
    assert not await ReplyChunk.objects.aexists()


async def test_the_answer_to_a_frame_repeats_its_ref_and_other_pages_get_it_without(alice, model):
    async with Page(alice) as one, Page(alice) as other:
        await one.begin("Hello", ref="mine")
        theirs = await other.until("turn.accepted")

    assert one.seen[-1]["ref"] == "mine"
    assert "ref" not in theirs


async def test_every_page_of_a_person_sees_the_same_and_nobody_else_sees_anything(alice, bob, model):
    async with Page(alice) as one, Page(alice) as other, Page(bob) as bobs:
        turn = await one.say("Hello")
        await other.until("turn.done")

        assert other.text_of(turn.reply) == one.text_of(turn.reply) == turn.text
        assert await bobs.nothing()


async def test_the_first_title_is_what_was_said(alice, model):
    async with Page(alice) as page:
        turn = await page.say("Tell me about the fjords of western Norway and how to get there by train, please")

    conversation = await Conversation.objects.aget(uuid=turn.conversation)
    assert (conversation.title, conversation.title_by) == (
        "Tell me about the fjords of western Norway and how to get…",
        "",
    )


async def test_the_verbatim_window_goes_to_the_model(alice, model):
    async with Page(alice) as page:
        first = await page.say("One")
        await page.say("Two", first.conversation)

    assert [(m["role"], m["content"]) for m in model.replies[1].messages[1:]] == [
        ("user", "One"),
        ("assistant", "You said: One"),
        ("user", "Two"),
    ]


async def test_the_same_client_id_is_the_same_turn_and_one_call(alice, model):
    client_id = str(uuid.uuid4())
    async with Page(alice) as page, Page(alice) as other:
        first = await page.say("Hello", client_id=client_id)
        again = await asyncio.gather(
            *(p.begin("Hello", first.conversation, client_id=client_id) for p in (page, other) for _ in (1,))
        )

    assert {(a["message"]["id"], a["reply"]["id"]) for a in again} == {(first.question, first.reply)}
    assert len(model.replies) == 1
    assert await Message.objects.acount() == 2


async def test_the_same_client_id_sent_at_once_from_two_pages_makes_one_turn(alice, model):
    client_id = str(uuid.uuid4())
    async with Page(alice) as one, Page(alice) as other:
        accepted = await asyncio.gather(*(p.begin("Hello", client_id=client_id) for p in (one, other)))
        await one.until("turn.done")

    assert accepted[0]["reply"]["id"] == accepted[1]["reply"]["id"]
    assert len(model.replies) == 1
    assert await Conversation.objects.acount() == 1


async def test_the_same_client_id_with_other_words_is_refused_and_the_first_kept(alice, model):
    client_id = str(uuid.uuid4())
    async with Page(alice) as page:
        turn = await page.say("Hello", client_id=client_id)
        await page.send(type="turn.send", client_id=client_id, conversation=turn.conversation, text="Bye")
        error = await page.until("error")

    assert (error["code"], error["client_id"]) == ("client_id_reused", client_id)
    assert await Message.objects.acount() == 2


async def test_a_second_message_while_an_answer_runs_is_refused_and_nothing_is_stored(alice, model):
    model.script(match="Slowly", tokens=["a "] * 50, rate=20)
    async with Page(alice) as page:
        accepted = await page.begin("Slowly")
        await page.send(type="turn.send", client_id=str(uuid.uuid4()), conversation=accepted["conversation"], text="B")
        error = await page.until("error")
        await page.send(type="turn.stop", reply=accepted["reply"]["id"])
        await page.until("turn.done")

    assert error["code"] == "busy"
    assert await Message.objects.acount() == 2


async def test_stop_keeps_what_was_said_and_closes_the_call(alice, model):
    model.script(match="Slowly", tokens=["word "] * 200, rate=50)
    async with Page(alice) as page, Page(alice) as other:
        accepted = await page.begin("Slowly")
        reply = accepted["reply"]["id"]
        await page.until("turn.delta")
        await other.send(type="turn.stop", reply=reply)
        done = await page.until("turn.done")
        await model.until(lambda: model.replies[0].closed_at)

    stored = await Message.objects.aget(uuid=reply)
    assert (done["status"], done["error"]) == ("stopped", None)
    assert stored.text == page.text_of(reply)
    assert 0 < len(stored.text) < 1000


async def test_stop_works_before_the_first_word(alice, model):
    model.script(match="Think", fault="stall-first")
    async with Page(alice) as page:
        accepted = await page.begin("Think")
        await model.until(lambda: model.replies)
        await page.send(type="turn.stop", reply=accepted["reply"]["id"])
        done = await page.until("turn.done")

    assert (done["status"], page.text_of(accepted["reply"]["id"])) == ("stopped", "")


async def test_stop_of_an_answer_that_has_ended_says_how_it_ended(alice, model):
    async with Page(alice) as page:
        turn = await page.say("Hello")
        await page.send(type="turn.stop", reply=turn.reply, ref="s")
        done = await page.until("turn.done", ref="s")

    assert done["status"] == "complete"


async def test_a_closed_page_cancels_nothing(alice, model):
    model.script(match="Slowly", tokens=["a "] * 20, rate=50)
    async with Page(alice) as page:
        accepted = await page.begin("Slowly")
        await page.until("turn.delta")
        await page.close()
        reply = await eventually(
            lambda: Message.objects.filter(uuid=accepted["reply"]["id"], status=Status.COMPLETE).first()
        )

    assert reply.text == "a " * 20


async def test_a_page_that_comes_back_in_mid_answer_ends_equal_to_the_database(alice, model):
    model.script(match="Slowly", tokens=["höl ", "👩‍👩‍👧 ", "x "] * 20, rate=60)
    async with Page(alice) as page:
        accepted = await page.begin("Slowly")
        await page.until("turn.delta")
        await page.close()
    async with Page(alice) as back:
        state = await back.follow(accepted["conversation"])
        shown = state["messages"][-1]["text"]
        done = await back.until("turn.done")
    for frame in back.seen:
        if frame["type"] == "turn.delta" and frame["offset"] + len(frame["text"]) > len(shown):
            assert frame["offset"] == len(shown)
            shown += frame["text"]

    assert state["running"] == accepted["reply"]["id"] == done["reply"]
    assert shown == (await Message.objects.aget(uuid=done["reply"])).text == "höl 👩‍👩‍👧 x " * 20


async def test_retry_makes_a_sibling_and_keeps_the_first_answer(alice, model):
    async with Page(alice) as page:
        turn = await page.say("Hello")
        model.script(match="Hello", reply="Another answer.")
        await page.send(type="turn.retry", reply=turn.reply, client_id=str(uuid.uuid4()))
        accepted = await page.until("turn.accepted")
        await page.until("turn.done")
        state = await page.follow(turn.conversation)
        first = await page.follow(turn.conversation, branch=turn.reply)

    assert accepted["message"]["id"] == turn.question
    assert accepted["reply"]["siblings"] == [turn.reply, accepted["reply"]["id"]]
    assert [m["text"] for m in state["messages"]] == ["Hello", "Another answer."]
    assert [m["text"] for m in first["messages"]] == ["Hello", "You said: Hello"]
    assert await MemoryRun.objects.acount() == 1


async def test_edit_makes_a_sibling_question_with_an_answer_of_its_own(alice, model):
    async with Page(alice) as page:
        turn = await page.say("Hello")
        await page.say("And then", turn.conversation)
        await page.send(type="turn.edit", message=turn.question, text="Good day", client_id=str(uuid.uuid4()))
        accepted = await page.until("turn.accepted")
        await page.until("turn.done", reply=accepted["reply"]["id"])
        state = await page.follow(turn.conversation)

    assert accepted["message"]["siblings"] == [turn.question, accepted["message"]["id"]]
    assert [m["text"] for m in state["messages"]] == ["Good day", "You said: Good day"]
    assert [m["content"] for m in model.replies[-1].messages[1:]] == ["Good day"]
    assert await Message.objects.acount() == 6


async def test_follow_with_after_tells_only_what_changed(alice, model):
    async with Page(alice) as page:
        turn = await page.say("One")
        seen = page.seen[-1]["seq"]
        second = await page.say("Two", turn.conversation)
        state = await page.follow(turn.conversation, after=seen)

    assert [m["id"] for m in state["messages"]] == [second.question, second.reply]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("no-finish", "interrupted", "cut"),
        ("rst", "interrupted", "cut"),
        ("html", "failed", "not_a_model_server"),
        ("empty", "failed", "empty"),
        ("stall-first", "failed", "silent"),
        ("stall-middle", "interrupted", "silent"),
        ("401", "failed", "wrong_key"),
        ("404-model", "failed", "unknown_model"),
        ("429-quota", "failed", "quota"),
    ],
)
async def test_an_answer_that_is_not_whole_never_ends_as_complete(alice, model, fault, status, code):
    model.script(match="Hello", fault=fault)
    async with Page(alice) as page:
        turn = await page.say("Hello")

    assert (turn.status, turn.error["code"]) == (status, code)
    assert turn.error["message"].endswith(".")
    stored = await Message.objects.aget(uuid=turn.reply)
    assert (stored.status, stored.text, stored.error_code) == (status, turn.text, code)
    assert bool(stored.text) == (status == "interrupted")


async def test_a_conversation_goes_on_after_an_answer_failed(alice, model):
    model.script(match="Hello", fault="401", times=1)
    async with Page(alice) as page:
        turn = await page.say("Hello")
        await page.send(type="turn.retry", reply=turn.reply, client_id=str(uuid.uuid4()))
        done = await page.until("turn.done")
        after = await page.say("More", turn.conversation)

    assert (done["status"], after.status) == ("complete", "complete")
