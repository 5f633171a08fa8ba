"""What a serving process does beside requests: keeps its leases, ends orphans, learns, empties the bin."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from weakref import WeakKeyDictionary

from django.db import DatabaseError
from django.utils import timezone

from chat.live import database, journal, publish, runner
from chat.models import Message, Status
from chat.services import deleting, leftovers, replies
from chat.services.memory.learner import outbox
from chat.services.memory.recalling import indexing, vectors
from chat.services.memory.transfer import uploads

logger = logging.getLogger(__name__)

STOP_CHECK_SECONDS = 0.5
RENEW_TICKS = 4
ORPHAN_TICKS = 2
PURGE_TICKS = 1200
# What another process deleted is dropped from this one's memory.
CACHE_TICKS = 120
SHUT_DOWN_SECONDS = 5

_keepers: "WeakKeyDictionary[asyncio.AbstractEventLoop, list[asyncio.Task[None]]]" = WeakKeyDictionary()


def start() -> None:
    """Begin to work in this event loop, if nobody does yet. Cheap enough for every request."""
    loop = asyncio.get_running_loop()
    if loop not in _keepers:
        _keepers[loop] = [loop.create_task(work) for work in (_keep_for_ever(), indexing.fill_for_ever())]
        outbox.start()


async def shut_down() -> None:
    """End what runs, because the process ends: replies keep their text and can be tried again."""
    await runner.interrupt_all(seconds=SHUT_DOWN_SECONDS)


async def _keep_for_ever() -> None:
    tick = 0
    while True:
        try:
            await _keep(tick)
        except DatabaseError:
            logger.warning("The database cannot be reached just now", exc_info=True)
        except Exception:
            logger.exception("Keeping watch failed; it goes on")
        tick += 1
        await asyncio.sleep(STOP_CHECK_SECONDS)


async def _keep(tick: int) -> None:
    running = runner.running()
    if running:
        await _obey_stops(running)
        if tick % RENEW_TICKS == 0:
            await database.run(_renew, running)
    if tick % ORPHAN_TICKS == 0:
        await _end_orphans()
    if tick % PURGE_TICKS == 0:
        await database.run(deleting.purge)
        await database.run(leftovers.cut_log)
        await database.run(uploads.drop_stale)
    if tick % CACHE_TICKS == 0:
        await database.run(vectors.keep_up)


async def _obey_stops(running: Sequence[int]) -> None:
    """Stop what another process was asked to stop."""
    wanted = Message.objects.filter(pk__in=running, stop_requested=True).values_list("pk", flat=True)
    for reply_id in await database.run(list, wanted):
        runner.stop(reply_id)


def _renew(running: Sequence[int]) -> None:
    until = timezone.now() + timedelta(seconds=replies.LEASE_SECONDS)
    Message.objects.filter(pk__in=running, status=Status.STREAMING).update(lease_until=until)


async def _end_orphans() -> None:
    """End replies whose process is gone: their lease has run out."""
    expired = Message.objects.filter(status=Status.STREAMING, lease_until__lt=timezone.now()).exclude(
        pk__in=runner.running()
    )
    for reply in await database.run(list, expired.select_related("conversation")):
        for event in await journal.commit(lambda reply=reply: replies.end_orphan(reply)):  # type: ignore[misc]
            await publish.to_user(reply.owner_id, event)
        outbox.wake(reply.owner_id, key=None)
