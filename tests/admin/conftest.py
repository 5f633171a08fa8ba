import pytest
from django.test import Client

from chat.models import Fact, FactStatus, User
from tests import stories
from tests.chromium import chromium  # noqa: F401


@pytest.fixture
def charlie(db) -> User:
    return User.objects.create_superuser("charlie@example.org", display_name="Charlie")


@pytest.fixture
def charlie_client(charlie) -> Client:
    client = Client()
    client.force_login(charlie)
    return client


@pytest.fixture
def told(alice) -> Fact:
    """Alice moved: a fact, the one before it, quotes, a receipt."""
    chat = stories.conversation(alice)
    first = stories.say(chat, "I live in Oslo.")[1]
    oslo = stories.learn(first, "Ingrid lives in Oslo.", quote="live in Oslo", status=FactStatus.SUPERSEDED)
    second = stories.say(chat, "I moved to Bergen.", parent=first)[1]
    bergen = stories.learn(second, "Ingrid lives in Bergen.", quote="moved to Bergen", instead_of=oslo)
    oslo.superseded_by = bergen
    oslo.save()
    stories.recall(second, facts=[oslo], messages=[first])
    return bergen
