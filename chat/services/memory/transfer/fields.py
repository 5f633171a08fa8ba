"""Reads the fields of an imported file one by one, and notes what is wrong with its place. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal, overload
from uuid import UUID

MAX_PROBLEMS = 20

_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Problems:
    """``sentences`` are the first few things that are wrong, in the order of the file."""

    sentences: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        if len(self.sentences) < MAX_PROBLEMS and sentence not in self.sentences:
            self.sentences.append(sentence)

    def rows(self, fields: Mapping[str, Any], name: str, place: str, *, most: int) -> Iterator["Row"]:
        """Give the objects of the list ``name``; what is no object is noted and left out."""
        found = fields.get(name, [])
        if not isinstance(found, list) or len(found) > most:
            self.add(f"“{name}” has to be a list of at most {most:,} objects.")
            return
        for number, item in enumerate(found, 1):
            if len(self.sentences) >= MAX_PROBLEMS:
                return
            if isinstance(item, dict):
                yield Row(f"{place} {number}", item, self)
            else:
                self.add(f"{place} {number} has to be an object.")

    def need(self, place: str, name: str, given: str, known: Collection[str]) -> None:
        if given and given not in known:
            self.add(f"{place}, “{name}”: what it points to is not in the file.")

    def no_circle(self, place: str, links: Mapping[str, str]) -> None:
        """Note it where following ``links`` never ends."""
        ends: set[str] = {""}
        for start in links:
            path, here = [], start
            seen: set[str] = set()
            while here not in ends and here not in seen:
                seen.add(here)
                path.append(here)
                here = links.get(here, "")
            if here in seen:
                self.add(f"{place} “{here}” points to itself in a circle.")
                return
            ends.update(path)


@dataclass(frozen=True)
class Row:
    """One object of the file. Every reader gives a harmless value for what it has noted as wrong."""

    place: str
    fields: Mapping[str, Any]
    problems: Problems

    def id(self, name: str, *, optional: bool = False) -> str:
        given = self.fields.get(name)
        if given is None and optional:
            return ""
        try:
            return str(UUID(given)) if isinstance(given, str) else self._wrong(name, "has to be an id (a UUID).")
        except ValueError:
            return self._wrong(name, "has to be an id (a UUID).")

    def text(self, name: str, most: int, *, optional: bool = False) -> str:
        given = self.fields.get(name, "" if optional else None)
        if not isinstance(given, str) or len(given) > most or not (given.strip() or optional):
            least = "" if optional else "1 to "
            return self._wrong(name, f"has to be text of {least or 'at most '}{most:,} characters.")
        return given if is_clean(given) else self._wrong(name, "holds control characters, which cannot be kept.")

    def texts(self, name: str, most: int) -> tuple[str, ...]:
        given = self.fields.get(name, [])
        good = isinstance(given, list) and len(given) <= 200 and all(isinstance(text, str) for text in given)
        if not good or not all(0 < len(text.strip()) <= most and is_clean(text) for text in given):
            self._wrong(name, f"has to be a list of at most 200 texts of 1 to {most:,} characters.")
            return ()
        return tuple(given)

    def flag(self, name: str) -> bool:
        given = self.fields.get(name, False)
        if not isinstance(given, bool):
            self._wrong(name, "has to be true or false.")
            return False
        return given

    def choice(self, name: str, allowed: Sequence[str], *, optional: bool = False) -> str:
        given = self.fields.get(name, allowed[0] if optional else None)
        if isinstance(given, str) and given in allowed:
            return given
        named = ", ".join(allowed_value or "empty" for allowed_value in allowed)
        self._wrong(name, f"has to be one of: {named}.")
        return allowed[0]

    def date(self, name: str) -> str:
        given = self.fields.get(name, "")
        if isinstance(given, str) and (not given or _is_date(given)):
            return given
        return self._wrong(name, "has to be a date such as 2024, 2024-05 or 2024-05-03.")

    @overload
    def moment(self, name: str, *, required: Literal[True]) -> datetime: ...
    @overload
    def moment(self, name: str) -> datetime | None: ...
    def moment(self, name: str, *, required: bool = False) -> datetime | None:
        given = self.fields.get(name)
        if given is None and not required:
            return None
        try:
            found = datetime.fromisoformat(given) if isinstance(given, str) and len(given) <= 40 else None
            found = found.astimezone(UTC) if found and found.tzinfo else None
        except (ValueError, OverflowError):
            found = None
        if found is None or found.year < 1970:
            self._wrong(name, "has to be a moment such as 2026-11-28T19:20:00+00:00.")
            return _EPOCH
        return found

    def _wrong(self, name: str, sentence: str) -> str:
        self.problems.add(f"{self.place}, “{name}”: {sentence}")
        return ""


def _is_date(text: str) -> bool:
    """As exact as it was said: a year, a month or a day."""
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None


def is_clean(text: str) -> bool:
    """Tell whether ``text`` can be stored and shown: no control characters but the ends of lines and tabs."""
    return _CONTROL.search(text) is None
