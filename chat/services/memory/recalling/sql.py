"""Rows for recall, which reads many for each turn: in SQL of its own, since to put the same queries together anew for
each turn takes longer than to answer them.

Each statement begins with the ids that are wanted: SQLite follows the order of a CROSS JOIN, and would otherwise begin
with all rows of the owner.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection


def wanted() -> str:
    """Return the table ``wanted`` with a column ``value``; it takes one parameter, of ``listed``."""
    if connection.vendor == "postgresql":
        return "unnest(%s::bigint[]) AS wanted (value)"
    return "json_each(%s) AS wanted"


def listed(ids: Iterable[int]) -> str | list[int]:
    return list(ids) if connection.vendor == "postgresql" else json.dumps(list(ids))


def columns(table: str, names: Sequence[str]) -> str:
    return ", ".join(f"{table}.{name}" for name in names)


def selected(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def uuid(value: UUID | str) -> UUID:
    """Return a UUID as models have it; SQLite holds its digits."""
    return UUID(value) if isinstance(value, str) else value


def moment(value: datetime) -> datetime:
    """Return a time as models have it; SQLite knows no time zones."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)
