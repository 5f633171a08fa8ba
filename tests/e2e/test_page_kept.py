"""Nothing is lost: reloads, second tabs, a server that goes away, drafts, a session that ended."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.tab import OpenTab

pytestmark = [pytest.mark.browser, pytest.mark.server]

STORY = [f"wörd{number}🌊 " for number in range(200)]


@pytest.fixture
def tab(site, model, open_tab: OpenTab):
    return open_tab(site)


def whole(tab) -> str:
    return "".join(STORY).strip() == tab.last_text.inner_text().strip()


def test_a_reload_in_mid_answer_shows_it_all_and_goes_on(tab, model):
    model.script(match="story", tokens=STORY, rate=60)
    tab.begin("Tell me a story")
    expect(tab.last_text).to_contain_text("wörd20🌊")
    tab.page.reload()
    expect(tab.last_text).to_contain_text("wörd20🌊")
    expect(tab.answers.last).to_have_attribute("data-status", "streaming")
    tab.wait_for_end()
    assert whole(tab)


def test_a_second_tab_sees_it_live_and_can_stop_it(tab, site, model, open_tab):
    model.script(match="story", tokens=STORY, rate=40)
    tab.begin("Tell me a story")
    expect(tab.last_text).to_contain_text("wörd3🌊")
    other = open_tab(site, tab.path)
    expect(other.last_text).to_contain_text("wörd10🌊")
    other.page.get_by_role("button", name="Stop", exact=True).click()
    for one in (tab, other):
        expect(one.answers.last).to_have_attribute("data-status", "stopped")
    assert tab.last_text.inner_text() == other.last_text.inner_text()


def test_a_second_tab_follows_a_new_turn_and_the_list(tab, site, model, open_tab):
    tab.say("Hello")
    other = open_tab(site, tab.path)
    model.script(match="Again", reply="And again.")
    tab.say("Again")
    expect(other.last_text).to_have_text("And again.")
    elsewhere = open_tab(site)
    rows = elsewhere.page.locator(".history__item")
    count = rows.count()
    other.new_chat()
    other.say("Something else altogether")
    expect(rows).to_have_count(count + 1)
    expect(elsewhere.page.locator("#empty")).to_be_visible()


def test_what_is_sent_while_the_server_is_away_arrives_once_when_it_is_back(start_server, model, open_tab):
    server = start_server(model_url=model.base_url)
    tab = open_tab(server)
    tab.say("Hello")
    server.kill()
    expect(tab.page.locator("#connection")).to_contain_text("reconnecting")
    tab.send("Are you there?")
    expect(tab.questions.last).to_contain_text("Waiting for the connection")
    server.start()
    expect(tab.page.locator("#connection")).to_be_hidden(timeout=40_000)
    expect(tab.last_text).to_contain_text("Are you there?", timeout=20_000)
    assert server.rows("SELECT count(*) FROM chat_message WHERE text = 'Are you there?'") == [(1,)]


def test_a_crash_in_mid_answer_leaves_what_was_seen_and_another_try(start_server, model, open_tab):
    model.script(match="story", tokens=STORY, rate=40)
    server = start_server(model_url=model.base_url)
    tab = open_tab(server)
    tab.begin("Tell me a story")
    expect(tab.last_text).to_contain_text("wörd10🌊")
    server.kill()
    seen = tab.last_text.inner_text().strip()
    server.start()
    expect(tab.answers.last).to_have_attribute("data-status", "interrupted", timeout=40_000)
    assert tab.last_text.inner_text().startswith(seen)
    model.script(match="story", reply="The end.")
    tab.answers.last.get_by_role("button", name="Try again").click()
    expect(tab.last_text).to_have_text("The end.")


def test_a_draft_belongs_to_its_conversation_and_survives_reload_and_leaving(tab):
    tab.say("Hello")
    tab.box.fill("half a thought")
    tab.new_chat()
    expect(tab.box).to_have_value("")
    tab.box.fill("another")
    tab.page.go_back()
    expect(tab.box).to_have_value("half a thought")
    tab.page.reload()
    expect(tab.box).to_have_value("half a thought")
    tab.new_chat()
    expect(tab.box).to_have_value("another")
    tab.box.fill("")


def test_a_message_sent_before_a_reload_could_be_acknowledged_is_sent_again_and_stored_once(tab, site):
    tab.say("Hello")
    tab.page.evaluate("WebSocket.prototype.send = () => {}")
    tab.send("Did you get this one?")
    expect(tab.questions.last).to_contain_text("Sending…")
    tab.page.reload()
    expect(tab.last_text).to_contain_text("Did you get this one?")
    assert site.rows("SELECT count(*) FROM chat_message WHERE text = 'Did you get this one?'") == [(1,)]
    assert "outbox" not in tab.page.evaluate("Object.keys(localStorage).join()")


def test_a_session_that_ended_says_so_and_keeps_what_was_written(site, model, open_tab):
    tab = open_tab(site)
    tab.say("Hello")
    tab.page.context.clear_cookies()
    tab.box.fill("not lost")
    tab.page.reload()
    assert "/accounts/login/" in tab.page.url
    tab.page.get_by_label("E-mail").fill("alice@example.org")
    tab.page.get_by_label("Password").fill("correct horse battery staple")
    tab.page.get_by_role("button", name="Sign in").click()
    expect(tab.box).to_have_value("not lost")


def test_a_line_that_is_refused_without_a_session_leads_to_the_sign_in(start_server, model, open_tab):
    server = start_server(model_url=model.base_url)
    tab = open_tab(server)
    tab.say("Hello")
    tab.page.context.clear_cookies()
    server.kill()
    server.start()
    expect(tab.page.locator("#connection")).to_contain_text("You are signed out", timeout=40_000)
    tab.send("Kept until then")
    tab.page.get_by_role("link", name="Sign in again").click()
    tab.page.get_by_label("E-mail").fill("alice@example.org")
    tab.page.get_by_label("Password").fill("correct horse battery staple")
    tab.page.get_by_role("button", name="Sign in").click()
    expect(tab.last_text).to_contain_text("Kept until then")


def test_a_message_that_waits_is_shown_in_every_tab_and_discarded_in_all(tab, site, model, open_tab):
    model.script(match="story", tokens=STORY, rate=30)
    tab.begin("Tell me a story")
    tab.send("On second thought")
    other = open_tab(site, tab.path)
    expect(other.page.locator(".queue__item")).to_have_text(["On second thought"])
    tab.page.get_by_role("button", name="Do not send").click()
    expect(other.page.locator(".queue__item")).to_have_count(0)
    other.page.keyboard.press("Escape")
    tab.wait_for_end()
    expect(tab.questions).to_have_count(1)


def test_a_refused_text_comes_back_into_the_box(tab):
    tab.box.fill("a" * 31_999)
    expect(tab.page.locator("#count")).to_have_text("31,999 of 32,000")
    tab.box.fill("a" * 32_001)
    expect(tab.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    tab.box.fill("nul \0 in it")
    tab.box.press("Enter")
    expect(tab.page.locator(".toast")).to_contain_text("characters that cannot be stored")
    assert "in it" in tab.box.input_value()


def test_ones_own_key_is_in_no_storage_and_comes_along_to_the_next_conversation_and_connection(tab, model):
    key = "sk-canary-0123456789"
    tab.page.get_by_role("button", name="A key of your own").click()
    tab.page.get_by_label("API key").fill(key)
    tab.page.get_by_role("button", name="Use this key").click()
    expect(tab.page.get_by_text("Your key", exact=True)).to_be_visible()
    tab.say("Hello with my key")
    tab.new_chat()
    tab.say("Hello again with my key")
    assert {call.key for call in model.replies} == {key}
    kept = tab.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])")
    assert key not in kept
    assert key not in json.dumps(tab.page.context.storage_state(indexed_db=True))
    tab.page.reload()
    expect(tab.page.get_by_text("Your key", exact=True)).to_be_hidden()


def test_a_link_to_a_message_of_an_older_version_shows_that_version(tab, model):
    model.script(match="colour", reply="Red.")
    tab.say("Name a colour")
    old = tab.answers.last.get_attribute("data-id")
    model.script(match="colour", reply="Blue.")
    tab.answers.last.hover()
    tab.answers.last.get_by_role("button", name="Another answer").click()
    expect(tab.last_text).to_have_text("Blue.")
    tab.open(re.sub(r"#.*", "", tab.path) + f"?x#m-{old}")
    expect(tab.last_text).to_have_text("Red.")
