"""Learning afterwards: from old conversations that were imported, had memory off, or whose runs failed.

A turn is learned from by a run like any other, with the purpose "later": after the turns of today, in the order in
which it was said; a restart ends nothing.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet
from django.utils import timezone

from chat.models import Conversation, MemoryMode, MemoryRun, Message, Role, RunPurpose, RunState, Status, User
from chat.services.memory.curating import commands
from chat.services.memory.learner import outbox, runs
from chat.services.memory.learner.sharing import Turn

# At one go; who has more begins again when these are through.
MAX_TURNS = 2_000
CONVERSATIONS_PER_PAGE = 50
UNFINISHED = [RunState.WAITING, RunState.PENDING, RunState.RUNNING, RunState.NEEDS_KEY]


class RelearningError(Exception):
    """What cannot be begun; the message is for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Choice:
    """What the person would have learned from. ``conversations`` None: all whose memory is on; days are inclusive."""

    conversations: frozenset[uuid.UUID] | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Offer:
    """A conversation with turns that nothing was learned from yet. ``is_off``: only when it is chosen itself."""

    uuid: uuid.UUID
    title: str
    turns: int
    first: datetime
    last: datetime
    is_off: bool


@dataclass(frozen=True)
class Progress:
    """How far it is. ``is_waiting``: it goes on when the person's own key comes with their next message."""

    done: int
    failed: int
    left: int
    is_waiting: bool

    @property
    def ended(self) -> int:
        return self.done + self.failed

    @property
    def total(self) -> int:
        return self.ended + self.left


def offers(user: User, *, page: int = 1) -> tuple[list[Offer], bool]:
    """Return the conversations that can be learned from, the latest first, and whether there are more."""
    start = (page - 1) * CONVERSATIONS_PER_PAGE
    rows = (
        _questions(user)
        .values("conversation")
        .annotate(turns=Count("pk"), first=Min("created_at"), last=Max("created_at"))
        .order_by("-last", "-conversation")[start : start + CONVERSATIONS_PER_PAGE + 1]
    )
    chats = Conversation.objects.in_bulk([row["conversation"] for row in rows])
    found = [
        Offer(
            chats[row["conversation"]].uuid,
            str(chats[row["conversation"]]),
            row["turns"],
            row["first"],
            row["last"],
            chats[row["conversation"]].memory_mode not in runs.LEARNING_MODES,
        )
        for row in rows
    ]
    return found[:CONVERSATIONS_PER_PAGE], len(found) > CONVERSATIONS_PER_PAGE


def _questions(user: User) -> QuerySet[Message]:
    """Return what the person said, was answered, and was not learned from: no run, or a skipped or failed one."""
    answered = Message.objects.filter(parent=OuterRef("pk"), role=Role.ASSISTANT).exclude(status=Status.STREAMING)
    learned = MemoryRun.objects.filter(reply__parent=OuterRef("pk")).exclude(
        state__in=[RunState.SKIPPED, RunState.FAILED]
    )
    said = Message.objects.filter(owner=user, role=Role.USER, conversation__deleted_at=None)
    said = said.exclude(conversation__memory_mode=MemoryMode.TEMPORARY)
    return said.filter(Exists(answered), ~Exists(learned))


def chosen(user: User, choice: Choice) -> QuerySet[Message]:
    """Return the messages of a choice, oldest first."""
    said = _questions(user)
    if choice.conversations is None:
        said = said.filter(conversation__memory_mode__in=runs.LEARNING_MODES)
    else:
        said = said.filter(conversation__uuid__in=choice.conversations)
    if choice.since is not None:
        said = said.filter(created_at__date__gte=choice.since)
    if choice.until is not None:
        said = said.filter(created_at__date__lte=choice.until)
    return said.order_by("created_at", "pk")


def teaching(said: Iterable[Message]) -> Iterator[Turn]:
    """Yield what passes the gate; what was a command acted at once."""
    for question in said:
        turn = Turn(0, 0, question)
        if turn.verdict == "teaches" and commands.parse(question.text) is None:
            yield turn


@transaction.atomic
def begin(user: User, choice: Choice) -> int:
    """This function will note all turns of ``choice`` to be learned from, oldest first, and return how many.

    Raises: RelearningError where nothing may be learned, or the last ones are not through yet.
    """
    if not user.memory_enabled:
        raise RelearningError("Memory is off in your settings; nothing is learned until you turn it on.")
    User.objects.select_for_update().get(pk=user.pk)  # two tabs begin one after the other
    if progress(user).left:
        raise RelearningError("This is being done already. It can be stopped below.")
    turns = list(teaching(chosen(user, choice)[:MAX_TURNS]))
    if not turns:
        raise RelearningError("There is nothing in there that could be learned.")
    replies = _replies([turn.question.pk for turn in turns])
    now, own_key = timezone.now(), _pays_with_own_key(user)
    renewed = MemoryRun.objects.filter(reply__in=replies.values())
    renewed.update(
        state=RunState.PENDING, purpose=RunPurpose.LATER, own_key=own_key, created_at=now, not_before=now,
        attempts=outbox.anew(), error_code="", finished_at=None,
    )  # fmt: skip
    known = set(renewed.values_list("reply", flat=True))
    MemoryRun.objects.bulk_create(
        MemoryRun(owner=user, reply_id=reply, state=RunState.PENDING, purpose=RunPurpose.LATER, own_key=own_key,
                  created_at=now, not_before=now)
        for reply in replies.values()
        if reply not in known
    )  # fmt: skip
    return len(replies)


def _replies(questions: Collection[int]) -> dict[int, int]:
    """Return the newest answer to each question."""
    answers = Message.objects.filter(parent__in=questions, role=Role.ASSISTANT).exclude(status=Status.STREAMING)
    return {parent: answer for answer, parent in answers.order_by("position").values_list("pk", "parent") if parent}


def _pays_with_own_key(user: User) -> bool:
    """As the person's last turn: what they pay for themselves is not put on the operator's account."""
    last = MemoryRun.objects.filter(owner=user, purpose=RunPurpose.TURN).order_by("-pk").first()
    return last is not None and last.own_key


def stop(user: User) -> None:
    """Stop what is left; what is learned is kept, and the rest is offered again."""
    _latest(user).filter(state__in=UNFINISHED).update(
        state=RunState.SKIPPED, lease_until=None, finished_at=timezone.now()
    )


def progress(user: User) -> Progress:
    """Return how far the learning is that was begun last."""
    counts = dict(_latest(user).values_list("state").annotate(count=Count("pk")))
    return Progress(
        done=counts.get(RunState.DONE, 0) + counts.get(RunState.SKIPPED, 0),
        failed=counts.get(RunState.FAILED, 0),
        left=sum(counts.get(state, 0) for state in UNFINISHED),
        is_waiting=RunState.NEEDS_KEY in counts,
    )


def _latest(user: User) -> QuerySet[MemoryRun]:
    later = MemoryRun.objects.filter(owner=user, purpose=RunPurpose.LATER)
    return later.filter(created_at=later.aggregate(last=Max("created_at"))["last"])
