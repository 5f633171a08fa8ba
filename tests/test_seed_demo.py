"""Seeded rows are as the application would have written them, and can be found."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from chat.models import Conversation, Entity, Fact, FactStatus, MemoryRun, Message, User
from chat.services import branches, search


@pytest.fixture
def seeded(db) -> User:
    for _twice in range(2):
        call_command("seed_demo", users=2, messages=120, facts=60, seed=7, password="plum jam", stdout=StringIO())
    return User.objects.order_by("pk")[0]


def test_it_writes_what_was_asked_for(seeded):
    assert (User.objects.count(), Message.objects.count(), Fact.objects.count()) == (4, 240, 120)
    assert MemoryRun.objects.count() == 120
    assert Fact.objects.filter(status=FactStatus.SUPERSEDED, superseded_by=None).count() == 0


def test_what_was_written_can_be_found_and_shown(seeded):
    fact = Fact.objects.filter(owner=seeded, status=FactStatus.ACTIVE)[0]
    assert fact.pk in [hit.id for hit in search.find("fact", owner_id=seeded.pk, text=fact.statement, limit=5)]
    chat = Conversation.objects.filter(owner=seeded)[0]
    assert len(branches.current(chat)) == chat.messages.count() == 40
    assert Client().login(email=seeded.email, password="plum jam")


def test_the_application_goes_on_with_ids_of_its_own(seeded):
    chat = Conversation.objects.create(owner=seeded, model="x")
    Message.objects.create(conversation=chat, owner=seeded, role="user", text="Hi", position=0)
    Entity.objects.create(owner=seeded, name="Ingrid")
    User.objects.create_user("ingrid@example.org")
