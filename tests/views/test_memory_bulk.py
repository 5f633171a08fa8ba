"""Forgetting a period, one entity, or everything: seen first, and done as it was seen."""

import uuid
from datetime import UTC, datetime

import pytest

from chat.models import Conversation, Entity, Fact, FactStatus, MemoryChange, MemoryMode, Suppression, User
from chat.services.memory import ledger
from tests import stories
from tests.pages import words
from tests.views.test_memory_review import hold, suggest, true


@pytest.fixture
def chat(alice: User) -> Conversation:
    return stories.conversation(alice)


def on(fact: Fact, day: int, hour: int = 12) -> Fact:
    """Have it learned on a day of May 2025."""
    Fact.objects.filter(pk=fact.pk).update(learned_at=datetime(2025, 5, day, hour, tzinfo=UTC))
    return fact


@pytest.fixture
def may(chat: Conversation) -> dict[str, Fact]:
    """What was learned before, in and after the days from 10 to 12 May 2025."""
    before = on(hold(chat, "Ingrid likes tea.", attribute="likes", value="tea"), 9, 23)
    held = on(hold(chat, "Ingrid likes rum.", attribute="likes", value="rum"), 10, 0)
    last = on(hold(chat, "Bruno barks.", attribute="habit"), 12, 23)
    waiting = on(suggest(chat, "Ingrid likes ice.", attribute="likes"), 11)
    past = on(hold(chat, "Ingrid likes milk.", attribute="likes"), 11)
    ledger.retire(past, ledger.Cause(by_user=True), reason="forgotten")
    after = on(hold(chat, "Ingrid likes gin.", attribute="likes"), 13, 0)
    return {"before": before, "held": held, "last": last, "waiting": waiting, "past": past, "after": after}


PERIOD = {"from": "2025-05-10", "to": "2025-05-12"}


def test_what_it_comes_to_is_seen_before_it_is_done(alice_client, alice, may):
    page = words(alice_client.get("/memory/forget/", PERIOD))
    assert "2 that are held to be true 1 that waits for your word 1 that is past already" in page
    assert "Ingrid likes rum." in page
    assert "tea" not in page
    assert "gin" not in page
    assert len(true(alice)) == 4


def test_a_period_is_forgotten_not_learned_again_and_brought_back(alice_client, alice, may):
    page = alice_client.post("/memory/forget/", {**PERIOD, "how": "forget"}, follow=True)
    assert "Forgotten: 3." in words(page)
    assert true(alice) == ["Ingrid likes tea.", "Ingrid likes gin."]
    assert Fact.objects.get(pk=may["waiting"].pk).status == FactStatus.REJECTED
    assert ledger.is_suppressed(may["held"].entity, "likes", "rum")
    assert "Nothing that is known" in words(alice_client.get("/memory/?q=rum"))
    undo = alice_client.post(
        "/memory/changes/undo/", {"at": page.context["undo"]}, headers={"accept": "text/html"}, follow=True
    )
    assert "Undone: 3." in words(undo)
    assert len(true(alice)) == 4
    assert Fact.objects.get(pk=may["waiting"].pk).status == FactStatus.PENDING
    assert Fact.objects.get(pk=may["past"].pk).status == FactStatus.RETIRED
    assert not Suppression.objects.exists()


def test_a_period_is_deleted_for_good(alice_client, alice, may):
    page = alice_client.post("/memory/forget/", {**PERIOD, "how": "delete"}, follow=True)
    assert "Deleted for good: 4." in words(page)
    assert set(Fact.objects.values_list("pk", flat=True)) == {may["before"].pk, may["after"].pk}
    assert set(MemoryChange.objects.values_list("fact", flat=True)) == {may["before"].pk, may["after"].pk}
    assert ledger.is_suppressed(may["before"].entity, "likes", "rum")


def test_all_of_one_entity_is_forgotten_or_deleted(alice_client, alice, may):
    who = may["held"].entity
    page = words(alice_client.get("/memory/forget/", {"entity": who.uuid}))
    assert "Forget all of Ingrid" in page
    alice_client.post("/memory/forget/", {"entity": who.uuid, "how": "forget"})
    assert true(alice) == []
    alice_client.post("/memory/forget/", {"entity": who.uuid, "how": "delete"})
    assert not Entity.objects.filter(name="Ingrid").exists()
    assert not Fact.objects.exists()


def test_a_chats_own_memory_is_forgotten_apart(alice_client, alice, may):
    own = stories.conversation(alice, memory_mode=MemoryMode.OWN)
    on(hold(own, "Ingrid is a dragon."), 11)
    form = {**PERIOD, "conversation": str(own.uuid), "how": "forget"}
    page = alice_client.post("/memory/forget/", form, follow=True)
    assert "Forgotten: 1." in words(page)
    assert len(true(alice)) == 4


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"from": "2025-05-12", "to": "2025-05-10"}, "The first day has to be before the last."),
        ({"from": "2025-05-12"}, "Give both days, such as 2026-11-28."),
        ({"from": "2025-02-31", "to": "2025-05-10"}, "Give both days, such as 2026-11-28."),
        ({"from": "x", "to": "9999-12-31"}, "Give both days, such as 2026-11-28."),
    ],
)
def test_days_that_make_no_period_are_explained_and_change_nothing(alice_client, alice, may, given, sentence):
    assert sentence in words(alice_client.get("/memory/forget/", given))
    page = alice_client.post("/memory/forget/", {**given, "how": "delete"})
    assert (page.status_code, sentence in words(page)) == (422, True)
    assert len(true(alice)) == 4


def test_nothing_learned_then(alice_client, may):
    page = words(alice_client.get("/memory/forget/", {"from": "2020-01-01", "to": "2020-01-02"}))
    assert "Nothing was learned then" in page
    assert "Delete for good" not in page


def test_without_a_choice_nothing_is_done(alice_client, alice, may):
    for form in ({}, {"how": "delete"}, {**PERIOD, "how": "eat"}, PERIOD):
        assert alice_client.post("/memory/forget/", form).status_code == 200, form
    assert len(true(alice)) == 4


def test_foreign_and_missing_look_the_same(bob_client, alice, chat, may):
    for form in (
        {"entity": may["held"].entity.uuid},
        {"entity": uuid.uuid4()},
        {"entity": "x"},
        {**PERIOD, "conversation": chat.uuid},
        {**PERIOD, "conversation": "x"},
    ):
        assert bob_client.get("/memory/forget/", form).status_code == 404, form
        assert bob_client.post("/memory/forget/", {**form, "how": "delete"}).status_code == 404, form
    bob_client.post("/memory/forget/", {**PERIOD, "how": "delete"})
    assert len(true(alice)) == 4
