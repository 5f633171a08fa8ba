"""What waits for the person's word, and changes taken back together, as the pages do it."""

import json
import uuid

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from chat.models import (
    Conversation,
    Entity,
    EntityChange,
    Fact,
    FactStatus,
    MemoryChange,
    MemoryMode,
    Message,
    Suggestion,
    User,
)
from chat.services.memory import ledger, stores
from chat.services.memory.curating import lots, naming
from chat.services.memory.ledger import Cause, Content
from tests import stories
from tests.page import Page
from tests.pages import words


@pytest.fixture
def chat(alice: User) -> Conversation:
    return stories.conversation(alice)


def somebody(chat: Conversation, name: str = "Ingrid") -> Entity:
    store = stores.store_of(chat)
    found = stores.entities(store).filter(name=name).first()
    if found is None:
        found = Entity.objects.create(**store.columns, kind="person", name=name)
        found.aliases.create(text=name, normalised=stores.normalise(name))
    return found


def hold(chat: Conversation, statement: str, *, attribute: str = "lives_in", value: str = "", **fields) -> Fact:
    """Have ``statement`` be true."""
    question, reply = stories.say(chat, statement)
    cause = Cause(by_user=False, reply=reply, message=question, quote=statement)
    return ledger.add(Content(somebody(chat), attribute, value or statement, statement, **fields), cause).fact


def suggest(
    chat: Conversation,
    statement: str,
    *,
    concerns: Fact | None = None,
    suggestion: Suggestion = Suggestion.ADD,
    attribute: str = "lives_in",
    value: str = "",
    reason: str = "unsure",
) -> Fact:
    """Have ``statement`` wait for review."""
    question, reply = stories.say(chat, statement)
    cause = Cause(by_user=False, reply=reply, message=question, quote=statement)
    content = Content(somebody(chat), attribute, value or statement, statement)
    return ledger.suggest(content, cause, reason=reason, suggestion=suggestion, concerns=concerns)


def decide(client: Client, decision: str, *facts: Fact, **options):
    return client.post("/memory/review/", {"decision": decision, "fact": [str(f.uuid) for f in facts]}, **options)


def undo(client: Client, *changes: MemoryChange | EntityChange, **options):
    return client.post("/memory/changes/undo/", {"change": [str(change.uuid) for change in changes]}, **options)


def said(response) -> str:
    return json.loads(response["HX-Trigger"])["memory-changed"]["said"]


def undo_all_of(client: Client, response):
    """What the toast's button does."""
    detail = json.loads(response["HX-Trigger"])["memory-changed"]
    return client.post(detail["address"], {"at": detail["undo"]})


def true(owner: User) -> list[str]:
    return list(
        Fact.objects.filter(owner=owner, status=FactStatus.ACTIVE).order_by("pk").values_list("statement", flat=True)
    )


def as_they_are(owner: User) -> list[tuple]:
    """All that a decision may change."""
    columns = ("status", "suggestion", "concerns", "superseded_by", "locked", "reason", "retired_at", "statement")
    return list(Fact.objects.filter(owner=owner).order_by("pk").values_list(*columns))


# -- the queue --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("locked", "It would change something that you have set by hand."),
        ("too_many", "One message said a great deal at once; this was more than is kept without asking."),
        ("sensitive", "It is a sensitive matter, and you are asked before such things are kept."),
        ("unsure", "You did not sound sure of it."),
        ("hearsay", "Somebody else says so, not you."),
        ("a_code_of_tomorrow", "It was said in a chat, and was not taken for certain."),
    ],
)
def test_the_queue_says_why_something_waits(alice_client, chat, reason, sentence):
    suggest(chat, "Ingrid lives in Oslo.", reason=reason)
    assert sentence in words(alice_client.get("/memory/?state=waiting"))


def test_the_queue_says_what_each_would_do(alice_client, chat):
    home = hold(chat, "Ingrid lives in Oslo.", locked=True)
    dog = hold(chat, "Ingrid has a dog.", attribute="pet")
    suggest(chat, "Ingrid moved to Bergen.", concerns=home, suggestion=Suggestion.UPDATE)
    suggest(chat, "Ingrid's dog died.", concerns=dog, suggestion=Suggestion.RETIRE, attribute="pet")
    page = words(alice_client.get("/memory/?state=waiting"))
    assert "Ingrid moved to Bergen. Would take the place of: “ Ingrid lives in Oslo. ” Set by you" in page
    assert "Ingrid's dog died. Would end: “ Ingrid has a dog. ”" in page


def test_the_old_and_the_new_address_lead_to_the_queue(alice_client, chat, alice):
    own = stories.conversation(alice, memory_mode=MemoryMode.OWN)
    here, there = suggest(chat, "Ingrid lives in Oslo."), suggest(own, "Ingrid is a dragon.", attribute="species")
    assert alice_client.get("/memory/review/")["Location"] == "/memory/?state=waiting"
    assert alice_client.get(f"/memory/review/{here.uuid}/")["Location"] == f"/memory/?state=waiting#fact-{here.uuid}"
    assert (
        alice_client.get(f"/memory/review/{there.uuid}/")["Location"]
        == f"/memory/?state=waiting&conversation={own.uuid}#fact-{there.uuid}"
    )
    decide(alice_client, "accept", here)
    assert (
        alice_client.get(f"/memory/review/{here.uuid}/")["Location"] == f"/memory/{here.entity.uuid}/#fact-{here.uuid}"
    )


def test_a_long_queue_has_pages_and_its_whole_count(alice_client, chat, django_assert_max_num_queries):
    facts = [suggest(chat, f"Ingrid likes number {number}.", attribute="likes") for number in range(60)]
    with django_assert_max_num_queries(14):
        first = words(alice_client.get("/memory/?state=waiting"))
    assert "For you to decide 60" in first
    assert "Ingrid likes number 0." not in first
    assert "Ingrid likes number 0." in words(alice_client.get("/memory/?state=waiting&page=2"))
    assert "page=2" in alice_client.get(f"/memory/review/{facts[0].uuid}/")["Location"]


# -- accepting --------------------------------------------------------------------------------------------------------


def test_an_accepted_addition_is_true_and_undo_puts_it_back_in_the_queue(alice_client, alice, chat):
    fact = suggest(chat, "Ingrid lives in Oslo.")
    before = as_they_are(alice)
    response = decide(alice_client, "accept", fact)
    assert (response.status_code, said(response), true(alice)) == (204, "Accepted.", ["Ingrid lives in Oslo."])
    change = MemoryChange.objects.get()
    assert (change.operation, change.by_user, change.reply) == ("added", True, Message.objects.get(role="assistant"))
    assert "Ingrid lives in Oslo." in words(alice_client.get("/memory/?q=Oslo"))
    assert undo_all_of(alice_client, response).status_code == 204
    assert as_they_are(alice) == before
    assert "Nothing that is known" in words(alice_client.get("/memory/?q=Oslo"))


def test_an_accepted_update_takes_the_place_even_of_what_was_set_by_hand(alice_client, alice, chat):
    old = hold(chat, "Ingrid lives in Oslo.", locked=True)
    new = suggest(chat, "Ingrid lives in Bergen.", concerns=old, suggestion=Suggestion.UPDATE, reason="locked")
    before = as_they_are(alice)
    response = decide(alice_client, "accept", new)
    new.refresh_from_db()
    assert (true(alice), new.locked) == (["Ingrid lives in Bergen."], True)
    assert "Before that (1)" in words(alice_client.get(f"/memory/{new.entity.uuid}/"))
    undo_all_of(alice_client, response)
    assert as_they_are(alice) == before


def test_deleting_what_gave_way_leaves_what_took_its_place(alice_client, alice, chat):
    old = hold(chat, "Ingrid lives in Oslo.", locked=True)
    decide(alice_client, "accept", suggest(chat, "Ingrid lives in Bergen.", concerns=old, suggestion=Suggestion.UPDATE))
    alice_client.post(f"/memory/facts/{old.uuid}/delete/")
    assert true(alice) == ["Ingrid lives in Bergen."]
    undo(alice_client, MemoryChange.objects.get(by_user=True))
    waiting = Fact.objects.get(statement="Ingrid lives in Bergen.")
    assert (waiting.status, waiting.suggestion) == (FactStatus.PENDING, Suggestion.ADD)


def test_an_accepted_end_ends_it_and_shows_no_sentence_that_never_was_true(alice_client, alice, chat):
    dog = hold(chat, "Ingrid has a dog.", attribute="pet", locked=True)
    end = suggest(chat, "Ingrid's dog died.", concerns=dog, suggestion=Suggestion.RETIRE, attribute="pet")
    before = as_they_are(alice)
    response = decide(alice_client, "accept", end)
    assert true(alice) == []
    past = words(alice_client.get("/memory/?state=past"))
    assert "Ingrid has a dog." in past
    assert "Ingrid's dog died." not in past
    undo_all_of(alice_client, response)
    assert as_they_are(alice) == before


def test_correct_and_keep(alice_client, alice, chat):
    old = hold(chat, "Ingrid lives in Oslo.", locked=True)
    new = suggest(chat, "Ingrid lives in Bergen.", value="Bergen", concerns=old, suggestion=Suggestion.UPDATE)
    alice_client.post(f"/memory/facts/{new.uuid}/edit/", {"statement": "Ingrid lives in Voss."})
    now = Fact.objects.get(status=FactStatus.ACTIVE)
    assert (now.statement, now.value, now.origin, now.locked) == ("Ingrid lives in Voss.", "Voss", "hand", True)
    assert now.sources.get().quote == "Ingrid lives in Bergen."
    undo(alice_client, MemoryChange.objects.get(by_user=True))
    assert true(alice) == ["Ingrid lives in Oslo."]
    assert "Ingrid lives in Voss." in words(alice_client.get("/memory/?state=waiting"))


# -- rejecting --------------------------------------------------------------------------------------------------------


def test_what_is_rejected_is_not_learned_again_until_that_is_undone(alice_client, alice, chat):
    fact = suggest(chat, "Ingrid lives in Oslo.", value="Oslo")
    before = as_they_are(alice)
    response = decide(alice_client, "reject", fact)
    fact.refresh_from_db()
    assert (fact.status, true(alice)) == (FactStatus.REJECTED, [])
    assert ledger.is_suppressed(fact.entity, "lives_in", "Oslo")
    assert "Nothing waits for you." in words(alice_client.get("/memory/?state=waiting"))
    undo_all_of(alice_client, response)
    assert as_they_are(alice) == before
    assert not ledger.is_suppressed(fact.entity, "lives_in", "Oslo")


def test_rejecting_an_end_leaves_the_fact_and_lets_it_be_learned(alice_client, alice, chat):
    dog = hold(chat, "Ingrid has a dog.", attribute="pet", value="dog")
    end = suggest(chat, "No dog.", concerns=dog, suggestion=Suggestion.RETIRE, attribute="pet", value="dog")
    decide(alice_client, "reject", end)
    assert true(alice) == ["Ingrid has a dog."]
    assert not ledger.is_suppressed(dog.entity, "pet", "dog")


# -- many, and races --------------------------------------------------------------------------------------------------


def test_many_are_decided_in_one_act_with_one_undo(alice_client, alice, chat):
    facts = [suggest(chat, f"Ingrid likes number {number}.", attribute="likes") for number in range(3)]
    before = as_they_are(alice)
    response = decide(alice_client, "accept", *facts)
    assert (said(response), len(true(alice))) == ("Accepted: 3.", 3)
    assert undo_all_of(alice_client, response).status_code == 204
    assert as_they_are(alice) == before
    assert undo_all_of(alice_client, response).status_code == 404


def test_what_was_decided_before_or_is_gone_is_said_and_the_others_are_done(alice_client, alice, chat):
    decided, gone, good = (suggest(chat, f"Ingrid likes {what}.", attribute="likes") for what in ("tea", "rum", "ice"))
    decide(alice_client, "reject", decided)
    Fact.objects.filter(pk=gone.pk).delete()
    response = decide(alice_client, "accept", decided, gone, good)
    assert said(response) == ("Accepted. One of them is not there any more. “Ingrid likes tea.” was decided before.")
    assert true(alice) == ["Ingrid likes ice."]


def test_a_place_that_is_taken_meanwhile_is_asked_about_again(alice_client, alice, chat):
    waiting = suggest(chat, "Ingrid lives in Oslo.")
    hold(chat, "Ingrid lives in Bergen.")
    response = decide(alice_client, "accept", waiting)
    assert response.status_code == 409
    assert said(response) == (
        "“Ingrid lives in Oslo.” would now take the place of “Ingrid lives in Bergen.”. Look at it again."
    )
    assert true(alice) == ["Ingrid lives in Bergen."]
    assert "Would take the place of: “ Ingrid lives in Bergen. ”" in words(alice_client.get("/memory/?state=waiting"))
    assert decide(alice_client, "accept", waiting).status_code == 204
    assert true(alice) == ["Ingrid lives in Oslo."]


def test_of_two_for_one_place_the_second_is_asked_about_again(alice_client, alice, chat):
    first, second = suggest(chat, "Ingrid lives in Oslo."), suggest(chat, "Ingrid lives in Bergen.")
    response = decide(alice_client, "accept", first, second)
    assert said(response) == (
        "Accepted. “Ingrid lives in Bergen.” would now take the place of “Ingrid lives in Oslo.”. Look at it again."
    )
    assert true(alice) == ["Ingrid lives in Oslo."]


def test_two_that_concern_one_fact_do_not_both_take_its_place(alice_client, alice, chat):
    dog = hold(chat, "Ingrid has a dog.", attribute="pet")
    renamed = [
        suggest(chat, f"Ingrid's dog is {name}.", concerns=dog, suggestion=Suggestion.UPDATE, attribute="pet")
        for name in ("Rex", "Max")
    ]
    decide(alice_client, "accept", *renamed)
    assert list(MemoryChange.objects.filter(by_user=True).values_list("operation", "previous")) == [
        ("updated", dog.pk),
        ("added", None),
    ]


def test_an_end_of_what_ended_by_itself_is_closed_with_a_sentence(alice_client, alice, chat):
    dog = hold(chat, "Ingrid has a dog.", attribute="pet")
    end = suggest(chat, "No dog.", concerns=dog, suggestion=Suggestion.RETIRE, attribute="pet")
    alice_client.post(f"/memory/facts/{dog.uuid}/forget/")
    response = decide(alice_client, "accept", end)
    assert said(response) == "“No dog.”: what it would have ended is no longer held to be true."
    assert "Nothing waits for you." in words(alice_client.get("/memory/?state=waiting"))


def test_nothing_ticked_and_nonsense(alice_client, chat):
    fact = suggest(chat, "Ingrid lives in Oslo.")
    assert said(alice_client.post("/memory/review/", {"decision": "accept"})) == "Tick at least one of them first."
    assert alice_client.post("/memory/review/", {"decision": "eat", "fact": fact.uuid}).status_code == 409
    assert alice_client.post("/memory/review/", {"decision": "accept", "fact": "x"}).status_code == 404
    for at in ("x", "2026-13-45T00:00:00+00:00", "2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00"):
        assert alice_client.post("/memory/changes/undo/", {"at": at}).status_code == 404, at


def test_without_scripts_the_queue_works_by_forms(alice_client, alice, chat):
    facts = [suggest(chat, f"Ingrid likes {what}.", attribute="likes") for what in ("tea", "ice")]
    html = alice_client.get("/memory/?state=waiting").content.decode()
    assert all(f'form="decide" name="fact" value="{fact.uuid}"' in html for fact in facts)
    page = decide(alice_client, "accept", *facts, headers={"accept": "text/html"}, follow=True)
    assert page.redirect_chain == [("/memory/?state=waiting", 302)]
    assert "Accepted: 2." in words(page)
    assert "Accepted: Ingrid likes ice." in words(page)
    changes = list(MemoryChange.objects.filter(by_user=True))
    form = {"change": [change.uuid for change in changes], "next": "/memory/?state=waiting"}
    page = alice_client.post("/memory/changes/undo/", form, headers={"accept": "text/html"}, follow=True)
    assert "Undone: 2." in words(page)
    assert true(alice) == []


@pytest.mark.parametrize("given", ["https://evil.example/", "//evil.example", "/memory/\r\nX: y", ""])
def test_after_an_undo_one_stays_on_this_site(alice_client, chat, given):
    hold(chat, "Ingrid lives in Oslo.")
    form = {"change": MemoryChange.objects.get().uuid, "next": given}
    response = alice_client.post("/memory/changes/undo/", form, headers={"accept": "text/html"})
    assert response["Location"].startswith("/memory/")
    assert not response.has_header("X")


# -- undo of many -----------------------------------------------------------------------------------------------------


def test_several_changes_are_undone_newest_first(alice_client, alice, chat):
    first = hold(chat, "Ingrid lives in Oslo.")
    ledger.supersede(
        first, Content(first.entity, "lives_in", "B", "Ingrid lives in B."), Cause(by_user=False), reason=""
    )
    response = undo(alice_client, *MemoryChange.objects.order_by("pk"))
    assert (said(response), true(alice)) == ("Undone: 2.", [])


def test_changes_of_entities_are_undone_with_those_of_facts(alice_client, alice, chat):
    fact = hold(chat, "Ingrid lives in Oslo.")
    naming.rename(user=alice, entity_id=fact.entity.uuid, name="Inga", disambiguator="", kind="person")
    renamed = EntityChange.objects.get()
    assert f'value="{renamed.uuid}"' in alice_client.get("/memory/timeline/").content.decode()
    response = undo(alice_client, renamed, MemoryChange.objects.get())
    assert (said(response), true(alice)) == ("Undone: 2.", [])
    assert Entity.objects.get(pk=fact.entity.pk).name == "Ingrid"


def test_what_cannot_be_undone_is_named_and_the_others_are_undone(alice_client, alice, chat):
    first = hold(chat, "Ingrid lives in Oslo.")
    ledger.supersede(
        first, Content(first.entity, "lives_in", "B", "Ingrid lives in B."), Cause(by_user=False), reason=""
    )
    hold(chat, "Ingrid has a dog.", attribute="pet")
    built_on, free = MemoryChange.objects.get(fact=first), MemoryChange.objects.latest("pk")
    response = undo(alice_client, built_on, free)
    assert (response.status_code, said(response)) == (204, "Undone. “Ingrid lives in Oslo.” has changed since.")
    assert true(alice) == ["Ingrid lives in B."]
    response = undo(alice_client, built_on)
    assert (response.status_code, said(response)) == (409, "“Ingrid lives in Oslo.” has changed since.")


def test_a_lot_that_was_forgotten_comes_back_with_its_words_and_may_be_learned(alice_client, alice, chat):
    facts = [hold(chat, f"Ingrid likes {what}.", attribute="likes", value=what) for what in ("tea", "ice")]
    taken = hold(chat, "Ingrid lives in Oslo.")
    at = lots.forget(user=alice, facts=Fact.objects.filter(owner=alice))
    assert true(alice) == []
    assert ledger.is_suppressed(facts[0].entity, "likes", "tea")
    hold(chat, "Ingrid lives in Bergen.")
    response = alice_client.post("/memory/changes/undo/", {"at": at.isoformat()})
    assert said(response) == f"Undone: 2. “{taken.statement}” has changed since."
    assert true(alice) == ["Ingrid likes tea.", "Ingrid likes ice.", "Ingrid lives in Bergen."]
    assert not ledger.is_suppressed(facts[0].entity, "likes", "tea")
    assert "Ingrid likes tea." in words(alice_client.get("/memory/?q=tea"))


# -- whose it is ------------------------------------------------------------------------------------------------------


def test_foreign_and_missing_look_the_same(bob_client, alice, chat):
    waiting, held = suggest(chat, "Ingrid likes tea.", attribute="likes"), hold(chat, "Ingrid lives in Oslo.")
    change, nobody = MemoryChange.objects.get(fact=held), uuid.uuid4()
    before = as_they_are(alice)
    for fact in (waiting.uuid, nobody):
        assert bob_client.get(f"/memory/review/{fact}/").status_code == 404
        assert bob_client.post("/memory/review/", {"decision": "accept", "fact": fact}).status_code == 404
        assert bob_client.post("/memory/review/", {"decision": "reject", "fact": fact}).status_code == 404
    for given in ({"change": change.uuid}, {"change": nobody}, {"at": change.created_at.isoformat()}):
        assert bob_client.post("/memory/changes/undo/", given).status_code == 404
    assert bob_client.get("/memory/changes/undo/").status_code == 405
    assert as_they_are(alice) == before
    assert "Ingrid" not in words(bob_client.get("/memory/?state=waiting"))


def test_bobs_own_are_decided_and_alices_are_left_alone(bob_client, bob, alice, chat):
    hers, his = suggest(chat, "Ingrid likes tea."), suggest(stories.conversation(bob), "Ingrid likes rum.")
    response = decide(bob_client, "accept", hers, his)
    assert said(response) == "Accepted. One of them is not there any more."
    assert (true(alice), true(bob)) == ([], ["Ingrid likes rum."])


# -- open pages -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
async def test_open_pages_see_what_waits_its_decision_and_its_undo(alice):
    chat = await sync_to_async(stories.conversation)(alice)
    fact = await sync_to_async(suggest)(chat, "Ingrid lives in Oslo.")
    client = Client()
    await sync_to_async(client.force_login)(alice)
    async with Page(alice) as page:
        state = await page.follow(str(chat.uuid))
        assert [(c["op"], c["fact"], c["undone"]) for c in state["messages"][-1]["learned"]] == [
            ("suggested", str(fact.uuid), False)
        ]
        response = await sync_to_async(decide)(client, "accept", fact)
        told = await page.until("memory.updated")
        assert [(c["op"], c["fact"], c["undone"]) for c in told["changes"]] == [
            ("added", str(fact.uuid), False),
            ("suggested", str(fact.uuid), True),
        ]
        await sync_to_async(undo_all_of)(client, response)
        told = await page.until("memory.updated")
        assert [(c["op"], c["fact"], c["undone"]) for c in told["changes"]] == [
            ("added", str(fact.uuid), True),
            ("suggested", str(fact.uuid), False),
        ]
