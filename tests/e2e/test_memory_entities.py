"""What is known, as people set it right in a browser: one job after another, two Alices, a sister with a name."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.tab import OpenTab, Tab
from tests.scripted_model import ScriptedModel

pytestmark = [pytest.mark.browser, pytest.mark.server]

WIDTHS = (320, 768, 1280)


@pytest.fixture
def tab(site, model, open_tab: OpenTab):
    return open_tab(site)


def fact(quote: str, about: str, kind: str, attr: str, value: str, text: str, op: str = "add") -> dict[str, str]:
    return {"quote": quote, "about": about, "kind": kind, "op": op, "attr": attr, "value": value, "text": text}


def teach(tab: Tab, model: ScriptedModel, said: str, *facts: dict[str, str]) -> None:
    """Say something in the open chat, of which the model makes ``facts``, and wait for the chip."""
    model.script(schema="memory", json={"facts": list(facts), "title": "A chat", "summary": ""}, times=1)
    tab.say(said)
    expect(tab.answers.last.locator(".learned__item")).to_have_count(len(facts))


def names_known(tab: Tab) -> list[str]:
    tab.open("/memory/")
    return tab.page.locator(".card__head a:not(.badge)").all_inner_texts()


def cards(tab: Tab) -> Locator:
    return tab.page.locator("#entity > .fact-cards > .fact-card > .fact-card__statement")


def test_no_at_meta_replaces_google_keeps_it_in_the_history_and_undo_brings_it_back(tab, model):
    job = fact("I work at Google", "E0", "self", "employer", "Google", "The user works at Google.")
    teach(tab, model, "I work at Google.", job)
    at_meta = fact("no, I work at Meta", "E0", "self", "employer", "Meta", "The user works at Meta.", "update")
    teach(tab, model, "Sorry, no, I work at Meta.", at_meta)

    tab.open("/memory/").page.get_by_role("link", name="You", exact=True).click()
    expect(cards(tab)).to_have_text([re.compile("Meta")])
    tab.page.get_by_role("link", name=re.compile("History and more ?: .*Meta")).click()
    steps = tab.page.locator(".steps .fact-card__statement")
    expect(steps).to_have_text([re.compile("Meta"), re.compile("Google")])
    tab.page.get_by_role("link", name="You", exact=True).click()
    changed = tab.page.locator(".rows__row", has_text="Changed")
    changed.get_by_role("button", name=re.compile("Undo ?: .*Meta")).click()
    expect(tab.page.locator("#toasts")).to_contain_text("Undone.")
    expect(cards(tab)).to_have_text([re.compile("Google")])
    expect(changed).to_contain_text("Undone")


def test_two_alices_stay_two_until_they_are_put_together_and_are_two_again_by_undo(tab, model):
    tab.new_chat()
    doctor = fact("My sister Alice is a doctor", "Alice", "person", "occupation", "doctor", "Alice is a doctor.")
    teach(tab, model, "My sister Alice is a doctor.", doctor)
    pilot = fact("My colleague Alice is a pilot", "Alice", "person", "occupation", "pilot", "Alice is a pilot.")
    teach(tab, model, "My colleague Alice is a pilot.", pilot)
    assert names_known(tab).count("Alice") == 2

    sister = tab.page.locator(".card.known", has_text="is a doctor")
    sister.get_by_role("link", name="Alice", exact=True).click()
    expect(cards(tab)).to_have_text(["Alice is a doctor."])
    tab.page.get_by_role("link", name="Same as another…").click()
    tab.page.get_by_role("button", name=re.compile("The same ?: Alice")).click()
    # One person has one occupation: the newer stays, the older is its history.
    expect(cards(tab)).to_have_text(["Alice is a pilot."])
    expect(tab.page.locator(".earlier")).to_contain_text("Alice is a doctor.")
    assert names_known(tab).count("Alice") == 1

    tab.page.get_by_role("link", name="Timeline").click()
    merged = tab.page.locator(".rows__row", has_text="were put together").first
    merged.get_by_role("button", name=re.compile("Undo")).click()
    expect(merged).to_contain_text("Undone")
    assert names_known(tab).count("Alice") == 2
    expect(sister).to_be_visible()
    expect(tab.page.locator(".card.known", has_text="is a pilot")).to_be_visible()


def test_my_sister_gets_her_name_later_and_stays_one(tab, model):
    tab.new_chat()
    plays = fact("My cousin plays chess", "my cousin", "person", "likes", "chess", "My cousin plays chess.")
    teach(tab, model, "My cousin plays chess.", plays)
    named = fact("My cousin is called Berit", "my cousin", "person", "name", "Berit", "My cousin is called Berit.")
    teach(tab, model, "My cousin is called Berit.", named)
    names = names_known(tab)
    assert ("Berit" in names, "my cousin" in names) == (True, False)
    tab.page.get_by_role("link", name="Berit", exact=True).click()
    expect(tab.page.locator("main")).to_contain_text("Also called my cousin.")
    expect(tab.page.locator("main")).to_contain_text("plays chess")


def test_a_source_leads_to_its_message_in_a_long_chat_and_on_another_branch(tab, model):
    tab.new_chat()
    cat = fact("I have a cat called Mog", "E0", "self", "pet", "cat", "The user has a cat called Mog.")
    teach(tab, model, "I have a cat called Mog.", cat)
    chat = tab.path
    # The first question is said differently: the cat is on the older branch now.
    tab.questions.first.hover()
    tab.questions.first.get_by_role("button", name="Say it differently").click()
    tab.page.get_by_label("Your message, said differently").fill("Something else")
    tab.page.locator(".edit").get_by_role("button", name="Send").click()
    expect(tab.questions.first).to_contain_text("Something else")
    tab.wait_for_end()
    lengthen(tab, chat)

    # What only an edited message taught is no longer held to be true; its words are still there.
    tab.open("/memory/?q=Mog&status=all").page.get_by_role("link", name=re.compile("Mog")).first.click()
    tab.page.locator(".quote a").first.click()
    found = tab.page.locator(".message[data-found]")
    expect(found).to_contain_text("I have a cat called Mog.")
    expect(found).to_be_in_viewport()


def lengthen(tab: Tab, chat: str) -> None:
    """A hundred turns more on the branch that is open, as the server stores them."""
    done = tab.server.manage(
        "shell",
        "--no-imports",
        "-c",
        f"""
from chat.models import Conversation
from tests import stories
chat = Conversation.objects.get(uuid="{chat.split("/")[2]}")
parent = chat.messages.order_by("position").last()
for number in range(100):
    parent = stories.say(chat, f"Question {{number}}", "An answer. " * 20, parent=parent)[1]
""",
    )
    assert done.returncode == 0, done.stderr


def test_every_page_fits_a_phone_and_works_by_keyboard(tab, model):
    tab.new_chat()
    likes = fact("Bruno likes tea", "Bruno", "person", "likes", "tea", "Bruno likes tea.")
    teach(tab, model, "Bruno likes tea.", likes)
    tab.open("/memory/").page.get_by_role("link", name="Bruno", exact=True).click()
    entity = tab.path
    tab.page.get_by_role("link", name=re.compile("History and more ?: Bruno")).click()
    of_fact = tab.path
    for width in WIDTHS:
        tab.page.set_viewport_size({"width": width, "height": 800})
        for address in ("/memory/", "/memory/?status=all", "/memory/timeline/", entity, f"{entity}names/",
                        f"{entity}merge/", f"{entity}split/", of_fact, f"{of_fact}move/", "/settings/"):  # fmt: skip
            tab.open(address)
            assert not tab.page.evaluate("document.documentElement.scrollWidth > innerWidth"), (address, width)

    tab.open(entity)
    pin = tab.page.get_by_role("button", name=re.compile("^Pin ?: Bruno likes tea"))
    pin.focus()
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator(".fact-card", has_text="Bruno likes tea.").first).to_contain_text("Pinned")


def test_without_scripts_names_are_changed_and_taken_back(site, model, open_tab: OpenTab, tab):
    tab.new_chat()
    likes = fact("Rurik likes tea", "Rurik", "person", "likes", "tea", "Rurik likes tea.")
    teach(tab, model, "Rurik likes tea.", likes)
    page = open_tab(site, "/memory/", java_script_enabled=False).page
    page.get_by_role("link", name="Rurik", exact=True).click()
    page.get_by_role("link", name="Names and kind").click()
    page.get_by_label("Name", exact=True).fill("Rurik Olsen")
    page.get_by_label("To tell apart").fill("the neighbour")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Rurik Olsen (the neighbour)")
    page.get_by_role("button", name=re.compile("Undo ?: “Rurik” is now called")).click()
    expect(page.locator("h1")).to_have_text("Rurik")
    expect(page.locator("main")).to_contain_text("Undone.")
