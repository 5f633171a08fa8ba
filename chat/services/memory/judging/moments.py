"""Moments that a text names, in the languages the memory is tried in, as partial ISO dates: "2024", "2024-05",
"2024-05-03". Pure.

A text is marked: what names a moment is replaced by ``⟦2024-05⟧``. What has no year yet is ``⟦--05⟧``; which year is
meant depends on the words around it, see ``resolve``.
"""

import re
from datetime import date
from functools import cache
from typing import Literal

from chat.services.memory import wording
from chat.services.memory.judging import intervals, relative
from chat.services.memory.recalling import dates

Direction = Literal["past", "future"]

_MARK = re.compile(r"[⟦⟧~]")
_YEAR = r"(?:19|20)\d\d"
_WORD = r"[^\W\d_]{3,}\.?"
_OF = r"(?:of |de |del |di |do |d')?"
_ISO = re.compile(rf"(?<![\d-])({_YEAR})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?![\d-])")
_DOTTED = re.compile(rf"\b(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?({_YEAR})\b")
_HAN = re.compile(
    rf"({_YEAR})\s*年(?:\s*(\d{{1,2}})\s*月)?(?:\s*(\d{{1,2}})\s*[日号])?|(?<!\d)(\d{{1,2}})\s*月(?:\s*(\d{{1,2}})\s*[日号])?"
)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|\.|o|ª)?\s+{_OF}({_WORD})(?:,?\s+{_OF}({_YEAR})\b)?")
_MONTH_DAY = re.compile(rf"\b({_WORD})\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+({_YEAR}))?(?![\d:.,]*\d)")
_MONTH_YEAR = re.compile(rf"\b({_WORD}),?\s+{_OF}({_YEAR})\b")
_YEARS = re.compile(rf"\b({_YEAR})\s?[-–—]\s?({_YEAR})\b")

# A month or a year alone is one only behind such a word: "may" is a verb, and 2000 may be euros.
_BEFORE = (
    r"in|since|until|till|from|during|of|by|before|after|around|between|as of|starting|through|summer|spring|autumn"
    r"|fall|winter"
    r"|early|late|mid|year|im|seit|bis|ab|von|vom|zwischen|anfang|ende|mitte|jahr|sommer|frühling|frühjahr|herbst"
    r"|en|depuis|dès|jusqu'en|jusqu'à|de|du|entre|fin|début|été|printemps|automne|hiver|année|avant"
    r"|desde|hasta|año|verano|otoño|invierno|primavera|a partir de|nel|dal|da|a|fino a|al|anno|estate|em|até|ano"
    r"|i|siden|til|fra|mellom|høsten|våren|sommeren|vinteren|år|в|с|до|по|летом|зимой|весной|осенью"
)
_BARE_MONTH = re.compile(rf"(?<![^\W_])((?:{_BEFORE})\s+)({_WORD})(?![^\W_])")
_NO_MEASURE = (
    r"(?!\s*(?:[€$£%]|eur|dollar|usd|nok|kr\b|km|m\b|kg|user|people|word|calor|kcal|person|leute|mètre|metre|meter"
    r"|metro))"
)
_BARE_YEAR = re.compile(
    rf"(?<![^\W_])((?:{_BEFORE}|habe|haben|bin|hatte|wurde|wohnte|lebte|arbeitete|zog)\s+)({_YEAR})(?![\d.,:-]*\d){_NO_MEASURE}(?![^\W_])"
)
_FIRST_YEAR = re.compile(rf"^\s*({_YEAR})(?=\s+[^\W\d_]|\s*[,:]){_NO_MEASURE}")
_AFTER_MARK = re.compile(
    rf"(⟦[^⟧]*⟧\s*(?:to|until|till|and|bis|und|à|au|et|a|al|y|hasta|fino a|até|e|til|og|до|по|и|[-–—])\s+)({_WORD}"
    rf"|{_YEAR})(?![^\W_])"
)
_LAST = r"(?:last|letzte[nrms]?|vorige[nrs]?|vergangene[nrs]?|forrige|sist|прошл\w+|pasado|scorso|passado)"
_NEXT = r"(?:next|this coming|nächste[nrms]?|kommende[nrs]?|neste|следующ\w+|próximo|prossimo)"
_LAST_MONTH = re.compile(rf"\b{_LAST}\s+({_WORD})(?![^\W_])|\b({_WORD})\s+(?:dernier|passé|pasado|scorso|passado)\b")
_NEXT_MONTH = re.compile(
    rf"\b{_NEXT}\s+({_WORD})(?![^\W_])|\b({_WORD})\s+(?:prochain|próximo|prossimo|que viene|que vem)\b"
)
_SHORT_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "", "apr", "", "jun", "jul", "aug", "sep sept", "oct okt", "nov", "dec dez"), start=1
    )
    for name in names.split()
}
_RUSSIAN = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
_RUSSIAN_ENDINGS = frozenset({"", "ь", "я", "е", "а", "й", "ю", "у"})


def marked(text: str, on: date | None) -> str:
    """Return ``text`` in lower case with a mark in the place of every moment that it names.

    ``on`` is the day the words were written; without it, what is relative to that day is left as it is.
    """
    text = _MARK.sub(" ", wording.plain(text)).casefold()
    text = _ISO.sub(lambda found: _mark(int(found[1]), int(found[2]), int(found[3] or 0)), text)
    text = _DOTTED.sub(_dotted, text)
    text = intervals.marked(text, on) if on else text
    text = _relative(text, on) if on else text
    text = _HAN.sub(_han, text)
    text = _DAY_MONTH.sub(lambda found: _written(found[0], found[3], found[2], found[1]), text)
    text = _MONTH_DAY.sub(lambda found: _written(found[0], found[3], found[1], found[2]), text)
    text = _MONTH_YEAR.sub(lambda found: _written(found[0], found[2], found[1], None), text)
    text = _YEARS.sub(r"⟦\1~\2⟧", text)
    text = _BARE_MONTH.sub(_bare_month, text)
    text = _BARE_YEAR.sub(r"\1⟦\2⟧", text)
    text = _FIRST_YEAR.sub(r"⟦\1⟧", text)
    return _AFTER_MARK.sub(_ending, text)


def resolve(moment: str, *, on: date | None, direction: Direction) -> str:
    """Return ``moment`` with its year: the last such month up to ``on``, or the next; "" where none can be told."""
    if not moment.startswith("--"):
        return moment
    if on is None:
        return ""
    month_and_day = moment[2:]
    now = on.isoformat()[5:][: len(month_and_day)]
    if direction == "past":
        return f"{on.year - (month_and_day > now)}-{month_and_day}"
    return f"{on.year + (month_and_day < now)}-{month_and_day}"


@cache
def month_of(word: str) -> int | None:
    """Return the month that ``word`` is the name of, in any language that is known; None where it is none."""
    word = word.casefold().removesuffix(".")
    for number, stem in enumerate(_RUSSIAN, start=1):
        if word.startswith(stem) and word.removeprefix(stem) in _RUSSIAN_ENDINGS and (number != 5 or len(word) == 3):
            return number
    named = dates.named(f"1 {word}")
    return named.month if named else _SHORT_MONTHS.get(word)


def _mark(year: int | None, month: int, day: int) -> str:
    parts = [f"{year}" if year else "-", *([f"{month:02}"] if month else []), *([f"{day:02}"] if day else [])]
    return f"⟦{'-'.join(parts)}⟧"


def _written(whole: str, year: str | None, month: str, day: str | None) -> str:
    number = month_of(month)
    number_of_day = int(day or 0)
    if number is None or number_of_day > 31:
        return whole
    return _mark(int(year) if year else None, number, number_of_day)


def _bare_month(found: re.Match[str]) -> str:
    """ "I may" is no date, though "i mai" is one in Norwegian."""
    is_verb = found[1].strip() == "i" and found[2] in {"may", "march"}
    return found[0] if is_verb else found[1] + _written(found[2], None, found[2], None)


def _dotted(found: re.Match[str]) -> str:
    day, month = int(found[1]), int(found[2])
    return _mark(int(found[3]), month, day) if 1 <= month <= 12 and 1 <= day <= 31 else found[0]


def _han(found: re.Match[str]) -> str:
    month = int(found[2] or found[4] or 0)
    if month > 12:
        return found[0]
    return _mark(int(found[1]) if found[1] else None, month, int(found[3] or found[5] or 0) if month else 0)


def _ending(found: re.Match[str]) -> str:
    if found[2].isdigit():
        return f"{found[1]}⟦{found[2]}⟧"
    return found[1] + _written(found[2], None, found[2], None)


def _relative(text: str, on: date) -> str:
    text = relative.marked(text, on)
    text = _LAST_MONTH.sub(lambda found: _named_month(found, on, "past"), text)
    return _NEXT_MONTH.sub(lambda found: _named_month(found, on, "future"), text)


def _named_month(found: re.Match[str], on: date, direction: Direction) -> str:
    number = month_of(found[1] or found[2])
    if number is None:
        return found[0]
    year = on.year - (number >= on.month) if direction == "past" else on.year + (number <= on.month)
    return _mark(year, number, 0)
