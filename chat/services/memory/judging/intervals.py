"""How long ago, how long since, how far ahead: "three years ago", "seit zwei Jahren", "dans six mois". Pure."""

import calendar
import re
from datetime import date, timedelta

from chat.services.memory.judging import vocabulary

_NUMBER = r"(\d{1,3}|[^\W\d_]+)"
_UNITS = {
    "year": r"years?|jahre?n?|ans?|années?|años?|ann[io]|anos?|år|год\w*|лет",
    "month": r"months?|monate?n?|mois|mes(?:es)?|mes[ei]|mês|måned(?:er)?|месяц\w*",
    "week": r"weeks?|wochen?|semaines?|semanas?|settiman[ae]|uker?|недел\w+",
    "day": r"days?|tage?n?|jours?|días?|giorn[io]|dias?|dag(?:er)?|дн(?:я|ей)|день",
}
_UNIT = "(" + "|".join(_UNITS.values()) + ")"
_SPAN = rf"(?:a |the )?{_NUMBER}(?: of)?\s+{_UNIT}"
_ROUGHLY = (
    r"(?:about |around |over |almost |nearly |more than |fast |etwa |rund |ungefähr |über |environ |presque |unos "
    r"|casi |circa |quasi |cerca de |omtrent |nesten )?"
)
_END = r"(?![^\W_])"
_START = r"(?<![^\W_])"

_AGO = [
    re.compile(rf"{_START}{_ROUGHLY}{_SPAN} (?:ago|fa|atrás|назад){_END}"),
    re.compile(rf"{_START}(?:vor|il y a|hace){' '}{_ROUGHLY}{_SPAN}{_END}(?! que)"),
    re.compile(rf"{_START}for {_ROUGHLY}{_SPAN} siden{_END}"),
]
_SINCE = [
    re.compile(rf"{_START}(?:seit|depuis|desde hace|llevo|llevamos|da|há|faz|уже){' '}{_ROUGHLY}{_SPAN}{_END}"),
    re.compile(rf"{_START}hace {_ROUGHLY}{_SPAN}(?= que(?![^\W_]))"),
    # "I have lived here for three years": without "have" it may be over.
    re.compile(rf"(?<=⟪has⟫)for (?:the (?:past|last) )?{_ROUGHLY}{_SPAN}(?: now)?{_END}(?! siden)"),
    re.compile(rf"(?<=⟪has⟫)i {_ROUGHLY}{_SPAN}{_END}(?! siden)"),
]
_HAS = re.compile(r"(?<![^\W_])(?:have|has|'ve|been|har|hatt)(?![^\W_])|(?<=\w)'(?:ve|s been)(?![^\W_])")
_FOR = re.compile(r"(?<![^\W_])(?=(?:for|i) )")
_AHEAD = [re.compile(rf"{_START}(?:in|dans|en|dentro de|tra|fra|em|daqui a|om|через) {_ROUGHLY}{_SPAN}{_END}")]
_HAN = re.compile(
    r"(\d{1,3}|[一二两三四五六七八九十]+)\s*(年|个月|個月|ヶ月|か月|周|週間|个星期|天|日)(?:间|間)?(前|后|後|了)"
)
_HAN_UNITS = {"年": "year", "周": "week", "週間": "week", "个星期": "week", "天": "day", "日": "day"}
_HAN_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
MAX_YEARS = 120


def marked(text: str, on: date) -> str:
    """Return a folded ``text`` with a mark for every moment that it names by its distance from ``on``."""
    has = _HAS.search(text)
    prepared = text[: has.end()] + _FOR.sub("⟪has⟫", text[has.end() :]) if has else text
    for patterns, sign, form in ((_SINCE, -1, "⟦{}~⟧"), (_AGO, -1, "⟦{}⟧"), (_AHEAD, 1, "⟦{}⟧")):
        for pattern in patterns:
            prepared = pattern.sub(lambda found, s=sign, f=form: _mark(found, on, s, f), prepared)  # type: ignore[misc]
    return _HAN.sub(lambda found: _han(found, on), prepared.replace("⟪has⟫", ""))


def shifted(day: date, *, months: int) -> date:
    """Return the same day ``months`` later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return day.replace(year=day.year + years, month=month + 1, day=min(day.day, last))


def _mark(found: re.Match[str], on: date, sign: int, form: str) -> str:
    count = int(found[1]) if found[1].isdigit() else vocabulary.NUMBERS.get(found[1])
    unit = next(unit for unit, words in _UNITS.items() if re.fullmatch(words, found[2]))
    moment = _moment(on, sign * count, unit) if count else ""
    return form.format(moment) if moment else found[0]


def _han(found: re.Match[str], on: date) -> str:
    count = int(found[1]) if found[1].isdigit() else _HAN_DIGITS.get(found[1], 0)
    sign = 1 if found[3] in "后後" else -1
    moment = _moment(on, sign * count, _HAN_UNITS.get(found[2], "month")) if count else ""
    if not moment:
        return found[0]
    return f"⟦{moment}~⟧" if found[3] == "了" else f"⟦{moment}⟧"


def _moment(on: date, count: int, unit: str) -> str:
    """Return the moment as exactly as it was said: a week is named by its month."""
    if unit == "year":
        return f"{on.year + count}" if abs(count) <= MAX_YEARS else ""
    if unit == "month":
        return shifted(on, months=count).isoformat()[:7]
    days = timedelta(weeks=count) if unit == "week" else timedelta(days=count)
    return (on + days).isoformat()[: 7 if unit == "week" else 10]
