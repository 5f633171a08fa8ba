"""Nothing that a person or a model wrote runs in the html export, and nothing is loaded from anywhere."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from chat.services import markdown
from tests import stories
from tests.hostile import HOSTILE

OURS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "article",
    "h1",
    "h2",
    "p",
    "time",
    "span",
    "div",
}
OUR_ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "id", "dir", "datetime"}
WRITTEN_ATTRIBUTES = {"href", "title", "rel", "start", "align", "class"}


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        if tag == "a":
            self.links.append(dict(attrs))


@pytest.fixture
def html(alice_client, alice) -> str:
    alice.display_name = HOSTILE[0]
    alice.save()
    chat = stories.conversation(alice, HOSTILE[6])
    parent = None
    for text in HOSTILE:
        parent = stories.say(chat, text, text, parent=parent, error_code="x", error_message=text)[1]
    return b"".join(alice_client.get(f"/c/{chat.uuid}/export.html").streaming_content).decode()


def test_hostile_text_adds_no_element_and_no_attribute(html):
    page = Page(html)
    assert page.tags <= OURS | markdown.TAGS
    assert page.attributes <= OUR_ATTRIBUTES | WRITTEN_ATTRIBUTES


def test_links_lead_out_and_tell_nothing(html):
    links = Page(html).links
    assert links
    assert {link["rel"] for link in links} == {"noopener noreferrer nofollow"}
    assert all(re.match(r"https?://|mailto:", link["href"] or "https://") for link in links)


def test_its_own_policy_allows_its_own_style_alone(html):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert policy is not None
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy[1] == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert html.index("Content-Security-Policy") < html.index("<title>")


@pytest.mark.browser
def test_in_a_browser_nothing_happens_but_reading(html, tmp_path, chromium):
    (tmp_path / "chat.html").write_text(html)
    page = chromium.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto((tmp_path / "chat.html").as_uri())
    assert asked == [(tmp_path / "chat.html").as_uri()]
    assert said == []
    assert page.evaluate("window.pwned") is None
    # The style was taken: the page's own colour is not the browser's.
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(250, 248, 242)"
