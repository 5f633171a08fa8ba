"""The list of conversations and the ways from one to another."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.tab import OpenTab
from tests.server import BOB, CHARLIE

pytestmark = [pytest.mark.browser, pytest.mark.server]


MANY = """
from datetime import timedelta
from django.utils import timezone
from chat.models import Conversation, User
charlie = User.objects.get(email="charlie@example.org")
for number in range(60):
    at = timezone.now() - timedelta(days=60 - number)
    Conversation.objects.create(owner=charlie, title=f"Number {number}", model="scripted", updated_at=at)
"""


@pytest.fixture
def tab(site, model, open_tab: OpenTab):
    return open_tab(site)


def test_rename_in_place_by_the_row_and_by_the_title(tab):
    tab.say("Hello")
    tab.menu_of_current("Rename")
    field = tab.page.get_by_label("Title")
    field.fill("Never mind")
    field.press("Escape")
    expect(tab.page.locator("#title")).not_to_have_text("Never mind")
    tab.menu_of_current("Rename")
    field.fill("Bergen")
    field.press("Enter")
    expect(tab.page.locator("#title")).to_have_text("Bergen")
    tab.page.locator("#title").dblclick()
    field.fill("Bergen in May")
    tab.box.focus()
    expect(tab.page.locator(".history__item[data-current]")).to_contain_text("Bergen in May")
    expect(tab.page).to_have_title("Bergen in May · MemoryBot")
    tab.page.reload()
    expect(tab.page.locator("#title")).to_have_text("Bergen in May")


def test_delete_leads_to_a_new_chat_and_can_be_undone(tab, site, open_tab):
    tab.say("Hello")
    path = tab.path
    other = open_tab(site, path)
    tab.menu_of_current("Delete")
    expect(tab.page.locator("#empty")).to_be_visible()
    assert tab.path == "/"
    expect(other.page.locator("#deleted")).to_be_visible()
    expect(other.box).to_be_disabled()
    tab.page.get_by_role("button", name="Undo").click()
    expect(tab.page.locator(f'.history__link[href="{path}"]')).to_be_visible()
    expect(other.page.locator("#deleted")).to_be_hidden()
    expect(other.box).to_be_enabled()


def test_clear_all_and_undo(site, model, open_tab):
    tab = open_tab(site, email=BOB)
    for text in ("One", "Two"):
        tab.new_chat()
        tab.say(text)
    rows = tab.page.locator(".history__item")
    expect(rows).to_have_count(2)
    tab.page.get_by_role("button", name="Bob").click()
    tab.page.get_by_role("button", name="Delete all conversations").click()
    expect(rows).to_have_count(0)
    expect(tab.page.get_by_text("Your conversations will be listed here.")).to_be_visible()
    tab.page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(2)


def test_a_long_list_goes_on_when_its_end_is_reached(site, open_tab):
    assert site.manage("shell", "-c", MANY).returncode == 0
    tab = open_tab(site, email=CHARLIE)
    rows = tab.page.locator(".history__item")
    expect(rows).to_have_count(50)
    rows.last.scroll_into_view_if_needed()
    expect(rows).to_have_count(60)
    expect(rows.last).to_contain_text("Number 0")


def test_the_kinds_of_new_chat(tab, model):
    for kind, badge in (("New chat with a clean memory", "Clean memory"), ("Temporary chat", "Temporary")):
        tab.page.get_by_role("button", name="Other kinds of new chat").click()
        tab.page.get_by_role("link", name=re.compile(kind)).click()
        expect(tab.page.locator("#mode")).to_have_text(badge)
        tab.say(f"Hello, {kind}")
        expect(tab.page.locator("#mode")).to_have_text(badge)
    listed = tab.page.locator(".history__item[data-current]")
    expect(listed).to_have_count(0)


def test_back_and_forward_and_a_new_tab(tab):
    tab.say("First one")
    first = tab.path
    tab.page.keyboard.press("Control+Shift+O")
    expect(tab.page.locator("#empty")).to_be_visible()
    tab.say("Second one")
    second = tab.path
    tab.page.go_back()
    expect(tab.page.locator("#empty, .message--question").first).to_be_visible()
    tab.page.locator(f'.history__link[href="{first}"]').click()
    expect(tab.questions.first).to_contain_text("First one")
    tab.page.locator(f'.history__link[href="{second}"]').click()
    expect(tab.questions.first).to_contain_text("Second one")
    tab.page.go_back()
    expect(tab.questions.first).to_contain_text("First one")
    with tab.page.context.expect_page() as opened:
        tab.page.locator(f'.history__link[href="{second}"]').click(modifiers=["Control"])
    assert opened.value.url.endswith(second)


def test_settings_of_a_conversation_are_kept_and_wrong_ones_explained(tab, model):
    tab.say("Hello")
    tab.page.get_by_role("button", name="Settings of this conversation").click()
    dialog = tab.page.get_by_role("dialog", name="Settings of this conversation")
    dialog.get_by_label("Turns").fill("2")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".field__errors")).to_be_visible()
    dialog.get_by_label("Turns").fill("5")
    dialog.get_by_label("Model").select_option("scripted-large")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("Saved.")
    dialog.get_by_role("button", name="Close").first.click()
    expect(tab.page.locator("#model")).to_have_value("scripted-large")
    tab.say("Hello again")
    assert model.replies[-1].body["model"] == "scripted-large"


def test_the_model_can_be_changed_beside_the_box(tab, model):
    tab.page.locator("#model").select_option("scripted-large")
    tab.say("Hello")
    assert model.replies[-1].body["model"] == "scripted-large"
    tab.page.locator("#model").select_option("scripted")
    tab.say("And now?")
    assert model.replies[-1].body["model"] == "scripted"
    tab.page.reload()
    expect(tab.page.locator("#model")).to_have_value("scripted")


def test_downloads(tab):
    tab.say("Hello")
    for kind, ending in (("Plain text", "txt"), ("Markdown", "md"), ("JSON", "json"), ("Web page", "html")):
        tab.page.get_by_role("button", name="Download this conversation").click()
        with tab.page.expect_download() as download:
            tab.page.get_by_role("link", name=kind).click()
        assert download.value.suggested_filename.endswith(f".{ending}")
