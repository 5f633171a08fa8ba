"""Dates in a question: a day, a month or a year that it names, in any of the larger languages. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils import translation
from django.utils.dates import MONTHS

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "nb", "sv", "da", "pl", "cs", "fi", "tr", "ru", "uk")
# A month's name that is a common word too means the month only beside a number or behind one of these.
_ENGLISH = r"(?:in|of|since|during|until|by|early|late|last)"
_NORDIC_OR_FRENCH = r"(?:i|siden|en|de|depuis)"
_COMMON_WORDS = {"may": _ENGLISH, "march": _ENGLISH, "mars": _NORDIC_OR_FRENCH}

_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d{1,2})(?:-(\d{1,2}))?\b")
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_DAY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|er|º|\.)?(?![\d:])")


@dataclass(frozen=True)
class Named:
    """What a question says of a date; what it leaves open is None."""

    year: int | None
    month: int | None
    day: int | None

    def fits(self, when: date) -> float:
        """Return 1 where ``when`` is in the year and month that are named, 2 where it is also within a day, else 0."""
        if (self.year and when.year != self.year) or (self.month and when.month != self.month):
            return 0.0
        return 2.0 if self.day and abs(when.day - self.day) <= 1 else 1.0


def named(text: str) -> Named | None:
    """Return the date that ``text`` names, None where it names none. A day alone is none."""
    if iso := _ISO.search(text):
        return Named(int(iso[1]), int(iso[2]), int(iso[3]) if iso[3] else None)
    lowered = text.casefold()
    year = _YEAR.search(lowered)
    month = _month(lowered)
    if not (year or month):
        return None
    day = _DAY.search(_YEAR.sub(" ", lowered)) if month else None
    number = int(day[1]) if day else 0
    return Named(int(year[1]) if year else None, month, number if 1 <= number <= 31 else None)


def _month(lowered: str) -> int | None:
    for found in re.finditer(r"[^\W\d_]+", lowered):
        number = _months().get(found[0])
        if number and (found[0] not in _COMMON_WORDS or _is_month(lowered, found)):
            return number
    return None


def _is_month(lowered: str, found: re.Match[str]) -> bool:
    before, after = lowered[: found.start()], lowered[found.end() :]
    leading = _COMMON_WORDS[found[0]]
    return bool(re.search(rf"(?:\b{leading}|\d\w{{0,2}}\.?)\s+$", before) or re.match(r",?\s+\d", after))


@cache
def _months() -> dict[str, int]:
    """Return the names of the months, as Django's translators write them."""
    names: dict[str, int] = {}
    for language in LANGUAGES:
        with translation.override(language):
            names |= {str(name).casefold(): number for number, name in MONTHS.items()}
    return names
