"""Words as the memory compares them: folded, without what typing adds. Pure."""

import re
import unicodedata

_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"'})
_EDGES = " \t\r\n.,;:!?\"'()[]{}<>*_`~-\u2013\u2014\u2026\u3002\uff0c\uff01\uff1f\u3001\u00bf\u00a1\u00ab\u00bb"
# Scripts that are written without spaces between words.
UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_UNSPACED = re.compile(f"[{UNSPACED}]")
# Vowel signs are no letters to Python: of Arabic, and of the scripts of India.
_MARKS = r"\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
_LETTER = rf"(?:[^\W_{UNSPACED}]|[{_MARKS}])"
_WORD = re.compile(rf"{_LETTER}+(?:'{_LETTER}+)*|[{UNSPACED}]+")


def plain(text: str) -> str:
    """Return ``text`` composed, with straight quotation marks; every character keeps its place in composed text."""
    return unicodedata.normalize("NFC", text).translate(_QUOTES)


def fold(text: str) -> str:
    """Return ``text`` for comparing: one case, one space, one form of each letter, nothing at the edges."""
    folded = unicodedata.normalize("NFKC", plain(text)).casefold()
    return " ".join(folded.split()).strip(_EDGES)


def words(text: str) -> list[str]:
    """Return the folded words of ``text``; a possessive ``'s`` is no part of them."""
    return [word.removesuffix("'s").removesuffix("'") for word in _WORD.findall(fold(text))]


def trim(text: str) -> str:
    """Return ``text`` on one line, without quotation marks and punctuation at its edges."""
    return " ".join(text.split()).strip(_EDGES)


def is_unspaced(text: str) -> bool:
    """Tell whether ``text`` is in a script that puts no spaces between words."""
    return _UNSPACED.search(text) is not None


def is_inflected(word: str, other: str) -> bool:
    """Tell whether two folded words may be forms of one: equal, or the same but for a short ending."""
    short, long = sorted((word, other), key=len)
    if word == other:
        return True
    return len(short) >= _least(short) and long.startswith(short) and len(long) - len(short) <= 3


def _least(word: str) -> int:
    """Of a Korean word two syllables are enough: endings are written on to names."""
    return 2 if "\uac00" <= word[:1] <= "\ud7a3" else 3


def is_akin(word: str, other: str) -> bool:
    """Tell whether two folded words share their stem: a looser test, for words that are no names."""
    if is_inflected(word, other):
        return True
    common = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    return common >= 4 and common * 2 >= max(len(word), len(other))
