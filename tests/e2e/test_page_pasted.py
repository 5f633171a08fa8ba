"""What is pasted into the box: it is sent like everything, and nothing of it is learned."""

import pytest
from playwright.sync_api import expect

from tests.e2e.tab import OpenTab, Tab
from tests.services.memory.proposed import fact

pytestmark = [pytest.mark.browser, pytest.mark.server]

MAIL = "Dear all,\nI live in Oslo and I work at Norwegian Rain.\nYours, Berit"
FACTS = [
    fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo."),
    fact("I work at Norwegian Rain", "employer", "Norwegian Rain", "The user works at Norwegian Rain."),
    fact("I live in Rome", "lives_in", "Rome", "The user lives in Rome."),
    fact("I like tea", "likes", "tea", "The user likes tea."),
]


@pytest.fixture
def tab(site, model, open_tab: OpenTab):
    site.rows("DELETE FROM chat_memoryrun")
    model.script(schema="memory", json={"facts": FACTS, "title": "A mail"})
    return open_tab(site, permissions=["clipboard-read", "clipboard-write"])


def paste(tab: Tab, text: str) -> None:
    tab.page.evaluate("text => navigator.clipboard.writeText(text)", text)
    tab.page.keyboard.press("Control+V")


def send(tab: Tab) -> None:
    count = tab.answers.count()
    tab.page.keyboard.press("Enter")
    expect(tab.answers).to_have_count(count + 1)
    tab.wait_for_end()


def learned(tab: Tab) -> list[str]:
    """What stands on the memory page once everything that was said is learned from."""
    for _ in range(100):
        if not tab.server.rows("SELECT 1 FROM chat_memoryrun WHERE state NOT IN ('done', 'skipped')"):
            break
        tab.page.wait_for_timeout(100)
    return [row[0] for row in tab.server.rows("SELECT statement FROM chat_fact WHERE status = 'active' ORDER BY id")]


def test_a_pasted_mail_teaches_nothing_and_what_is_typed_beside_it_does(tab, model):
    tab.box.focus()
    paste(tab, MAIL)
    expect(tab.box).to_have_value(MAIL)
    send(tab)
    assert learned(tab) == []
    assert MAIL in model.replies[-1].prompt

    # Typed before it and behind it, with the paste in the middle; kept over a reload as a draft.
    tab.page.keyboard.type("What does she mean? ")
    paste(tab, MAIL)
    tab.page.keyboard.press("Shift+Enter")
    tab.page.keyboard.type("I live in Rome. 🌊")
    tab.page.reload()
    expect(tab.box).to_have_value(f"What does she mean? {MAIL}\nI live in Rome. 🌊")
    tab.box.press("Control+Home")
    tab.page.keyboard.type("Hm! ")
    send(tab)
    assert learned(tab) == ["The user lives in Rome."]

    # Said differently: the pasted part is still pasted.
    tab.questions.last.hover()
    tab.questions.last.get_by_role("button", name="Say it differently").click()
    box = tab.page.locator(".edit textarea")
    box.press("Control+End")
    tab.page.keyboard.type(" I like tea.")
    tab.page.locator(".edit").get_by_role("button", name="Send").click()
    expect(tab.questions.last).to_contain_text("I like tea.")
    expect(tab.last_text).to_contain_text("I like tea.")
    tab.wait_for_end()
    assert sorted(learned(tab)) == ["The user likes tea.", "The user lives in Rome."]
