"""Our side: the real application in this process, on a database of its own, spoken to through its socket and pages."""

import html
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from chat.models import Conversation, Entity, EntityKind, Fact, MemoryRun, RunState, User
from chat.services import background
from chat.services.memory import stores
from chat.services.memory.learner import outbox
from chat.services.memory.stores import Store
from tests.environment import DATA_DIR
from tests.page import Page, Turn, eventually

T = TypeVar("T")
ENDED = {RunState.DONE, RunState.SKIPPED, RunState.FAILED}
PLAIN_STATIC_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@contextmanager
def site(base_url: str) -> Iterator[None]:
    """A new MemoryBot whose model server is at ``base_url``."""
    settings.OPENAI_BASE_URL = base_url
    settings.STORAGES = {**settings.STORAGES, "staticfiles": PLAIN_STATIC_FILES}
    call_command("migrate", interactive=False, verbosity=0)
    try:
        yield
    finally:
        shutil.rmtree(DATA_DIR)


class Ours:
    """Somebody new, with a page open."""

    async def __aenter__(self) -> Self:
        background.start()
        self.user = await ask(_new_user)
        self._page = await Page(self.user).__aenter__()
        self.conversation: str | None = None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._page.__aexit__(kind, error, trace)

    async def say(self, text: str, *, new_chat: bool = False, **options: Any) -> Turn:
        """Say something in the newest conversation, and wait until it is answered and learned from."""
        if new_chat:
            self.conversation = None
        turn = await self._page.say(text, self.conversation, options=options)
        self.conversation = turn.conversation
        await eventually(lambda: not self._unfinished().exclude(attempts__gt=0, state=RunState.PENDING).exists())
        return turn

    async def try_learning_again(self) -> None:
        """Let the time pass after which a failed call to learn is made again."""
        await ask(lambda: self._unfinished().update(not_before=timezone.now()))
        outbox.wake(self.user.pk, key=None)
        await eventually(lambda: not self._unfinished().exists())

    def _unfinished(self) -> Any:
        return MemoryRun.objects.filter(owner=self.user).exclude(state__in=ENDED)

    async def runs(self) -> list[tuple[str, int]]:
        """State and tries of what is to be learned from, oldest first."""
        rows = MemoryRun.objects.filter(owner=self.user).order_by("pk").values_list("state", "attempts")
        return [(str(state), tries) for state, tries in await ask(lambda: list(rows))]

    async def store(self, *, own: bool = False) -> dict[str, str]:
        """Names with their descriptions, as the memory panel shows them; ``own``: of the newest conversation's."""
        return await ask(lambda: self._store(own))

    def _store(self, own: bool) -> dict[str, str]:
        of_whom = Conversation.objects.get(uuid=self.conversation).pk if own else None
        known = stores.overview(Store(self.user.pk, of_whom), limit=100)
        return {entity.name: entity.description for entity in known if entity.fact_count}

    async def entities(self) -> list[str]:
        """The names of everybody and everything in all stores, but the person."""
        others = Entity.objects.filter(owner=self.user).exclude(kind=EntityKind.SELF).order_by("pk")
        return await ask(lambda: list(others.values_list("name", flat=True)))

    async def facts(self) -> list[Fact]:
        """All that was ever known, oldest first."""
        facts = Fact.objects.filter(owner=self.user).order_by("pk").prefetch_related("sources")
        return await ask(lambda: list(facts))

    async def page(self, path: str) -> str:
        """Return the text of a page of the site."""
        content = (await ask(lambda: self._client().get(path))).content.decode()
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", content)).split())

    async def post(self, path: str, **fields: Any) -> int:
        """Send a form of the site, and return the status of the answer."""
        status: int = (await ask(lambda: self._client().post(path, fields))).status_code
        return status

    def _client(self) -> Client:
        client = Client()
        client.force_login(self.user)
        return client


async def ask(function: Callable[[], T]) -> T:
    return await sync_to_async(function)()


def _new_user() -> User:
    return User.objects.create_user(f"person{User.objects.count()}@example.org", "correct horse battery staple")
