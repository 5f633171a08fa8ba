"""What is remembered for a question: found along several ways, fused, and fitted into a budget. No model call."""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chat import prompt
from chat.models import Conversation, Fact, MemoryMode, Message
from chat.models.conversations import Channel
from chat.services.memory import channels, lines, stores
from chat.services.memory.channels import Question
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


_Found = tuple[Channel, Fact | Message]


@dataclass(frozen=True)
class _Ranking:
    """What one channel found, the best first."""

    channel: Channel
    found: Sequence[Fact | Message]
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
    messages that are in the prompt anyway. The same for the same database. At most thirteen queries.
    """
    if not may_recall(conversation):
        return []
    asked = Question(stores.store_of(conversation), conversation, question, previous, frozenset(exclude))
    profile = channels.profile(asked.store)
    known = frozenset(profile)
    found = [(Channel.PROFILE, fact) for fact in profile] + [
        (channel, row) for channel, row in _fused(_rankings(asked, profile)) if row not in known
    ]
    return list(_fitting(asked, found, budget))


def may_recall(conversation: Conversation) -> bool:
    """Tell whether anything of the memory may be shown to the model in ``conversation``."""
    silent = {MemoryMode.OFF, MemoryMode.TEMPORARY}
    return conversation.memory_mode not in silent and conversation.owner.memory_enabled


def _rankings(asked: Question, profile: Sequence[Fact]) -> list[_Ranking]:
    named = channels.named(asked)
    by_words = channels.facts_by_words(asked, sorted({fact.entity.name for fact in named}))
    related = channels.related(asked, [*named, *by_words])
    facts = [*profile, *named, *by_words, *related]
    return [
        _Ranking(Channel.NAME, named),
        _Ranking(Channel.WORDS, by_words),
        _Ranking(Channel.NAME, related, WEIGHT_OF_RELATED),
        _Ranking(Channel.WORDS, channels.saying_more(channels.messages_by_words(asked), facts)),
    ]


def _fused(rankings: Iterable[_Ranking]) -> list[_Found]:
    """Put the rankings together by reciprocal rank. A row is shown as found by the first channel that found it."""
    scores: dict[Fact | Message, float] = {}
    channel: dict[Fact | Message, Channel] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking.found, 1):
            scores[row] = scores.get(row, 0.0) + ranking.weight / (RANK_CONSTANT + rank)
            channel.setdefault(row, ranking.channel)
    newest = max(map(_date, scores), default=None)
    best_first = sorted(scores, key=lambda row: -scores[row] * _freshness(newest, _date(row)))
    return [(channel[row], row) for row in best_first]


def _date(row: Fact | Message) -> datetime:
    return row.learned_at if isinstance(row, Fact) else row.created_at


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
