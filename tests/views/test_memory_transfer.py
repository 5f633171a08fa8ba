"""The memory goes home as a file and comes back from it: whole, looked through, and never half."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.test import AsyncClient, Client
from django.utils import timezone

from chat.models import (
    Conversation,
    Entity,
    Fact,
    FactSource,
    FactStatus,
    MemoryChange,
    MemoryMode,
    MemoryUpload,
    Suggestion,
    Suppression,
    User,
)
from chat.services.memory import ledger, stores
from chat.services.memory.ledger import Cause, Content
from chat.services.memory.stores import Store
from tests import stories
from tests.pages import words
from tests.views.test_memory_review import hold, somebody, suggest, true


@pytest.fixture
def chat(alice: User) -> Conversation:
    return stories.conversation(alice)


@pytest.fixture
def rich(alice: User, chat: Conversation) -> Conversation:
    """A memory with everything in it that there is."""
    me = stores.self_entity(Store(alice.pk))
    ledger.add(Content(me, "diet", "vegetarian", "The user is vegetarian.", pinned=True), Cause(by_user=True))
    oslo = hold(chat, "Ingrid lives in Oslo.", value="Oslo", valid_from="2024-05", certainty="unsure")
    bergen = Content(
        oslo.entity, "lives_in", "Bergen", "Ingrid lives in Bergen.", attributed_to="my doctor", locked=True
    )
    current = ledger.supersede(oslo, bergen, Cause(by_user=False), reason="said_otherwise").fact
    suggest(chat, "Ingrid lives in Voss.", concerns=current, suggestion=Suggestion.UPDATE, reason="locked")
    ledger.retire(hold(chat, "Ingrid has a dog.", attribute="pet"), Cause(by_user=True), reason="forgotten")
    ledger.reject(suggest(chat, "Ingrid hates tea.", attribute="dislikes"), Cause(by_user=True))
    hold(chat, "Ingrid is ill.", attribute="illness", sensitivity="health")
    store = Store(alice.pk)
    first = Entity.objects.create(
        **store.columns, kind="person", name="Berit", disambiguator="the dentist", pinned=True
    )
    second = Entity.objects.create(**store.columns, kind="person", name="Berit", maybe_same_as=first)
    for number, entity in enumerate((first, second)):
        entity.aliases.create(text="Berit", normalised="berit")
        entity.aliases.create(text=f"B{number}", normalised=f"b{number}")
        ledger.add(Content(entity, "lives_in", str(number), f"Berit {number} lives."), Cause(by_user=False))
    Fact.objects.filter(owner=alice).update(learned_at=datetime(2025, 3, 4, 5, 6, 7, 89, tzinfo=UTC))
    return chat


def body(response) -> str:
    return b"".join(response.streaming_content).decode()


def exported(client: Client) -> dict:
    return json.loads(body(client.get("/memory/export.json")))


def upload(client: Client, content: object, **options):
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    file = BytesIO(raw)
    file.name = "memory.json"
    return client.post("/memory/import/", {"file": file}, **options)


def imported(client: Client, content: object, *, ticked: dict[str, list[int]] | None = None, beyond=()):
    """Upload and import, with what is ticked on the page unless it is said what is."""
    page = upload(client, content, follow=True)
    assert "What is in the file" in words(page)
    given = {
        section.kind: [i.index for i in section.items] for section in page.context["sections"] if section.is_ticked
    }
    if ticked is None:
        beyond = [section.kind for section in page.context["sections"] if section.is_ticked and section.beyond]
    return client.post("/memory/import/finish/", {**(given if ticked is None else ticked), "beyond": list(beyond)})


def content_of(export: dict) -> list[dict]:
    """What an export says, whatever its ids: facts with whom they are about and what they point to, in order."""
    entities = {entity["id"]: entity for entity in export["entities"]}
    statements = {fact["id"]: fact["statement"] for fact in export["facts"]}

    def whom(entity: dict) -> dict:
        alike = entities.get(entity["maybe_same_as"] or "")
        kept = {name: entity[name] for name in ("kind", "name", "disambiguator", "pinned", "aliases")}
        return {**kept, "maybe_same_as": alike and alike["aliases"]}

    def said(fact: dict) -> dict:
        links = {name: statements.get(fact[name] or "") for name in ("superseded_by", "concerns")}
        rest = {
            name: value for name, value in fact.items() if name not in {"id", "origin", "sources", "entity", *links}
        }
        return {**rest, **links, "entity": whom(entities[fact["entity"]])}

    return sorted(map(said, export["facts"]), key=lambda fact: (fact["statement"], fact["status"]))


def a_file(**facts) -> dict:
    """A file with Ingrid and the facts ``name=fields``."""
    who = str(uuid.uuid4())
    rows = [
        {
            "id": str(uuid.uuid4()),
            "entity": who,
            "attribute": "likes",
            "value": name,
            "statement": f"Ingrid likes {name}.",
            "status": "active",
            "learned": "2025-03-04T05:06:07+00:00",
            **fields,
        }
        for name, fields in facts.items()
    ]
    entity = {"id": who, "kind": "person", "name": "Ingrid", "aliases": ["Ingrid"]}
    return {"format": "memorybot.memory", "version": 1, "entities": [entity], "facts": rows}


# -- out --------------------------------------------------------------------------------------------------------------


def test_json_holds_everything(alice_client, rich):
    export = exported(alice_client)
    assert list(export) == [
        "format", "version", "exported", "person", "conversations", "entities", "facts", "changes", "entity_changes",
    ]  # fmt: skip
    assert (export["format"], export["version"], export["person"]) == ("memorybot.memory", 1, "Alice")
    ids = {fact["statement"]: fact["id"] for fact in export["facts"]}
    oslo = next(fact for fact in export["facts"] if fact["statement"] == "Ingrid lives in Oslo.")
    message = FactSource.objects.get(fact__statement="Ingrid lives in Oslo.").message
    assert oslo == {
        "id": ids["Ingrid lives in Oslo."],
        "entity": str(somebody(rich).uuid),
        "attribute": "lives_in",
        "value": "Oslo",
        "statement": "Ingrid lives in Oslo.",
        "many_valued": False,
        "status": "superseded",
        "valid_from": "2024-05",
        "valid_to": "",
        "learned": "2025-03-04T05:06:07.000089+00:00",
        "retired": Fact.objects.get(uuid=oslo["id"]).retired_at.isoformat(),
        "superseded_by": ids["Ingrid lives in Bergen."],
        "reason": "said_otherwise",
        "certainty": "unsure",
        "attributed_to": "",
        "sensitivity": "",
        "origin": "typed",
        "pinned": False,
        "locked": False,
        "suggestion": "",
        "concerns": None,
        "sources": [
            {
                "message": str(message.uuid),
                "conversation": str(rich.uuid),
                "said": message.created_at.isoformat(),
                "quote": "Ingrid lives in Oslo.",
            }
        ],
    }
    assert len(export["changes"]) == MemoryChange.objects.count()
    assert {change["op"] for change in export["changes"]} == {"added", "updated", "retired", "rejected"}


def test_what_a_chat_knows_alone_stands_under_it(alice, alice_client):
    own = stories.conversation(alice, title="A novel", memory_mode=MemoryMode.OWN)
    hold(own, "Ingrid is a dragon.")
    export = exported(alice_client)
    assert export["conversations"] == [{"id": str(own.uuid), "title": "A novel"}]
    assert [entity["conversation"] for entity in export["entities"] if entity["name"] == "Ingrid"] == [str(own.uuid)]
    assert "# Known in one chat alone: A novel\n\n## Ingrid \\(person\\)" in body(
        alice_client.get("/memory/export.md")
    ).replace("(person)", "\\(person\\)")


def test_markdown_is_for_people(alice_client, chat):
    hold(chat, "Ingrid <b>likes</b> *tea*.", attribute="likes", locked=True, valid_from="2024")
    text = body(alice_client.get("/memory/export.md"))
    today = timezone.now().strftime("%Y-%m-%d")
    assert (
        f"""
## Ingrid (person)

- Ingrid \\<b\\>likes\\</b\\> \\*tea\\*. *({today}, true from 2024, set by you)*
  > Ingrid \\<b\\>likes\\</b\\> \\*tea\\*. ({today})
"""
        in text
    )


def test_the_file_has_a_name_and_is_not_cached(alice_client):
    response = alice_client.get("/memory/export.json")
    today = timezone.now().strftime("%Y-%m-%d")
    assert response["Content-Disposition"] == (
        f"attachment; filename=\"Memory {today}.json\"; filename*=UTF-8''Memory%20{today}.json"
    )
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/json", "no-store")
    assert alice_client.get("/memory/export.exe").status_code == 404
    assert alice_client.post("/memory/export.json").status_code == 405


def test_an_empty_memory_is_a_file_too(alice_client):
    assert exported(alice_client)["facts"] == []


def test_nobody_elses_words_are_in_it(bob_client, bob, rich):
    hold(stories.conversation(bob), "Bob likes rum.")
    for extension in ("json", "md"):
        text = body(bob_client.get(f"/memory/export.{extension}"))
        assert "Bob likes rum." in text
        assert "Bergen" not in text
        assert "Alice" not in text


@pytest.mark.django_db(transaction=True)
async def test_both_servers_stream_it(alice):
    client = AsyncClient()
    await client.aforce_login(alice)
    response = await client.get("/memory/export.json")
    assert json.loads(b"".join([part async for part in response.streaming_content]))["facts"] == []


# -- there and back ---------------------------------------------------------------------------------------------------


def test_what_was_exported_is_the_same_in_an_empty_account(alice_client, bob_client, bob, rich):
    export = exported(alice_client)
    imported(bob_client, export)
    again = exported(bob_client)
    assert content_of(again) == content_of(export)
    assert {fact["origin"] for fact in again["facts"]} == {"import"}
    assert Entity.objects.filter(owner=bob, name="Berit").count() == 2
    assert "Ingrid lives in Bergen." in words(bob_client.get("/memory/?q=Bergen"))
    assert not FactSource.objects.filter(fact__owner=bob).exists()


def test_imported_again_there_is_nothing_new(alice_client, bob_client, rich):
    export = exported(alice_client)
    assert "There is nothing in it that is not here already." in words(upload(alice_client, export, follow=True))
    imported(bob_client, export)
    assert "There is nothing in it that is not here already." in words(upload(bob_client, export, follow=True))


def test_after_everything_was_deleted_it_comes_back_with_its_sources(alice_client, alice, rich):
    export = exported(alice_client)
    alice_client.post("/memory/clear/")
    page = imported(alice_client, export)
    assert "with 5 quotes from messages that are here" in words(page)
    again = exported(alice_client)
    assert content_of(again) == content_of(export)
    assert sorted(str(f["sources"]) for f in again["facts"]) == sorted(str(f["sources"]) for f in export["facts"])


def test_a_chats_own_memory_goes_back_into_that_chat_or_nowhere(alice_client, alice, bob_client, bob):
    own = stories.conversation(alice, memory_mode=MemoryMode.OWN)
    fact = hold(own, "Ingrid is a dragon.")
    export = exported(alice_client)
    fact.delete()
    imported(alice_client, export)
    assert Fact.objects.get(owner=alice).entity.conversation == own
    page = words(upload(bob_client, export, follow=True))
    assert "1 belongs to the memory of a chat that is not here, and cannot be imported." in page


def test_the_whole_import_is_undone_at_once(bob_client, bob):
    done = imported(bob_client, a_file(tea={}, rum={}))
    at = done.context["written"].at.isoformat()
    assert true(bob) == ["Ingrid likes tea.", "Ingrid likes rum."]
    bob_client.post("/memory/changes/undo/", {"at": at})
    assert true(bob) == []
    assert "Nothing that is known" in words(bob_client.get("/memory/?q=rum"))


# -- looked through ---------------------------------------------------------------------------------------------------


def test_the_review_says_what_is_new_what_is_here_and_what_contradicts(alice_client, chat):
    hold(chat, "Ingrid lives in Oslo.", value="Oslo")
    hold(chat, "Ingrid likes tea.", attribute="likes", value="tea")
    file = a_file(tea={}, rum={}, Bergen={"attribute": "lives_in", "statement": "Ingrid lives in Bergen."})
    page = upload(alice_client, file, follow=True)
    assert "1 of them is here already." in words(page)
    assert "New 1 Not known here yet. Ingrid likes rum." in words(page)
    assert "Ingrid lives in Bergen. instead of “ Ingrid lives in Oslo. ”" in words(page)
    html = page.content.decode()
    assert 'name="new" value="1" id="item-1" checked>' in html
    assert 'name="contradicts" value="2" id="item-2">' in html


def test_nothing_is_written_before_it_is_asked_for(alice_client, alice):
    upload(alice_client, a_file(tea={}))
    assert not Fact.objects.exists()
    assert MemoryUpload.objects.get().owner == alice
    page = alice_client.post("/memory/import/finish/", {"action": "discard"}, follow=True)
    assert "Nothing was imported, and the file is gone from here." in words(page)
    assert (Fact.objects.count(), MemoryUpload.objects.count()) == (0, 0)


def test_only_what_is_ticked_is_written(alice_client, alice):
    imported(alice_client, a_file(tea={}, rum={}, ice={}), ticked={"new": [1]})
    assert true(alice) == ["Ingrid likes rum."]
    assert MemoryUpload.objects.count() == 0
    page = imported(alice_client, a_file(milk={}), ticked={})
    assert page.status_code == 302
    assert true(alice) == ["Ingrid likes rum."]


def test_a_contradiction_that_is_ticked_takes_the_place_and_undo_gives_it_back(alice_client, alice, chat):
    old = hold(chat, "Ingrid lives in Oslo.", locked=True)
    file = a_file(Bergen={"attribute": "lives_in", "statement": "Ingrid lives in Bergen."})
    done = imported(alice_client, file, ticked={"contradicts": [0]})
    old.refresh_from_db()
    assert (true(alice), old.superseded_by.statement) == (["Ingrid lives in Bergen."], "Ingrid lives in Bergen.")
    alice_client.post("/memory/changes/undo/", {"at": done.context["written"].at.isoformat()})
    assert true(alice) == ["Ingrid lives in Oslo."]


def test_two_in_the_file_for_one_place_contradict_each_other(alice_client, alice):
    homes = {name: {"attribute": "lives_in", "statement": f"Ingrid lives in {name}."} for name in ("Oslo", "Bergen")}
    page = upload(alice_client, a_file(**homes), follow=True)
    assert "Ingrid lives in Bergen. instead of “ Ingrid lives in Oslo. ”" in words(page)
    alice_client.post("/memory/import/finish/", {"new": [0], "contradicts": [1]})
    assert true(alice) == ["Ingrid lives in Bergen."]
    assert Fact.objects.get(statement="Ingrid lives in Oslo.").superseded_by.statement == "Ingrid lives in Bergen."


def test_what_was_forgotten_here_comes_back_only_when_it_is_ticked(alice_client, alice, chat):
    fact = hold(chat, "Ingrid likes tea.", attribute="likes", value="tea")
    alice_client.post(f"/memory/facts/{fact.uuid}/delete/")
    imported(alice_client, a_file(tea={}))
    assert (true(alice), Suppression.objects.exists()) == ([], True)
    imported(alice_client, a_file(tea={}), ticked={"forgotten": [0]})
    assert (true(alice), Suppression.objects.exists()) == (["Ingrid likes tea."], False)


def test_what_changed_between_looking_and_importing_is_not_written_unseen(alice_client, alice, chat):
    upload(alice_client, a_file(Bergen={"attribute": "lives_in", "statement": "Ingrid lives in Bergen."}))
    hold(chat, "Ingrid lives in Oslo.")
    alice_client.post("/memory/import/finish/", {"new": [0]})
    assert true(alice) == ["Ingrid lives in Oslo."]


def test_a_quote_that_stands_in_no_message_of_ones_own_is_no_source(alice_client, alice, bob, chat):
    mine, _ = stories.say(chat, "Ingrid likes rum.")
    foreign, _ = stories.say(stories.conversation(bob), "Ingrid likes rum.")
    sources = [
        {"message": str(mine.uuid), "quote": "Ingrid likes rum."},
        {"message": str(mine.uuid), "quote": "I am the administrator."},
        {"message": str(foreign.uuid), "quote": "Ingrid likes rum."},
        {"message": str(uuid.uuid4()), "quote": "Ingrid likes rum."},
    ]
    imported(alice_client, a_file(rum={"sources": sources}))
    assert list(FactSource.objects.values_list("message", "quote")) == [(mine.pk, "Ingrid likes rum.")]


def test_a_clock_that_goes_wrong_dates_nothing_into_the_future(alice_client):
    imported(alice_client, a_file(tea={"learned": "2999-01-01T00:00:00Z"}))
    assert Fact.objects.get().learned_at <= timezone.now()


def test_more_than_fits_the_page_is_taken_together(alice_client, alice):
    file = a_file(**{f"number {number}": {} for number in range(200)})
    page = words(upload(alice_client, file, follow=True))
    assert "And 50 more of these" in page
    alice_client.post("/memory/import/finish/", {"new": [0, 149], "beyond": ["new"]})
    assert len(true(alice)) == 52


def test_the_file_is_gone_after_an_hour(alice_client):
    upload(alice_client, a_file(tea={}))
    MemoryUpload.objects.update(created_at=timezone.now() - timedelta(hours=1, seconds=1))
    page = alice_client.post("/memory/import/finish/", {"new": [0]}, follow=True)
    assert "The file is no longer here. Choose it once more." in words(page)
    assert not Fact.objects.exists()


def test_the_file_of_one_is_not_the_file_of_another(alice_client, bob_client):
    upload(alice_client, a_file(tea={}))
    assert "likes tea" not in words(bob_client.get("/memory/import/"))
    bob_client.post("/memory/import/finish/", {"new": [0]})
    bob_client.post("/memory/import/finish/", {"action": "discard"})
    assert (Fact.objects.count(), MemoryUpload.objects.count()) == (0, 1)
    assert alice_client.get("/memory/import/finish/").status_code == 405


# -- what is refused --------------------------------------------------------------------------------------------------


def _with(**changes) -> dict:
    return {**a_file(tea={}), **changes}


ID = str(uuid.uuid4())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "it cannot be read at line 1, character 1"),
        (b"{", "The file is not JSON as it has to be: it cannot be read at line 1"),
        (b"\xff\xfe", "The file is not JSON as it has to be"),
        (b"[" * 100_000, "The file is not JSON as it has to be"),
        (b'{"a": NaN}', "The file is not JSON as it has to be"),
        (b'{"format": "\\ud800"}', "The file is not JSON as it has to be"),
        ([], "This is not an export of a memory from MemoryBot (memory.json)."),
        ({"format": "memorybot.conversation"}, "This is not an export of a memory"),
        (_with(version=2), "The file is of another version; this MemoryBot reads version 1."),
        (_with(facts={}), "“facts” has to be a list of at most 100,000 objects."),
        (_with(facts=[1]), "Fact 1 has to be an object."),
        (_with(entities=[]), "Fact 1, “entity”: what it points to is not in the file."),
        (a_file(tea={"statement": ""}), "Fact 1, “statement”: has to be text of 1 to 1,000 characters."),
        (a_file(tea={"statement": "x" * 1001}), "Fact 1, “statement”: has to be text of 1 to 1,000 characters."),
        (a_file(tea={}, rum={"statement": 7}), "Fact 2, “statement”: has to be text of 1 to 1,000 characters."),
        (a_file(tea={"value": "a\0b"}), "Fact 1, “value”: holds control characters, which cannot be kept."),
        (a_file(tea={"status": "holy"}), "Fact 1, “status”: has to be one of: active, superseded,"),
        (a_file(tea={"status": None}), "Fact 1, “status”: has to be one of"),
        (a_file(tea={"id": "x"}), "Fact 1, “id”: has to be an id (a UUID)."),
        (a_file(tea={"id": ID}, rum={"id": ID}), "Two entities or two facts have the same id."),
        (a_file(tea={"learned": "yesterday"}), "Fact 1, “learned”: has to be a moment"),
        (a_file(tea={"learned": "2025-01-01T00:00:00"}), "Fact 1, “learned”: has to be a moment"),
        (a_file(tea={"learned": "0001-01-01T00:00:00+14:00"}), "Fact 1, “learned”: has to be a moment"),
        (a_file(tea={"valid_from": "2024-02-31"}), "Fact 1, “valid_from”: has to be a date"),
        (a_file(tea={"valid_to": "then"}), "Fact 1, “valid_to”: has to be a date"),
        (a_file(tea={"pinned": 1}), "Fact 1, “pinned”: has to be true or false."),
        (a_file(tea={"id": ID, "superseded_by": ID}), "points to itself in a circle."),
        (a_file(tea={"sources": "x"}), "“sources” has to be a list of at most 1,000 objects."),
        (a_file(tea={"sources": [{"message": ID, "quote": []}]}), "Fact 1, source 1, “quote”: has to be text"),
        (a_file(tea={"status": "pending"}, rum={"suggestion": "eat"}), "Fact 2, “suggestion”: has to be one of"),
        (
            _with(entities=[{"id": str(uuid.uuid4()), "kind": "self", "name": name} for name in ("You", "I")]),
            "Two entities of one store are of the kind “self”; there is one of you.",
        ),
    ],
)  # fmt: skip
def test_what_is_not_as_it_has_to_be_is_refused_with_its_place(alice_client, content, sentence):
    page = upload(alice_client, content)
    assert page.status_code == 422
    assert sentence in words(page)
    assert (Fact.objects.count(), MemoryUpload.objects.count()) == (0, 0)


def test_a_file_full_of_mistakes_names_the_first_twenty(alice_client):
    page = upload(alice_client, a_file(**{f"n{number}": {"status": "x"} for number in range(500)}))
    assert page.content.decode().count("has to be one of") == 20


def test_too_large_a_file_is_refused(alice_client, settings):
    page = upload(alice_client, b" " * (32 * 1024 * 1024 + 1))
    assert (page.status_code, "The file is too large; at most 32 MB can be read." in words(page)) == (422, True)


def test_no_file_at_all(alice_client):
    assert "Choose a file first." in words(alice_client.post("/memory/import/"))


def test_what_a_file_says_is_text(alice_client):
    file = a_file(x={"statement": "<script>alert(1)</script>"})
    assert "<script>alert" not in upload(alice_client, file, follow=True).content.decode()
    file["entities"][0]["kind"] = "<img src=x>"
    assert "<img" not in upload(alice_client, file).content.decode().replace('<img class="brand__mark"', "")


@pytest.mark.parametrize("place", ["-1", "9999999999", "x", "٣", ""])
def test_nonsense_that_is_ticked_writes_nothing(alice_client, place):
    upload(alice_client, a_file(tea={}))
    assert alice_client.post("/memory/import/finish/", {"new": place, "beyond": "same"}).status_code == 302
    assert not Fact.objects.exists()


def test_a_pending_update_of_nothing_becomes_an_addition(alice_client):
    imported(alice_client, a_file(tea={"status": "pending", "suggestion": "update"}))
    fact = Fact.objects.get()
    assert (fact.status, fact.suggestion) == (FactStatus.PENDING, Suggestion.ADD)
