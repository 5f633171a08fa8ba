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
from django.db.models import F
from django.utils import timezone

from chat.live import database, runner
from chat.llm import endpoints, local
from chat.llm.errors import LLMError
from chat.models import MemoryRun, RunState
from chat.services.memory import learning

logger = logging.getLogger(__name__)

LEARNERS = 4
POLL_SECONDS = 5
LEASE_SECONDS = 30
RENEW_SECONDS = 10
MAX_ATTEMPTS = 3
RETRY_SECONDS = (10, 60)
# After this long nobody who holds the key has taken the run.
KEY_WAIT_SECONDS = 60
HOLD_BACK_SECONDS = 0.5


@dataclass(frozen=True)
class Claimed:
    run_id: int
    owner_id: int
    own_key: bool


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
            renewing = asyncio.create_task(_renew(claimed.run_id))
            try:
                await learning.learn(claimed.run_id, key=key)
            except LLMError as error:
                await database.run(put_off, claimed.run_id, code=error.code, is_final=not error.retryable)
            except Exception:
                logger.exception("Learning from a turn failed")
                await database.run(put_off, claimed.run_id, code="internal", is_final=False)
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


async def _renew(run_id: int) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        until = timezone.now() + timedelta(seconds=LEASE_SECONDS)
        run = MemoryRun.objects.filter(pk=run_id, state=RunState.RUNNING)
        try:
            await database.run(run.update, lease_until=until)
        except DatabaseError:
            logger.warning("The lease of a learner could not be renewed", exc_info=True)


def claim(*, users_with_key: Collection[int]) -> Claimed | None:
    """Take the oldest run that is due for this process, or None; the database sees to one at a time per person."""
    now = timezone.now()
    busy = MemoryRun.objects.filter(state=RunState.RUNNING).values("owner_id")
    MemoryRun.objects.filter(owner_id__in=users_with_key, state=RunState.NEEDS_KEY).update(
        state=RunState.PENDING, not_before=now
    )
    due = MemoryRun.objects.filter(state=RunState.PENDING, not_before__lte=now).exclude(owner_id__in=busy)
    ours = due.filter(own_key=False) | due.filter(owner_id__in=users_with_key)
    for run in ours.order_by("created_at", "pk")[:LEARNERS]:
        if _take(run):
            return Claimed(run.pk, run.owner_id, run.own_key)
    return None


def _take(run: MemoryRun) -> bool:
    until = timezone.now() + timedelta(seconds=LEASE_SECONDS)
    try:
        with transaction.atomic():
            return bool(
                MemoryRun.objects.filter(pk=run.pk, state=RunState.PENDING).update(
                    state=RunState.RUNNING, lease_until=until, attempts=F("attempts") + 1
                )
            )
    except IntegrityError:
        return False  # another process has begun to learn for this person


def put_off(run_id: int, *, code: str, is_final: bool) -> None:
    """Let a run that failed be tried again later, or give it up."""
    run = MemoryRun.objects.filter(pk=run_id, state=RunState.RUNNING).first()
    if run is None:
        return
    now = timezone.now()
    run.error_code, run.lease_until = code, None
    if is_final or run.attempts >= MAX_ATTEMPTS:
        run.state, run.finished_at = RunState.FAILED, now
    else:
        run.state = RunState.PENDING
        run.not_before = now + timedelta(seconds=RETRY_SECONDS[min(run.attempts, len(RETRY_SECONDS)) - 1])
    run.save(update_fields=["state", "error_code", "lease_until", "not_before", "finished_at"])


def try_again(run_ids: Collection[int]) -> set[int]:
    """Let runs that were given up be tried anew, and return their ids; any other run is left as it is."""
    failed = MemoryRun.objects.filter(pk__in=run_ids, state=RunState.FAILED)
    with transaction.atomic():
        again = set(failed.select_for_update().values_list("pk", flat=True))
        MemoryRun.objects.filter(pk__in=again).update(
            state=RunState.PENDING, attempts=0, error_code="", not_before=timezone.now(), finished_at=None
        )
    return again


def release_expired() -> None:
    """Give back what a process that is gone had claimed, and let what nobody has the key for wait for it."""
    now = timezone.now()
    expired = MemoryRun.objects.filter(state=RunState.RUNNING, lease_until__lt=now)
    if expired.exists():
        expired.filter(attempts__gte=MAX_ATTEMPTS).update(
            state=RunState.FAILED, error_code="crashed", lease_until=None, finished_at=now
        )
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
