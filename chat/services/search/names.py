"""Names of a store: those that are exactly given, and those that were nearly written."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from chat.services.search.words import is_stop_word, stem

# Shorter words are too often a slip away from some other word.
MIN_CHARACTERS = 5
# Of the trigrams of two words, more than this share has to be common to both: one slip in a word of six letters passes.
MIN_SIMILARITY = 0.5
MAX_WORDS = 40

# SQLite follows the order of a CROSS JOIN: the few aliases of a name first, not every entity of the store.
_SELECT = (
    "SELECT alias.entity_id, alias.text, alias.normalised FROM chat_entityalias alias CROSS JOIN chat_entity entity"
)
# Slips are looked for among the aliases of the store, at most some thousands; by their first two letters on SQLite.
_NEAR = (
    "SELECT alias.entity_id, alias.text, alias.normalised"
    " FROM chat_entity entity JOIN chat_entityalias alias ON alias.entity_id = entity.id"
)
_OF_STORE = (
    "entity.id = alias.entity_id AND entity.owner_id = %s AND COALESCE(entity.conversation_id, 0) = %s"
    " AND entity.kind <> 'self' AND entity.merged_into_id IS NULL"
)


@dataclass(frozen=True)
class Name:
    """An alias of an entity, as it was written and as names are compared."""

    entity_id: int
    text: str
    normalised: str


def named(
    *, owner_id: int, conversation_id: int | None, names: Collection[str], words: Collection[str] = ()
) -> list[Name]:
    """Return the aliases that are one of ``names`` or nearly one of ``words``, of entities other than the person.

    A word that is a name itself is no slip for another. All are normalised. With ``conversation_id`` of its own
    store, else of the person's. One query.

    Shapes: in the order of entities.
    """
    # Hardly anybody slips in the first two letters.
    looked_for = [word for word in dict.fromkeys(words) if _may_be_name(word)][:MAX_WORDS]
    found = _aliases(owner_id, conversation_id or 0, list(names), looked_for)
    said = {name.normalised for name in found}
    slips = defaultdict(list)
    for word in looked_for:
        if word not in said:
            slips[word[:2]].append(word)
    exact = frozenset(names)
    return [
        name
        for name in found
        if name.normalised in exact or any(_is_near(word, name) for word in slips.get(name.normalised[:2], []))
    ]


def _may_be_name(word: str) -> bool:
    return len(word) >= MIN_CHARACTERS and word.isalpha() and not is_stop_word(word)


def _aliases(owner_id: int, conversation_id: int, names: list[Any], words: list[Any]) -> list[Name]:
    """Return the aliases that are in ``names``, and those that may be near ``words``."""
    if not names and not words:
        return []
    store = [owner_id, conversation_id]
    if connection.vendor == "postgresql":
        exactly, nearly = "= ANY(%s)", "JOIN unnest(%s::text[]) AS word ON alias.normalised %% word"
        of_names, of_words = [names], [words]
    else:
        starts = sorted({word[:2] for word in words})
        exactly, nearly = f"IN ({_holes(names)})", f"AND substr(alias.normalised, 1, 2) IN ({_holes(starts)})"
        of_names, of_words = names, starts
    return _query(
        f"{_SELECT} WHERE alias.normalised {exactly} AND {_OF_STORE} UNION {_NEAR} {nearly} WHERE {_OF_STORE}",
        [*of_names, *store, *of_words, *store],
    )


def _query(sql: str, values: list[Any]) -> list[Name]:
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY 1, 3, 2", values)
        return [Name(*row) for row in cursor.fetchall()]


def _holes(values: Collection[str]) -> str:
    return ", ".join(["%s"] * len(values))


def _is_near(word: str, name: Name) -> bool:
    """Tell whether ``word`` is a form of ``name`` that begins with the same two letters, or one slip away."""
    said = name.normalised
    if len(said) < MIN_CHARACTERS - 1 or not said.isalpha():
        return False
    if stem(word) == stem(said):
        return True
    common = len(_trigrams(word) & _trigrams(said))
    return common > MIN_SIMILARITY * len(_trigrams(word) | _trigrams(said))


@lru_cache(4096)
def _trigrams(word: str) -> frozenset[str]:
    """Source: pg_trgm, which sets two spaces before a word and one behind."""
    padded = f"  {word} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))
