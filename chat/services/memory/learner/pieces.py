"""A message cut into pieces, each of which a small model answers for by itself, so that it leaves none out. Pure."""

import re

from chat.services.memory import wording
from chat.services.memory.judging import clauses, cues
from chat.services.memory.judging.clauses import Place

MOST = 8
# Less is no statement of its own: the "Miso" and "Tofu" of "two cats, Miso and Tofu".
_LEAST_WORDS = 3
_LEAST_CHARACTERS = 4
_WORD = re.compile(r"\w+")


def of(typed: str) -> tuple[str, ...]:
    """Return the clauses of what was typed, in their order, without the sentences that only ask; at most ``MOST``."""
    sentences = clauses.sentences(typed)
    stating = [sentence for sentence in sentences if not clauses.only_asks(sentence)]
    found = [piece for sentence in stating or sentences for piece in _clauses(sentence)]
    said = [piece for piece in dict.fromkeys(found) if _WORD.search(piece)]
    return tuple(_at_most(said, MOST))


def _clauses(sentence: Place) -> list[str]:
    text = sentence.text.strip()
    speech = [found.span() for found in cues.SPOKEN.finditer(text)]
    start = 0
    pieces = []
    for end in cues.CLAUSE_END.finditer(text):
        if any(first < end.start() < last for first, last in speech):
            continue
        if _says_something(text[start : end.start()]) and _says_something(text[end.end() :]):
            pieces.append(text[start : end.start()])
            start = end.end()
    return [*pieces, text[start:]]


def _says_something(text: str) -> bool:
    clause = cues.CLAUSE_END.split(text.lstrip())[0]
    if wording.is_unspaced(clause):
        return len(clause) >= _LEAST_CHARACTERS
    return len(clause.split()) >= _LEAST_WORDS


def _at_most(pieces: list[str], most: int) -> list[str]:
    """Join neighbours where there are too many, so that each piece has as many clauses as the others."""
    each = -(-len(pieces) // most) or 1
    return [" ".join(pieces[start : start + each]) for start in range(0, len(pieces), each)]
