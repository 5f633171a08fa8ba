"""The chat page in Chromium, against a real server, used as a person would."""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from tests.needs import CHROMIUM
from tests.scripted_model import ScriptedModel
from tests.server import ALICE, Data, Server

PATIENCE_SECONDS = 15
# Chromium's own words for a server that is down, and for a form that was refused.
EXPECTED = ("ERR_", "WebSocket", "status of 422")


class Tab:
    """One open page. `faults` is what it should never have: script errors, refusals of the CSP, foreign requests."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.server = server
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("request", self._watch)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.text for part in EXPECTED):
            self.faults.append(message.text)

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.server.url, "data:", "blob:")):
            self.faults.append(f"a request to {request.url}")

    def open(self, path: str = "/") -> "Tab":
        self.page.goto(self.server.url + path)
        return self

    @property
    def box(self) -> Locator:
        return self.page.get_by_label("Message", exact=True)

    @property
    def questions(self) -> Locator:
        return self.page.locator(".message--question")

    @property
    def answers(self) -> Locator:
        return self.page.locator(".message--answer")

    @property
    def last_text(self) -> Locator:
        return self.answers.last.locator(".prose")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.server.url)

    def new_chat(self) -> None:
        self.page.get_by_role("link", name="New chat", exact=True).click()
        expect(self.page.locator("#empty")).to_be_visible()

    def send(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def say(self, text: str) -> str:
        """Send a message, wait for the end of its answer, and return it."""
        self.begin(text)
        self.wait_for_end()
        return self.last_text.inner_text()

    def begin(self, text: str) -> None:
        """Send a message and wait until its answer has begun."""
        count = self.answers.count()
        self.send(text)
        expect(self.answers).to_have_count(count + 1)

    def wait_for_end(self) -> None:
        expect(self.answers.last).to_be_visible()
        expect(self.answers.last).not_to_have_attribute("data-status", "streaming")
        expect(self.page.get_by_role("button", name="Stop", exact=True)).to_be_hidden()

    def until(self, script: str, *, seconds: float = PATIENCE_SECONDS) -> Any:
        """Wait until an expression in the page is true. (Playwright's own way needs eval, which the CSP forbids.)"""
        deadline = time.monotonic() + seconds
        while not (value := self.page.evaluate(script)):
            assert time.monotonic() < deadline, f"never true: {script}"
            self.page.wait_for_timeout(30)
        return value

    def menu_of_current(self, action: str) -> None:
        row = self.page.locator(".history__item[data-current]")
        row.hover()
        row.get_by_role("button").click()
        self.page.locator("#history-menu").get_by_role("button", name=action).click()


OpenTab = Callable[..., Tab]


@pytest.fixture(scope="module")
def browser_of_module() -> Iterator[Browser]:
    """One Chromium for the tests of a module; none of them may be async, as Playwright's loop runs in this thread."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed")
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE_SECONDS * 1000)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[] if os.geteuid() else ["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(
    _prepared_data: Data, scripted_model: ScriptedModel, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """One server for the tests of a module that do not stop it."""
    data = Data(tmp_path_factory.mktemp("site") / "data", like=_prepared_data)
    server = Server(data, kind="daphne", model_url=scripted_model.base_url, settings={})
    yield server.start()
    server.kill()
    data.drop()


@pytest.fixture
def open_tab(browser_of_module: Browser) -> Iterator[OpenTab]:
    """Open a tab of somebody who is signed in on a server; all tabs of a test share a browser's cookies."""
    contexts: dict[str, BrowserContext] = {}
    tabs: list[Tab] = []

    def open_one(server: Server, path: str = "/", *, email: str = ALICE, **options: Any) -> Tab:
        key = f"{email} {options}"
        if key not in contexts:
            contexts[key] = browser_of_module.new_context(**options)
            jar = server.sign_in(email).cookies()
            contexts[key].add_cookies([{"name": name, "value": jar[name], "url": server.url} for name in jar])
        tab = Tab(contexts[key], server)
        tabs.append(tab)
        return tab.open(path)

    yield open_one
    for context in contexts.values():
        context.close()
    faults = [fault for tab in tabs for fault in tab.faults]
    assert not faults, faults
