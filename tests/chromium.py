"""Chromium for tests that look at pages as a person does; they are skipped where it is not installed."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

EXECUTABLE = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[BrowserContext]:
    """A fresh browser context."""
    if not EXECUTABLE:
        pytest.skip("Chromium is not installed")
    # Playwright's event loop runs in this thread; Django would take the test's own database work for a mistake.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=sandbox)
        yield browser.new_context()
        browser.close()
