"""The lists ask the database the same few questions however many rows there are."""

from io import StringIO

import pytest
from django.core.management import call_command

from chat.admin import paging
from chat.models import (
    ContextReceipt,
    Conversation,
    Entity,
    Fact,
    FactSource,
    FactStatus,
    MemoryChange,
    MemoryRun,
    Message,
    User,
)
from tests.admin.pages import list_url, page_url

LISTED = (Conversation, Entity, Fact, FactSource, MemoryChange, MemoryRun, Message, User)


@pytest.fixture
def seeded(db) -> User:
    call_command("seed_demo", users=3, messages=400, facts=200, stdout=StringIO())
    return User.objects.filter(email__startswith="demo-").order_by("pk")[0]


@pytest.mark.parametrize("model", LISTED)
def test_a_list_asks_few_questions(charlie_client, seeded, model, django_assert_max_num_queries):
    word = Fact.objects.filter(owner=seeded, status=FactStatus.ACTIVE)[0].statement.split()[-1]
    # Session, person and rights, count, rows; search and its person more.
    with django_assert_max_num_queries(5):
        charlie_client.get(list_url(model))
    with django_assert_max_num_queries(8):
        charlie_client.get(list_url(model), {"q": word, **({} if model is User else {"person": seeded.email})})


@pytest.mark.parametrize(
    ("model", "most"),
    [(Conversation, 8), (Entity, 9), (Fact, 14), (FactSource, 6), (MemoryChange, 10), (MemoryRun, 7), (User, 7)],
)
def test_a_page_asks_few_questions(charlie_client, seeded, model, most, django_assert_max_num_queries):
    row = model.objects.order_by("-pk")[0]
    with django_assert_max_num_queries(most):
        charlie_client.get(page_url(row))


def test_a_message_with_a_receipt_asks_few_questions(charlie_client, seeded, django_assert_max_num_queries):
    reply = ContextReceipt.objects.order_by("pk")[0].reply
    with django_assert_max_num_queries(15):
        charlie_client.get(page_url(reply))


def test_deleting_a_person_is_asked_about_in_few_questions(charlie_client, seeded, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        charlie_client.get(page_url(seeded, "delete"))


def test_long_lists_are_not_counted_to_their_end(charlie_client, alice, django_assert_num_queries):
    chats = [Conversation(owner=alice, model="x") for _ in range(paging.MAX_COUNTED + 50)]
    Conversation.objects.bulk_create(chats)
    text = charlie_client.get(list_url(Conversation)).content.decode()
    assert "The first 10000 of more conversations; filters and search find the others." in text
    with django_assert_num_queries(1):
        pages = paging.BoundedPaginator(Conversation.objects.order_by("-pk"), 50)
        assert (pages.count, pages.num_pages, pages.is_cut) == (10_000, 200, True)
    assert charlie_client.get(list_url(Conversation), {"p": 200}).status_code == 200
