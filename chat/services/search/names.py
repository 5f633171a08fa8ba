"""Names that were nearly written: a slip of the pen, or a case ending."""

from collections.abc import Collection

from django.db import connection

from chat.services.search.words import is_stop_word, stem

# Shorter words are too often a slip away from some other word.
MIN_CHARACTERS = 5
# Of the trigrams of two words, this share has to be common to both. One slip in a word of six letters passes.
MIN_SIMILARITY = 0.5
MAX_WORDS = 40
_SAME_STORE = """
    FROM chat_entityalias alias JOIN chat_entity entity ON entity.id = alias.entity_id
    WHERE entity.owner_id = %s AND COALESCE(entity.conversation_id, 0) = %s
"""


def near(owner_id: int, conversation_id: int | None, words: Collection[str]) -> dict[str, set[str]]:
    """Return, for each of the normalised ``words``, the normalised names of a store that are nearly the same.

    Shapes: names of one word; only words that are near one are keys.
    """
    looked_for = [word for word in dict.fromkeys(words) if _may_be_name(word)][:MAX_WORDS]
    if not looked_for:
        return {}
    names = _candidates(owner_id, conversation_id or 0, looked_for)
    found = {word: {name for name in names if _is_near(word, name)} for word in looked_for}
    return {word: near_names for word, near_names in found.items() if near_names}


def _may_be_name(word: str) -> bool:
    return len(word) >= MIN_CHARACTERS and word.isalpha() and not is_stop_word(word)


def _candidates(owner_id: int, conversation_id: int, words: list[str]) -> list[str]:
    """Return the names that are worth a look: by trigrams on PostgreSQL, by their first two letters on SQLite."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            condition = "EXISTS (SELECT 1 FROM unnest(%s::text[]) AS word WHERE alias.normalised %% word)"
            cursor.execute(
                f"SELECT DISTINCT normalised {_SAME_STORE} AND {condition}", [owner_id, conversation_id, words]
            )
        else:
            starts = {word[:2] for word in words}
            condition = f"substr(alias.normalised, 1, 2) IN ({', '.join(['%s'] * len(starts))})"
            cursor.execute(
                f"SELECT DISTINCT normalised {_SAME_STORE} AND {condition}", [owner_id, conversation_id, *starts]
            )
        return [name for (name,) in cursor.fetchall() if len(name) >= MIN_CHARACTERS - 1 and name.isalpha()]


def _is_near(word: str, name: str) -> bool:
    if stem(word) == stem(name):
        return True
    of_word, of_name = _trigrams(word), _trigrams(name)
    return len(of_word & of_name) > MIN_SIMILARITY * len(of_word | of_name)


def _trigrams(word: str) -> set[str]:
    """Source: pg_trgm, which sets two spaces before a word and one behind."""
    padded = f"  {word} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}
