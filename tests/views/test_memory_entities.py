"""Who is who on the memory pages: merge, split, names, marks and the page of a fact."""

import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from chat.models import Conversation, Entity, EntityChange, EntityKind, Fact, FactStatus, MemoryMode, User
from chat.services.memory import ledger, stores
from chat.services.memory.curating import naming
from chat.services.memory.ledger import Cause, Content
from chat.services.memory.stores import Store
from tests import stories
from tests.pages import words
from tests.views.test_memory_pages import learn

BROWSER = {"accept": "text/html"}


@pytest.fixture
def chat(alice: User) -> Conversation:
    return stories.conversation(alice)


@pytest.fixture
def berit(chat: Conversation) -> Entity:
    return learn(chat, "Berit likes tea.", about="Berit", attribute="likes").entity


@pytest.fixture
def sister(chat: Conversation, berit: Entity) -> Entity:
    entity = learn(chat, "My sister lives in Oslo.", about="my sister", attribute="lives_in", value="Oslo").entity
    Entity.objects.filter(pk=entity.pk).update(maybe_same_as=berit)
    return entity


def page_of(entity: Entity) -> str:
    return f"/memory/{entity.uuid}/"


def post(client: Client, entity: Entity, action: str, **form: str):
    """As a plain form does it, without scripts."""
    return client.post(f"{page_of(entity)}{action}/", form, headers=BROWSER, follow=True)


def undo_newest(client: Client):
    change = EntityChange.objects.order_by("-pk").first()
    return client.post(f"/memory/entity-changes/{change.uuid}/undo/", headers=BROWSER, follow=True)


# -- who is who -------------------------------------------------------------------------------------------------------


def test_it_is_asked_whether_two_are_the_same_on_the_pages_of_both(alice_client, berit, sister):
    assert "Is this the same as my sister?" in words(alice_client.get(page_of(berit)))
    assert "Is this the same as Berit?" in words(alice_client.get(page_of(sister)))
    assert "Maybe the same as another" in words(alice_client.get("/memory/"))


def test_yes_puts_them_together_and_undo_takes_them_apart(alice_client, berit, sister):
    response = post(alice_client, berit, "merge", other=str(sister.uuid))
    page = words(response)
    assert response.request["PATH_INFO"] == page_of(berit)
    assert "Put together. You can undo this" in page
    assert "Also called my sister." in page
    assert "My sister lives in Oslo." in page
    assert "“my sister” and “Berit” were put together by you" in page
    assert "my sister Person" not in words(alice_client.get("/memory/"))

    page = words(undo_newest(alice_client))
    assert "Undone." in page
    assert "My sister lives in Oslo." not in page
    assert "My sister lives in Oslo." in words(alice_client.get(page_of(sister)))


def test_no_keeps_two_and_is_not_asked_again(alice_client, berit, sister):
    page = words(post(alice_client, berit, "apart", other=str(sister.uuid)))
    assert "Noted: these are two." in page
    assert "Is this the same" not in page + words(alice_client.get(page_of(sister)))


def test_the_page_of_who_was_merged_leads_to_who_stayed(alice_client, berit, sister):
    post(alice_client, berit, "merge", other=str(sister.uuid))
    response = alice_client.get(page_of(sister))
    assert (response.status_code, response["Location"]) == (302, page_of(berit))


def test_the_other_is_found_by_any_of_its_names(alice_client, chat, berit):
    learn(chat, "Bruno barks.", about="Bruno")
    offered = words(alice_client.get(f"{page_of(berit)}merge/?q=brun"))
    assert "Bruno Person The same: Bruno" in offered
    assert "The same: You" not in offered
    assert "Nobody and nothing is called “ xyz ”" in words(alice_client.get(f"{page_of(berit)}merge/?q=xyz"))


def test_what_cannot_be_merged_is_said(alice_client, alice, berit):
    own = stories.conversation(alice, memory_mode=MemoryMode.OWN)
    elsewhere = learn(own, "Ingrid is a dragon.").entity
    assert "they cannot be put together" in words(post(alice_client, berit, "merge", other=str(elsewhere.uuid)))
    assert "This is the same entry already." in words(post(alice_client, berit, "merge", other=str(berit.uuid)))


def test_two_in_one_are_taken_apart_by_ticking(alice_client, chat, berit):
    dentist = learn(chat, "Berit is a dentist.", about="Berit", attribute="occupation")
    form = alice_client.get(f"{page_of(berit)}split/").content.decode()
    assert "Berit is a dentist." in form
    fields = {"name": "Berit", "disambiguator": "the dentist", "kind": "person", "facts": str(dentist.uuid)}
    page = words(post(alice_client, berit, "split", **fields))
    assert "Berit (the dentist)" in page
    assert "Berit is a dentist." in page
    assert "Berit likes tea." not in page
    assert "Berit is a dentist." not in words(alice_client.get(page_of(berit)))
    undo_newest(alice_client)
    assert "Berit is a dentist." in words(alice_client.get(page_of(berit)))
    overview = words(alice_client.get("/memory/"))
    assert "the dentist" not in overview


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "Berit", "kind": "person"}, "Choose at least one statement or name"),
        ({"name": "…", "kind": "person", "facts": "FACT"}, "A name needs letters or numbers."),
        ({"name": "Berit", "kind": "self", "facts": "FACT"}, "Select a valid choice."),
        ({"name": "Berit", "kind": "person", "facts": str(uuid.uuid4())}, "Select a valid choice."),
    ],
)
def test_a_split_that_cannot_be_is_given_back(alice_client, berit, fields, sentence):
    fields = {name: value.replace("FACT", str(berit.facts.get().uuid)) for name, value in fields.items()}
    response = post(alice_client, berit, "split", **fields)
    assert response.status_code == 422
    assert sentence in words(response)
    assert berit.facts.count() == 1


# -- names ------------------------------------------------------------------------------------------------------------


def test_a_rename_shows_everywhere_and_keeps_the_old_name(alice_client, berit):
    page = words(post(alice_client, berit, "names", name="Beate", disambiguator="from work", kind="person"))
    assert "Beate (from work) Person" in page
    assert "Also called Berit." in page
    assert "“Berit” is now called “Beate”, is told apart by “from work”" in page
    assert "Names Beate (from work)" in words(alice_client.get("/memory/?q=berit"))


def test_names_are_added_and_taken_away_without_scripts(alice_client, berit):
    names = f"{page_of(berit)}names/"
    added = post(alice_client, berit, "names/add", alias="Bea", next=names)
    assert added.request["PATH_INFO"] == names
    assert "Bea Take away: Bea" in words(added)
    removed = post(alice_client, berit, "names/remove", alias=str(berit.aliases.get(text="Bea").pk), next=names)
    assert "Take away: Bea" not in words(removed)
    refused = post(alice_client, berit, "names/remove", alias=str(berit.aliases.get().pk), next=names)
    assert "This is the name of the entry." in words(refused)


@pytest.mark.parametrize("alias", ["", "x", "-1", "9" * 40])
def test_any_number_of_a_name_is_answered(alice_client, berit, alias):
    assert "This name has gone already." in words(post(alice_client, berit, "names/remove", alias=alias))


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_a_form_leads_to_no_other_site(alice_client, berit, target):
    response = alice_client.post(f"{page_of(berit)}pin/", {"on": "1", "next": target}, headers=BROWSER)
    assert response["Location"] == page_of(berit)


def test_a_pinned_entry_stands_first_after_the_person(alice_client, chat, berit):
    learn(chat, "Bruno barks.", about="Bruno")
    assert "Pinned" in words(post(alice_client, berit, "pin", on="1"))
    overview = words(alice_client.get("/memory/"))
    assert overview.index("Berit likes tea.") < overview.index("Bruno barks.")
    post(alice_client, berit, "pin", on="0")
    overview = words(alice_client.get("/memory/"))
    assert "Pinned" not in overview


def test_two_of_one_name_are_told_apart_everywhere(alice_client, alice, berit):
    other = Entity.objects.create(owner=alice, kind=EntityKind.PERSON, name="Berit", disambiguator="the dentist")
    naming.give(other, "Berit")
    for address in ("/memory/", "/memory/?q=Berit", f"{page_of(berit)}merge/", "/memory/panel/"):
        if address != "/memory/panel/":
            assert "Berit (the dentist)" in words(alice_client.get(address)), address


# -- a fact -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def moved(chat: Conversation) -> Fact:
    """Ingrid moved once; where she lives now, as her sister says."""
    learn(chat, "Ingrid lives in Norway.", value="Norway")
    fact = learn(chat, "Ingrid lives in Sweden.", value="Sweden")
    marks = {"valid_from": "2024-05", "certainty": "unsure", "attributed_to": "her sister", "sensitivity": "health"}
    Fact.objects.filter(pk=fact.pk).update(**marks)
    return Fact.objects.get(pk=fact.pk)


def fact_page(fact: Fact) -> str:
    return f"/memory/facts/{fact.uuid}/"


def test_the_page_of_a_fact_tells_all_there_is_to_know(alice_client, moved, chat):
    question, reply = stories.say(chat, "Where does Ingrid live?", "In Sweden.")
    stories.recall(reply, facts=[moved])
    response = alice_client.get(fact_page(moved))
    page, html = words(response), response.content.decode()
    today = timezone.now().strftime("%-d %B %Y")
    assert "True since May 2024" in page
    for note in ("Said with doubt", "According to her sister", "About health: a sensitive thing"):
        assert note in page
    message = moved.sources.get().message
    assert f'href="/c/{chat.uuid}/#m-{message.uuid}"' in html
    assert f"Believed {today}" in page
    assert (
        page.index("Changed to this in a chat") < page.index("Ingrid lives in Norway.") < page.index("Noted in a chat")
    )
    assert f'href="/c/{chat.uuid}/#m-{reply.uuid}"' in html
    assert "Where it was used Where does Ingrid live?" in page
    assert question.text in page


def test_what_was_taken_back_stays_in_the_history(alice_client, moved):
    change = moved.changes.get()
    alice_client.post(f"/memory/changes/{change.uuid}/undo/")
    page = words(alice_client.get(fact_page(Fact.objects.get(status=FactStatus.ACTIVE))))
    assert "Ingrid lives in Sweden." in page
    assert "taken back" in page
    assert "; undone on" in page


def test_uses_in_chats_of_the_bin_are_not_linked_and_the_list_is_bounded(alice_client, alice, moved, chat):
    for number in range(22):
        stories.recall(stories.say(chat, f"Question {number}?")[1], facts=[moved])
    binned = stories.conversation(alice, deleted_at=timezone.now())
    stories.recall(stories.say(binned, "A secret question?")[1], facts=[moved])
    page = words(alice_client.get(fact_page(moved)))
    assert page.count("Question ") == 20
    assert "Question 21?" in page
    assert "Only the latest are shown." in page
    assert "A secret question?" not in page


def test_a_fact_is_pinned_unlocked_and_moved(alice_client, chat, moved, berit):
    alice_client.post(f"{fact_page(moved)}pin/", {"on": "1"})
    alice_client.post(f"{fact_page(moved)}edit/", {"statement": "Ingrid lives in Denmark."})
    fact = Fact.objects.get(statement="Ingrid lives in Denmark.")
    assert (fact.pinned, fact.locked, fact.valid_from, fact.sensitivity) == (True, True, "2024-05", "health")
    alice_client.post(f"{fact_page(fact)}unlock/")
    alice_client.post(f"{fact_page(fact)}pin/", {"on": "0"})
    fact.refresh_from_db()
    assert (fact.pinned, fact.locked) == (False, False)

    assert "Berit Person About this: Berit" in words(alice_client.get(f"{fact_page(fact)}move/"))
    response = alice_client.post(f"{fact_page(fact)}move/", {"other": str(berit.uuid)}, headers=BROWSER, follow=True)
    assert response.request["PATH_INFO"] == page_of(berit)
    assert "Ingrid lives in Denmark." in words(response)
    assert "Before that (2)" in words(response)
    undo_newest(alice_client)
    assert berit.facts.get().statement == "Berit likes tea."
    assert "Before that (2)" in words(alice_client.get(page_of(fact.entity)))


def test_a_pin_follows_what_takes_the_place(chat, moved):
    Fact.objects.filter(pk=moved.pk).update(pinned=True)
    assert learn(chat, "Ingrid lives in Finland.", value="Finland").pinned


def test_deleting_on_its_own_page_leads_on(alice_client, moved, chat):
    learn(chat, "Ingrid likes tea.", attribute="likes")
    here = f"http://testserver{fact_page(moved)}"
    by_script = alice_client.post(f"{fact_page(moved)}delete/", headers={"HX-Request": "true", "HX-Current-URL": here})
    assert by_script["HX-Redirect"] == page_of(moved.entity)
    other = moved.entity.facts.get(attribute="likes")
    plain = alice_client.post(f"{fact_page(other)}delete/", {"next": fact_page(other)}, headers=BROWSER, follow=True)
    assert plain.status_code == 200
    assert "Deleted for good." in words(plain)


def test_a_waiting_and_a_replaced_fact_say_what_they_are(alice_client, moved):
    waiting = ledger.suggest(
        Content(moved.entity, "pet", "a cat", "Ingrid has a cat."), Cause(by_user=False), reason="x"
    )
    assert "This waits for you, and is not used before." in words(alice_client.get(fact_page(waiting)))
    old = Fact.objects.get(superseded_by=moved)
    page = words(alice_client.get(fact_page(old)))
    assert "This was replaced by Ingrid lives in Sweden." in page
    assert "Correct" not in page


# -- whose it is ------------------------------------------------------------------------------------------------------


def test_foreign_and_missing_look_the_same(bob_client, bob, berit, sister, moved):
    change = naming.pin(user=berit.owner, entity_id=berit.uuid, pinned=True)
    mine = stores.self_entity(Store(bob.pk))
    fact = moved.uuid
    for nobody in (berit.uuid, uuid.uuid4()):
        for address in (f"{nobody}/names/", f"{nobody}/merge/", f"{nobody}/split/", f"timeline/?entity={nobody}"):
            assert bob_client.get(f"/memory/{address}").status_code == 404, address
        for action in ("names", "names/add", "names/remove", "pin", "apart", "merge", "split"):
            form = {"name": "Bob", "alias": "Bob", "kind": "person", "on": "1", "other": str(mine.uuid)}
            assert bob_client.post(f"/memory/{nobody}/{action}/", form).status_code == 404, action
        for action in ("merge", "apart"):
            form = {"other": str(nobody)}
            assert bob_client.post(f"/memory/{mine.uuid}/{action}/", form).status_code == 404, action
    for nobody in (fact, uuid.uuid4()):
        for action in ("", "move/"):
            assert bob_client.get(f"/memory/facts/{nobody}/{action}").status_code == 404, action
        for action in ("pin", "unlock", "move"):
            form = {"on": "1", "other": str(mine.uuid)}
            assert bob_client.post(f"/memory/facts/{nobody}/{action}/", form).status_code == 404, action
    for nobody in (change.uuid, uuid.uuid4()):
        assert bob_client.post(f"/memory/entity-changes/{nobody}/undo/").status_code == 404
    assert alice_is_untouched(berit, sister, moved)


def alice_is_untouched(berit: Entity, sister: Entity, moved: Fact) -> bool:
    berit.refresh_from_db()
    moved.refresh_from_db()
    return (berit.name, berit.pinned, moved.pinned, sister.maybe_same_as_id) == ("Berit", True, False, None) and (
        Entity.objects.get(pk=sister.pk).maybe_same_as == berit
    )


@pytest.mark.parametrize("other", ["", "nonsense"])
def test_another_that_is_no_id_is_not_found(alice_client, berit, other):
    assert alice_client.post(f"{page_of(berit)}merge/", {"other": other}).status_code == 404


def test_nothing_changes_by_following_a_link(alice_client, berit, moved):
    entity, fact = f"/memory/{berit.uuid}", f"/memory/facts/{moved.uuid}"
    for address in (f"{entity}/names/add/", f"{entity}/pin/", f"{entity}/apart/", f"{fact}/pin/", f"{fact}/unlock/"):
        assert alice_client.get(address).status_code == 405, address
    assert alice_client.get("/memory/switch/").status_code == 405


def test_what_people_say_is_text(alice_client, chat):
    fact = learn(chat, "<script>alert(1)</script>", about="<img src=x>", attribute="likes")
    naming.rename(user=fact.owner, entity_id=fact.entity.uuid, name="<b>x</b>", disambiguator="<i>y</i>", kind="person")
    entity = f"/memory/{fact.entity.uuid}/"
    for address in (entity, f"{entity}names/", f"{entity}merge/", f"{entity}split/", fact_page(fact),
                    f"{fact_page(fact)}move/", "/memory/timeline/", "/memory/?status=all"):  # fmt: skip
        html = alice_client.get(address).content.decode()
        assert not re.search(r"<(script>alert|img src=x|b>x|i>y)", html), address


# -- ways on ----------------------------------------------------------------------------------------------------------


def test_every_page_of_the_memory_is_reached_from_another(alice_client, berit, moved):
    """Follows all links from the memory page; what has no link to it is a page that nobody finds."""
    seen: set[str] = set()
    waiting = ["/memory/"]
    while waiting:
        address = waiting.pop()
        seen.add(address)
        response = alice_client.get(address)
        assert response.status_code == 200, address
        if response["Content-Type"].startswith("text/html"):
            found = {
                link.replace("&amp;", "&") for link in re.findall(r'href="(/memory/[^"#]*)', response.content.decode())
            }
            waiting += [link for link in found if link not in seen and link not in waiting]
    entity, fact = f"/memory/{berit.uuid}/", f"/memory/facts/{moved.uuid}/"
    expected = {entity, f"{entity}names/", f"{entity}merge/", f"{entity}split/", fact, f"{fact}move/", f"{fact}edit/"}
    expected |= {
        "/memory/timeline/",
        f"/memory/timeline/?entity={berit.uuid}",
        "/memory/?state=past",
        "/memory/import/",
    }
    expected |= {"/memory/forget/", f"/memory/forget/?entity={berit.uuid}", "/memory/learning/"}
    assert expected <= seen
