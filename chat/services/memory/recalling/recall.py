"""What is remembered for a question: found along several ways, fused, and fitted into a budget. No model call."""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import TypeVar

from chat import prompt
from chat.models import Conversation, Fact, MemoryMode, Message
from chat.models.conversations import Channel
from chat.services.memory import stores
from chat.services.memory.recalling import chain, channels, history, lines, mentions, past
from chat.services.memory.recalling.question import Question, ask
from chat.services.memory.recalling.speakers import Speakers, names_of
from chat.services.search import words

DEFAULT_BUDGET = 2_000
# Source: Cormack, Clarke and Büttcher, Reciprocal Rank Fusion (SIGIR 2009).
RANK_CONSTANT = 60
# What is one step away from the question counts as much less.
WEIGHT_OF_RELATED = 0.5
# What is newest counts this much more; what is older by the half-life, half of that.
BOOST_OF_NEWEST = 0.1
HALF_LIFE = timedelta(days=90)
# And what is known of somebody or something that the person pinned.
BOOST_OF_PINNED = 0.5
# Messages take at most this share of the budget: they are long, and facts say more in less.
SHARE_OF_MESSAGES = 0.5
# Tokens of a date and a word: with less room than this no item is worth making.
SMALLEST_ITEM = 5


@dataclass(frozen=True)
class RecalledItem:
    """A fact or a message, never both. Units: ``line`` is as it goes into the prompt, ``tokens`` what that costs."""

    channel: str
    fact: Fact | None
    message: Message | None
    line: str
    tokens: int


Row = TypeVar("Row")
_Found = tuple[Channel, Fact | Message]


@dataclass(frozen=True)
class _Ranking:
    """What one channel found, the best first."""

    channel: Channel
    found: Sequence[Fact]
    weight: float = 1.0


def recall(
    *,
    conversation: Conversation,
    question: str,
    previous: str,
    exclude: Collection[int],
    budget: int = DEFAULT_BUDGET,
) -> list[RecalledItem]:
    """Return what is remembered for ``question``, asked in ``conversation`` after the user said ``previous``.

    Only what is held to be true now, and only past messages that stand, of the store that the conversation reads;
    what was true before where the question asks for it. Nothing where memory is off; where nothing is relevant, what is
    pinned and the profile alone. While all messages that may be recalled fit, all of them instead of the best.

    Shapes: pinned facts and the profile first, then what was true before, the oldest first, then the best first; within
    ``budget`` tokens, no item cut. ``exclude`` are ids of messages that are in the prompt anyway. The same for the same
    database and day. At most eighteen queries, four more where meaning is searched, and some for what was before.
    """
    if not may_recall(conversation):
        return []
    asked = ask(
        stores.store_of(conversation),
        text=question,
        previous=previous,
        exclude=frozenset(exclude),
        speakers=Speakers(names_of(conversation.owner), frozenset({prompt.ASSISTANT_NAME})),
    )
    return list(_fitting(asked, list(_found(asked, budget)), budget))


def may_recall(conversation: Conversation) -> bool:
    """Tell whether anything of the memory may be shown to the model in ``conversation``."""
    silent = {MemoryMode.OFF, MemoryMode.TEMPORARY}
    return conversation.memory_mode not in silent and conversation.owner.memory_enabled


def _found(asked: Question, budget: int) -> Iterator[_Found]:
    """All that may be put before the model: what is always there; what was true before, where that is asked for; then
    facts and messages in turn, the best first.
    """
    always = list(_always(asked))
    mentioned = mentions.entity_ids(asked.store, asked.both)
    found = _fused(_rankings(asked, mentioned))
    before = chain.ended(asked, [fact for _, fact in found], mentioned) if chain.is_asked_for(asked.text) else []
    known = frozenset(fact for _, fact in always)
    facts = [(channel, fact) for channel, fact in found if fact not in known]
    said = past.messages(asked)
    # Nothing relevant, nothing added.
    is_whole = len(said) <= history.MAX_MESSAGES and (found or before or said)
    whole = history.whole(asked, int(budget * SHARE_OF_MESSAGES)) if is_whole else None
    if whole is not None:
        said = [(Channel.HISTORY, message) for message in whole]
    said = past.saying_more(said, [*known, *(fact for _, fact in facts)])
    yield from always
    yield from ((Channel.PAST, fact) for fact in before)
    if whole is not None:
        yield from facts
        yield from said
        return
    for pair in zip_longest(facts, said):
        yield from filter(None, pair)


def _always(asked: Question) -> Iterator[tuple[Channel, Fact]]:
    pinned = channels.pinned(asked.store)
    yield from ((Channel.PINNED, fact) for fact in pinned)
    yield from ((Channel.PROFILE, fact) for fact in channels.profile(asked.store, pinned))


def _rankings(asked: Question, mentioned: Collection[int]) -> list[_Ranking]:
    named = channels.named(mentioned)
    by_words = channels.facts_by_words(asked, sorted({fact.entity.name for fact in named}))
    by_meaning = channels.facts_by_meaning(asked)
    related = channels.related(asked, [*named, *by_words])
    return [
        _Ranking(Channel.NAME, named),
        _Ranking(Channel.WORDS, by_words),
        _Ranking(Channel.MEANING, by_meaning),
        _Ranking(Channel.NAME, related, WEIGHT_OF_RELATED),
    ]


def _fused(rankings: Sequence[_Ranking]) -> list[tuple[Channel, Fact]]:
    """Put the rankings together by reciprocal rank. A fact is shown as found by the first channel that found it."""
    scores = by_reciprocal_rank((ranking.found, ranking.weight) for ranking in rankings)
    channel = {fact: ranking.channel for ranking in reversed(rankings) for fact in ranking.found}
    newest = max((fact.learned_at for fact in scores), default=None)
    best_first = sorted(scores, key=lambda fact: -scores[fact] * _preference(newest, fact))
    return [(channel[fact], fact) for fact in best_first]


def by_reciprocal_rank(rankings: Iterable[tuple[Iterable[Row], float]]) -> dict[Row, float]:
    """Return the score of every row of some rankings, each given with its weight, in the order they are met."""
    scores: dict[Row, float] = {}
    for found, weight in rankings:
        for rank, row in enumerate(found, 1):
            scores[row] = scores.get(row, 0.0) + weight / (RANK_CONSTANT + rank)
    return scores


def _preference(newest: datetime | None, fact: Fact) -> float:
    """Return a small preference for what is new, against the newest that was found, and for whom the person pinned."""
    age = newest - fact.learned_at if newest else timedelta()
    return 1 + BOOST_OF_NEWEST * math.exp2(-age / HALF_LIFE) + BOOST_OF_PINNED * fact.entity.pinned


def _fitting(asked: Question, found: Sequence[_Found], budget: int) -> Iterator[RecalledItem]:
    """Take rows in their order while there is room; what does not fit is skipped, never cut.

    A whole history is whole: facts leave it its room.
    """
    wanted = words.informative(asked.both)
    dated = {(row.entity_id, row.attribute) for why, row in found if why == Channel.PAST and isinstance(row, Fact)}
    room_for_messages = int(budget * SHARE_OF_MESSAGES)
    kept = sum(history.cost(row) for why, row in found if why == Channel.HISTORY and isinstance(row, Message))
    room = budget - kept
    for channel, row in found:
        if channel == Channel.HISTORY:
            yield _item(channel, row, wanted, dated)
            continue
        is_message = isinstance(row, Message)
        room_for_row = min(room, room_for_messages) if is_message else room
        if room_for_row < SMALLEST_ITEM:
            continue
        item = _item(channel, row, wanted, dated)
        if item.tokens <= room_for_row:
            room -= item.tokens
            room_for_messages -= item.tokens if is_message else 0
            yield item


def _item(
    channel: Channel, row: Fact | Message, wanted: Collection[str], dated: Collection[tuple[int, str]]
) -> RecalledItem:
    fact, message = (row, None) if isinstance(row, Fact) else (None, row)
    line = _line_of_fact(row, dated) if isinstance(row, Fact) else _line_of_message(channel, row, wanted)
    return RecalledItem(channel.value, fact, message, line, prompt.estimate_tokens(line) + lines.TOKENS_PER_LINE)


def _line_of_fact(fact: Fact, dated: Collection[tuple[int, str]]) -> str:
    """What took the place of something that is shown too says since when it is so."""
    if (fact.entity_id, fact.attribute) in dated:
        return chain.line_of(fact)
    return lines.of_fact(fact.statement, fact.learned_at)


def _line_of_message(channel: Channel, message: Message, wanted: Collection[str]) -> str:
    if channel == Channel.HISTORY:
        return history.line_of(message)
    return lines.of_message(message.role, message.text, message.created_at, wanted)
