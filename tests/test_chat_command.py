"""`manage.py chat`: the main job in a terminal, for people and for scripts."""

import json
from typing import Any

import pytest

from tests.scripted_model import ScriptedModel
from tests.server import ALICE, Server, StartServer

pytestmark = pytest.mark.server

INGRID = {
    "facts": [
        {
            "quote": "My name is Ingrid",
            "about": "E0",
            "op": "add",
            "attr": "name",
            "value": "Ingrid",
            "text": "The user's name is Ingrid.",
        }
    ],
    "title": "Meeting Ingrid",
}


@pytest.fixture
def server(start_server: StartServer, model: ScriptedModel) -> Server:
    model.script(match="My name is Ingrid", schema="memory", json=INGRID)
    server = start_server(model_url=model.base_url)
    server.stop()
    return server


def events(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_a_script_gets_every_event_as_a_line_and_is_remembered(server: Server, model: ScriptedModel) -> None:
    talk = server.manage(
        "chat", "--user", ALICE, "--json", stdin="Hello! My name is Ingrid\n/new\nWho am I?\n/memory\n"
    )

    seen = events(talk.stdout)
    assert (talk.returncode, talk.stderr) == (0, "")
    assert [event["type"] for event in seen if event["type"] in ("turn.done", "memory.updated", "memory")] == [
        "turn.done",
        "memory.updated",
        "turn.done",
        "memory",
    ]
    learned = next(event for event in seen if event["type"] == "memory.updated")
    recalled = [event for event in seen if event["type"] == "turn.recalled"][1]
    assert [change["text"] for change in learned["changes"]] == ["The user's name is Ingrid."]
    assert "The user's name is Ingrid." in [fact["text"] for fact in recalled["receipt"]["facts"]]
    assert len({event["conversation"] for event in seen if event["type"] == "turn.accepted"}) == 2
    assert "Ingrid" in model.replies[1].question


def test_people_read_what_was_recalled_and_learned(server: Server) -> None:
    talk = server.manage("chat", "--user", ALICE, stdin="My name is Ingrid\n\nforget Ingrid\n/quit\nnever said\n")

    assert talk.returncode == 0, talk.stderr
    assert "You said: My name is Ingrid\n" in talk.stdout
    assert "  + Remembered: The user's name is Ingrid.\n" in talk.stdout
    assert "  + Forgot: The user's name is Ingrid.\n" in talk.stdout
    assert "never said" not in talk.stdout


def test_a_conversation_can_be_gone_on_with_in_another_mode_of_memory(server: Server, model: ScriptedModel) -> None:
    first = server.manage("chat", "--user", ALICE, "--json", "--memory", "off", stdin="My name is Ingrid\n")
    conversation = next(e["conversation"] for e in events(first.stdout) if e["type"] == "turn.accepted")
    again = server.manage("chat", "--user", ALICE, "--json", "--conversation", conversation, stdin="And now?\n")

    assert again.returncode == 0, again.stderr
    assert [m["content"] for m in model.replies[1].messages[1:]] == [
        "My name is Ingrid",
        "You said: My name is Ingrid",
        "And now?",
    ]
    assert model.proposals == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Say whose memory it is with --user."),
        (["--user", "nobody@example.org"], "There is no active account nobody@example.org."),
        (
            ["--user", ALICE, "--conversation", "6f1c0f4e-0d0a-4a8e-9d41-0f6a2b7c8d9e"],
            "There is no such conversation of this account.",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(server: Server, arguments: list[str], sentence: str) -> None:
    talk = server.manage("chat", *arguments, stdin="Hello\n")

    assert talk.returncode != 0
    assert talk.stderr.strip().endswith(sentence)


def test_a_script_is_told_by_the_exit_code_when_an_answer_failed(server: Server, model: ScriptedModel) -> None:
    model.script(match="Hello", fault="401")
    talk = server.manage("chat", "--user", ALICE, "--memory", "off", stdin="Hello\n")

    assert talk.returncode != 0
    assert "The model server did not accept the API key." in talk.stdout
