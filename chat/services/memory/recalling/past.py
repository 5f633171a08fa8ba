"""Past messages that answer a question, found by their words and by their meaning, and rated in one sum."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from chat.models import Fact, Message, Role
from chat.models.conversations import Channel
from chat.services import search
from chat.services.memory.recalling import dates, rating, sql, standing, vectors
from chat.services.memory.recalling.question import Question
from chat.services.memory.recalling.rating import Row, Wanted, Weights
from chat.services.memory.recalling.vectors import Near
from chat.services.search import Counted
from chat.services.search.scoring import USUAL_LENGTH

Found = tuple[Channel, Message]

MAX_MESSAGES = 100
# Rated for those: the best of the words, and the nearest in meaning.
MESSAGES_COUNTED = 400
MESSAGES_NEAR = 500
# Where no message covers so much of the question, or is so near to it, there is nothing to recall. Where one does,
# others may stand beside it: an answer may have nothing of its question.
MIN_COVERAGE = 0.2
MIN_NEARNESS = 0.25
# A message of which more than this taught facts that are recalled says nothing beyond them.
MAX_QUOTED_SHARE = 0.6

_NO_WORD = re.compile(r"[\W_]+")


def messages(question: Question, weights: Weights = rating.WEIGHTS) -> list[Found]:
    """Return past messages that answer the question, the best first: by their words and, with a vector of the
    question, by their meaning.
    """
    counted = search.count(
        "message",
        owner_id=question.store.owner_id,
        text=question.speakers.without_names(question.text),
        context=question.previous,
        limit=MESSAGES_COUNTED,
        conversation_id=question.store.conversation_id,
    )
    rows = _rows(question, counted)
    relevant = {row.id for row in rows if _is_relevant(row, counted)}
    if not relevant:
        return []
    # By words alone each has to be relevant itself.
    rows = [row for row in rows if row.near is not None or row.id in relevant]
    preferred = question.speakers.preferred(question.text)
    wanted = Wanted(counted.weights, counted.whole, preferred, dates.named(question.text))
    ratings = rating.rated(rows, wanted, weights)
    found = {message.pk: message for message in standing.read(list(islice(ratings, MAX_MESSAGES)))}
    order = rating.best_first(ratings, {pk: message.text for pk, message in found.items()}, weights)
    why = {row.id: _channel(row, wanted) for row in rows}
    return [(why[message.pk], message) for message in distinct(question, [found[pk] for pk in order])]


def saying_more(found: list[Found], facts: Iterable[Fact]) -> list[Found]:
    """Leave out messages that are little more than the words which taught ``facts``, and the answers to those.

    The facts say it in fewer words, and small models tend to repeat what they read twice.
    """
    asked = {message.pk: message.parent_id if message.role == Role.ASSISTANT else message.pk for _, message in found}
    if not asked:
        return []
    quoted: dict[int, set[str]] = defaultdict(set)
    whole: dict[int, int] = {}
    for message_id, quote, length in _taught(filter(None, asked.values()), {fact.pk for fact in facts}):
        quoted[message_id].add(quote)
        whole[message_id] = length
    said = {pk for pk, length in whole.items() if sum(map(len, quoted[pk])) >= MAX_QUOTED_SHARE * length}
    return [(why, message) for why, message in found if asked[message.pk] not in said]


def _taught(message_ids: Iterable[int], fact_ids: Collection[int]) -> Iterator[tuple[int, str, int]]:
    """Yield the words of the messages that taught the facts. Shapes: (message, words, characters of the message)."""
    found = sql.selected(
        "SELECT source.message_id, source.quote, LENGTH(message.text), source.fact_id"
        f" FROM {sql.wanted()} CROSS JOIN chat_message message CROSS JOIN chat_factsource source"
        " WHERE message.id = wanted.value AND source.message_id = message.id",
        [sql.listed(message_ids)],
    )
    return ((message_id, quote, length) for message_id, quote, length, fact_id in found if fact_id in fact_ids)


def _channel(row: Row, wanted: Wanted) -> Channel:
    if wanted.named is not None and wanted.named.fits(row.said_on):
        return Channel.DATE
    return Channel.WORDS if row.times else Channel.MEANING


def _rows(question: Question, counted: Counted) -> list[Row]:
    """Return the messages that may be recalled of those that were found, as they are rated."""
    counts = {row.id: row for row in counted.rows}
    near = _near(question, list(counts))
    found = standing.places(question, {*counts, *near}, dated=dates.named(question.text) is not None)
    return [
        Row(
            id=pk,
            is_user=role == Role.USER,
            conversation=conversation,
            position=position,
            said_on=said_on,
            length=counts[pk].length if pk in counts else USUAL_LENGTH,
            times=counts[pk].times if pk in counts else {},
            near=near.get(pk),
        )
        for pk, role, conversation, position, said_on in found
    ]


def _near(question: Question, ids: Sequence[int]) -> dict[int, Near]:
    """Return how near in meaning the messages ``ids`` are, and those that are nearest of all."""
    if question.vector is None:
        return {}
    found = vectors.near("message", owner_id=question.store.owner_id, vector=question.vector)
    return found.of([*ids, *found.best(MESSAGES_NEAR)])


def _is_relevant(row: Row, counted: Counted) -> bool:
    if row.near is not None and row.near.own >= MIN_NEARNESS:
        return True
    return _coverage(row, counted) >= MIN_COVERAGE


def _coverage(row: Row, counted: Counted) -> float:
    return search.cover(row.times, counted.weights, counted.whole) if row.times else 0.0


def distinct(question: Question, messages: list[Message]) -> list[Message]:
    """Leave out what says the same again, the question itself first of all."""
    seen = {_folded(question.text)}
    once = []
    for message in messages:
        said = _folded(message.text)
        if said not in seen:
            seen.add(said)
            once.append(message)
    return once


def _folded(text: str) -> str:
    return _NO_WORD.sub(" ", text.casefold()).strip()
