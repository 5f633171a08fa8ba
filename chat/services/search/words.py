"""Text cut into the words that are indexed and looked for; the same for every database.

The tokenisers of SQLite and PostgreSQL each have their own idea of a word and miss most Chinese, Japanese and Korean
ones; so they only ever see what is cut here: lower case, without accents, stemmed, scripts without spaces in pairs.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

from chat.services.search.stopwords import STOP_WORDS

MAX_WORD_CHARACTERS = 64
# Enough for the vocabulary of a busy server; a miss costs 20 µs.
CACHED_WORDS = 65_536

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HIRAGANA = "\u3041-\u309f"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_HANGUL = "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"
# Thai, Lao, Myanmar and Khmer put no spaces between words either.
_SOUTH_EAST = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1780-\u17d3"
# For the inside of a character class.
UNSPACED = _HAN + _HIRAGANA + _KATAKANA + _HANGUL + _SOUTH_EAST
# Vowel signs and accents: part of the word, though not letters to ``re``.
_MARKS = "".join(chr(code) for code in range(0x300, 0xE00) if unicodedata.category(chr(code)) in {"Mn", "Mc"})
_LETTERS = rf"[^\W_{UNSPACED}]"
_RUNS = re.compile(
    rf"(?P<han>[{_HAN}]+)|(?P<pairs>[{_HIRAGANA}]+|[{_KATAKANA}]+|[{_HANGUL}]+|[{_SOUTH_EAST}]+)"
    rf"|(?P<word>{_LETTERS}+(?:[{_MARKS}]+{_LETTERS}*)*)"
)
# Accents, Hebrew points, Arabic vowels and tatweel; but й is a letter of its own in Russian, not an и with a breve.
_DROPPED = re.compile(r"[\u0300-\u0305\u0307-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]|(?<![\u0400-\u04ff])\u0306")
_SPELLED_OUT = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
# The first and last letter of a script, and the language whose stemmer serves it.
_STEMMERS = (
    ("a", "\u024f", "english"),
    ("\u0370", "\u03ff", "greek"),
    ("\u0400", "\u04ff", "russian"),
    ("\u0530", "\u058f", "armenian"),
    ("\u0620", "\u06ff", "arabic"),
    ("\u0900", "\u097f", "hindi"),
    ("\u0b80", "\u0bff", "tamil"),
)


def tokens(text: str) -> list[str]:
    """Return the words to index, in their order, with repetitions.

    Shapes: Chinese characters stand alone and in pairs, so that words of one character are found too.
    """
    return [token for kind, run in _runs(text) for token in _tokens(kind, run, alone=True)]


def informative(text: str) -> list[str]:
    """Return the words to look for, in their order, each once: without those that every text has."""
    found = (
        token
        for kind, run in _runs(text)
        if not _says_nothing(run)
        for token in _tokens(kind, run, alone=False)
        if token not in STOP_WORDS or kind == "word"
    )
    return list(dict.fromkeys(found))


def is_stop_word(word: str) -> bool:
    """Tell whether a lower-case ``word`` is one that every text of its language has."""
    return word in STOP_WORDS


def _runs(text: str) -> Iterator[tuple[str, str]]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    for match in _RUNS.finditer(folded):
        yield match.lastgroup or "word", match.group()


def _says_nothing(run: str) -> bool:
    return run in STOP_WORDS or (len(run) == 1 and run < "\u0250" and not run.isdigit())


def _tokens(kind: str, run: str, *, alone: bool) -> list[str]:
    if kind == "word":
        return [stem(run[:MAX_WORD_CHARACTERS])]
    pairs = [run[start : start + 2] for start in range(len(run) - 1)] or [run]
    return [*run, *pairs] if kind == "han" and alone and len(run) > 1 else pairs


@lru_cache(CACHED_WORDS)
def stem(word: str) -> str:
    """Return what the forms of a lower-case ``word`` have in common: no accents, no ending."""
    plain = word if word.isascii() else _without_accents(word)
    if any(character.isdigit() for character in plain):
        return plain
    for first, last, language in _STEMMERS:
        if first <= plain[0] <= last:
            # A stemmer holds the word it works on, so threads cannot share one.
            return str(snowballstemmer.stemmer(language).stemWord(plain)) or plain
    return plain


def _without_accents(word: str) -> str:
    bare = _DROPPED.sub("", unicodedata.normalize("NFKD", word).translate(_SPELLED_OUT))
    return unicodedata.normalize("NFC", bare) or word
