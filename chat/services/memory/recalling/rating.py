"""How well each past message answers a question: words, meaning, what stands around it, who speaks, and when. Pure.

One sum for all; docs/memory.md says what each part brings. Meaning is a cosine, words are BM25 as a share of what the
question's words say, so that both are about 0 to 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from chat.services.memory.recalling.dates import Named
from chat.services.memory.recalling.vectors import Near
from chat.services.search.scoring import K1, USUAL_LENGTH

Numbers = NDArray[np.float64]
Ids = NDArray[np.int64]

# BM25, as the search has it, but for how much of what is longer than usual is taken off: a message by itself is judged
# by its length, together with its neighbours less so.
LENGTH_OF_OWN, LENGTH_OF_SPAN = 1.0, 0.75
# A message is read together with so many before and after it: an answer does not repeat its question's words.
SPAN = 2
NOBODY = -1
# What is rated this much below the best is not worth its place.
MOST_BELOW_BEST = 1.3
# Of Latin and most other scripts, of Chinese and Japanese, Arabic, Greek, and turned round; and what may follow them.
QUESTION_MARKS = ("?", "\uff1f", "\u061f", "\u037e", "\u2e2e")
CLOSING = " \n\t\"'”’»)]*_"


@dataclass(frozen=True)
class Weights:
    """How much each part counts. Source: docs/memory.md, where the figures stand."""

    meaning: float = 1.0
    meaning_around: float = 0.3
    own_words: float = 0.32
    span_words: float = 0.3
    speaker: float = 1.0
    date: float = 0.2
    # Taken off: of the rarest word that a message shares with the question, so that one word alone, however rare, says
    # less than several; and of a message that is itself a question.
    single_word: float = 0.08
    question: float = 0.03


WEIGHTS = Weights()


@dataclass(frozen=True)
class Row:
    """A message that may answer. ``near`` is None while it has no vector; ``times`` says how often it
    has each word of the question.
    """

    id: int
    is_user: bool
    conversation: int
    position: int
    said_on: date
    length: int
    times: Mapping[str, int] = field(default_factory=dict)
    near: Near | None = None


@dataclass(frozen=True)
class Wanted:
    """What the question asks for. Shapes: ``preferred`` is in favour of the user's and of the assistant's messages."""

    weights: Mapping[str, float]
    whole: float
    preferred: tuple[float, float]
    named: Named | None


def rated(rows: Sequence[Row], wanted: Wanted, weights: Weights = WEIGHTS) -> dict[int, float]:
    """Return the ids of ``rows`` with how well they answer, the best first; of equals the newest first."""
    if not rows:
        return {}
    ratings = (
        _meaning(rows, weights)
        + _words(rows, wanted, weights)
        + weights.speaker * _speaker(rows, wanted)
        + weights.date * _date(rows, wanted)
    )
    floor = ratings.max() - MOST_BELOW_BEST
    order = sorted(range(len(rows)), key=lambda at: (-ratings[at], -rows[at].id))
    return {rows[at].id: float(ratings[at]) for at in order if ratings[at] >= floor}


def best_first(ratings: Mapping[int, float], texts: Mapping[int, str], weights: Weights = WEIGHTS) -> list[int]:
    """Return the ids of ``texts``, those that answer best first, now that they are read: questions seldom do."""
    final = {pk: ratings[pk] - weights.question * _is_question(text) for pk, text in texts.items()}
    return sorted(final, key=lambda pk: (-final[pk], -pk))


def _is_question(text: str) -> bool:
    return text.rstrip(CLOSING).endswith(QUESTION_MARKS)


def _meaning(rows: Sequence[Row], weights: Weights) -> Numbers:
    own = np.array([np.nan if row.near is None else row.near.own for row in rows])
    around = np.array([row.near.around if row.near else 0.0 for row in rows])
    if np.isnan(own).all():
        return np.zeros(len(rows))
    # What has no vector yet is supposed to be as near as the others.
    own = np.where(np.isnan(own), np.nanmedian(own), own)
    return weights.meaning * own + weights.meaning_around * around


def _words(rows: Sequence[Row], wanted: Wanted, weights: Weights) -> Numbers:
    asked = [word for word in wanted.weights if any(word in row.times for row in rows)]
    if not asked:
        return np.zeros(len(rows))
    says = np.array([wanted.weights[word] for word in asked]) / wanted.whole
    times = np.array([[row.times.get(word, 0) for word in asked] for row in rows], dtype=float)
    lengths = np.array([row.length for row in rows], dtype=float)
    having = np.asarray(times.any(axis=1))
    spans = _spans(rows)
    own = _bm25(times, lengths, having, LENGTH_OF_OWN)
    # What stands near a row and is not among the rows, having none of the words, still makes its span longer.
    span_lengths = _summed(lengths, spans) + (spans == NOBODY).sum(axis=1) * USUAL_LENGTH
    together = _bm25(_summed(times, spans), span_lengths, having, LENGTH_OF_SPAN)
    rarest = ((times > 0) * says).max(axis=1)
    words: Numbers = (weights.own_words * own + weights.span_words * together) @ says - weights.single_word * rarest
    return words


def _bm25(times: Numbers, lengths: Numbers, having: NDArray[np.bool_], by_length: float) -> Numbers:
    usual = max(1.0, float(lengths[having].mean()))
    pace = K1 * (1 - by_length + by_length * lengths / usual)
    return times * (K1 + 1) / (times + pace[:, None] + 1e-9)


def _spans(rows: Sequence[Row]) -> Ids:
    """Return for each row which rows stand near it in its conversation, itself among them.

    Shapes: (rows, 2 * SPAN + 1), NOBODY where nothing is.
    """
    spots = np.array([(row.conversation << 32) + row.position for row in rows], dtype=np.int64)
    order = np.argsort(spots)
    wanted = spots[:, None] + np.arange(-SPAN, SPAN + 1)
    at = order[np.minimum(np.searchsorted(spots, wanted, sorter=order), len(rows) - 1)]
    return np.where(spots[at] == wanted, at, NOBODY)


def _summed(values: Numbers, spans: Ids) -> Numbers:
    """Return what the rows of each span have together."""
    # What NOBODY has stands behind the last.
    padded = np.concatenate([values, np.zeros_like(values[:1])])
    summed: Numbers = padded[spans].sum(axis=1)
    return summed


def _speaker(rows: Sequence[Row], wanted: Wanted) -> Numbers:
    of_user, of_assistant = wanted.preferred
    return np.array([of_user if row.is_user else of_assistant for row in rows])


def _date(rows: Sequence[Row], wanted: Wanted) -> Numbers:
    if wanted.named is None:
        return np.zeros(len(rows))
    return np.array([wanted.named.fits(row.said_on) for row in rows])
