"""Does recall put the evidence for a question before the model? Talk with questions, whose evidence is known.

The data is JSON: {"conversations": [{"id", "turns": [{"id", "session", "date", "role", "speaker", "text"}],
"questions": [{"id", "class", "question", "evidence": [turn ids]}]}]}. Each conversation becomes the whole history of
one person: a turn a message, a session a conversation of its date. Questions are asked after the last of them.
"""

import math
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from chat.models import Conversation, Message, MessageVector, User
from chat.services import search
from chat.services.memory.recalling import indexing, past, rating, vectors
from chat.services.memory.recalling.question import Question, ask
from chat.services.memory.recalling.rating import Weights
from chat.services.memory.recalling.recall import by_reciprocal_rank
from chat.services.memory.recalling.speakers import Speakers, words_of
from chat.services.memory.stores import Store

BUDGETS = (500, 1000, 2000)
TOKENS_PER_WORD = 1.3
MAX_RANKED = 100

Ranker = Callable[[Question], list[int]]


@dataclass(frozen=True)
class Loaded:
    """One conversation of the data in the database.

    Shapes: ``turn_of`` maps ids of messages to ids of turns, ``costs`` those to tokens.
    """

    user: User
    speakers: Speakers
    turn_of: dict[int, str]
    costs: dict[str, int]
    milliseconds_per_turn: float


@dataclass(frozen=True)
class Answered:
    """Shapes: ``ranking`` are ids of turns, the best first; ``packed`` from budgets to those that fit."""

    id: str
    kind: str
    evidence: frozenset[str]
    ranking: list[str]
    packed: dict[int, list[str]]
    milliseconds: float

    def share(self, turns: Sequence[str]) -> float:
        return len(self.evidence.intersection(turns)) / len(self.evidence)


@contextmanager
def loaded(conversation: dict[str, Any], *, embed: bool) -> Iterator[Loaded]:
    """Hold one conversation of the data in the database, and take it out again."""
    turns = [turn | {"speaker": turn.get("speaker") or turn["role"]} for turn in conversation["turns"]]
    names = {"user": "user"} | {turn["role"]: turn["speaker"] for turn in turns}
    user = User.objects.create_user(f"{secrets.token_hex(8)}@bench.invalid", display_name=names["user"])
    try:
        began = time.perf_counter()
        turn_of = _store(user, turns)
        while embed and indexing.fill(indexing.BATCH):
            pass
        spent = (time.perf_counter() - began) * 1000 / max(1, len(turn_of))
        costs = {turn["id"]: _cost(turn) for turn in turns}
        yield Loaded(user, Speakers(*(_words(names, role) for role in ("user", "assistant"))), turn_of, costs, spent)
    finally:
        user.delete()
        vectors.forget(user.pk)


def _words(names: dict[str, str], role: str) -> frozenset[str]:
    """Return the words of the name of the speaker who has that ``role``; a speaker called like it has none."""
    name = names.get(role, role)
    return words_of(name) if name != role else frozenset()


@transaction.atomic
def _store(user: User, turns: Sequence[dict[str, Any]]) -> dict[int, str]:
    turn_of: dict[int, str] = {}
    last: dict[Any, Message] = {}
    for turn in turns:
        noon = datetime.fromisoformat(turn["date"]).replace(hour=12, tzinfo=UTC)
        parent = last.get(turn["session"])
        position = parent.position + 1 if parent else 0
        message = last[turn["session"]] = Message.objects.create(
            conversation=parent.conversation if parent else Conversation.objects.create(owner=user, created_at=noon),
            owner=user,
            parent=parent,
            role=turn["role"],
            text=turn["text"],
            position=position,
            created_at=noon + timedelta(seconds=position),
        )
        search.put("message", object_id=message.pk, owner_id=user.pk, text=turn["text"])
        turn_of[message.pk] = turn["id"]
    return turn_of


@transaction.atomic
def take_apart(known: Loaded) -> None:
    """Leave every message only the vectors of its own text, without what a short one answers."""
    for row in MessageVector.objects.filter(owner=known.user).exclude(message__parent=None).select_related("message"):
        if indexing.is_short(row.message.text):
            parts = bytes(row.parts)
            row.delete()
            alone = parts[: len(parts) // 2]
            MessageVector.objects.create(message=row.message, owner=known.user, parts=alone, embedder=row.embedder)


def _cost(turn: dict[str, Any]) -> int:
    return math.ceil(TOKENS_PER_WORD * len(f"[{turn['date']}] {turn['speaker']}: {turn['text']}".split()))


def answers(known: Loaded, questions: Sequence[dict[str, Any]], ranker: Ranker) -> Iterator[Answered]:
    """Ask all questions that have evidence. Their vectors are waited for without the deadline of a turn: how good
    recall is must not depend on what else the machine does; how long it takes is measured with the wait.
    """
    for question in questions:
        if not question["evidence"]:
            continue
        began = time.perf_counter()
        asked = ask(
            Store(known.user.pk),
            text=question["question"],
            previous="",
            exclude=frozenset(),
            speakers=known.speakers,
        )
        if asked.embedding is not None:
            asked.embedding.result()
        ranked = ranker(asked)
        spent = (time.perf_counter() - began) * 1000
        ranking = [known.turn_of[pk] for pk in ranked if pk in known.turn_of]
        packed = {budget: _packed(ranking, known.costs, budget) for budget in BUDGETS}
        evidence = frozenset(question["evidence"])
        yield Answered(question["id"], question["class"], evidence, ranking, packed, spent)


def _packed(ranking: Sequence[str], costs: dict[str, int], budget: int) -> list[str]:
    taken = []
    for turn in ranking:
        if costs[turn] <= budget:
            budget -= costs[turn]
            taken.append(turn)
    return taken


def recall(weights: Weights = rating.WEIGHTS) -> Ranker:
    """Return what a turn uses."""
    return lambda asked: [message.pk for _, message in past.messages(asked, weights)]


def by_words(asked: Question) -> list[int]:
    """Full text alone."""
    hits = search.find("message", owner_id=asked.store.owner_id, text=asked.text, limit=MAX_RANKED)
    return [hit.id for hit in hits]


def by_meaning(asked: Question) -> list[int]:
    """Vectors alone."""
    vector = asked.vector
    if vector is None:
        return []
    return vectors.near("message", owner_id=asked.store.owner_id, vector=vector).best(MAX_RANKED)


def by_rank(asked: Question) -> list[int]:
    """Reciprocal rank fusion of both."""
    scores = by_reciprocal_rank([(by_words(asked), 1.0), (by_meaning(asked), 1.0)])
    return sorted(scores, key=lambda pk: -scores[pk])


def by_entity(asked: Question) -> list[int]:
    """What the tutorial's memory goes by: the names in the question, each as its newest mentions."""
    names = [word.strip(".,;:!?'\"()") for word in asked.text.split()[1:] if word[:1].isupper()]
    found = Message.objects.filter(owner_id=asked.store.owner_id)
    hits = [set(found.filter(text__contains=name).values_list("pk", flat=True)) for name in names if len(name) > 1]
    return sorted(set().union(*hits), reverse=True)[:MAX_RANKED]
