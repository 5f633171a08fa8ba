"""The administrator sees everything that is stored, others nothing, and nothing of it runs."""

import re
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from chat.models import (
    Conversation,
    Entity,
    Fact,
    FactSource,
    Invitation,
    MemoryChange,
    MemoryRun,
    Message,
    User,
)
from tests import stories
from tests.admin.pages import list_url, page_url
from tests.hostile import HOSTILE

STORED = (Conversation, Entity, Fact, FactSource, MemoryChange, MemoryRun, Message, User)


DJANGOS = {
    *("a", "bdi", "body", "br", "button", "caption", "details", "div", "fieldset", "footer", "form", "h1", "h2", "h3"),
    *(
        "head",
        "header",
        "html",
        "img",
        "input",
        "label",
        "li",
        "link",
        "main",
        "meta",
        "nav",
        "ol",
        "option",
        "p",
        "path",
    ),
    *("script", "section", "select", "span", "strong", "summary", "svg", "symbol", "table", "tbody", "td", "textarea"),
    *("th", "thead", "title", "tr", "ul", "use"),
}


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.scripts: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.add(tag)
        self.attributes |= set(given)
        if tag == "script":
            self.scripts.append(given.get("src") or "inline")
        self.links += [given[name] or "" for name in ("href", "action") if name in given and tag != "use"]


def test_the_first_page_orders_pages_by_what_they_are_about(charlie_client):
    text = charlie_client.get("/admin/").content.decode()
    sections = re.findall(r'class="section">([^<]*)<', text)
    assert sections == ["People", "Conversations", "Memory"]
    names = re.findall(r'<th scope="row" id="[^"]*"><a href="[^"]*">([^<]*)</a>', text)
    assert names == [
        "Users", "Invitations", "Email addresses", "Groups", "Conversations", "Messages", "Entities", "Facts",
        "Fact sources", "Memory runs", "Memory changes",
    ]  # fmt: skip
    assert '<a href="/">Back to the chat</a>' in text


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str))
def test_every_list_opens_and_searches(charlie_client, told, model):
    assert charlie_client.get(list_url(model)).status_code == 200
    assert charlie_client.get(list_url(model), {"q": "Bergen"}).status_code == 200
    assert charlie_client.get(list_url(model), {"q": "'\"%_ ;--"}).status_code == 200


@pytest.mark.parametrize("model", STORED)
def test_every_row_has_a_page(charlie_client, told, model):
    for row in model.objects.all():
        assert charlie_client.get(page_url(row)).status_code == 200
        assert charlie_client.get(page_url(row, "history")).status_code == 200


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str))
def test_others_are_refused(alice_client, told, model):
    row = model.objects.first()
    for url in filter(None, ["/admin/", list_url(model), row and page_url(row)]):
        refused = alice_client.get(url, follow=True)
        assert refused.status_code == 403
        assert b"Bergen" not in refused.content
        assert Client().get(url, follow=True).redirect_chain[-1][0].startswith("/accounts/login/")


def test_staff_see_what_their_group_allows_and_change_nothing(told):
    helper = User.objects.create_user("helper@example.org", is_staff=True)
    group = Group.objects.create(name="Watchers")
    group.permissions.set(Permission.objects.filter(codename="view_fact"))
    helper.groups.add(group)
    client = Client()
    client.force_login(helper)
    assert client.get(page_url(told)).status_code == 200
    assert client.post(page_url(told), {"statement": "No."}).status_code == 403
    assert client.get(page_url(told, "delete")).status_code == 403
    assert client.get(list_url(Message)).status_code == 403
    client.post(list_url(Fact), {"action": "forget", "_selected_action": told.pk})
    told.refresh_from_db()
    assert (told.statement, told.status) == ("Ingrid lives in Bergen.", "active")


def test_a_fact_shows_its_words_its_history_and_its_turn(charlie_client, told):
    text = charlie_client.get(page_url(told)).content.decode()
    source = told.sources.get()
    assert "moved to Bergen" in text
    assert f'<a href="{page_url(source.message)}">The message</a>' in text
    assert f'<a href="{page_url(Fact.objects.get(value__contains="Oslo"))}">Ingrid lives in Oslo.</a>' in text
    assert "Updated" in text


def test_an_entity_shows_its_facts_with_quotes(charlie_client, told):
    text = charlie_client.get(page_url(told.entity)).content.decode()
    assert f'<a href="{page_url(told)}">Ingrid lives in Bergen.</a>' in text
    assert "moved to Bergen" in text
    assert "Ingrid lives in Oslo." in text


def test_a_reply_shows_what_was_put_before_the_model(charlie_client, told):
    reply = told.changes.get().reply
    text = charlie_client.get(page_url(reply)).content.decode()
    assert "321 tokens were sent" in text
    assert "You are MemoryBot." in text
    assert "Ingrid lives in Oslo." in text


def test_lists_of_one_person(charlie_client, told, bob):
    for model in (Conversation, Entity, Fact, FactSource, MemoryChange, MemoryRun, Message):
        hers = charlie_client.get(list_url(model), {"person": "Alice@Example.org"}).context["cl"]
        his = charlie_client.get(list_url(model), {"person": "bob@example.org"}).context["cl"]
        nobody = charlie_client.get(list_url(model), {"person": "x"}).context["cl"]
        assert (hers.result_count, his.result_count, nobody.result_count) == (model.objects.count(), 0, 0)


def test_hostile_text_is_text_on_every_page(charlie_client, alice):
    alice.display_name = HOSTILE[0]
    alice.save()
    chat = stories.conversation(alice, HOSTILE[1], instructions=HOSTILE[5], summary=HOSTILE[7], model=HOSTILE[2])
    parent = before = None
    for number, text in enumerate(HOSTILE):
        parent = stories.say(chat, text, text, parent=parent, error_code="x", error_message=text, model=text)[1]
        fact = stories.learn(
            parent, text, about=text[:200], quote=text, attribute=f"{number}{text}"[:100], instead_of=before
        )
        stories.recall(parent, facts=[fact], messages=[parent])
        before = fact
    urls = ["/admin/", *(list_url(model) for model in admin.site._registry)]
    urls += [f"{list_url(model)}?q={HOSTILE[0]}&person={HOSTILE[3]}" for model in STORED]
    urls += [page_url(row) for model in STORED for row in model.objects.all()[:30]]
    for url in urls:
        page = Page(charlie_client.get(url).content.decode())
        assert page.tags <= DJANGOS, url
        assert not {name for name in page.attributes if name.startswith("on") or name in {"style", "srcdoc"}}, url
        assert all(script.startswith(("/static/", "/admin/jsi18n/")) for script in page.scripts), url
        assert all(link.startswith(("/", "?", "#", ".")) for link in page.links), url


def test_invitations_are_made_on_the_sites_page(charlie_client):
    response = charlie_client.get("/admin/chat/invitation/add/")
    assert response.url == reverse("chat:invitations")
    assert Invitation.objects.count() == 0


def test_nothing_is_edited_that_is_a_record(charlie_client, told):
    for model in (Conversation, Entity, FactSource, MemoryChange, MemoryRun, Message):
        row = model.objects.first()
        assert charlie_client.post(page_url(row), {}).status_code == 403
        assert charlie_client.post(page_url(row, "delete"), {"post": "yes"}).status_code == 403
        assert charlie_client.get(f"{list_url(model)}add/").status_code == 403
