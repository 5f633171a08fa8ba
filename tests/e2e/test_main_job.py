"""The main job as a newcomer meets it: no key, no settings, the set-up link, and the built-in model for real."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.built_in_model import give_model
from tests.server import PASSWORD, ROOT, Data, Server

pytestmark = [pytest.mark.local_model, pytest.mark.browser, pytest.mark.server]

HELLO = "Hello! My name is Ingrid and I live in Norway."
WHO = "What is my name, and which country do I live in?"
# A slow machine reads a prompt at some 20 tokens a second, and the other core may be busy.
ANSWER_MS = 180_000
WIDTHS = (320, 768, 1280)
OWN_SETTINGS = {
    "OPENAI_API_KEY": "",
    "OPENAI_BASE_URL": "",
    "OPENAI_MODEL": "",
    "MEMORYBOT_LOCAL_MODEL": "auto",
    "MEMORYBOT_EMBEDDINGS": "built-in",
}


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Server]:
    """A server on an empty database, as the first `make run` starts it."""
    data = Data(tmp_path / "data")
    give_model(data.folder)
    server = Server(data, kind="daphne", model_url="", settings=OWN_SETTINGS)
    yield server.start()
    server.kill()
    data.drop()


def say(page: Page, text: str) -> str:
    answers = page.locator(".message--answer")
    # The modules fill it when they have all come.
    expect(page.locator("#model option")).not_to_have_count(0, timeout=ANSWER_MS)
    count = answers.count()
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_label("Message", exact=True).press("Enter")
    expect(answers).to_have_count(count + 1, timeout=ANSWER_MS)
    expect(answers.last).not_to_have_attribute("data-status", "streaming", timeout=ANSWER_MS)
    expect(answers.last).to_have_attribute("data-status", "complete")
    return answers.last.locator(".prose").inner_text()


def set_up(page: Page, server: Server) -> None:
    link = re.search(r"http://\S+/setup/\S+", server.log)
    assert link, server.log
    answer = page.goto(link[0])
    assert answer is not None
    assert answer.ok, f"{answer.status}: {page.locator('body').inner_text()}"
    # Beside it the model reads its instructions for the first time.
    expect(page.get_by_label("E-mail")).to_be_visible(timeout=ANSWER_MS)
    page.get_by_label("E-mail").fill("ingrid@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_label("Message", exact=True)).to_be_visible()


def take_pictures(page: Page, name: str) -> None:
    """Screenshots to look at, where MEMORYBOT_SCREENSHOTS names a folder."""
    if not (folder := os.environ.get("MEMORYBOT_SCREENSHOTS")):
        return
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(300)
            page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_newcomer_is_remembered_by_the_built_in_model(newcomer: Server, browser_of_module: Browser):
    page = browser_of_module.new_page(viewport={"width": 1280, "height": 800})
    set_up(page, newcomer)
    assert say(page, HELLO)
    chips = page.locator(".message--answer").last.locator(".learned__item")
    expect(chips.first).to_contain_text("Remembered", timeout=ANSWER_MS)
    take_pictures(page, "hello")

    page.get_by_role("link", name="New chat", exact=True).click()
    expect(page.locator(".message--answer")).to_have_count(0)
    answer = say(page, WHO)
    receipt = page.locator(".message--answer").last.locator(".receipt")
    receipt.locator("summary").click()
    recalled = receipt.locator(".receipt__text").all_inner_texts()
    take_pictures(page, "who")

    assert "Ingrid" in answer
    assert "Norway" in answer
    assert "my name" not in answer.lower(), answer
    assert any("Ingrid" in text for text in recalled)
    assert any("Norway" in text for text in recalled)

    page.goto(newcomer.url + "/memory/")
    expect(page.locator("main")).to_contain_text("Ingrid")
    expect(page.locator("main")).to_contain_text("Norway")
    take_pictures(page, "memory")
    facts = newcomer.rows("SELECT f.statement, s.quote FROM chat_fact f JOIN chat_factsource s ON s.fact_id = f.id")
    assert all(quote in HELLO for _statement, quote in facts), facts
    page.goto(newcomer.url + "/admin/chat/fact/")
    expect(page.locator("#result_list")).to_contain_text("Ingrid")
    expect(page.locator("#result_list")).to_contain_text("Norway")
    page.locator("#result_list tbody th a").first.click()
    expect(page.locator("main")).to_contain_text(facts[-1][1])
    take_pictures(page, "admin")
    page.close()


def test_the_same_conversation_in_a_terminal(newcomer: Server):
    environment = {**newcomer.environment, "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(
        [sys.executable, "-c", ("import django; django.setup(); from chat.models import User; "
         f"User.objects.create_user('berit@example.org', '{PASSWORD}')")],
        cwd=ROOT,
        env={**environment, "DJANGO_SETTINGS_MODULE": "memorybot_site.settings"},
        check=False,
    )  # fmt: skip
    assert done.returncode == 0
    talk = newcomer.manage("chat", "--user", "berit@example.org", "--json", stdin=f"{HELLO}\n/new\n{WHO}\n")
    frames = [json.loads(line) for line in talk.stdout.splitlines() if line.startswith("{")]

    assert talk.returncode == 0, talk.stderr
    learned = [change["text"] for f in frames if f["type"] == "memory.updated" for change in f["changes"]]
    assert any("Ingrid" in text for text in learned)
    assert any("Norway" in text for text in learned)
    second = [f["reply"] for f in frames if f["type"] == "turn.done"][1]
    answer = "".join(f["text"] for f in frames if f["type"] == "turn.delta" and f["reply"] == second)
    assert "Ingrid" in answer
    assert "Norway" in answer
    recalled = next(f["receipt"] for f in frames if f["type"] == "turn.recalled" and f["reply"] == second)
    assert {"Ingrid", "Norway"} <= {word for fact in recalled["facts"] for word in re.findall(r"\w+", fact["text"])}
