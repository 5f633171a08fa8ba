"""A conversation goes home as a file: its owner gets all of it, nobody else anything."""

import json
import uuid

import pytest
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.models import Conversation, Message, ReplyChunk, Role, Status, User
from tests import stories

FORMATS = ("txt", "md", "json", "html")


def address(chat: Conversation, extension: str) -> str:
    return f"/c/{chat.uuid}/export.{extension}"


def body(response) -> str:
    return b"".join(response.streaming_content).decode()


@pytest.fixture
def chat(alice) -> Conversation:
    """A question that was said twice, and a stopped answer."""
    found = stories.conversation(alice)
    first, _reply = stories.say(found, "Hello! I live in Norwy.", "Where?")
    again = stories.say(found, "Hello! I live in **Norway**.", "How is *Norway*?", parent=first.parent)[1]
    stories.say(found, "Cold <b>now</b>.\r\nBye", "So it", parent=again, status=Status.STOPPED)
    moment = timezone.datetime(2026, 11, 22, 20, 55, tzinfo=timezone.get_default_timezone())
    Message.objects.filter(conversation=found).update(created_at=moment)
    return found


def test_text_is_plain_and_follows_the_current_branch(alice_client, chat):
    heading, _rule, made, *lines = body(alice_client.get(address(chat, "txt"))).splitlines()
    assert (heading, made[:30]) == ("Ingrid and Norway", "MemoryBot, 4 messages, exporte")
    assert lines == [
        "",
        "[2026-11-22 20:55] Alice",
        "Hello! I live in **Norway**.",
        "",
        "[2026-11-22 20:55] MemoryBot",
        "How is *Norway*?",
        "",
        "[2026-11-22 20:55] Alice",
        "Cold <b>now</b>.",
        "Bye",
        "",
        "[2026-11-22 20:55] MemoryBot",
        "So it",
        "(Stopped before it was complete.)",
    ]


def test_markdown_keeps_what_was_written(alice_client, chat):
    text = body(alice_client.get(address(chat, "md")))
    assert text.startswith("# Ingrid and Norway\n\n*MemoryBot, 4 messages, exported ")
    assert text.partition("UTC*\n")[2] == (
        "\n## Alice · 2026-11-22 20:55\n\nHello! I live in **Norway**.\n"
        "\n## MemoryBot · 2026-11-22 20:55\n\nHow is *Norway*?\n"
        "\n## Alice · 2026-11-22 20:55\n\nCold <b>now</b>.\r\nBye\n"
        "\n## MemoryBot · 2026-11-22 20:55\n\nSo it\n"
        "\n*Stopped before it was complete.*\n"
    )


def test_html_renders_answers_and_leaves_questions_as_typed(alice_client, chat):
    text = body(alice_client.get(address(chat, "html")))
    assert "<p>How is <em>Norway</em>?</p>" in text
    assert "Hello! I live in **Norway**." in text
    assert "Cold &lt;b&gt;now&lt;/b&gt;." in text
    assert "Norwy" not in text


def test_json_holds_the_whole_tree(alice_client, alice, chat):
    data = json.loads(body(alice_client.get(address(chat, "json"))))
    messages = list(chat.messages.order_by("position"))
    ids = [str(message.uuid) for message in messages]
    assert (data["format"], data["version"], data["person"]) == ("memorybot.conversation", 1, "Alice")
    assert data["conversation"] == {
        "id": str(chat.uuid),
        "title": "Ingrid and Norway",
        "title_by": "",
        "model": "scripted",
        "temperature": 0.0,
        "k": 10,
        "instructions": "",
        "memory": "on",
        "summary": "",
        "created": chat.created_at.isoformat(),
        "updated": chat.updated_at.isoformat(),
        "newest": ids[-1],
    }
    assert [(m["id"], m["parent"], m["role"], m["text"]) for m in data["messages"]] == [
        (ids[0], None, "user", "Hello! I live in Norwy."),
        (ids[1], ids[0], "assistant", "Where?"),
        (ids[2], None, "user", "Hello! I live in **Norway**."),
        (ids[3], ids[2], "assistant", "How is *Norway*?"),
        (ids[4], ids[3], "user", "Cold <b>now</b>.\r\nBye"),
        (ids[5], ids[4], "assistant", "So it"),
    ]
    assert data["messages"][5] == {
        "id": ids[5],
        "parent": ids[4],
        "role": "assistant",
        "text": "So it",
        "status": "stopped",
        "created": "2026-11-22T20:55:00+00:00",
        "finished": None,
        "model": "scripted",
        "usage": None,
        "error": None,
        "receipt": None,
        "learned": [],
    }


def test_json_tells_what_was_recalled_and_learned(alice_client, alice):
    chat = stories.conversation(alice)
    asked, reply = stories.say(
        chat,
        "I moved to Bergen.",
        prompt_tokens=90,
        cached_tokens=60,
        completion_tokens=4,
        error_code="cut",
        error_message="Cut.",
    )
    elsewhere = stories.say(stories.conversation(alice, "Before"), "I live in Oslo.")[1]
    oslo = stories.learn(elsewhere, "Ingrid lives in Oslo.", quote="I live in Oslo", status="superseded")
    bergen = stories.learn(reply, "Ingrid lives in Bergen.", quote="moved to Bergen", instead_of=oslo)
    stories.recall(reply, facts=[oslo], messages=[elsewhere])
    told = json.loads(body(alice_client.get(address(chat, "json"))))["messages"][1]
    change = bergen.changes.get()
    assert told["usage"] == {"prompt": 90, "cached": 60, "completion": 4}
    assert told["error"] == {"code": "cut", "message": "Cut."}
    assert told["learned"] == [
        {
            "id": str(change.uuid),
            "op": "updated",
            "by_user": False,
            "undone": False,
            "entity": {"id": str(bergen.entity.uuid), "name": "Ingrid", "kind": "person"},
            "fact": {
                "id": str(bergen.uuid),
                "attribute": "home",
                "value": "Ingrid lives in Bergen.",
                "statement": "Ingrid lives in Bergen.",
            },
            "was": "Ingrid lives in Oslo.",
            "quotes": [{"message": str(asked.uuid), "quote": "moved to Bergen"}],
        }
    ]
    assert told["receipt"] == {
        "tokens": 321,
        "instructions": "You are MemoryBot.",
        "summary": "",
        "window_start": str(asked.uuid),
        "items": [
            {"why": "name", "fact": str(oslo.uuid), "message": None, "text": "Ingrid lives in Oslo.", "tokens": 7},
            {"why": "name", "fact": None, "message": str(elsewhere.uuid), "text": "I see.", "tokens": 7},
        ],
    }


def test_a_running_answer_is_exported_as_far_as_it_was_shown(alice_client, alice):
    chat = stories.conversation(alice)
    reply = stories.say(chat, "Tell me", "", status=Status.STREAMING, lease_until=timezone.now())[1]
    for offset, text in ((0, "Once "), (5, "upon")):
        ReplyChunk.objects.create(reply=reply, offset=offset, text=text)
    assert "\nOnce upon\n(Was still being written.)\n" in body(alice_client.get(address(chat, "txt")))


@pytest.mark.parametrize("extension", FORMATS)
def test_an_empty_conversation_is_a_file_too(alice_client, alice, extension):
    response = alice_client.get(address(stories.conversation(alice, ""), extension))
    assert "New chat" in body(response) or extension == "json"
    assert f'filename="Chat.{extension}"' in response["Content-Disposition"]


def test_a_file_is_saved_under_its_title_and_kept_by_nobody(alice_client, alice):
    response = alice_client.get(address(stories.conversation(alice, '../Kö\u202e"ln\r\n'), "md"))
    assert response["Content-Disposition"] == "attachment; filename=\"K_ -ln.md\"; filename*=UTF-8''K%C3%B6%20-ln.md"
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("extension", FORMATS)
def test_bob_finds_nothing_where_alice_has_a_conversation(bob_client, chat, extension):
    missing = bob_client.get(f"/c/{uuid.uuid4()}/export.{extension}")
    foreign = bob_client.get(address(chat, extension))
    assert (foreign.status_code, missing.status_code) == (404, 404)
    # Alike but for the token that differs on every page.
    assert foreign.content.partition(b"</title>")[0] == missing.content.partition(b"</title>")[0]
    assert len(foreign.content) == len(missing.content)


@pytest.mark.parametrize("extension", ["pdf", "TXT", "json.html", "py"])
def test_there_is_no_other_format(alice_client, chat, extension):
    assert alice_client.get(address(chat, extension)).status_code == 404


def test_what_lies_in_the_bin_is_not_exported(alice_client, chat):
    Conversation.objects.update(deleted_at=timezone.now())
    assert alice_client.get(address(chat, "txt")).status_code == 404


def test_strangers_are_asked_to_sign_in(chat):
    assert Client().get(address(chat, "txt")).url.startswith("/accounts/login/")


def test_nothing_is_changed_by_an_export(alice_client, chat):
    assert alice_client.post(address(chat, "txt")).status_code == 405


def _long(alice: User, messages: int) -> Conversation:
    chat = stories.conversation(alice)
    parent = None
    for position in range(messages):
        role = Role.ASSISTANT if position % 2 else Role.USER
        parent = Message.objects.create(
            conversation=chat, owner=alice, parent=parent, role=role, text=f"message {position}", position=position
        )
    return chat


@pytest.mark.parametrize(("extension", "per_batch"), [("txt", 1), ("md", 1), ("html", 1), ("json", 5)])
def test_queries_rise_with_batches_not_with_messages(alice_client, alice, extension, per_batch):
    counts = []
    for messages in (50, 250):
        chat = _long(alice, messages)
        with CaptureQueriesContext(connection) as queries:
            text = body(alice_client.get(address(chat, extension)))
        assert f"message {messages - 1}" in text
        counts.append(len(queries))
    assert counts[1] - counts[0] <= 2 * per_batch


@pytest.mark.django_db(transaction=True)
async def test_under_asgi_the_file_is_streamed_too():
    alice = await User.objects.acreate(email="alice@example.org", display_name="Alice")
    chat = await Conversation.objects.acreate(owner=alice, title="Ingrid", model="scripted")
    await Message.objects.acreate(conversation=chat, owner=alice, role=Role.USER, text="Hei!", position=0)
    client = AsyncClient()
    await client.aforce_login(alice)
    response = await client.get(address(chat, "txt"))
    assert response.is_async
    assert (b"".join([chunk async for chunk in response.streaming_content])).endswith(b"] Alice\nHei!\n")
