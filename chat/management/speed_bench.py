"""How fast recall is where there is much to look through: a person with a long history, and questions about it.

The history is invented, with words as common and as rare as in a language; its vectors are mixed from those of a few
hundred sentences, so that a question is near to as many of them as in life.
"""

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from statistics import quantiles

import numpy as np
from django.db import connection

from chat.llm import embedder
from chat.management.invention import CONSONANTS, VOWELS, Amount, Words
from chat.management.seeding import BATCH_ROWS, Seeder
from chat.models import (
    Conversation,
    Entity,
    EntityKind,
    Fact,
    FactStatus,
    FactVector,
    Message,
    MessageVector,
    User,
)
from chat.services import search
from chat.services.memory.recalling import indexing, vectors
from chat.services.memory.recalling.matrix import Matrix
from chat.services.memory.recalling.recall import recall

# The words that every text has, in the order of how common they are; then invented ones.
COMMON = """
the to and of a in is that it for you was on with as are this be have at or not my from we by they but what all your can
i if do will there when so about up out who them some would me like time no just know how their
""".split()  # noqa: SIM905  (a list that can be read)
INVENTED_WORDS = 30_000
# Of the facts so many are about the person, as far as there are.
FACTS_OF_PERSON = 1_800
TOPICS = 300
SHARE_OF_LONG = 0.1
MONTHS = ("January", "May", "August", "last October", "2025", "March 2026")


class Language(Words):
    """Words by Zipf's law: the second is half as common as the first, the hundredth a hundredth."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(chance)
        syllables = [a + b for a, b in product(CONSONANTS, VOWELS)]
        invented = ["".join(parts) for parts in product(syllables, repeat=3)]
        # The same for everybody, as people share a language.
        self._words = [*COMMON, *random.Random(0).sample(invented, INVENTED_WORDS)]  # noqa: S311
        # Source: Zipf-Mandelbrot, with the offset that fits English.
        self._reach = list(accumulate(1 / (rank + 2.7) for rank in range(1, len(self._words) + 1)))

    def one(self) -> str:
        return self.some(1)[0]

    def some(self, words: int) -> list[str]:
        return self._chance.choices(self._words, cum_weights=self._reach, k=words)

    def sentence(self, words: int) -> str:
        return " ".join(self.some(words)).capitalize() + "."


@dataclass(frozen=True)
class Asked:
    """A question as a turn asks it."""

    text: str
    previous: str


@dataclass(frozen=True)
class Times:
    """Units: milliseconds; ``cpu`` is that of this process, which the database's own is not part of on PostgreSQL."""

    wall: list[float]
    cpu: list[float]
    recalled: float

    def figures(self) -> list[str]:
        return [f"{at:.0f}" for times in (self.wall, self.cpu) for at in _cuts(times)]


def _cuts(times: Sequence[float]) -> tuple[float, float]:
    cuts = quantiles(times, n=20, method="inclusive")
    return cuts[9], cuts[18]


def seed(amount: Amount, *, seed: int) -> tuple[User, Language]:
    """Write a person with ``amount`` of history, all of it indexed, but without vectors."""
    language = Language(random.Random(seed))  # noqa: S311  (invented text, no secret)
    person = Seeder(seed=seed, password=None, words=language).person(amount)
    me = Entity.objects.get(owner=person, kind=EntityKind.SELF)
    active = Fact.objects.filter(owner=person, status=FactStatus.ACTIVE).order_by("pk")
    of_person = list(active.values_list("pk", flat=True)[: min(FACTS_OF_PERSON, amount.facts // 4)])
    for start in range(0, len(of_person), 500):
        Fact.objects.filter(pk__in=of_person[start : start + 500]).update(entity=me)
    return person, language


def analyse() -> None:
    """Tell PostgreSQL's planner what is there, as it finds out by itself in time. SQLite's is never told on a site."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def give_vectors(person: User, language: Language, *, seed: int) -> None:
    """Give all that ``person`` said, and all that is known, vectors; some messages have two."""
    chance = np.random.default_rng(seed)
    topics = np.stack([embedder.embed(language.sentence(12)) for _ in range(TOPICS)])
    messages = list(Message.objects.filter(owner=person).order_by("pk").values_list("pk", flat=True))
    for ids in _batches(messages):
        MessageVector.objects.bulk_create(
            MessageVector(message_id=pk, owner=person, parts=vectors.pack(parts), embedder=embedder.name())
            for pk, parts in zip(ids, _mixed(chance, topics, len(ids)), strict=True)
        )
    facts = Fact.objects.filter(owner=person, status=FactStatus.ACTIVE).order_by("pk")
    for ids in _batches(list(facts.values_list("pk", flat=True))):
        FactVector.objects.bulk_create(
            FactVector(fact_id=pk, owner=person, parts=vectors.pack(parts[:1]), embedder=embedder.name())
            for pk, parts in zip(ids, _mixed(chance, topics, len(ids)), strict=True)
        )


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH_ROWS] for start in range(0, len(ids), BATCH_ROWS))


def _mixed(chance: np.random.Generator, topics: Matrix, wanted: int) -> Iterator[Matrix]:
    """Yield vectors that are near to one topic, a little to another, and for the rest are like nothing else."""
    for _ in range(wanted):
        parts = 2 if chance.random() < SHARE_OF_LONG else 1
        of = chance.integers(0, len(topics), (parts, 2))
        own = chance.standard_normal((parts, topics.shape[1])) / np.sqrt(topics.shape[1])
        mixed = 0.6 * topics[of[:, 0]] + 0.3 * topics[of[:, 1]] + 0.6 * own
        yield (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)


def questions(person: User, language: Language, wanted: int, *, seed: int) -> list[Asked]:
    """Make questions of all sorts: short and long, with names, dates and an earlier question, about what was."""
    chance = random.Random(seed)  # noqa: S311  (invented text, no secret)
    names = list(Entity.objects.filter(owner=person).exclude(kind=EntityKind.SELF).values_list("name", flat=True)[:999])
    ways = [
        lambda: f"What do you know about {chance.choice(names)} and {language.one()}?",
        lambda: f"Where did I put the {' '.join(language.some(6))}?",
        lambda: f"Did {chance.choice(names)} say anything in {chance.choice(MONTHS)} about {language.one()}?",
        lambda: f"What did I {language.one()} before {' '.join(language.some(4))}?",
        lambda: language.sentence(chance.randint(8, 30)),
        lambda: f"{chance.choice(names).lower()} {' '.join(language.some(3))}",
    ]
    return [
        Asked(ways[number % len(ways)](), language.sentence(chance.randint(4, 20)) if number % 3 else "")
        for number in range(wanted)
    ]


def ask(person: User, asked: Iterable[Asked]) -> Times:
    """Recall as a turn does, in a new conversation of ``person``."""
    conversation = Conversation.objects.create(owner=person, model="bench")
    wall, cpu, recalled = [], [], 0
    try:
        for question in asked:
            began, began_cpu = time.perf_counter(), time.process_time()
            found = recall(conversation=conversation, question=question.text, previous=question.previous, exclude=[])
            wall.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - began_cpu) * 1000)
            recalled += len(found)
    finally:
        conversation.delete()
    return Times(wall, cpu, recalled / max(len(wall), 1))


@dataclass(frozen=True)
class Cost:
    """Of one more message. Units: milliseconds of CPU."""

    words: float
    vector: float


def cost_per_message(person: User, *, messages: int = 100) -> Cost:
    """Index so many messages again, by their words and, where meaning is searched, by it."""
    rows = list(Message.objects.filter(owner=person).order_by("-pk")[:messages])
    began = time.process_time()
    for row in rows:
        search.put("message", object_id=row.pk, owner_id=person.pk, text=row.text)
    by_words = time.process_time() - began
    MessageVector.objects.filter(message__in=rows).delete()
    began = time.process_time()
    filled = indexing.fill(messages) if embedder.is_enabled() else 0
    by_meaning = time.process_time() - began
    return Cost(by_words * 1000 / len(rows), by_meaning * 1000 / max(filled, 1))
