"""What is put into the index, and what is found there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import connection

from chat.services.search.backend import Backend, Counts, Scope
from chat.services.search.fts5 import Fts5
from chat.services.search.scoring import cover, rate, weigh, whole
from chat.services.search.tsvector import Tsvector
from chat.services.search.words import informative, tokens

Kind = Literal["message", "fact"]

# Of a long text the beginning and the end are asked for: a question stands before or after what was pasted.
MAX_WORDS_ASKED = 200
# A word of the context counts half; all of a long one no more than half of the question, or of a few words.
WEIGHT_OF_CONTEXT = 0.5
FEW_WORDS = 4
# Rows that the database may rank for one question. Words that are too common for it still count in the score.
MAX_ROWS_RANKED = 1_500
# The database ranks roughly; so many rows at least are scored here to find the best few.
MIN_CANDIDATES = 200


@dataclass(frozen=True)
class Counted:
    """The words of a question and the rows that have some. Units: ``weights`` is what each word says, ``whole`` what
    all of them say that a row can be expected to have.
    """

    weights: dict[str, float]
    whole: float
    rows: list[Counts]


@dataclass(frozen=True)
class Hit:
    """Units: ``score`` grows with relevance and compares within one answer; ``coverage`` is the share, 0 to 1, of
    what the question's words say that this row has: a rare word says more than a common one.
    """

    id: int
    score: float
    coverage: float


def put(kind: Kind, *, object_id: int, owner_id: int, text: str) -> None:
    """Index ``text`` as the words of a message or fact that is stored already; again replaces.

    Belongs in the transaction that stores the row.
    """
    _backend().put(kind, object_id=object_id, owner_id=owner_id, tokens=tokens(text))


def drop(kind: Kind, *, object_ids: Collection[int]) -> None:
    """Take rows out of the index whose message or fact stays. Deleting the message or fact needs no drop."""
    if object_ids:
        _backend().drop(kind, object_ids=list(object_ids))


def find(
    kind: Kind, *, owner_id: int, text: str, limit: int, context: str = "", conversation_id: int | None = None
) -> list[Hit]:
    """Return the rows of ``owner_id`` that share informative words with ``text``, the best first.

    Words of ``context`` count half at most. With ``conversation_id`` only messages of that conversation, or facts of
    its own store; without, messages of all conversations, and facts of the person's store but of no conversation's own.

    Shapes: at most ``limit`` hits; none where neither text has an informative word. Whether a message's conversation
    is deleted or a fact still active is for the caller to look at.
    """
    counted = count(
        kind,
        owner_id=owner_id,
        text=text,
        limit=max(limit, MIN_CANDIDATES),
        context=context,
        conversation_id=conversation_id,
    )
    weights, most = counted.weights, counted.whole
    hits = [Hit(row.id, rate(row, weights), cover(row.times, weights, most)) for row in counted.rows]
    return sorted(hits, key=lambda hit: (-hit.score, -hit.id))[:limit]


def count(
    kind: Kind, *, owner_id: int, text: str, limit: int, context: str = "", conversation_id: int | None = None
) -> Counted:
    """Return what ``find`` finds as counts of words, for a caller with a score of its own.

    Shapes: at most ``limit`` rows, those that the database ranks first, in no order.
    """
    asked = _asked(text, context)
    if not asked:
        return Counted({}, 0.0, [])
    backend = _backend()
    scope = Scope(kind, owner_id, conversation_id)
    statistics = backend.statistics(scope, list(asked))
    weights = weigh(asked, statistics)
    candidates = backend.candidates(scope, _affordable(weights, statistics.counts), limit)
    words = frozenset(weights)
    rows = [Counts(row.id, len(row.tokens), _times(row.tokens, words)) for row in candidates]
    return Counted(weights, whole(weights), rows)


def _times(tokens: Sequence[str], asked: frozenset[str]) -> dict[str, int]:
    """Return how often each word that is asked for stands in a row: most rows have one or two of them."""
    return {word: tokens.count(word) for word in asked.intersection(tokens)}


def _backend() -> Backend:
    return Tsvector() if connection.vendor == "postgresql" else Fts5()


def _asked(text: str, context: str) -> dict[str, float]:
    """Return the words to look for and how much each counts: together, those of a long context no more than a few."""
    of_text, of_context = _ends(informative(text)), _ends(informative(context))
    weighty = max(len(of_text), FEW_WORDS) / max(len(of_context), 1)
    return dict.fromkeys(of_context, WEIGHT_OF_CONTEXT * min(1.0, weighty)) | dict.fromkeys(of_text, 1.0)


def _ends(found: list[str]) -> list[str]:
    half = MAX_WORDS_ASKED // 2
    return found if len(found) <= MAX_WORDS_ASKED else found[:half] + found[-half:]


def _affordable(weights: dict[str, float], counts: dict[str, float]) -> dict[str, float]:
    """Return the rarest words that the index has, as many as may be ranked in time, but one at least."""
    chosen: dict[str, float] = {}
    rows = 0.0
    for word in sorted(counts, key=lambda word: (counts[word], word)):
        rows += counts[word]
        if chosen and rows > MAX_ROWS_RANKED:
            break
        chosen[word] = weights[word]
    return chosen
