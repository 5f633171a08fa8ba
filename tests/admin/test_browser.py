"""The administrator's pages in Chromium: nothing that the policy refuses, nothing from elsewhere, nothing cut off."""

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.hostile import HOSTILE
from tests.server import CHARLIE, PASSWORD, StartServer

pytestmark = [pytest.mark.browser, pytest.mark.server]

LISTS = [
    "chat/user", "chat/invitation", "account/emailaddress", "auth/group", "chat/conversation", "chat/message",
    "chat/entity", "chat/fact", "chat/factsource", "chat/memoryrun", "chat/memorychange",
]  # fmt: skip
MAKE_HOSTILE = """
from chat.models import *
from tests import stories
from tests.hostile import HOSTILE
alice = User.objects.get(email="alice@example.org")
alice.display_name = HOSTILE[0]
alice.save()
reply = None
for text in HOSTILE:
    chat = stories.conversation(alice, text[:200])
    reply = stories.say(chat, text, text)[1]
    stories.recall(reply, facts=[stories.learn(reply, text, about=text[:200], quote=text, attribute=text[:100])])
"""


class Witness:
    """What a page should never do."""

    def __init__(self, page: Page, url: str) -> None:
        self.faults: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: self.faults.append(f"a dialog: {dialog.message}"))
        page.on("request", lambda r: None if r.url.startswith(url) else self.faults.append(f"a request to {r.url}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(message.text)


def test_every_page_keeps_to_the_policy_and_fits_a_phone(start_server: StartServer, chromium: BrowserContext) -> None:
    server = start_server()
    seeded = server.manage("seed_demo", "--users", "2", "--messages", "120", "--facts", "60")
    assert seeded.returncode == 0, seeded.stderr
    made = server.manage("shell", "--no-imports", "-c", MAKE_HOSTILE)
    assert made.returncode == 0, made.stderr
    page = chromium.new_page()
    page.set_viewport_size({"width": 320, "height": 700})
    witness = Witness(page, server.url)
    page.goto(f"{server.url}/accounts/login/?next=/admin/")
    page.fill("[name=login]", CHARLIE)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/admin/")
    addresses = ["", "chat/user/add/", "auth/group/add/", *(f"{name}/" for name in LISTS)]
    addresses += [f"{name}/?q={HOSTILE[0]}&person={HOSTILE[3]}" for name in LISTS[4:]]
    for address in addresses:
        page.goto(f"{server.url}/admin/{address}")
        assert (address, _faults(page, witness)) == (address, [])
    for name in LISTS:
        page.goto(f"{server.url}/admin/{name}/")
        row = page.locator("#result_list tbody th a").first
        if row.count():
            row.click()
            page.wait_for_url("**/change/**")
            assert (name, _faults(page, witness)) == (name, [])


def _faults(page: Page, witness: Witness) -> list[str]:
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    run = page.evaluate("window.pwned !== undefined")
    return [*witness.faults, *(["the page is too wide"] if wide else []), *(["a script ran"] if run else [])]
