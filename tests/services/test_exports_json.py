"""docs/exports.md names every field of the json export, and no other."""

import json
import re
from pathlib import Path

from chat.services import exports
from tests import stories

PAGE = Path(__file__).resolve().parents[2] / "docs" / "exports.md"


def _documented(section: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| ((?:`\w+` ?)+)", section, re.MULTILINE))))


def test_the_page_is_complete(alice):
    chat = stories.conversation(alice)
    reply = stories.say(chat, "I live in Norway.")[1]
    fact = stories.learn(reply, "Ingrid lives in Norway.")
    stories.recall(reply, facts=[fact])
    data = json.loads("".join(exports.conversation(chat, user=alice, extension="json").chunks))
    message = data["messages"][1]
    top, conversation, messages, receipt, learned = re.split(
        r"^(?:Each of )?`(?:conversation|messages|receipt|learned)`:$",
        PAGE.read_text().partition("## The others")[0],
        flags=re.MULTILINE,
    )
    assert _documented(top) == set(data)
    assert _documented(conversation) == set(data["conversation"])
    assert _documented(messages) == set(message)
    assert _documented(receipt) == set(message["receipt"])
    assert _documented(learned) == set(message["learned"][0])
    assert f"version {data['version']}" in top
