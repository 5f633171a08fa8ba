"""What a database keeps of deleted rows: bytes in its files, vectors in the memory of this process.

SQLite overwrites what it deletes (``secure_delete``, settings.py), but its log keeps the pages as they were until it is
cut, and FTS5 keeps the words of a deleted row until its segments are merged. PostgreSQL does both in its own time: its
vacuum and its write-ahead log are its operator's.
"""

import logging
from collections.abc import Collection

from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper

from chat.services.memory.recalling import vectors

logger = logging.getLogger(__name__)

INDEXES = ("chat_search_message", "chat_search_fact")
# One step writes so many pages at most: 0.2 s, for which others wait. Measured with 100,000 messages.
MERGED_PAGES = 500
MAX_STEPS = 500
# A merge that changed fewer rows had nothing to do. Source: https://sqlite.org/fts5.html#the_merge_command
LEAST_CHANGES = 2
# For readers who hold the log; afterwards the next one cuts it.
CHECKPOINT_SECONDS = 2


def clean_after_commit(owner_ids: Collection[int]) -> None:
    """Once the transaction is committed, see to it that nothing is left of what it deleted."""
    owners = list(owner_ids)
    transaction.on_commit(lambda: clean(owners))


def clean(owner_ids: Collection[int]) -> None:
    """Drop what this process holds of these people's vectors, and overwrite what the database's files hold."""
    for owner_id in owner_ids:
        vectors.forget(owner_id)
    if connection.vendor != "sqlite":
        return
    try:
        for index in INDEXES:
            _merge(index)
        cut_log()
    except DatabaseError:
        logger.warning("Deleted words could not be overwritten just now", exc_info=True)


def _merge(index: str) -> None:
    """Merge the segments of an index into one, a step at a time."""
    with connection.cursor() as cursor:
        for step in range(MAX_STEPS):
            before = _changes(cursor)
            pages = MERGED_PAGES if step else -MERGED_PAGES
            cursor.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', %s)", [pages])  # noqa: S608  (ours)
            if _changes(cursor) - before < LEAST_CHANGES:
                return


def _changes(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT total_changes()")
    return int(cursor.fetchone()[0])


def cut_log() -> None:
    """Write SQLite's log into its file and cut it, as soon as nobody reads from it."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        usual = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {CHECKPOINT_SECONDS * 1000}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
        cursor.execute(f"PRAGMA busy_timeout = {usual}")
