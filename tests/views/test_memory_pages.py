"""The memory, as people read and correct it."""

import re
import time
import uuid
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.models import (
    Conversation,
    Entity,
    EntityKind,
    Fact,
    FactStatus,
    MemoryChange,
    MemoryMode,
    Message,
    Suppression,
    User,
)
from chat.services.memory import ledger, stores
from chat.services.memory.ledger import Cause, Content
from chat.services.memory.stores import Store
from tests import stories
from tests.page import Page
from tests.pages import words


def learn(
    chat: Conversation, statement: str, *, about: str = "Ingrid", attribute: str = "home", value: str = ""
) -> Fact:
    """Say ``statement`` in ``chat`` and have it noted, as the learner would."""
    question, reply = stories.say(chat, statement)
    store = stores.store_of(chat)
    if about == "You":
        entity = stores.self_entity(store)
    else:
        entity = stores.entities(store).filter(name=about).first()
        if entity is None:
            entity = Entity.objects.create(**store.columns, kind=EntityKind.PERSON, name=about)
            entity.aliases.create(text=about, normalised=stores.normalise(about))
    cause = Cause(by_user=False, reply=reply, message=question, quote=statement)
    content = Content(entity, attribute, value or statement, statement)
    old = entity.facts.filter(attribute=attribute, status=FactStatus.ACTIVE).first()
    change = ledger.supersede(old, content, cause, reason="newer") if old else ledger.add(content, cause)
    return change.fact


@pytest.fixture
def chat(alice: User) -> Conversation:
    return stories.conversation(alice)


@pytest.fixture
def moved(chat: Conversation) -> Fact:
    """Ingrid moved once; where she lives now."""
    learn(chat, "Ingrid lives in Norway.", value="Norway")
    return learn(chat, "Ingrid lives in Sweden.", value="Sweden")


def entity_page(fact: Fact) -> str:
    return f"/memory/{fact.entity.uuid}/"


def post(client: Client, fact: Fact, action: str, **form: str):
    return client.post(f"/memory/facts/{fact.uuid}/{action}/", form)


# -- reading ----------------------------------------------------------------------------------------------------------


def test_an_empty_memory_says_what_to_do(alice_client):
    page = words(alice_client.get("/memory/"))
    assert "Nothing is remembered yet. Tell it something in a chat" in page


def test_what_is_known_is_listed_by_whom_it_is_about(alice_client, moved, chat):
    learn(chat, "My name is Alice.", about="You", attribute="name")
    response = alice_client.get("/memory/")
    page = words(response)
    assert page.index("My name is Alice.") < page.index("Ingrid lives in Sweden.")
    assert "Norway." not in page
    assert f'href="{entity_page(moved)}"' in response.content.decode()


def test_the_page_of_an_entity_shows_the_words_and_where_they_were_said(alice_client, moved, chat):
    response = alice_client.get(entity_page(moved))
    html = response.content.decode()
    message = moved.sources.get().message
    assert '<blockquote dir="auto">Ingrid lives in Sweden.</blockquote>' in html
    assert f'<a href="/c/{chat.uuid}/#m-{message.uuid}" dir="auto">Ingrid and Norway</a>' in html
    assert "Since " + timezone.now().strftime("%-d %B %Y") in words(response)


def test_it_shows_what_was_true_before_with_dates(alice_client, chat):
    first = learn(chat, "Ingrid lives in Norway.", value="Norway")
    began = timezone.now() - timedelta(days=400)
    Fact.objects.filter(pk=first.pk).update(learned_at=began)
    learn(chat, "Ingrid lives in Sweden.", value="Sweden")
    last = learn(chat, "Ingrid lives in Finland.", value="Finland")
    page = words(alice_client.get(entity_page(last)))
    today = timezone.now().strftime("%-d %B %Y")
    assert "Before that (2)" in page
    assert page.index("Ingrid lives in Sweden.") < page.index(
        f"Ingrid lives in Norway. {began.strftime('%-d %B %Y')} to {today}"
    )


def test_a_source_in_the_bin_is_quoted_without_a_link(alice_client, moved, chat):
    Conversation.objects.filter(pk=chat.pk).update(deleted_at=timezone.now())
    response = alice_client.get(entity_page(moved))
    assert "in a chat that lies in the bin" in words(response)
    assert f"/c/{chat.uuid}/#m-" not in response.content.decode()


def test_search_finds_names_and_words(alice_client, moved, chat):
    learn(chat, "Bruno is afraid of thunder.", about="Bruno", attribute="fear")
    by_name, by_part = words(alice_client.get("/memory/?q=bru")), words(alice_client.get("/memory/?q=thund"))
    assert "Names Bruno" in by_name
    assert "Statements Bruno is afraid of thunder." in by_part
    assert "Ingrid lives" not in by_name + by_part


def test_search_that_finds_nothing_says_so(alice_client, moved):
    response = alice_client.get("/memory/", {"q": "<b>Atlantis</b>"})
    assert "Nothing that is known has “ <b>Atlantis</b> ” in it." in words(response)
    assert "<b>Atlantis</b>" not in response.content.decode()


@pytest.mark.parametrize("text", ["%", "_", "'; DROP TABLE chat_fact; --", "\0", "\\", "“", "a" * 5000, '" OR "'])
def test_search_takes_any_text(alice_client, moved, text):
    assert alice_client.get("/memory/", {"q": text}).status_code == 200
    assert Fact.objects.filter(pk=moved.pk).exists()


@pytest.mark.parametrize("number", ["0", "-1", "2", "999999999999999999999", "x", "٣"])
def test_any_page_number_is_answered(alice_client, moved, number):
    assert alice_client.get("/memory/", {"page": number}).status_code == 200
    assert alice_client.get("/memory/", {"page": number, "state": "past"}).status_code == 200
    assert alice_client.get(entity_page(moved), {"page": number}).status_code == 200


def test_what_people_say_is_text(alice_client, chat):
    fact = learn(chat, "<script>alert(1)</script>", about="<img src=x>")
    for address in ("/memory/", entity_page(fact), "/memory/?q=script", "/memory/panel/"):
        html = alice_client.get(address).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x>" not in html


def test_a_chat_with_a_clean_memory_has_its_own_page(alice_client, alice, moved):
    own = stories.conversation(alice, title="A novel", memory_mode=MemoryMode.OWN)
    learn(own, "Ingrid is a dragon.")
    assert "is a dragon" not in words(alice_client.get("/memory/"))
    response = alice_client.get("/memory/")
    address = f"/memory/?conversation={own.uuid}"
    assert f'href="{address}"' in response.content.decode()
    page = words(alice_client.get(address))
    assert "Ingrid is a dragon." in page
    assert "Sweden" not in page
    assert "Sweden" not in words(alice_client.get(address + "&q=Ingrid"))


def test_what_a_chat_in_the_bin_knew_alone_can_still_be_read(alice_client, alice):
    own = stories.conversation(alice, memory_mode=MemoryMode.OWN, deleted_at=timezone.now())
    response = alice_client.get(entity_page(learn(own, "Ingrid is a dragon.")))
    assert "Known in one chat alone, which lies in the bin." in words(response)
    assert str(own.uuid) not in response.content.decode()


def test_memory_that_is_off_says_so_and_still_shows_all(alice_client, alice, moved):
    User.objects.filter(pk=alice.pk).update(memory_enabled=False)
    page = words(alice_client.get("/memory/"))
    assert "Memory is off in your settings: nothing is recalled and nothing is learned." in page
    assert "Ingrid lives in Sweden." in page


def test_the_panel_shows_the_store_of_the_open_chat(alice_client, alice, moved):
    own = stories.conversation(alice, memory_mode=MemoryMode.OWN)
    learn(own, "Ingrid is a dragon.")
    everywhere = words(alice_client.get("/memory/panel/"))
    alone = words(alice_client.get("/memory/panel/", {"conversation": str(own.uuid)}))
    assert "Ingrid lives in Sweden." in everywhere
    assert "dragon" not in everywhere
    assert "Ingrid is a dragon." in alone
    assert "Sweden" not in alone


@pytest.mark.parametrize("given", ["nonsense", "5d8f0d1a-3f0b-4a35-a6c3-64c1d7d3c002"])
def test_the_panel_of_no_chat(alice_client, given):
    assert alice_client.get("/memory/panel/", {"conversation": given}).status_code == 404


@pytest.mark.django_db
def test_twenty_thousand_facts_are_read_in_a_few_queries(alice_client, alice):
    store = Store(alice.pk)
    people = [Entity(**store.columns, kind="person", name=f"Person {number}") for number in range(500)]
    Entity.objects.bulk_create(people)
    Fact.objects.bulk_create(
        Fact(
            owner=alice,
            entity=people[number % 500],
            attribute=f"fact {number}",
            value=str(number),
            statement=f"Statement {number} of many",
            status=FactStatus.RETIRED if number % 4 == 0 else FactStatus.ACTIVE,
        )
        for number in range(20_000)
    )
    for address in (
        "/memory/",
        "/memory/?page=10",
        "/memory/?state=past&page=90",
        "/memory/?q=Statement",
        f"/memory/{people[1].uuid}/",
        "/memory/panel/",
    ):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            # Processor time: the machine may be busy with something else.
            began = time.process_time()
            assert alice_client.get(address).status_code == 200
        assert time.process_time() - began < 1, address
        assert len(queries) <= 20, (address, len(queries))


# -- correcting -------------------------------------------------------------------------------------------------------


def test_a_correction_is_kept_against_the_machine(alice_client, moved):
    assert post(alice_client, moved, "edit", statement="Ingrid lives in Denmark.").status_code == 204
    now = Fact.objects.get(entity=moved.entity, status=FactStatus.ACTIVE)
    assert (now.statement, now.locked, now.origin) == ("Ingrid lives in Denmark.", True, "hand")
    page = words(alice_client.get(entity_page(moved)))
    assert "Ingrid lives in Denmark. Since" in page
    assert "Set by you" in page
    assert "Before that (2)" in page


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("", "This field is required."),
        ("  \n ", "This field is required."),
        ("x" * 1001, "Ensure this value has at most 1000 characters (it has 1001)."),
        ("a\0b", "Null characters are not allowed."),
        ("…", "A fact needs words."),
    ],
)
def test_a_correction_that_cannot_be_is_given_back(alice_client, moved, statement, sentence):
    response = post(alice_client, moved, "edit", statement=statement)
    assert response.status_code == 422
    assert sentence in words(response)
    assert Fact.objects.get(entity=moved.entity, status=FactStatus.ACTIVE) == moved


def test_what_was_replaced_meanwhile_cannot_be_corrected(alice_client, moved):
    old = Fact.objects.get(superseded_by=moved)
    response = post(alice_client, old, "edit", statement="Ingrid lives in Denmark.")
    assert response.status_code == 422
    assert "This has changed since; look at the newest version." in words(response)


def test_forgetting_and_bringing_back(alice_client, moved):
    assert post(alice_client, moved, "forget").status_code == 204
    assert "Ingrid lives in Sweden." not in words(alice_client.get("/memory/"))
    past = alice_client.get("/memory/?state=past")
    assert "Ingrid lives in Sweden." in words(past)
    undo = re.search(r'action="(/memory/changes/[^"]+/undo/)"', past.content.decode())[1]
    assert alice_client.post(undo).status_code == 204
    assert "Ingrid lives in Sweden." in words(alice_client.get("/memory/"))


def test_a_second_undo_changes_nothing(alice_client, moved):
    post(alice_client, moved, "forget")
    undo = f"/memory/changes/{MemoryChange.objects.get(operation='retired').uuid}/undo/"
    assert [alice_client.post(undo).status_code for _again in range(2)] == [204, 204]
    assert Fact.objects.get(pk=moved.pk).status == FactStatus.ACTIVE


def test_undoing_what_others_were_built_on_is_refused_with_a_reason(alice_client, moved):
    first = MemoryChange.objects.get(operation="added")
    response = alice_client.post(f"/memory/changes/{first.uuid}/undo/")
    assert response.status_code == 409
    assert "This has changed since; look at the newest version." in response["HX-Trigger"]


def test_undo_of_a_change_puts_the_old_value_back(alice_client, moved):
    change = MemoryChange.objects.get(operation="updated")
    assert alice_client.post(f"/memory/changes/{change.uuid}/undo/").status_code == 204
    page = words(alice_client.get(entity_page(moved)))
    assert "Ingrid lives in Norway. Since" in page
    assert "Undone" in page


def test_deleted_for_good_leaves_nothing_to_read(alice_client, moved):
    for fact in list(Fact.objects.filter(entity=moved.entity).order_by("-pk")):
        assert post(alice_client, fact, "delete").status_code == 204
    assert not Fact.objects.exists()
    assert not MemoryChange.objects.exists()
    assert not Entity.objects.filter(name="Ingrid").exists()
    assert Suppression.objects.exists()
    assert alice_client.get(entity_page(moved)).status_code == 404
    assert Message.objects.filter(text="Ingrid lives in Sweden.").exists()


def test_the_page_of_an_entity_that_is_gone_leads_on(alice_client, chat):
    fact = learn(chat, "Bruno barks.", about="Bruno")
    page = f"http://testserver{entity_page(fact)}"
    response = alice_client.post(
        f"/memory/facts/{fact.uuid}/delete/", headers={"HX-Request": "true", "HX-Current-URL": page}
    )
    assert response["HX-Redirect"] == "/memory/"


def test_what_waits_for_review_can_be_kept_or_not(alice_client, chat, moved):
    waiting = [
        ledger.suggest(Content(moved.entity, "pet", name, f"Ingrid has {name}."), Cause(by_user=False), reason="locked")
        for name in ("a cat", "a dog")
    ]
    page = words(alice_client.get("/memory/?state=waiting"))
    assert "Ingrid has a cat." in page
    assert "For you to decide 2" in page
    post(alice_client, waiting[0], "edit", statement="Ingrid has a cat.")
    post(alice_client, waiting[1], "forget")
    assert "Nothing waits for you." in words(alice_client.get("/memory/?state=waiting"))
    page = words(alice_client.get("/memory/"))
    assert "Ingrid has a cat." in page
    assert "a dog" not in page


def test_without_scripts_a_form_leads_back_to_the_page(alice_client, moved):
    response = alice_client.post(f"/memory/facts/{moved.uuid}/forget/", headers={"accept": "text/html"}, follow=True)
    assert response.request["PATH_INFO"] == entity_page(moved)
    assert "Forgotten." in words(response)


def test_without_scripts_a_correction_has_a_page(alice_client, moved):
    response = alice_client.get(f"/memory/facts/{moved.uuid}/edit/", headers={"accept": "text/html"})
    assert "Correct what is known of Ingrid" in words(response)
    assert ">\nIngrid lives in Sweden.</textarea>" in response.content.decode()


# -- whose it is ------------------------------------------------------------------------------------------------------


def test_foreign_and_missing_look_the_same(bob_client, moved, chat):
    change = MemoryChange.objects.first()
    nobody = uuid.uuid4()
    for address in (
        f"/memory/{moved.entity.uuid}/",
        f"/memory/{nobody}/",
        f"/memory/facts/{moved.uuid}/edit/",
        f"/memory/facts/{nobody}/edit/",
        f"/memory/?conversation={chat.uuid}",
        f"/memory/panel/?conversation={chat.uuid}",
    ):
        assert bob_client.get(address).status_code == 404, address
    for address in (
        f"/memory/facts/{moved.uuid}/edit/",
        f"/memory/facts/{moved.uuid}/forget/",
        f"/memory/facts/{moved.uuid}/delete/",
        f"/memory/changes/{change.uuid}/undo/",
        f"/memory/facts/{nobody}/forget/",
        f"/memory/changes/{nobody}/undo/",
    ):
        assert bob_client.post(address, {"statement": "Bob was here."}).status_code == 404, address
    assert Fact.objects.get(pk=moved.pk).status == FactStatus.ACTIVE
    assert not Fact.objects.filter(statement="Bob was here.").exists()


def test_bob_sees_nothing_of_alices(bob_client, moved):
    for address in ("/memory/", "/memory/?q=Ingrid", "/memory/?state=past", "/memory/?state=waiting", "/memory/panel/"):
        assert "Ingrid lives" not in words(bob_client.get(address)), address


def test_nothing_changes_by_following_a_link(alice_client, moved):
    change = MemoryChange.objects.first()
    for address in (f"facts/{moved.uuid}/forget", f"facts/{moved.uuid}/delete", f"changes/{change.uuid}/undo"):
        assert alice_client.get(f"/memory/{address}/").status_code == 405


# -- open pages -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
async def test_open_pages_are_told_of_an_undo(alice, bob):
    chat = await sync_to_async(stories.conversation)(alice)
    fact = await sync_to_async(learn)(chat, "Ingrid lives in Norway.")
    change = await MemoryChange.objects.select_related("reply").aget(fact=fact)
    client = Client()
    await sync_to_async(client.force_login)(alice)
    async with Page(alice) as page, Page(bob) as foreign:
        await sync_to_async(client.post)(f"/memory/changes/{change.uuid}/undo/")
        told = await page.until("memory.updated")
        assert (told["conversation"], told["reply"]) == (str(chat.uuid), str(change.reply.uuid))
        assert [(item["change"], item["undone"]) for item in told["changes"]] == [(str(change.uuid), True)]
        assert await foreign.nothing()
        state = await page.follow(str(chat.uuid), after=told["seq"] - 1)
        assert [item["undone"] for item in state["messages"][-1]["learned"]] == [True]


def test_everything_can_be_deleted_at_once_and_only_ones_own(alice, bob, alice_client):
    hers, his = stories.conversation(alice), stories.conversation(bob)
    learn(hers, "I live in Bergen.", about="You")
    learn(hers, "Ingrid lives in Oslo.")
    learn(his, "I live in Rome.", about="You")

    page = alice_client.post("/memory/clear/", follow=True)

    assert "Everything that was remembered here is deleted." in words(page)
    assert "Nothing is remembered yet." in words(page)
    assert not Fact.objects.filter(owner=alice).exists()
    assert not MemoryChange.objects.filter(owner=alice).exists()
    assert Fact.objects.filter(owner=bob).count() == 1
    assert Message.objects.filter(conversation=hers).count() == 4


def test_the_memory_of_one_chat_is_deleted_apart_from_all_other(alice, bob, alice_client, bob_client):
    chat, own = stories.conversation(alice), stories.conversation(alice, memory_mode=MemoryMode.OWN)
    learn(chat, "I live in Bergen.", about="You")
    learn(own, "I live in Narnia.", about="You")

    assert bob_client.post(f"/memory/clear/?conversation={own.uuid}").status_code == 404
    assert alice_client.post(f"/memory/clear/?conversation={chat.uuid}").status_code == 404
    alice_client.post(f"/memory/clear/?conversation={own.uuid}")

    assert [fact.statement for fact in Fact.objects.filter(owner=alice)] == ["I live in Bergen."]
