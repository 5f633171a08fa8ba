"""The part of a text that shows why it was found."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from chat.services.search import words

EXCERPT_CHARACTERS = 280
# How much of the excerpt stands before the first word that was found.
LEAD_CHARACTERS = 60
# Of a very long text only the beginning is looked through; what is found behind it is shown without marks.
MAX_CHARACTERS = 100_000

# Signs that belong to the letter before them, though they are no letters to ``re``.
_MARKS = "".join(chr(code) for code in range(0x300, 0xE00) if unicodedata.category(chr(code)) in {"Mn", "Mc"})
_EAST = "\u2e80-\U0010ffff"
_RUN = re.compile(rf"[^\W_{_EAST}](?:[^\W_{_EAST}]|[{_MARKS}])*|[{_EAST}]+")


@dataclass(frozen=True)
class Piece:
    text: str
    is_match: bool


def around(text: str, asked: str) -> list[Piece]:
    """Return the densest part of ``text`` with the words of ``asked``, cut into what matches and what does not.

    Shapes: in order; together at most about ``EXCERPT_CHARACTERS``, with an ellipsis where something was left out.
    """
    matches = list(_matches(text[:MAX_CHARACTERS], set(words.informative(asked))))
    start, end = _window(text, matches)
    pieces = [Piece("…", is_match=False)] if start else []
    for first, last in matches:
        if start <= first and last <= end:
            pieces += [Piece(text[start:first], is_match=False), Piece(text[first:last], is_match=True)]
            start = last
    pieces.append(Piece(text[start:end] + ("…" if end < len(text) else ""), is_match=False))
    return [piece for piece in pieces if piece.text]


def _matches(text: str, asked: set[str]) -> Iterator[tuple[int, int]]:
    for run in _RUN.finditer(text):
        tokens = words.tokens(run.group())
        if asked.isdisjoint(tokens):
            continue
        if len(tokens) == 1:
            yield run.span()
        else:
            yield from _pairs(run, asked)


def _pairs(run: re.Match[str], asked: set[str]) -> Iterator[tuple[int, int]]:
    """In writing without spaces pairs of letters are what is found; pairs that touch are one match."""
    begin = end = run.start()
    for place in range(run.start(), run.end()):
        if asked.isdisjoint(words.tokens(run.string[place : min(place + 2, run.end())])):
            continue
        if place > end:
            if end > begin:
                yield begin, end
            begin = place
        end = min(place + 2, run.end())
    if end > begin:
        yield begin, end


def _window(text: str, matches: list[tuple[int, int]]) -> tuple[int, int]:
    """Return where the excerpt with the most matches begins and ends, at the edge of a word where there is one."""
    if len(text) <= EXCERPT_CHARACTERS:
        return 0, len(text)
    room = EXCERPT_CHARACTERS - LEAD_CHARACTERS
    counted = [(sum(first <= other < first + room for other, _ in matches), -first) for first, _ in matches[:200]]
    start = max(0, -max(counted)[1] - LEAD_CHARACTERS) if counted else 0
    start = max(0, min(start, len(text) - EXCERPT_CHARACTERS))
    end = min(len(text), start + EXCERPT_CHARACTERS)
    return _edge(text, start), end if end == len(text) else _edge_back(text, end)


def _edge(text: str, place: int) -> int:
    space = text.find(" ", place, place + 20)
    return place if place == 0 or space < 0 else space + 1


def _edge_back(text: str, place: int) -> int:
    space = text.rfind(" ", place - 20, place)
    return place if space < 0 else space
