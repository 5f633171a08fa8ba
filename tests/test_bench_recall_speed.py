"""`manage.py bench_recall_speed` on a short history."""

import re
from io import StringIO

import pytest
from django.core.management import call_command

from chat.models import Conversation, Fact, Message, MessageVector, User
from chat.services.memory.recalling import vectors


@pytest.mark.django_db
@pytest.mark.parametrize(("embeddings", "rows"), [("off", 1), ("built-in", 2)])
def test_it_prints_how_long_recall_takes_and_leaves_nothing(settings, embeddings, rows):
    settings.MEMORYBOT_EMBEDDINGS = embeddings
    before = vectors.cached_bytes()
    out = StringIO()
    call_command("bench_recall_speed", messages=80, facts=20, questions=6, rounds=1, stdout=out)
    told = out.getvalue()
    assert len(re.findall(r"^\| by .*, round 1 \| \d+ \| \d+ \| \d+ \| \d+ \| \d+ \|$", told, re.MULTILINE)) == rows
    assert ("of vectors are held" in told) == (embeddings == "built-in")
    assert re.search(r"To index a message takes \d+\.\d ms, its vector \d+\.\d ms of CPU\.", told)
    assert [kind.objects.count() for kind in (User, Conversation, Message, Fact, MessageVector)] == [0] * 5
    assert vectors.cached_bytes() == before
