"""When a fact was, is or will be true, by the words that state it and the day they were written. Pure.

Source: the two times of Snodgrass, *Developing Time-Oriented Database Applications in SQL*, 1999: this is when it was
true in the world; when it was believed is the store's.
"""

import re
from dataclasses import dataclass
from datetime import date

from chat.services.memory import wording
from chat.services.memory.judging import clauses, cues, moments, tense

_M = r"⟦([^⟧~]*)⟧"
_SOME = (
    r"(?:the |early |late |mid-?|about |around |anfang |ende |mitte |le |la |el |il |début |fin |fine |finales de "
    r"|principios de )*"
)
_AND = re.compile(
    rf"(?<![^\W_])(?:between|zwischen|entre|tra|fra|mellom|между)\s+{_SOME}{_M}\s+(?:and|und|et|y|e"
    rf"|og|и)\s+{_SOME}{_M}"
)
_TO = re.compile(
    rf"(?:(?<![^\W_])(?:from|von|vom|de|du|desde|dal?|da|fra|с|から|从|從)\s*)?{_SOME}{_M}\s*"
    rf"(?:to|until|till|through|bis(?: zum)?|à|au|jusqu'(?:en|à|au)|al?|hasta|fino a|até|til|до|по|到|至|から|-|–"
    rf"|—)\s*{_SOME}{_M}"
)
_SINCE = re.compile(
    rf"(?<![^\W_])(?:ever since|since|starting(?: in| from)?|beginning(?: in)?|as of|from|seit(?:dem)?|ab|depuis"
    rf"|dès|à partir de"
    rf"|desde|a partir de|dal|da|siden|fra(?: og med)?|начиная с|с)\s+{_SOME}{_M}(?: on| onwards?| an)?|(?:自从?|从|從"
    rf"|自)\s*{_M}|{_M}\s*(?:以来|以後|起|から|开始)"
)
_UNTIL = re.compile(
    rf"(?<![^\W_])(?:up until|until|till|up to|through|before|by|bis(?: zum)?|jusqu'(?:en|à|au)|avant|hasta"
    rf"|antes de|fino a(?:l|lla)?|até"
    rf"|(?:frem )?til|inntil|до|по)\s+{_SOME}(?:the end of )?{_M}|(?:直到|到)\s*{_M}|{_M}\s*(?:まで|之前|为止)"
)
_FOUND = re.compile(r"⟦([^⟧~]*)(~?)([^⟧~]*)⟧")
# Words beside a moment in a clause that names nothing else: "In the spring of 2019, …".
MAX_WORDS_BESIDE = 4


@dataclass(frozen=True)
class Validity:
    """Partial ISO dates, empty where nothing was said. ``is_over``: true no more when it was said; ``is_planned``: not
    true yet; ``holds``: said to be so from then until now.
    """

    valid_from: str = ""
    valid_to: str = ""
    is_over: bool = False
    is_planned: bool = False
    holds: bool = False


UNDATED = Validity()


def of(sentence: str, *, value: str, on: date | None) -> Validity:
    """Return when that part of ``sentence`` is true which has ``value``, written on the day ``on``."""
    text = _collapsed(moments.marked(sentence, on))
    clause = _clause(text, value)
    was = clauses.is_past(clause)
    found = _FOUND.search(clause) or _FOUND.search(_beside(text, clause))
    if found is None:
        is_coming = tense.is_coming(clause)
        return Validity(is_over=was and not is_coming, is_planned=is_coming and not was)
    if found[2]:
        return _of_range(found[1], found[3], clause, on)
    return _of_point(found[1], clause, was, on)


def is_after(moment: str, on: date | None) -> bool:
    """Tell whether all of ``moment`` is after the day ``on``."""
    return bool(moment) and on is not None and moment > on.isoformat()[: len(moment)]


def is_before(moment: str, on: date | None) -> bool:
    """Tell whether all of ``moment`` is before the day ``on``."""
    return bool(moment) and on is not None and moment < on.isoformat()[: len(moment)]


def _collapsed(text: str) -> str:
    """Put what stands before and after a moment into its mark: ``⟦2019~⟧`` since then, ``⟦~2021⟧`` until then."""
    for pattern in (_AND, _TO):
        text = pattern.sub(r"⟦\1~\2⟧", text)
    text = _SINCE.sub(lambda found: f"⟦{next(filter(None, found.groups()))}~⟧", text)
    return _UNTIL.sub(lambda found: f"⟦~{next(filter(None, found.groups()))}⟧", text)


def _clause(text: str, value: str) -> str:
    """Return the clause that has the value, or most words of it; all of ``text`` where none has."""
    parts = [part for part in cues.CLAUSE_END.split(text) if part.strip()]
    wanted = wording.fold(value)
    exact = next((part for part in parts if wanted and wanted in wording.fold(part)), None)
    if exact is not None:
        return exact
    names = [word for word in wording.words(value) if len(word) > 1]
    return next((part for part in parts if names and names[0] in wording.words(part)), text)


def _beside(text: str, clause: str) -> str:
    """Return the clause before or after ``clause`` that says nothing but when."""
    parts = [part for part in cues.CLAUSE_END.split(text) if part.strip()]
    place = next((place for place, part in enumerate(parts) if part == clause), None)
    if place is None:
        return ""
    near = parts[max(place - 1, 0) : place] + parts[place + 1 : place + 2]
    alone = (part for part in near if _FOUND.search(part) and len(_FOUND.sub(" ", part).split()) <= MAX_WORDS_BESIDE)
    return next(alone, "")


def _of_range(first: str, last: str, clause: str, on: date | None) -> Validity:
    comes = tense.is_coming(clause)
    happened = tense.happened(clause) or clauses.is_past(clause)
    begin = moments.resolve(first, on=on, direction="future" if comes and not happened else "past")
    if last.startswith("--") and begin:
        end = moments.resolve(last, on=_day_of(begin), direction="future")
    else:
        end = moments.resolve(last, on=on, direction="past" if happened else "future")
    is_over = is_before(end, on) or (bool(end) and clauses.is_past(clause) and not is_after(end, on))
    is_planned = is_after(begin, on)
    return Validity(begin, end, is_over, is_planned, holds=bool(begin) and not (end or is_planned))


def _of_point(moment: str, clause: str, was: bool, on: date | None) -> Validity:  # noqa: FBT001
    """A state that was so then ended then; what happened then began then; what has not happened is to come."""
    happened = was or (tense.happened(clause) and not tense.is_coming(clause))
    when = moments.resolve(moment, on=on, direction="past" if happened else "future")
    if was and not is_after(when, on):
        return Validity(when, when, is_over=True)
    if not happened and is_after(when, on):
        return Validity(when, is_planned=True)
    return Validity(when, is_planned=not happened and tense.is_coming(clause))


def _day_of(moment: str) -> date:
    year, month, day = (int(part) for part in f"{moment}-01-01".split("-")[:3])
    return date(year, month, min(day, 28))
