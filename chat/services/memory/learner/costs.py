"""What learning costs: the meter of what was done, and an estimate of what is to be done. In tokens, never in money."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import Avg, Count, Q, Sum
from django.db.models.functions import Length, TruncDate
from django.utils import timezone

from chat import prompt
from chat.llm import endpoints
from chat.models import FactStatus, MemoryRun, Message, User
from chat.services.memory.learner import asking, relearning, sharing, sizing
from chat.services.memory.learner.relearning import MAX_TURNS, Choice
from chat.services.memory.learner.sharing import Turn

METERED_DAYS = 30
# A known fact as it is offered, and an answer where the person's own runs do not say. Units: tokens.
FACT_TOKENS, ANSWER_TOKENS = 20, 150
METERED_RUNS = 10


@dataclass(frozen=True)
class Estimate:
    """What learning would ask of the model. ``read`` turns were looked at, ``turns`` of them may teach something."""

    read: int
    turns: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    is_cut: bool


@dataclass(frozen=True)
class Day:
    """What learning cost on a day."""

    day: date
    model: str
    runs: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int


def metered(user: User) -> list[Day]:
    """Return what learning cost in the last thirty days, by day and model, the latest first."""
    since = timezone.now() - timedelta(days=METERED_DAYS)
    asked = MemoryRun.objects.filter(owner=user, finished_at__gte=since).filter(
        Q(prompt_tokens__isnull=False) | Q(completion_tokens__isnull=False)
    )
    rows = (
        asked.annotate(day=TruncDate("finished_at"))
        .values("day", "model")
        .annotate(
            runs=Count("pk"),
            prompt=Sum("prompt_tokens"),
            cached=Sum("cached_tokens"),
            completion=Sum("completion_tokens"),
        )
        .order_by("-day", "model")
    )
    return [
        Day(r["day"], r["model"], r["runs"], r["prompt"] or 0, r["cached"] or 0, r["completion"] or 0) for r in rows
    ]


def estimate(user: User, choice: Choice) -> Estimate:
    """Return what learning from ``choice`` would cost, from the texts themselves and without asking a model."""
    said = list(relearning.chosen(user, choice)[: MAX_TURNS + 1])
    turns = list(relearning.teaching(said[:MAX_TURNS]))
    sizes = sizing.SMALL if endpoints.default_model(None) == endpoints.LOCAL_MODEL else sizing.LARGE
    calls = list(_calls(turns, sizes))
    ours = asking.BY_PIECE if sizes.by_piece else asking.INSTRUCTIONS
    fixed = prompt.estimate_tokens(settings.MEMORYBOT_MEMORY_INSTRUCTIONS or ours)
    known = min(user.facts.filter(status=FactStatus.ACTIVE).count(), sizes.known.facts) * FACT_TOKENS
    text = sum(min(prompt.estimate_tokens(turn.typed), sizes.typed) for turn in turns)
    return Estimate(
        read=min(len(said), MAX_TURNS),
        turns=len(turns),
        calls=len(calls),
        prompt_tokens=len(calls) * (fixed + known + _shown_before(turns, sizes)) + text,
        completion_tokens=len(calls) * _answer_tokens(user),
        is_cut=len(said) > MAX_TURNS,
    )


def _shown_before(turns: Sequence[Turn], sizes: sizing.Sizes) -> int:
    """Return about how much of the turns before is shown with one: each question and its answer, cut."""
    if not turns:
        return 0
    asked = sum(min(prompt.estimate_tokens(turn.typed), sizes.question) for turn in turns) // len(turns)
    answers = Message.objects.filter(parent__in=[turn.question.pk for turn in turns])
    length = answers.aggregate(mean=Avg(Length("text")))["mean"] or 0
    return sizes.turns * (asked + min(round(length) // prompt.CHARACTERS_PER_TOKEN, sizes.answer))


def _calls(turns: Sequence[Turn], sizes: sizing.Sizes) -> Iterator[Sequence[Turn]]:
    """Yield the turns that will share a call, as the learner takes them."""

    def together(turn: Turn) -> tuple[int, date]:
        return turn.question.conversation_id, turn.question.created_at.date()

    for _, group in groupby(sorted(turns, key=together), key=together):
        left = list(group)
        while left:
            taken = sharing.fitting(left, most=sizes.shared, tokens=sizes.typed)
            yield taken
            left = left[len(taken) :]


def _answer_tokens(user: User) -> int:
    """Return how long an answer is on average, by the person's own meter where there is enough of it."""
    newest = MemoryRun.objects.filter(owner=user, completion_tokens__gt=0).order_by("-pk")[:100]
    metered = MemoryRun.objects.filter(pk__in=list(newest.values_list("pk", flat=True)))
    found = metered.aggregate(count=Count("pk"), mean=Avg("completion_tokens"))
    return round(found["mean"]) if found["count"] >= METERED_RUNS else ANSWER_TOKENS
