"""The socket: who gets one, what it refuses and how, and that it stays."""

import json
import uuid

import pytest

from chat.models import Conversation, Message
from tests.page import Page

pytestmark = pytest.mark.django_db(transaction=True)

NOBODYS = "6f1c0f4e-0d0a-4a8e-9d41-0f6a2b7c8d9e"


def send_frame(**fields) -> dict:
    return {"type": "turn.send", "client_id": str(uuid.uuid4()), "conversation": None, "text": "Hello", **fields}


async def test_without_a_session_the_socket_is_closed_with_4401(db):
    async with Page(None) as page:
        assert page.is_open
        assert await page.closed_with() == 4401


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://testserver:81",
        "https://testserver",
        "http://testserver.evil.example",
        "http://sub.testserver",
        "null",
        "",
        "http://TESTSERVER.",
    ],
)
async def test_a_page_of_another_site_gets_no_socket(alice, origin, settings):
    settings.ALLOWED_HOSTS = ["*"]
    async with Page(alice, origin=origin) as page:
        assert not page.is_open


async def test_where_the_address_is_set_only_its_origin_gets_a_socket(alice, settings):
    settings.MEMORYBOT_URL = "https://chat.example.org"
    async with Page(alice) as plain, Page(alice, origin="https://chat.example.org") as own:
        assert (plain.is_open, own.is_open) == (False, True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_frame"),
        ("junk", "bad_frame"),
        ("[1, 2]", "bad_frame"),
        ("[" * 50_000, "bad_frame"),
        (json.dumps({"type": "no.such"}), "unknown_type"),
        (json.dumps(send_frame(text="x" * 300_000)), "too_large"),
        (json.dumps(send_frame(text="x" * 40_000)), "too_long"),
        (json.dumps(send_frame(text="")), "empty"),
        (json.dumps(send_frame(text="a\0b")), "bad_text"),
        (json.dumps(send_frame(text="a\ud800b")), "bad_text"),
        (json.dumps(send_frame(client_id="1")), "bad_frame"),
        (json.dumps(send_frame(conversation=NOBODYS)), "not_found"),
        (json.dumps(send_frame(conversation="nonsense")), "bad_frame"),
        (json.dumps(send_frame(options={"k": 0})), "bad_option"),
        (json.dumps({"type": "turn.stop", "reply": NOBODYS}), "not_found"),
        (json.dumps({"type": "turn.retry", "reply": NOBODYS, "client_id": NOBODYS}), "not_found"),
        (json.dumps({"type": "turn.edit", "message": NOBODYS, "text": "x", "client_id": NOBODYS}), "not_found"),
        (json.dumps({"type": "conversation.follow", "conversation": NOBODYS}), "not_found"),
    ],
)
async def test_junk_gets_a_clear_error_the_socket_stays_and_nothing_is_stored(alice, model, text, code):
    async with Page(alice) as page:
        await page.send_raw(text)
        error = await page.next()
        await page.send(type="ping", ref="still there")
        pong = await page.next()

    assert (error["type"], error["code"]) == ("error", code)
    assert error["message"].endswith(".")
    assert pong == {"type": "pong", "ref": "still there"}
    assert not await Conversation.objects.aexists()
    assert not model.requests


async def test_binary_frames_are_refused(alice):
    async with Page(alice) as page:
        await page.send_raw(data=b"\x00\x01")

        assert (await page.next())["code"] == "bad_frame"


async def test_an_error_names_the_message_it_belongs_to(alice):
    async with Page(alice) as page:
        await page.send(**send_frame(text=" ", client_id=NOBODYS, ref="r"))
        error = await page.next()

    assert (error["client_id"], error["ref"]) == (NOBODYS, "r")


async def test_bob_can_do_nothing_with_what_is_alices(alice, bob, model):
    async with Page(alice) as page:
        hers = await page.say("My secret is swordfish")
    frames = [
        {"type": "conversation.follow", "conversation": hers.conversation},
        {"type": "turn.stop", "reply": hers.reply},
        {"type": "turn.retry", "reply": hers.reply, "client_id": str(uuid.uuid4())},
        {"type": "turn.edit", "message": hers.question, "text": "x", "client_id": str(uuid.uuid4())},
        send_frame(conversation=hers.conversation),
        send_frame(conversation=hers.conversation, parent=hers.reply),
    ]
    async with Page(bob) as page:
        answers = []
        for frame in frames:
            await page.send(**frame)
            answers.append(await page.next())
        mine = await page.say("Hello")
        await page.send(**send_frame(conversation=mine.conversation, parent=hers.reply))
        answers.append(await page.next())
        await page.send(type="conversation.follow", conversation=mine.conversation, branch=hers.reply)
        answers.append(await page.next())

    assert {answer["code"] for answer in answers} == {"not_found"}
    assert len({answer["message"] for answer in answers}) == 1
    assert await Message.objects.filter(owner=alice).acount() == 2
    assert await Message.objects.filter(owner=bob).acount() == 2


async def test_bob_can_use_the_client_id_that_alice_used(alice, bob, model):
    client_id = str(uuid.uuid4())
    async with Page(alice) as hers, Page(bob) as his:
        first = await hers.say("My secret is swordfish", client_id=client_id)
        second = await his.say("Hello", client_id=client_id)

    assert first.conversation != second.conversation
    assert second.text == "You said: Hello"


async def test_options_that_make_no_sense_later_are_refused(alice, model):
    async with Page(alice) as page:
        turn = await page.say("Hello")
        await page.send(**send_frame(conversation=turn.conversation, options={"memory": "temporary"}))
        error = await page.until("error")

    assert error["code"] == "bad_option"


async def test_a_key_of_ones_own_goes_to_the_model_and_only_from_the_socket_that_holds_it(alice, model):
    async with Page(alice) as page, Page(alice) as other:
        await page.send(type="key.set", key="sk-alices-own", ref="k")
        accepted = await page.until("key.accepted", ref="k")
        first = await page.say("With my key")
        await other.say("With the server's", first.conversation)
        await page.send(type="key.set", key=None)
        taken_back = await page.until("key.accepted")
        await page.say("Without", first.conversation)

    assert (accepted["held"], taken_back["held"]) == (True, False)
    assert [call.key for call in model.replies] == ["sk-alices-own", "sk-the-servers-key", "sk-the-servers-key"]


async def test_an_account_that_was_deactivated_can_say_nothing_more(alice, model):
    async with Page(alice) as page:
        alice.is_active = False
        await alice.asave(update_fields=["is_active"])
        await page.send(**send_frame())
        error = await page.next()

    assert error["code"] == "not_found"
    assert not await Message.objects.aexists()
