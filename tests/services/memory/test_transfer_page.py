"""docs/exports.md names every field of the export of a memory, and no other."""

import json
import re
from pathlib import Path

from chat.models import EntityChange
from chat.services.memory import transfer
from tests import stories

PAGE = Path(__file__).resolve().parents[3] / "docs" / "exports.md"


def _documented(section: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| ((?:`\w+` ?)+)", section, re.MULTILINE))))


def test_the_page_is_complete(alice):
    chat = stories.conversation(alice)
    fact = stories.learn(stories.say(chat, "I live in Norway.")[1], "Ingrid lives in Norway.")
    EntityChange.objects.create(owner=alice, entity=fact.entity, operation="renamed")
    data = json.loads("".join(transfer.export(alice, extension="json").chunks))
    section = PAGE.read_text().partition("# The memory\n")[2].partition("## What an import does")[0]
    top, *sections = re.split(r"^Each of `\w+`:$", section, flags=re.MULTILINE)
    names = re.findall(r"^Each of `(\w+)`:$", section, re.MULTILINE)
    assert _documented(top) == set(data)
    assert names == ["entities", "facts", "changes", "entity_changes"]
    for name, documented in zip(names, sections, strict=True):
        assert _documented(documented) == set(data[name][0]), name
    assert f"version {data['version']}" in section
