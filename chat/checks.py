"""What `manage.py check` finds that settings alone cannot tell (chat.apps registers it)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import connections


@register(Tags.database)
def check_full_text_search(*, databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """SQLite can be built without FTS5; recall and search live on it."""
    return [
        checks.Error(
            "The SQLite of this Python was built without FTS5, which search and memory need.",
            hint="Use another build of Python, or PostgreSQL by DATABASE_URL.",
            id="chat.E001",
        )
        for alias in databases or ()
        if connections[alias].vendor == "sqlite" and not _has_fts5(alias)
    ]


def _has_fts5(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'")
        return cursor.fetchone() is not None


@register(Tags.security, deploy=True)
def check_address(**_options: Any) -> list[CheckMessage]:
    if settings.HTTPS:
        return []
    return [
        checks.Warning(
            "People reach this site over plain http, or MEMORYBOT_URL does not say how.",
            hint="Put a proxy that speaks TLS in front and set MEMORYBOT_URL=https://… (docs/deploy.md).",
            id="chat.W001",
        )
    ]


@register(deploy=True)
def check_events(**_options: Any) -> list[CheckMessage]:
    """PostgreSQL says that somebody means to run several processes."""
    if settings.IS_SQLITE or settings.REDIS_URL:
        return []
    return [
        checks.Warning(
            "Without REDIS_URL a page sees only what happens in the process that it is connected to.",
            hint="Set REDIS_URL, or run one process only.",
            id="chat.W002",
        )
    ]
