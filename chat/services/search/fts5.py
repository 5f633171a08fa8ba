"""The index on SQLite: FTS5, which is given words that are cut already."""

from collections.abc import Sequence

from django.db import connection

from chat.services.search.backend import MARKED, Candidate, Scope, Statistics

# A mark of every row, which no text has as a word: how many rows there are is how many have it.
EVERY = "§"


class Fts5:
    def put(self, kind: str, *, object_id: int, owner_id: int, tokens: Sequence[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"REPLACE INTO chat_search_{kind} (rowid, marks, words)"
                f" SELECT id, '{EVERY} ' || marks, %s FROM ({MARKED[kind]}) WHERE id = %s AND owner_id = %s",
                [" ".join(tokens), object_id, owner_id],
            )

    def drop(self, kind: str, *, object_ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM chat_search_{kind} WHERE rowid = %s", [[row] for row in object_ids])

    def statistics(self, scope: Scope, terms: Sequence[str]) -> Statistics:
        """How many rows have a word is known for everybody together only; the owner's share of it is supposed."""
        holes = ", ".join(["%s"] * (len(terms) + 2))
        owner = scope.marks[0]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT term, doc FROM {scope.table}_terms WHERE term IN ({holes})", [*terms, owner, EVERY])
            of_all = dict(cursor.fetchall())
        every, rows = of_all.pop(EVERY, 0), of_all.pop(owner, 0)
        if not rows:
            return Statistics(0, {})
        share = rows / every
        return Statistics(rows, {term: count * share for term, count in of_all.items()})

    def candidates(self, scope: Scope, weights: dict[str, float], limit: int) -> list[Candidate]:
        if not weights:
            return []
        words = " OR ".join(f'"{word}"' for word in weights)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid, words FROM {scope.table} WHERE {scope.table} MATCH %s ORDER BY rank LIMIT %s",
                [f"marks : ({' AND '.join(scope.marks)}) AND words : ({words})", limit],
            )
            return [Candidate(row, text.split(" ")) for row, text in cursor.fetchall()]
