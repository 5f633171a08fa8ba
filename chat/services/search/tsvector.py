"""The index on PostgreSQL: tsvector under GIN, made of words that are cut already."""

from collections.abc import Sequence

from django.db import connection

from chat.services.search.backend import MARKED, Candidate, Scope, Statistics

# Counting stops here, since every row that is counted is read; what is more common is supposed to be in so many.
MAX_COUNTED = 1_000
SUPPOSED_OF_COMMON = 5_000.0
MAX_OWNED_COUNTED = 10_000


class Tsvector:
    def put(self, kind: str, *, object_id: int, owner_id: int, tokens: Sequence[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO chat_search_{kind} (object_id, words, vector)"
                " SELECT id, %s,"
                " array_to_tsvector(%s::text[] || string_to_array('@' || replace(marks, ' ', ' @'), ' '))"
                f" FROM ({MARKED[kind]}) AS marked WHERE id = %s AND owner_id = %s"
                " ON CONFLICT (object_id) DO UPDATE SET words = excluded.words, vector = excluded.vector",
                [" ".join(tokens), list(tokens), object_id, owner_id],
            )

    def drop(self, kind: str, *, object_ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM chat_search_{kind} WHERE object_id = ANY(%s)", [list(object_ids)])

    def statistics(self, scope: Scope, terms: Sequence[str]) -> Statistics:
        owner = _marks(scope)[0]
        owned = f"SELECT 1 FROM chat_{scope.kind} WHERE owner_id = %s LIMIT {MAX_OWNED_COUNTED}"
        having = f"SELECT 1 FROM {scope.table} WHERE vector @@ query::tsquery LIMIT {MAX_COUNTED}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT '', (SELECT count(*) FROM ({owned}) AS rows) UNION ALL"
                f" SELECT term, (SELECT count(*) FROM ({having}) AS rows)"
                " FROM unnest(%s::text[], %s::text[]) AS asked (term, query)",
                [scope.owner_id, list(terms), [f"{owner} & '{term}'" for term in terms]],
            )
            counts = {term: float(count) for term, count in cursor.fetchall() if count}
        rows = counts.pop("", 0.0)
        return Statistics(
            rows, {term: count if count < MAX_COUNTED else SUPPOSED_OF_COMMON for term, count in counts.items()}
        )

    def candidates(self, scope: Scope, weights: dict[str, float], limit: int) -> list[Candidate]:
        marks = " & ".join(_marks(scope))
        queries = [f"{marks} & '{word}'" for word in weights]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT object_id, words FROM (SELECT object_id, sum(weight) AS score"
                f" FROM unnest(%s::text[], %s::float[]) AS asked (query, weight) JOIN {scope.table}"
                " ON vector @@ query::tsquery GROUP BY object_id ORDER BY score DESC, object_id DESC LIMIT %s) AS best"
                f" JOIN {scope.table} USING (object_id)",
                [queries, list(weights.values()), limit],
            )
            return [Candidate(row, text.split(" ")) for row, text in cursor.fetchall()]


def _marks(scope: Scope) -> list[str]:
    """Marks stand among the words here; no word has an @, so nobody can write one."""
    return [f"'@{mark}'" for mark in scope.marks]
