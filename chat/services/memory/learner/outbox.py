"""The outbox of learning: claims runs that are due, one at a time per person, and tries again what failed.

The rows are the queue (MemoryRun), so a crash costs a lease and no fact. Keys of people's own are held here, in
memory, only while a run of theirs waits for one.
"""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from weakref import WeakKeyDictionary

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Mod
from django.utils import timezone

from chat.live import database, runner
from chat.llm import endpoints, local
from chat.llm.client import Usage
from chat.llm.errors import LLMError
from chat.models import MemoryRun, RunState
from chat.services.memory.learner import learning, runs

logger = logging.getLogger(__name__)

LEARNERS = 4
POLL_SECONDS = 5
RENEW_SECONDS = 10
# Tries before a run is given up; asked for again, it has as many more.
MAX_ATTEMPTS = 3
RETRY_SECONDS = (10, 60)
# After this long nobody who holds the key has taken the run.
KEY_WAIT_SECONDS = 60
HOLD_BACK_SECONDS = 0.5
SHARING_SECONDS = 30


@dataclass(frozen=True)
class Claimed:
    """A run that this process holds. ``attempt`` is the fence: who claims it later has a higher one."""

    run_id: int
    owner_id: int
    own_key: bool
    attempt: int


class Outbox:
    def __init__(self) -> None:
        self._keys: dict[int, str] = {}
        self._woken = asyncio.Event()
        self._places = asyncio.Semaphore(LEARNERS)
        self._tasks: set[asyncio.Task[None]] = set()
        self._task = asyncio.create_task(self._work_for_ever())

    def wake(self, user_id: int, key: str | None) -> None:
        if key is not None:
            self._keys[user_id] = key
        self._woken.set()
        asyncio.get_running_loop().call_later(runs.QUIET_SECONDS + 0.01, self._woken.set)

    async def _work_for_ever(self) -> None:
        while True:
            self._woken.clear()
            try:
                while (claimed := await self._claim()) is not None:
                    self._begin(claimed)
            except DatabaseError:
                logger.warning("The outbox of learning cannot be read just now", exc_info=True)
            await self._wait()

    async def _claim(self) -> Claimed | None:
        if self._places.locked() or _holds_back():
            return None
        await database.run(release_expired)
        await self._forget_keys()
        return await database.run(claim, users_with_key=list(self._keys))

    async def _forget_keys(self) -> None:
        if self._keys:
            waiting = await database.run(users_waiting_for_key, list(self._keys))
            self._keys = {user_id: key for user_id, key in self._keys.items() if user_id in waiting}

    def _begin(self, claimed: Claimed) -> None:
        key = self._keys.get(claimed.owner_id) if claimed.own_key else None
        task = asyncio.create_task(self._learn(claimed, key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _learn(self, claimed: Claimed, key: str | None) -> None:
        async with self._places:
            renewing = asyncio.create_task(_renew(claimed))
            try:
                await learning.learn(claimed.run_id, attempt=claimed.attempt, key=key)
            except LLMError as error:
                await database.run(put_off, claimed, code=error.code, is_final=not error.retryable, usage=error.usage)
            except Exception:
                logger.exception("Learning from a turn failed")
                await database.run(put_off, claimed, code="internal", is_final=False)
            finally:
                renewing.cancel()
                self._woken.set()

    async def _wait(self) -> None:
        seconds = HOLD_BACK_SECONDS if _holds_back() else POLL_SECONDS
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return


def _holds_back() -> bool:
    """On a machine that is the model server too, an answer goes before learning."""
    return endpoints.default_model(None) == endpoints.LOCAL_MODEL and local.is_enabled() and bool(runner.running())


async def _renew(claimed: Claimed) -> None:
    """Hold on to a run for as long as it is held."""
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        try:
            if not await database.run(runs.renew, claimed.run_id, claimed.attempt):
                return
        except DatabaseError:
            logger.warning("The lease of a learner could not be renewed", exc_info=True)


def claim(*, users_with_key: Collection[int]) -> Claimed | None:
    """Take the oldest run that is due for this process, or None; the database sees to one at a time per person.

    What is learned from afterwards comes after all turns, in the order in which it was said. A turn waits a little
    while the next one of its conversation is being answered: one call learns from both (``sharing``).
    """
    now = timezone.now()
    busy = MemoryRun.objects.filter(state=RunState.RUNNING).values("owner_id")
    next_one = MemoryRun.objects.filter(reply__conversation=OuterRef("reply__conversation"), state=RunState.WAITING)
    MemoryRun.objects.filter(owner_id__in=users_with_key, state=RunState.NEEDS_KEY).update(
        state=RunState.PENDING, not_before=now
    )
    due = MemoryRun.objects.filter(state=RunState.PENDING, not_before__lte=now).exclude(owner_id__in=busy)
    due = due.exclude(Q(not_before__gt=now - timedelta(seconds=SHARING_SECONDS)) & Exists(next_one))
    ours = due.filter(own_key=False) | due.filter(owner_id__in=users_with_key)
    # "turn" comes after "later" in the alphabet.
    for run in ours.order_by("-purpose", "reply__created_at", "pk")[:LEARNERS]:
        if _take(run):
            return Claimed(run.pk, run.owner_id, run.own_key, run.attempts + 1)
    return None


def _take(run: MemoryRun) -> bool:
    until = timezone.now() + timedelta(seconds=runs.LEASE_SECONDS)
    try:
        with transaction.atomic():
            return bool(
                MemoryRun.objects.filter(pk=run.pk, state=RunState.PENDING, attempts=run.attempts).update(
                    state=RunState.RUNNING, lease_until=until, attempts=run.attempts + 1
                )
            )
    except IntegrityError:
        return False  # another process has begun to learn for this person


def put_off(claimed: Claimed, *, code: str, is_final: bool, usage: Usage | None = None) -> None:
    """Let a run that failed be tried again later, or give it up; nothing where somebody else holds it by now."""
    tries = claimed.attempt % MAX_ATTEMPTS
    if is_final or not tries:
        runs.end(claimed.run_id, claimed.attempt, RunState.FAILED, error_code=code, usage=usage)
        return
    later = timezone.now() + timedelta(seconds=RETRY_SECONDS[tries - 1])
    runs.held(claimed.run_id, claimed.attempt).update(
        state=RunState.PENDING, error_code=code, lease_until=None, not_before=later, **runs.metered(usage)
    )


def try_again(run_ids: Collection[int]) -> set[int]:
    """Let runs that were given up be tried anew, and return their ids; any other run is left as it is."""
    failed = MemoryRun.objects.filter(pk__in=run_ids, state=RunState.FAILED)
    with transaction.atomic():
        again = set(failed.select_for_update().values_list("pk", flat=True))
        MemoryRun.objects.filter(pk__in=again).update(
            state=RunState.PENDING,
            attempts=anew(),
            error_code="",
            not_before=timezone.now(),
            finished_at=None,
        )
    return again


def anew() -> Combinable:
    """Return the count of attempts from which a run has all its tries again: the next multiple of MAX_ATTEMPTS.

    It never goes down: a learner that was thought dead would take a lower number for its own.
    """
    return F("attempts") + Mod(F("attempts") * (MAX_ATTEMPTS - 1), MAX_ATTEMPTS)


def release_expired() -> None:
    """Give back what a process that is gone had claimed, and let what nobody has the key for wait for it."""
    now = timezone.now()
    expired = MemoryRun.objects.filter(state=RunState.RUNNING, lease_until__lt=now)
    if expired.exists():
        given_up = expired.annotate(tries=Mod(F("attempts"), MAX_ATTEMPTS)).filter(tries=0)
        given_up.update(state=RunState.FAILED, error_code="crashed", lease_until=None, finished_at=now)
        expired.update(state=RunState.PENDING, lease_until=None)
    stale = now - timedelta(seconds=KEY_WAIT_SECONDS)
    orphaned = MemoryRun.objects.filter(state=RunState.PENDING, own_key=True, not_before__lt=stale)
    if orphaned.exists():
        orphaned.update(state=RunState.NEEDS_KEY)


def users_waiting_for_key(user_ids: Collection[int]) -> set[int]:
    """Return those people who have a run that their own key is still needed for."""
    unfinished = [RunState.WAITING, RunState.PENDING, RunState.RUNNING, RunState.NEEDS_KEY]
    runs = MemoryRun.objects.filter(owner_id__in=user_ids, own_key=True, state__in=unfinished)
    return set(runs.values_list("owner_id", flat=True))


_outboxes: "WeakKeyDictionary[asyncio.AbstractEventLoop, Outbox]" = WeakKeyDictionary()


def start() -> None:
    """Begin to work on the outbox in this event loop, if nobody does yet."""
    loop = asyncio.get_running_loop()
    if loop not in _outboxes:
        _outboxes[loop] = Outbox()


def wake(user_id: int, *, key: str | None) -> None:
    """Look for due runs now; ``key`` is the person's own, for the runs of theirs that need one."""
    outbox = _outboxes.get(asyncio.get_running_loop())
    if outbox is not None:
        outbox.wake(user_id, key)
