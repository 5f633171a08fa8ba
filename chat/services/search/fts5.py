"""The index on SQLite: FTS5, which is given words that are cut already."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from chat.services.search.backend import MARKED, Candidate, Scope, Statistics

# A mark of every row, which no text has as a word: how many rows there are is how many have it.
EVERY = "§"
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
        key = (scope.table, scope.marks[0])
        counts = _counts(scope, terms, [] if key in _owned else [key[1], EVERY])
        last = counts.pop("")
        if key in _owned and not _owned[key].holds(last):
            del _owned[key]
            return self.statistics(scope, terms)
        every, rows = counts.pop(EVERY, 0), counts.pop(key[1], 0)
        owned = _owned.get(key) or _Owned(rows, every, last)
        if owned.rows >= MANY:
            _owned[key] = owned
        if not owned.rows:
            return Statistics(0, {})
        share = owned.rows / owned.every
        return Statistics(owned.rows, {term: count * share for term, count in counts.items()})

    def candidates(self, scope: Scope, weights: dict[str, float], limit: int) -> list[Candidate]:
        """Those whose words say most. FTS5's own rank would count all rows of the owner for every question."""
        if not weights:
            return []
        marks = " AND ".join(scope.marks)
        having = f"SELECT rowid AS id, %s AS weight FROM {scope.table} WHERE {scope.table} MATCH %s"
        asked = [(weight, f'marks : ({marks}) AND words : "{word}"') for word, weight in weights.items()]
        every = " UNION ALL ".join([having] * len(asked))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT found.rowid, found.words FROM (SELECT id, sum(weight) AS score FROM ({every})"
                f" GROUP BY id ORDER BY score DESC, id DESC LIMIT %s) AS best"
                f" CROSS JOIN {scope.table} AS found ON found.rowid = best.id",
                [*(value for pair in asked for value in pair), limit],
            )
            return [Candidate(row, text.split(" ")) for row, text in cursor.fetchall()]


def _counts(scope: Scope, terms: Sequence[str], marks: Sequence[str]) -> dict[str, int]:
    """Return how many rows have each of the words and marks; under "" what the newest id is."""
    holes = ", ".join(["%s"] * len([*terms, *marks]))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT '', COALESCE(max(id), 0) FROM chat_{scope.kind} UNION ALL"
            f" SELECT term, doc FROM {scope.table}_terms WHERE term IN ({holes})",
            [*terms, *marks],
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class _Owned:
    """How many rows somebody has, of how many, when ``last`` was the newest id."""

    rows: int
    every: int
    last: int

    def holds(self, last: int) -> bool:
        """Until there are a hundredth more."""
        return 0 <= last - self.last <= self.every * MOST_UNCOUNTED


# Of those who have many: to count them takes some milliseconds, which every question would cost.
_owned: dict[tuple[str, str], _Owned] = {}
