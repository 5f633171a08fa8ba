"""Where the words of a deleted fact may stand besides its own rows: texts that a machine made. Pure."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from chat.services.memory.recalling import lines
from chat.services.search import words

_LINE = re.compile(r"\n")


@dataclass(frozen=True)
class Trace:
    """The words by which a text is recognised to say something. Half of them are enough, one of two."""

    words: frozenset[str]

    def is_among(self, said: Collection[str]) -> bool:
        found = self.words.intersection(said)
        return bool(found) and 2 * len(found) >= len(self.words)


def of(text: str, otherwise: str = "") -> Trace:
    """Return the trace of ``text``, or of ``otherwise`` where it has no word that says anything."""
    return Trace(frozenset(words.informative(text) or words.informative(otherwise)))


def any_in(traces: Iterable[Trace], text: str) -> bool:
    said = set(words.tokens(text))
    return any(trace.is_among(said) for trace in traces)


def without_sentences(text: str, traces: Collection[Trace]) -> str:
    """Return ``text`` without the sentences that bear a trace; rather one too many than one too few."""
    return _without(lines.SENTENCE_END, " ", text, traces)


def without_lines(text: str, traces: Collection[Trace]) -> str:
    """Return ``text`` without the lines that bear a trace."""
    return _without(_LINE, "\n", text, traces)


def _without(separator: re.Pattern[str], joint: str, text: str, traces: Collection[Trace]) -> str:
    if not any_in(traces, text):
        return text
    kept = [part for part in separator.split(text) if not any_in(traces, part)]
    return joint.join(kept).strip()
