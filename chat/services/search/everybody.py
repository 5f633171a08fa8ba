"""Search over the rows of all people, for those who run the server. Nothing else may ask here."""

from collections.abc import Sequence
from typing import Literal

from django.db import connection

from chat.services.search import words

# More than anybody reads; it bounds what is read for a word that many rows have.
MAX_FOUND = 1_000


def ids_of(kind: Literal["message", "fact"], text: str, *, owner_id: int | None = None) -> list[int]:
    """Return the ids of the rows that have every informative word of ``text``, of one person where one is named.

    Shapes: the newest first, at most ``MAX_FOUND``; none where ``text`` has no word.
    """
    asked = words.informative(text) or words.tokens(text)
    if not asked:
        return []
    find = _in_postgresql if connection.vendor == "postgresql" else _in_sqlite
    return find(f"chat_search_{kind}", asked, owner_id)


def _in_sqlite(table: str, asked: Sequence[str], owner_id: int | None) -> list[int]:
    match = " AND ".join(f'words : "{word}"' for word in asked)
    if owner_id is not None:
        match = f"marks : o{owner_id} AND {match}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY rowid DESC LIMIT {MAX_FOUND}", [match]
        )
        return [row for (row,) in cursor.fetchall()]


def _in_postgresql(table: str, asked: Sequence[str], owner_id: int | None) -> list[int]:
    # No word has an @, so no word reads as a mark, and none has a quote.
    query = " & ".join(f"'{word}'" for word in [*asked, *([] if owner_id is None else [f"@o{owner_id}"])])
    with connection.cursor() as cursor:
        newest = f"SELECT object_id FROM {table} WHERE vector @@ %s::tsquery ORDER BY object_id DESC LIMIT {MAX_FOUND}"
        cursor.execute(newest, [query])
        return [row for (row,) in cursor.fetchall()]
