"""Recalled facts and messages as lines of a prompt. Pure."""

import re
from collections.abc import Collection
from datetime import datetime

from chat import prompt
from chat.services.search import words

# About 120 words of English.
MAX_EXCERPT_TOKENS = 160
CUT = "…"
# "- " before a line and the line break behind it.
TOKENS_PER_LINE = 1

# Control characters, the separators of lines and paragraphs, and marks that turn the direction of what follows.
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\s]+")
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")
_SPEAKERS = {"user": "The user", "assistant": "The assistant"}


def fold(text: str) -> str:
    """Return ``text`` on one line, without control characters."""
    return _BREAKS.sub(" ", text).strip()


def of_fact(statement: str, learned_at: datetime) -> str:
    return f"[{learned_at.date().isoformat()}] {fold(statement)}"


def of_dated(statement: str, *, since: str = "", until: str = "") -> str:
    """Return a fact with the time in which it was true, as far as that is known."""
    when = f"{since} until {until}".strip() if until else f"since {since}" if since else "earlier"
    return f"[{when}] {fold(statement)}"


def of_whole_message(role: str, text: str, said_at: datetime) -> str:
    """Return all of a message with its date and speaker."""
    return f"[{said_at.date().isoformat()}] {_SPEAKERS[role]} wrote: {fold(text)}"


def of_message(role: str, text: str, said_at: datetime, wanted: Collection[str]) -> str:
    """Return a message with its date and speaker: whole if it is short, else its best part for ``wanted`` words."""
    return f"[{said_at.date().isoformat()}] {_SPEAKERS[role]} wrote: {excerpt(text, wanted)}"


def excerpt(text: str, wanted: Collection[str]) -> str:
    """Return ``text`` on one line; of a long one, the run of sentences that has the most of the ``wanted`` words."""
    whole = fold(text)
    if prompt.estimate_tokens(whole) <= MAX_EXCERPT_TOKENS:
        return whole
    sentences = _sentences(text)
    start, end = _best_run(sentences, frozenset(wanted))
    before, after = CUT if start else "", CUT if end < len(sentences) else ""
    return " ".join(filter(None, [before, *sentences[start:end], after]))


def _sentences(text: str) -> list[str]:
    folded = (fold(part) for part in SENTENCE_END.split(text))
    return [piece for sentence in folded if sentence for piece in _pieces(sentence)]


def _pieces(sentence: str) -> list[str]:
    """Cut a sentence that is longer than an excerpt, at spaces where there are any."""
    pieces: list[str] = []
    while prompt.estimate_tokens(sentence) > MAX_EXCERPT_TOKENS:
        most = _fitting(sentence)
        at = sentence.rfind(" ", most // 2, most)
        at = at if at > 0 else most
        pieces.append(sentence[:at].strip())
        sentence = sentence[at:].strip()
    return [*pieces, sentence]


def _fitting(text: str) -> int:
    """Return about how many characters of ``text`` make half an excerpt."""
    characters = MAX_EXCERPT_TOKENS * prompt.CHARACTERS_PER_TOKEN
    while prompt.estimate_tokens(text[:characters]) > MAX_EXCERPT_TOKENS // 2:
        characters //= 2
    return characters


def _best_run(sentences: list[str], wanted: frozenset[str]) -> tuple[int, int]:
    """Return start and end of the run of sentences that fits and has the most of ``wanted``.

    Of several, the one in the middle: it has what was said before and after the words.
    """
    costs = [prompt.estimate_tokens(sentence) + 1 for sentence in sentences]
    having = [wanted.intersection(words.tokens(sentence)) for sentence in sentences]
    runs = [(start, _end_of_run(start, costs)) for start in range(len(sentences))]
    worth = [len(frozenset().union(*having[start:end])) for start, end in runs]
    best = [run for run, its_worth in zip(runs, worth, strict=True) if its_worth == max(worth)]
    return best[len(best) // 2]


def _end_of_run(start: int, costs: list[int]) -> int:
    cost, end = costs[start], start + 1
    while end < len(costs) and cost + costs[end] <= MAX_EXCERPT_TOKENS:
        cost += costs[end]
        end += 1
    return end
