"""Learning afterwards, as a person does it: the list, what it takes, and how it goes on by itself."""

import pytest
from playwright.sync_api import expect

from tests.e2e.tab import OpenTab
from tests.e2e.test_page_fit import CONTRASTS, NAMELESS
from tests.services.memory.proposed import fact

pytestmark = [pytest.mark.browser, pytest.mark.server]

WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
OSLO = fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_failed_is_learned_from_afterwards_on_a_narrow_page(site, model, open_tab: OpenTab, theme):
    model.script(on="json", fault="401")
    tab = open_tab(site, viewport={"width": 320, "height": 700}, color_scheme=theme)
    tab.say("I live in Oslo, in a house with a very long description " + "w" * 80)
    for _ in range(100):
        if site.rows("SELECT 1 FROM chat_memoryrun WHERE state = 'failed'"):
            break
        tab.page.wait_for_timeout(100)
    model.script(schema="memory", json={"facts": [OSLO]}, first_token_ms=1000)

    tab.open("/memory/learning/")
    for look in (WIDE, CONTRASTS, NAMELESS):
        assert not tab.page.evaluate(look)
    tab.page.get_by_label("All whose memory is on").check()
    tab.page.get_by_role("button", name="See what it takes").click()
    expect(tab.page.get_by_text("Calls to the model")).to_be_visible()
    assert not tab.page.evaluate(WIDE)
    tab.page.get_by_role("button", name="Begin").click()
    expect(tab.page.locator("#learning-progress")).to_contain_text("1 left")
    for look in (WIDE, CONTRASTS, NAMELESS):
        assert not tab.page.evaluate(look)
    expect(tab.page.locator("#learning-progress")).to_contain_text("1 done, 0 failed, 0 left.")
    assert set(site.rows("SELECT purpose, state FROM chat_memoryrun")) == {("later", "done")}
    expect(tab.page.get_by_role("button", name="Stop")).to_have_count(0)
