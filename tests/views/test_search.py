"""Search finds what its person said and was told, and nothing of anybody else."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from chat.models import MemoryMode
from tests import stories
from tests.hostile import HOSTILE


def search(client: Client, text: str, **query: object) -> str:
    return client.get("/search/", {"q": text, **query}).content.decode()


def links(page: str) -> list[str]:
    return re.findall(r'class="found__link" href="([^"]*)"', page)


def test_a_result_leads_to_its_message(alice_client, alice):
    chat = stories.conversation(alice, "Holidays")
    asked, reply = stories.say(chat, "We sailed to Norway & back.", "How was it?")
    page = search(alice_client, "norway")
    assert links(page) == [f"/c/{chat.uuid}/#m-{asked.uuid}"]
    assert "We sailed to <mark>Norway</mark> &amp; back." in page
    assert "<bdi>Holidays</bdi>" in page
    assert str(reply.uuid) not in page


def test_bob_finds_nothing_of_alices(bob_client, alice, bob):
    stories.say(stories.conversation(alice, "Norway"), "We sailed to Norway.")
    chat = stories.conversation(bob, "Mine")
    mine = stories.say(chat, "I was never in Norway.")[0]
    page = search(bob_client, "norway sailed")
    assert links(page) == [f"/c/{chat.uuid}/#m-{mine.uuid}"]
    assert "sailed to" not in page


def test_the_bin_and_temporary_chats_are_left_out(alice_client, alice):
    stories.say(stories.conversation(alice, "Norway", deleted_at=timezone.now()), "We sailed to Norway.")
    stories.say(stories.conversation(alice, "Norway", memory_mode=MemoryMode.TEMPORARY), "We sailed to Norway.")
    page = search(alice_client, "norway")
    assert links(page) == []
    assert "No message has" in page
    assert 'found-titles"' not in page


@pytest.mark.parametrize("mode", [MemoryMode.OFF, MemoryMode.OWN, MemoryMode.READ_ONLY])
def test_search_is_not_memory(alice_client, alice, mode):
    stories.say(stories.conversation(alice, memory_mode=mode), "We sailed to Norway.")
    assert len(links(search(alice_client, "norway"))) == 1


def test_chats_are_found_by_their_titles(alice_client, alice, bob):
    chat = stories.conversation(alice, "Sailing in Norway")
    stories.conversation(bob, "Sailing alone")
    page = search(alice_client, "sailing")
    assert f'href="/c/{chat.uuid}/"><bdi>Sailing in Norway</bdi>' in page
    assert "Sailing alone" not in page


def test_many_results_come_in_pages(alice_client, alice):
    chat = stories.conversation(alice)
    for number in range(25):
        stories.say(chat, f"Norway, day {number}")
    first, second, third = (search(alice_client, "norway", page=page) for page in (1, 2, 3))
    assert (len(links(first)), len(links(second)), len(links(third))) == (20, 5, 0)
    assert set(links(first)).isdisjoint(links(second))
    assert 'rel="next" href="?q=norway&amp;page=2"' in first
    assert 'rel="next"' not in second
    assert "There is no such page." in third


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "1e3", "²", ""])
def test_odd_pages_are_some_page(alice_client, alice, page):
    stories.say(stories.conversation(alice), "Norway")
    assert alice_client.get("/search/", {"q": "norway", "page": page}).status_code == 200


@pytest.mark.parametrize(
    "text", ["", "   ", "\0", "the of and", "'\"%_;--", "NEAR(a b) OR * ^", "x" * 5000, "🙂", *HOSTILE]
)
def test_any_query_gets_an_answer_that_runs_nothing(alice_client, text):
    page = search(alice_client, text)
    assert "<h1>Search</h1>" in page
    assert text not in page or "<" not in text


def test_hostile_text_is_shown_as_text(alice_client, alice):
    for text in HOSTILE:
        chat = stories.conversation(alice, f"{text} norway"[:200])
        stories.say(chat, f"{text} norway", "fine")
    pages = [search(alice_client, "norway", page=page) for page in (1, 2)]
    for text in HOSTILE:
        assert not [page for page in pages if text in page and "<" in text]
    assert sum(page.count("<mark>norway</mark>") for page in pages) == len(HOSTILE)


def test_strangers_are_asked_to_sign_in(db):
    assert Client().get("/search/?q=norway").url.startswith("/accounts/login/")


def test_a_search_asks_few_questions(alice_client, alice, django_assert_max_num_queries):
    for number in range(30):
        stories.say(stories.conversation(alice, f"Norway {number}"), "We sailed to Norway.")
    with django_assert_max_num_queries(8):
        search(alice_client, "norway")
