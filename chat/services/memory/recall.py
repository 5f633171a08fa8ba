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
from chat.services.memory import channels, lines, past, stores
from chat.services.memory.question import Question, ask
from chat.services.memory.speakers import Speakers, names_of
from chat.services.search import words

DEFAULT_BUDGET = 2_000
# Source: Cormack, Clarke and Büttcher, Reciprocal Rank Fusion (SIGIR 2009).
RANK_CONSTANT = 60
# What is one step away from the question counts as much less.
WEIGHT_OF_RELATED = 0.5
# What is newest counts this much more; what is older by the half-life, half of that.
BOOST_OF_NEWEST = 0.1
HALF_LIFE = timedelta(days=90)
# Messages take at most this share of the budget: they are long, and facts say more in less.
SHARE_OF_MESSAGES = 0.5
# Tokens of a date and a word: with less room than this no item is worth making.
SMALLEST_ITEM = 5
# "- " before the line and the line break behind it.
TOKENS_PER_LINE = 1


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

    Only what is held to be true now, and only past messages that stand, of the store that the conversation reads.
    Nothing where memory is off; where nothing is relevant, the profile alone.

    Shapes: the profile first, then the best first; within ``budget`` tokens, no item cut. ``exclude`` are ids of
    messages that are in the prompt anyway. The same for the same database. At most thirteen queries,
    and four more where meaning is searched.
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
    return list(_fitting(asked, _found(asked), budget))


def may_recall(conversation: Conversation) -> bool:
    """Tell whether anything of the memory may be shown to the model in ``conversation``."""
    silent = {MemoryMode.OFF, MemoryMode.TEMPORARY}
    return conversation.memory_mode not in silent and conversation.owner.memory_enabled


def _found(asked: Question) -> Iterator[_Found]:
    """All that may be put before the model: the profile, then facts and messages in turn, the best first."""
    profile = channels.profile(asked.store)
    known = frozenset(profile)
    yield from ((Channel.PROFILE, fact) for fact in profile)
    rankings = _rankings(asked)
    facts = [(channel, fact) for channel, fact in _fused(rankings) if fact not in known]
    said = past.saying_more(past.messages(asked), [*profile, *(fact for _, fact in facts)])
    for pair in zip_longest(facts, said):
        yield from filter(None, pair)


def _rankings(asked: Question) -> list[_Ranking]:
    named = channels.named(asked)
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
    best_first = sorted(scores, key=lambda fact: -scores[fact] * _freshness(newest, fact.learned_at))
    return [(channel[fact], fact) for fact in best_first]


def by_reciprocal_rank(rankings: Iterable[tuple[Iterable[Row], float]]) -> dict[Row, float]:
    """Return the score of every row of some rankings, each given with its weight, in the order they are met."""
    scores: dict[Row, float] = {}
    for found, weight in rankings:
        for rank, row in enumerate(found, 1):
            scores[row] = scores.get(row, 0.0) + weight / (RANK_CONSTANT + rank)
    return scores


def _freshness(newest: datetime | None, date: datetime) -> float:
    """Return a small preference for what is new, against the newest that was found: the clock has no part in it."""
    age = newest - date if newest else timedelta()
    return 1 + BOOST_OF_NEWEST * math.exp2(-age / HALF_LIFE)


def _fitting(asked: Question, found: Iterable[_Found], budget: int) -> Iterator[RecalledItem]:
    """Take rows in their order while there is room; what does not fit is skipped, never cut."""
    wanted = words.informative(asked.both)
    room, room_for_messages = budget, int(budget * SHARE_OF_MESSAGES)
    for channel, row in found:
        is_message = isinstance(row, Message)
        room_for_row = min(room, room_for_messages) if is_message else room
        if room_for_row < SMALLEST_ITEM:
            continue
        item = _item(channel, row, wanted)
        if item.tokens <= room_for_row:
            room -= item.tokens
            room_for_messages -= item.tokens if is_message else 0
            yield item


def _item(channel: Channel, row: Fact | Message, wanted: Collection[str]) -> RecalledItem:
    if isinstance(row, Fact):
        line = lines.of_fact(row.statement, row.learned_at)
        return RecalledItem(channel.value, row, None, line, prompt.estimate_tokens(line) + TOKENS_PER_LINE)
    line = lines.of_message(row.role, row.text, row.created_at, wanted)
    return RecalledItem(channel.value, None, row, line, prompt.estimate_tokens(line) + TOKENS_PER_LINE)
