"""The page fits: from 320 px up, in both themes, by keyboard, for a screen reader, and while an answer moves it."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.tab import OpenTab

pytestmark = [pytest.mark.browser, pytest.mark.server]

ANSWER = (
    """# Heading

A word thatisverylong"""
    + "and" * 40
    + """ and `code_that_is_long_"""
    + "x" * 120
    + """`.

| a | b | c | d |
|---|---|---|---|
| """
    + " | ".join(["averylongcellcontent" * 3] * 4)
    + """ |

```
"""
    + "wide " * 60
    + """
```
"""
    + "\n\n".join(f"Paragraph {number}." for number in range(60))
)
LONG = """
from chat.models import Conversation, Message, User
alice = User.objects.get(email="alice@example.org")
chat = Conversation.objects.create(owner=alice, title="Long", model="scripted")
parent = None
for number in range(100):
    for role in ("user", "assistant"):
        text = f"{'Question' if role == 'user' else 'Answer'} {number}"
        position = 2 * number + (role == "assistant")
        parent = Message.objects.create(
            conversation=chat, owner=alice, role=role, text=text, position=position, parent=parent)
print(chat.uuid)
"""
WIDE = "document.documentElement.scrollWidth > innerWidth || scroller.scrollWidth > scroller.clientWidth"
TOP, END = "scroller.scrollTop", "scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop"
# WCAG 2: relative luminance and contrast of every visible text with its nearest opaque ground.
CONTRASTS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const rgb = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const channel = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (element) => {
    for (; element; element = element.parentElement) {
      const color = rgb(getComputedStyle(element).backgroundColor);
      if (color[3] === 255) return color;
    }
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const poor = [];
  for (let node; (node = walker.nextNode()); ) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    if (element.closest(":disabled, option, .visually-hidden")) continue;
    const [one, other] = [luminance(rgb(getComputedStyle(element).color)), luminance(ground(element))].sort();
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5) poor.push([node.data.trim().slice(0, 40), contrast.toFixed(2)]);
  }
  return poor;
}"""
NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, select, textarea, dialog, [role=group]")]
  .filter((element) => element.checkVisibility())
  .filter((element) => !(element.getAttribute("aria-label") || element.getAttribute("aria-labelledby")
    || element.labels?.length || element.textContent.trim()))
  .map((element) => element.outerHTML)"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_it_fits_reads_and_has_names_at_every_width_in_both_themes(site, model, open_tab: OpenTab, width, theme):
    tab = open_tab(site, viewport={"width": width, "height": 700}, color_scheme=theme)
    assert not tab.page.evaluate(WIDE)
    assert tab.page.evaluate(CONTRASTS) == []
    model.script(match="wide", reply=ANSWER)
    tab.say("Something wide " + "w" * 200)
    tab.say("remember: I like narrow pages")
    assert not tab.page.evaluate(WIDE)
    tab.page.wait_for_timeout(300)  # until what fades in has its colour
    assert tab.page.evaluate(CONTRASTS) == []
    assert tab.page.evaluate(NAMELESS) == []


def test_on_a_phone_the_list_and_the_memory_are_drawers(site, open_tab: OpenTab):
    tab = open_tab(site, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    page = tab.page
    expect(page.locator("#sidebar")).not_to_be_visible()
    page.get_by_role("button", name="Conversations").tap()
    expect(page.get_by_role("link", name="New chat", exact=True)).to_be_visible()
    assert page.evaluate("document.getElementById('main').inert")
    page.keyboard.press("Escape")
    expect(page.locator("#sidebar")).not_to_be_visible()
    page.get_by_role("button", name="Memory", exact=True).tap()
    expect(page.get_by_role("heading", name="Memory", exact=True)).to_be_visible()
    page.touchscreen.tap(5, 300)
    expect(page.locator("#memory")).not_to_be_visible()
    assert not page.evaluate("document.getElementById('main').inert")
    assert page.evaluate("getComputedStyle(document.getElementById('box')).fontSize") == "16px"


def test_enter_on_a_touch_keyboard_begins_a_line(site, open_tab: OpenTab):
    tab = open_tab(site, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    tab.box.fill("one")
    tab.box.press("Enter")
    tab.box.press_sequentially("two")
    expect(tab.box).to_have_value("one\ntwo")
    tab.page.get_by_role("button", name="Send", exact=True).tap()
    expect(tab.questions).to_have_count(1)


def test_the_box_grows_to_a_cap_and_shift_enter_begins_a_line(site, model, open_tab: OpenTab):
    tab = open_tab(site)
    height = "document.getElementById('box').offsetHeight"
    empty = tab.page.evaluate(height)
    tab.box.press_sequentially("a")
    tab.box.press("Shift+Enter")
    tab.box.press_sequentially("b")
    tab.box.press("Shift+Enter")
    assert tab.page.evaluate(height) > empty
    tab.box.fill("line\n" * 200)
    assert tab.page.evaluate(height) <= 256
    tab.box.fill("")
    assert tab.page.evaluate(height) == empty


def test_the_question_goes_to_the_top_and_the_page_follows_only_while_pinned(site, model, open_tab: OpenTab):
    model.script(match="long", tokens=[f"Line {number}.\n\n" for number in range(150)], rate=50)
    tab = open_tab(site)
    tab.say("Hello")
    tab.begin("Something long")
    top = tab.questions.last.bounding_box()["y"] - tab.page.locator("#scroller").bounding_box()["y"]
    assert top < 40
    expect(tab.last_text).to_contain_text("Line 40.")
    tab.until(f"{END} < 3")
    tab.page.mouse.move(600, 300)
    tab.page.mouse.wheel(0, -60)
    tab.page.wait_for_timeout(200)
    here = tab.page.evaluate(TOP)
    expect(tab.last_text).to_contain_text("Line 80.")
    assert tab.page.evaluate(TOP) == here
    tab.page.get_by_role("button", name="To the end").click()
    expect(tab.last_text).to_contain_text("Line 100.")
    tab.until(f"{END} < 3")
    tab.page.locator("#scroller").focus()
    tab.page.keyboard.press("Home")
    tab.wait_for_end()
    assert tab.page.evaluate(TOP) == 0


def test_a_long_conversation_is_shown_from_its_end(site, open_tab: OpenTab):
    done = site.manage("shell", "-c", LONG)
    path = f"/c/{done.stdout.split()[-1]}/"
    tab = open_tab(site, path)
    expect(tab.answers.last).to_contain_text("Answer 99")
    tab.until(f"{END} < 3")
    expect(tab.questions).to_have_count(30)
    tab.page.get_by_role("button", name="Show earlier messages").click()
    expect(tab.questions).to_have_count(60)
    first = tab.page.evaluate("JSON.parse(document.getElementById('page-data').textContent).state.messages[0].id")
    tab.page.goto(f"{site.url}{path}?x#m-{first}")
    expect(tab.questions).to_have_count(100)
    expect(tab.questions.first).to_be_in_viewport()


def test_the_keys_and_their_list_and_their_switch(site, model, open_tab: OpenTab):
    tab = open_tab(site)
    tab.page.keyboard.press("Control+/")
    dialog = tab.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Use the shortcuts").uncheck()
    tab.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    tab.say("Hello")
    path = tab.path
    tab.page.keyboard.press("Control+Shift+O")
    tab.page.wait_for_timeout(300)
    assert tab.path == path


def test_every_script_and_style_has_the_name_of_its_content(site, open_tab: OpenTab):
    tab = open_tab(site)
    loaded = tab.page.evaluate("performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)")
    files = [path for path in loaded if path.endswith((".js", ".css"))]
    assert len(files) > 40
    assert [path for path in files if not re.search(r"\.[0-9a-f]{12}\.(js|css)$", path)] == []


def test_an_opened_receipt_is_seen_whole(site, model, open_tab: OpenTab):
    tab = open_tab(site, viewport={"width": 1000, "height": 500})
    model.script(match="What", reply="\n\n".join("A line." for _ in range(20)))
    # What it recalls has to fit the screen: nothing of the other tests' chats.
    tab.page.get_by_role("button", name="Other kinds of new chat").click()
    tab.page.get_by_role("link", name=re.compile("New chat with a clean memory")).click()
    tab.say("remember: I like long walks")
    tab.say("What do I like?")
    tab.answers.last.locator(".receipt summary").click()
    expect(tab.answers.last.locator(".receipt__item").last).to_be_in_viewport()


def test_starters_fill_the_box_and_select_the_blank(site, open_tab: OpenTab):
    tab = open_tab(site)
    tab.page.get_by_role("button", name="Introduce yourself").click()
    tab.page.keyboard.type("Ingrid")
    expect(tab.box).to_have_value("Hello! My name is Ingrid and I live in …")
    tab.box.fill("")


def test_an_answer_that_ended_in_a_hidden_tab_marks_its_title(site, model, open_tab: OpenTab):
    model.script(match="story", tokens=["a "] * 60, rate=40)
    tab = open_tab(site)
    tab.begin("Tell me a story")
    tab.page.evaluate("""() => {
        Object.defineProperty(document, "hidden", {value: true, configurable: true});
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    tab.until("document.title.startsWith('● ')")
    tab.page.evaluate("""() => {
        delete document.hidden;
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    assert not tab.page.title().startswith("●")


@pytest.mark.parametrize("is_secure", [True, False])
def test_copying_answers_and_code_on_https_and_on_plain_http(site, model, open_tab: OpenTab, is_secure):
    model.script(match="code", reply="Some **bold** code:\n\n```sh\necho hello\n```")
    tab = open_tab(site, permissions=["clipboard-read", "clipboard-write"])
    tab.say("Show me code")
    if not is_secure:
        tab.page.evaluate("delete window.ClipboardItem")
    tab.page.get_by_role("button", name="Copy the code").click()
    expect(tab.last_text.locator("[data-copied=yes]")).to_be_visible()
    assert tab.page.evaluate("navigator.clipboard.readText()") == "echo hello"
    tab.answers.last.get_by_role("button", name="Copy", exact=True).click()
    expect(tab.answers.last.locator(".message__tools [data-copied=yes]")).to_be_visible()
    assert tab.page.evaluate("navigator.clipboard.readText()") == "Some **bold** code:\n\n```sh\necho hello\n```"
    html = tab.page.evaluate("""async () => {
        const [item] = await navigator.clipboard.read();
        return item.types.includes("text/html") ? (await item.getType("text/html")).text() : "";
    }""")
    assert "<strong>bold</strong>" in html
