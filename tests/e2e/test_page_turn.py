"""The turn as it is seen: what is said, streamed, stopped, told anew, and what stands under an answer."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.tab import OpenTab

pytestmark = [pytest.mark.browser, pytest.mark.server]

STORY = [f"word{number} " for number in range(300)]


@pytest.fixture
def tab(site, model, open_tab: OpenTab):
    return open_tab(site)


def test_a_message_is_answered_and_the_conversation_has_an_address_a_title_and_a_row(tab, model):
    model.script(match="capital", reply="It is **Oslo**.\n\n```python\nprint('Oslo')\n```")
    model.script(schema="memory", json={"facts": [], "title": "Capital of Norway"})
    assert tab.say("What is the capital of Norway?").startswith("It is Oslo.")
    assert re.fullmatch(r"/c/[0-9a-f-]{36}/", tab.path)
    expect(tab.last_text.locator("strong")).to_have_text("Oslo")
    expect(tab.last_text.locator(".code-block__head")).to_contain_text("python")
    expect(tab.page.locator("#title")).to_have_text("Capital of Norway")
    expect(tab.page).to_have_title("Capital of Norway · MemoryBot")
    expect(tab.page.locator(".history__item[data-current]")).to_contain_text("Capital of Norway")
    tab.page.reload()
    assert tab.last_text.inner_text().startswith("It is Oslo.")


def test_the_message_is_there_at_once_and_said_aloud_only_twice(tab, model):
    model.script(match="story", tokens=["once ", "upon ", "a ", "time"], rate=10, first_token_ms=500)
    spoken = []
    tab.page.expose_function("heard", lambda text: spoken.append(text))
    tab.page.evaluate("""() => new MutationObserver(() => heard(document.getElementById("announce").textContent))
        .observe(document.getElementById("announce"), {childList: true})""")
    tab.send("Tell me a story")
    expect(tab.questions).to_have_text(re.compile("Tell me a story"), timeout=400)
    tab.wait_for_end()
    tab.until("document.getElementById('announce').textContent === 'The answer is ready.'")
    assert spoken == ["MemoryBot is answering.", "The answer is ready."]


def test_stop_by_button_and_by_escape_keeps_the_text_and_offers_another_try(tab, model):
    model.script(match="story", tokens=STORY, rate=40)
    for stop in (
        lambda: tab.page.get_by_role("button", name="Stop").click(),
        lambda: tab.page.keyboard.press("Escape"),
    ):
        tab.begin("Tell me a story")
        expect(tab.last_text).to_contain_text("word5 ")
        stop()
        expect(tab.answers.last).to_have_attribute("data-status", "stopped")
        expect(tab.answers.last).to_contain_text("You stopped this answer.")
        expect(tab.last_text).to_contain_text("word5")
    model.script(match="story", reply="The end.")
    tab.answers.last.get_by_role("button", name="Try again").click()
    expect(tab.last_text).to_have_text("The end.")


def test_another_answer_and_an_edit_are_versions_with_arrows_between(tab, model):
    model.script(match="colour", reply="Red.")
    tab.say("Name a colour")
    model.script(match="colour", reply="Blue.")
    tab.answers.last.hover()
    tab.answers.last.get_by_role("button", name="Another answer").click()
    expect(tab.last_text).to_have_text("Blue.")
    expect(tab.answers).to_have_count(1)
    tab.answers.last.get_by_role("button", name="Version before").click()
    expect(tab.last_text).to_have_text("Red.")
    expect(tab.answers.last.locator(".versions")).to_contain_text("1 of 2")

    model.script(match="animal", reply="A cat.")
    tab.questions.first.hover()
    tab.questions.first.get_by_role("button", name="Say it differently").click()
    tab.page.get_by_label("Your message, said differently").fill("Name an animal")
    tab.page.locator(".edit").get_by_role("button", name="Send").click()
    expect(tab.last_text).to_have_text("A cat.")
    expect(tab.questions).to_have_count(1)
    tab.questions.first.get_by_role("button", name="Version before").click()
    expect(tab.questions.first).to_contain_text("Name a colour")


def test_on_an_older_version_the_talk_goes_on_there(tab, model):
    model.script(match="colour", reply="Red.")
    tab.say("Name a colour")
    model.script(match="colour", reply="Blue.")
    tab.answers.last.hover()
    tab.answers.last.get_by_role("button", name="Another answer").click()
    expect(tab.last_text).to_have_text("Blue.")
    tab.answers.last.get_by_role("button", name="Version before").click()
    expect(tab.last_text).to_have_text("Red.")
    model.script(match="And why?", reply="It is warm.")
    tab.say("And why?")
    assert tab.answers.locator(".prose").all_inner_texts() == ["Red.", "It is warm."]


def test_the_next_message_waits_for_the_end_of_the_answer(tab, model):
    model.script(match="story", tokens=STORY[:60], rate=40)
    tab.begin("Tell me a story")
    expect(tab.last_text).to_contain_text("word1")
    model.script(match="And then?", reply="They lived happily.")
    tab.send("And then?")
    tab.send("Never mind")
    waiting = tab.page.locator(".queue__item")
    expect(waiting).to_have_count(2)
    waiting.last.get_by_role("button", name="Do not send").click()
    expect(waiting).to_have_text(["And then?"])
    expect(tab.last_text).to_have_text("They lived happily.")
    assert tab.questions.count() == 2


def test_what_was_learned_and_recalled_stands_under_the_answer_and_can_be_undone(tab):
    tab.say("remember: I live in Norway")
    chip = tab.answers.last.locator(".learned__item")
    expect(chip).to_contain_text("Remembered:")
    expect(chip).to_contain_text("Norway")
    expect(tab.page.locator("#memory-body")).to_contain_text("Norway")

    tab.say("Which country do I live in?")
    receipt = tab.answers.last.locator(".receipt")
    expect(receipt.locator("summary")).to_contain_text("Recalled 1 fact")
    receipt.locator("summary").click()
    expect(receipt.locator(".receipt__item").first).to_contain_text("Norway")

    tab.answers.first.get_by_role("button", name="Undo").click()
    expect(tab.answers.first.locator(".learned__item")).to_contain_text("Undone:")
    expect(tab.page.locator("#memory-body")).not_to_contain_text("Norway")


def test_what_was_sent_can_be_read(tab):
    tab.say("Hello there")
    tab.answers.last.get_by_role("button", name="What was sent").click()
    dialog = tab.page.get_by_role("dialog", name="What was sent for this answer")
    expect(dialog).to_contain_text("Hello there")
    expect(dialog.locator(".context__row")).not_to_have_count(0)


@pytest.mark.parametrize(("fault", "words"), [("cut", "before the answer was complete"), ("empty", "empty")])
def test_a_fault_is_a_sentence_with_another_try(tab, model, fault, words):
    model.script(match="Hello", fault=fault, times=1)
    tab.begin("Hello")
    expect(tab.answers.last).to_have_attribute("data-status", re.compile("failed|interrupted"))
    expect(tab.answers.last.locator("[data-part=note-text]")).to_contain_text(words)
    tab.answers.last.get_by_role("button", name="Try again").click()
    expect(tab.last_text).to_have_text("You said: Hello")


def test_a_wrong_key_says_so_and_offers_a_key_of_ones_own(tab, model):
    model.script(match="Hello", fault="401", times=1)
    tab.begin("Hello")
    expect(tab.answers.last).to_have_attribute("data-status", "failed")
    tab.answers.last.get_by_role("button", name="Use a key of your own").click()
    expect(tab.page.get_by_role("dialog", name="A key of your own")).to_contain_text("The promise")


def test_what_is_sent_while_a_new_chat_is_on_its_way_stays_in_sight(site, open_tab: OpenTab):
    tab = open_tab(site)
    held: list[Route] = []
    tab.page.route(f"{site.url}/", lambda route: held.append(route))
    tab.page.get_by_role("link", name="New chat", exact=True).click()
    tab.say("Hello, are you there?")
    held[0].continue_()
    tab.page.wait_for_timeout(500)
    expect(tab.answers).to_have_count(1)
