"""Deleting on the chat page: a chat that taught something asks what to do with it, a message goes for good."""

import pytest
from playwright.sync_api import expect

from tests.e2e.tab import OpenTab, Tab
from tests.server import BOB, CHARLIE
from tests.services.memory.proposed import fact

pytestmark = [pytest.mark.browser, pytest.mark.server]

LIVES = "The user lives in Quexlingham."


@pytest.fixture(params=[BOB])
def tab(site, model, open_tab: OpenTab, request) -> Tab:
    lesson = fact("I live in Quexlingham", "lives_in", "Quexlingham", LIVES)
    model.script(schema="memory", json={"facts": [lesson], "title": "Where I live"}, match="Quexlingham", times=1)
    tab = open_tab(site, email=request.param)
    tab.new_chat()
    tab.say("I live in Quexlingham.")
    expect(tab.answers.last.locator(".learned__item")).to_contain_text(LIVES)
    return tab


def known(tab: Tab) -> str:
    page = tab.page.context.new_page()
    page.goto(f"{tab.server.url}/memory/")
    text = page.locator("main").inner_text()
    page.close()
    return text


def test_a_chat_that_taught_something_asks_and_takes_it_along_until_it_is_brought_back(tab):
    assert LIVES in known(tab)
    tab.menu_of_current("Delete")
    dialog = tab.page.get_by_role("dialog", name="Delete this chat?")
    choice = dialog.get_by_label("Also forget the one thing that only this chat taught")
    expect(choice).to_be_checked()
    dialog.get_by_role("button", name="Cancel").click()
    expect(tab.page.locator(".history__item[data-current]")).to_be_visible()

    tab.menu_of_current("Delete")
    dialog.get_by_role("button", name="Delete").click()
    expect(tab.page.locator("#empty")).to_be_visible()
    assert LIVES not in known(tab)

    tab.page.get_by_role("button", name="Undo").click()
    expect(tab.page.get_by_role("link", name="Where I live")).to_be_visible()
    assert LIVES in known(tab)
    erase(tab)


def erase(tab: Tab) -> None:
    tab.page.get_by_role("link", name="Where I live").click()
    tab.menu_of_current("Erase for good")
    tab.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(tab.page.locator("#empty")).to_be_visible()
    expect(tab.page.get_by_role("link", name="Where I live")).to_have_count(0)
    assert LIVES not in known(tab)


# Somebody else: for who had it forgotten it is not learned again.
@pytest.mark.parametrize("tab", [CHARLIE], indirect=True)
def test_a_message_is_deleted_by_the_keyboard_with_what_it_taught(tab):
    tab.page.get_by_role("button", name="Delete this message").focus()
    tab.page.keyboard.press("Enter")
    dialog = tab.page.get_by_role("dialog", name="Delete this message?")
    expect(dialog.get_by_label("Also forget what only it taught")).to_be_checked()
    dialog.get_by_role("button", name="Delete").press("Enter")

    expect(tab.questions.last).to_contain_text("You deleted this message.")
    expect(tab.questions.last).not_to_contain_text("Quexlingham")
    expect(tab.answers.last.locator(".learned__item")).to_have_count(0)
    tab.page.reload()
    expect(tab.questions.last).to_contain_text("You deleted this message.")
    assert LIVES not in known(tab)
    assert tab.faults == []
