"""How well a row answers a question: BM25, the same for both databases.

Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

import math
from collections.abc import Iterable, Mapping

from chat.services.search.backend import Counts, Statistics

# How fast repetitions of a word stop counting, and how much long rows lose.
K1, B = 1.2, 0.6
# Words of a usual message.
USUAL_LENGTH = 40
# Among few rows nothing is known of how common a word is: then all words weigh much the same.
SUPPOSED_ROWS = 100
# A question has about so many informative words; a text that is longer was pasted, and nothing answers all of it.
MAX_WORDS_COVERED = 10


def weigh(asked: Mapping[str, float], statistics: Statistics) -> dict[str, float]:
    """Return what each word that is asked for says: the rarer, the more; times its share in ``asked``."""
    return {word: share * _rarity(statistics, word) for word, share in asked.items()}


def _rarity(statistics: Statistics, word: str) -> float:
    rows = statistics.rows + SUPPOSED_ROWS
    # A word that no row has says no more than one that a single row has.
    having = max(1.0, statistics.counts.get(word, 0.0))
    return math.log1p((rows - having + 0.5) / (having + 0.5))


def whole(weights: Mapping[str, float]) -> float:
    """Return what a row would have to have to answer the question wholly; of a long text, its rarest words."""
    return math.fsum(sorted(weights.values(), reverse=True)[:MAX_WORDS_COVERED])


def rate(row: Counts, weights: Mapping[str, float]) -> float:
    """Return the score of a row."""
    pace = K1 * (1 - B + B * row.length / USUAL_LENGTH)
    return math.fsum(weights[word] * times * (K1 + 1) / (times + pace) for word, times in row.times.items())


def cover(found: Iterable[str], weights: Mapping[str, float], whole: float) -> float:
    """Return the share, at most 1, of ``whole`` that the words ``found`` say."""
    return min(1.0, math.fsum(weights[word] for word in found) / whole)
