"""The index on SQLite: FTS5, which is given words that are cut already."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from django.db import connection

from chat.services.search.backend import MARKED, Candidate, Scope, Statistics

# A mark of every row, which no text has as a word: how many rows there are is how many have it.
EVERY = "§"
# So many rows take a millisecond to count, which every question would cost.
MANY = 10_000
MOST_UNCOUNTED = 0.01


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
        rows, every = _rows(scope)
        if not rows:
            return Statistics(0, {})
        holes = ", ".join(["%s"] * len(terms))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT term, doc FROM {scope.table}_terms WHERE term IN ({holes})", list(terms))
            return Statistics(rows, {term: count * rows / every for term, count in cursor.fetchall()})

    def candidates(self, scope: Scope, weights: dict[str, float], limit: int) -> list[Candidate]:
        """Those whose words say most. FTS5's own rank would count all rows of the owner for every question."""
        if not weights:
            return []
        marks = " AND ".join(scope.marks)
        having = f"SELECT rowid AS id, %s AS weight FROM {scope.table} WHERE {scope.table} MATCH %s"
        asked = [(weight, f'marks : ({marks}) AND words : "{word}"') for word, weight in weights.items()]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT found.rowid, found.words FROM (SELECT id, sum(weight) AS score FROM ({_all_of(having, len(asked))})"
                f" GROUP BY id ORDER BY score DESC, id DESC LIMIT %s) AS best"
                f" CROSS JOIN {scope.table} AS found ON found.rowid = best.id",
                [*chain.from_iterable(asked), limit],
            )
            return [Candidate(row, text.split(" ")) for row, text in cursor.fetchall()]


def _all_of(query: str, times: int) -> str:
    return " UNION ALL ".join([query] * times)


@dataclass(frozen=True)
class _Counted:
    last: int
    rows: int
    every: int


# Of the many rows of somebody how many they are, and how many everybody has, until there are a hundredth more.
_counted: dict[tuple[str, str], _Counted] = {}


def _rows(scope: Scope) -> tuple[int, int]:
    """Return how many rows the owner has, and how many there are."""
    key = (scope.table, scope.marks[0])
    known = _counted.get(key)
    with connection.cursor() as cursor:
        if known is not None:
            cursor.execute(f"SELECT max(id) FROM chat_{scope.kind}")
            (last,) = cursor.fetchone()
            if known.last <= (last or 0) <= known.last + known.every * MOST_UNCOUNTED:
                return known.rows, known.every
        cursor.execute(
            f"SELECT (SELECT COALESCE(max(id), 0) FROM chat_{scope.kind}), term, doc FROM {scope.table}_terms"
            " WHERE term IN (%s, %s)",
            [scope.marks[0], EVERY],
        )
        counts = {term: (doc, last) for last, term, doc in cursor.fetchall()}
    (every, last), (rows, _) = counts.get(EVERY, (0, 0)), counts.get(scope.marks[0], (0, 0))
    if rows >= MANY:
        _counted[key] = _Counted(last, rows, every)
    else:
        _counted.pop(key, None)
    return rows, every
