"""Deciding what waits, undoing many, importing, and correcting in a chip, as a person does it in a browser."""

import json
import re
import uuid

import pytest
from playwright.sync_api import expect

from tests.e2e.tab import OpenTab
from tests.services.memory.proposed import fact

pytestmark = [pytest.mark.browser, pytest.mark.server]

SUGGEST = """
from chat.models import Conversation, Entity, User
from chat.services.memory import ledger, stores
alice = User.objects.get(email="alice@example.org")
stores.entities(stores.Store(alice.pk)).delete()
me = stores.self_entity(stores.Store(alice.pk))
for what in ("tea", "rum", "ice"):
    content = ledger.Content(me, "likes", what, f"The user likes {what}.")
    ledger.suggest(content, ledger.Cause(by_user=False), reason="unsure")
"""


@pytest.fixture
def tab(site, model, open_tab: OpenTab):
    return open_tab(site)


@pytest.fixture
def queue(site, model, open_tab: OpenTab):
    """The queue with three suggestions in it, and nothing else known."""
    done = site.manage("shell", "-c", SUGGEST)
    assert done.returncode == 0, done.stderr
    return open_tab(site, "/memory/?state=waiting")


def test_what_waits_is_accepted_rejected_and_taken_back(queue):
    page = queue.page
    expect(page.locator("#waiting .fact-card")).to_have_count(3)
    page.get_by_role("button", name=re.compile("^Keep ?: The user likes tea")).click()
    expect(page.locator("#waiting .fact-card")).to_have_count(2)
    page.get_by_role("button", name=re.compile("^Do not keep ?: The user likes rum")).click()
    expect(page.locator("#waiting .fact-card")).to_have_count(1)
    expect(page.locator(".rows__row")).to_contain_text(["Rejected:", "Accepted:"])
    page.get_by_role("button", name=re.compile("^Undo ?: The user likes rum")).click()
    expect(page.locator("#waiting .fact-card")).to_have_count(2)
    page.goto(queue.server.url + "/memory/")
    expect(page.locator(".known")).to_contain_text("The user likes tea.")
    expect(page.locator(".known")).not_to_contain_text("rum")


def test_many_are_decided_at_once_and_undone_from_the_toast(queue):
    page = queue.page
    page.get_by_label("All on this page").check()
    page.get_by_role("button", name="Accept the ticked").click()
    expect(page.locator("#waiting")).to_contain_text("Nothing waits for you.")
    toast = page.locator(".toast", has_text="Accepted: 3.")
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("#waiting .fact-card")).to_have_count(3)


def test_many_decisions_are_undone_by_their_boxes(queue):
    page = queue.page
    page.get_by_label("All on this page").check()
    page.get_by_role("button", name="Reject the ticked").click()
    expect(page.locator("#waiting .fact-card")).to_have_count(0)
    page.get_by_label("Rejected: The user likes tea.").check()
    page.get_by_label("Rejected: The user likes ice.").check()
    page.get_by_role("button", name="Undo the ticked").click()
    expect(page.locator("#waiting .fact-card")).to_have_count(2)
    expect(page.locator(".toast", has_text="Undone: 2.")).to_be_visible()


def test_the_queue_is_decided_by_keyboard_alone(queue):
    page = queue.page
    page.get_by_label("The user likes tea.").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Accept the ticked").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#waiting .fact-card")).to_have_count(2)
    assert page.evaluate("document.activeElement !== document.body")


def test_a_file_is_looked_through_before_it_is_imported(queue, tmp_path):
    who = str(uuid.uuid4())
    row = {"entity": who, "attribute": "likes", "status": "active", "learned": "2025-01-01T00:00:00Z"}
    names = ("skiing", "<b>fish</b>")
    facts = [{**row, "id": str(uuid.uuid4()), "value": n, "statement": f"Ingrid likes {n}."} for n in names]
    entity = {"id": who, "kind": "person", "name": "Ingrid"}
    top = {"format": "memorybot.memory", "version": 1}
    file = tmp_path / "memory.json"
    file.write_text(json.dumps({**top, "entities": [entity], "facts": facts}))
    page = queue.page
    page.goto(queue.server.url + "/memory/import/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_label("Ingrid likes skiing.")).to_be_checked()
    page.get_by_label("Ingrid likes <b>fish</b>.").uncheck()
    page.get_by_role("button", name="Import what is ticked").click()
    expect(page.locator("main [role=status]")).to_contain_text("1 statement was imported")
    page.goto(queue.server.url + "/memory/?q=Ingrid")
    expect(page.locator("main")).to_contain_text("Ingrid likes skiing.")
    expect(page.locator("main")).not_to_contain_text("fish")


def test_a_chip_is_corrected_in_its_place_and_the_correction_undone(tab):
    tab.say("remember: I live in Norwy")
    chips = tab.answers.last.locator(".learned__item")
    chips.get_by_role("link", name="Edit").focus()
    tab.page.keyboard.press("Enter")
    box = chips.get_by_label("What is true")
    expect(box).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(chips.get_by_role("link", name="Edit")).to_be_focused()
    tab.page.keyboard.press("Enter")
    box.fill("")
    chips.get_by_role("button", name="Save").click()
    box.fill("I live in Norway")
    chips.get_by_role("button", name="Save").click()
    expect(chips).to_have_count(1)
    expect(chips).to_contain_text("Changed:")
    expect(chips).to_contain_text("I live in Norway")
    assert tab.path.startswith("/c/")
    assert tab.page.evaluate("document.activeElement.closest('.learned__item') !== null")
    tab.page.reload()
    expect(chips).to_have_count(1)
    chips.get_by_role("button", name="Undo").click()
    expect(chips.first).to_contain_text("Remembered:")
    expect(chips.last).to_contain_text("Undone:")


def test_several_chips_are_undone_together(tab, model):
    two = [
        fact("I like Bergen", "likes", "Bergen", "The user likes Bergen."),
        fact("I like Voss", "likes", "Voss", "The user likes Voss."),
    ]
    model.script(match="Voss", schema="memory", json={"facts": two, "title": ""})
    tab.say("I like Bergen and I like Voss.")
    chips = tab.answers.last.locator(".learned__item")
    expect(chips).to_have_count(2)
    tab.answers.last.get_by_role("button", name="Undo all").click()
    expect(chips.filter(has_text="Undone:")).to_have_count(2)
    expect(tab.answers.last.get_by_role("button", name="Undo all")).to_have_count(0)


def test_a_suggestion_is_a_chip_that_leads_to_the_decision(tab, model):
    oslo = fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo.")
    model.script(match="Oslo", schema="memory", json={"facts": [oslo], "title": ""})
    tab.say("I live in Oslo.")
    chips = tab.answers.last.locator(".learned__item")
    chips.get_by_role("link", name="Edit").click()
    chips.get_by_label("What is true").fill("The user lives in Drammen.")
    chips.get_by_role("button", name="Save").click()
    expect(chips).to_contain_text("Changed:")
    voss = fact("I live in Voss", "lives_in", "Voss", "The user lives in Voss.")
    model.script(match="Voss", schema="memory", json={"facts": [voss], "title": ""})
    tab.say("I live in Voss.")
    expect(chips).to_contain_text("For you to decide: The user lives in Voss. (now: The user lives in Drammen.)")
    chips.get_by_role("link", name="Decide").click()
    card = tab.page.locator(".fact-card", has_text="The user lives in Voss.")
    expect(card).to_contain_text("It would change something that you have set by hand.")
    card.get_by_role("button", name=re.compile("^Replace")).click()
    expect(card).to_have_count(0)
    tab.page.go_back()
    expect(chips).to_contain_text("Changed: The user lives in Voss. (was: The user lives in Drammen.)")
