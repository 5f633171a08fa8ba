"""Chromium for a test that looks at a page as a person does (marked ``browser``)."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

from tests.needs import CHROMIUM


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[BrowserContext]:
    """A fresh browser context."""
    # Playwright's event loop runs in this thread; Django would take the test's own database work for a mistake.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        yield browser.new_context()
        browser.close()
