"""The page on learning: what could be learned from, what it takes, how far it is, what it cost."""

import uuid

import pytest
from django.utils import timezone

from chat.models import Conversation, MemoryMode, MemoryRun, RunPurpose, RunState
from tests import stories
from tests.pages import words

pytestmark = pytest.mark.django_db

PAGE = "/memory/learning/"


@pytest.fixture
def old(alice) -> Conversation:
    chat = stories.conversation(alice, "Norway")
    stories.say(chat, "I live in Oslo.")
    return chat


def begin(client, **form):
    return client.post(f"{PAGE}begin/", form)


def states() -> list[tuple[str, str]]:
    return list(MemoryRun.objects.order_by("pk").values_list("purpose", "state"))


def test_it_says_that_there_is_nothing_to_learn_and_nothing_was_spent(alice_client):
    page = words(alice_client.get(PAGE))

    assert "There is nothing left to learn from." in page
    assert "No model was asked in the last thirty days." in page


def test_the_tabs_of_the_memory_lead_here_and_back(alice_client):
    assert f'href="{PAGE}"' in alice_client.get("/memory/").content.decode()
    html = alice_client.get(PAGE).content.decode()
    assert 'href="/memory/' in html
    assert 'href="/memory/?state=past"' in html


def test_chats_are_listed_with_what_is_in_them_and_those_that_are_off_say_so(alice_client, alice, old):
    off = stories.conversation(alice, "Secret", memory_mode=MemoryMode.OFF)
    stories.say(off, "I live in Rome.")
    html = alice_client.get(PAGE).content.decode()
    page = words(alice_client.get(PAGE))

    assert f'value="{old.uuid}"' in html
    assert "Norway 1 message," in page
    assert "Secret learns only if ticked 1 message," in page
    assert "checkbox" in html
    assert f'value="{off.uuid}" checked' not in html


def test_before_it_begins_it_says_what_it_takes_and_then_it_is_noted(alice_client, old):
    page = alice_client.get(f"{PAGE}estimate/", {"which": "all", "since": "2020-01-01"})
    assert "Calls to the model about 1" in words(page)
    assert 'name="since" value="2020-01-01"' in page.content.decode()
    assert states() == []

    assert "1 of your messages will be learned from." in words(
        alice_client.post(f"{PAGE}begin/", {"which": "all"}, follow=True)
    )
    assert states() == [(RunPurpose.LATER, RunState.PENDING)]


def test_no_chat_chosen_is_said(alice_client, old):
    assert "Choose at least one chat first." in words(
        alice_client.get(f"{PAGE}estimate/", {"which": "some"}, follow=True)
    )


def test_while_it_runs_the_page_asks_how_far_it_is_and_it_can_be_stopped(alice_client, alice, old):
    stories.say(old, "I have a cat.", parent=old.messages.last())
    begin(alice_client, which="some", chat=[str(old.uuid)])
    first = MemoryRun.objects.order_by("pk").first()
    MemoryRun.objects.filter(pk=first.pk).update(state=RunState.DONE)
    part = alice_client.get(f"{PAGE}progress/")
    assert "1 done, 0 failed, 1 left." in words(part)
    assert 'hx-trigger="every 3s"' in part.content.decode()

    assert "Stopped. What was learned is kept." in words(alice_client.post(f"{PAGE}stop/", follow=True))
    assert [state for _, state in states()] == [RunState.DONE, RunState.SKIPPED]
    assert "hx-trigger" not in alice_client.get(f"{PAGE}progress/").content.decode()


def test_it_says_why_it_waits_for_ones_own_key(alice_client, old):
    begin(alice_client, which="all")
    MemoryRun.objects.update(state=RunState.NEEDS_KEY)

    assert "It waits for your own key, which is stored nowhere" in words(alice_client.get(PAGE))


def test_what_cannot_begin_is_said(alice_client, alice):
    assert "There is nothing in there that could be learned." in words(
        alice_client.post(f"{PAGE}begin/", {"which": "all"}, follow=True)
    )


def test_what_it_cost_stands_in_a_table(alice_client, bob_client, old):
    reply = old.messages.last()
    MemoryRun.objects.create(
        owner=old.owner, reply=reply, state=RunState.DONE, model="scripted", finished_at=timezone.now(),
        prompt_tokens=1234, cached_tokens=200, completion_tokens=56,
    )  # fmt: skip

    assert "scripted 1 1234 200 56" in words(alice_client.get(PAGE))
    assert "1234" not in words(bob_client.get(PAGE))


@pytest.mark.parametrize("chat", [uuid.uuid4(), "nonsense", "hers"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_elses_chat_and_one_that_never_was_look_the_same(bob_client, old, chat, method):
    form = {"which": "some", "chat": [str(old.uuid) if chat == "hers" else str(chat)]}
    address = f"{PAGE}{'estimate' if method == 'get' else 'begin'}/"

    assert getattr(bob_client, method)(address, form).status_code == 404
    assert states() == []


def test_somebody_elses_learning_is_neither_seen_nor_stopped(alice_client, bob_client, old):
    begin(alice_client, which="all")
    bob_client.post(f"{PAGE}stop/")

    assert states() == [(RunPurpose.LATER, RunState.PENDING)]
    assert "left." not in words(bob_client.get(PAGE))


@pytest.mark.parametrize("page", ["0", "-1", "99999999999", "x", "2"])
def test_any_page_number_has_a_page(alice_client, old, page):
    assert alice_client.get(PAGE, {"page": page}).status_code == 200


@pytest.mark.parametrize("action", ["begin", "stop"])
def test_nothing_changes_by_a_get(alice_client, old, action):
    assert alice_client.get(f"{PAGE}{action}/").status_code == 405
