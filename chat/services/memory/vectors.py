"""The vectors of one person in memory, searched exactly: what is near a question in meaning.

Rows hold half precision, memory holds float32, which numpy searches sixty times as fast. The cache is bounded in
bytes; whoever was not asked for longest leaves it first.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from chat.llm.embedder import DIMENSIONS, Vector

Kind = Literal["message", "fact"]
Matrix: TypeAlias = NDArray[np.float32]
Ids: TypeAlias = NDArray[np.int64]

MAX_CACHED_BYTES: Final = 512 * 1024 * 1024
# A newer half of these is searched of somebody who said more.
MAX_VECTORS_EACH: Final = 200_000
ROW_BYTES: Final = DIMENSIONS * 2

# Of a message also where it stands, for its neighbours; ids of rows, since texts are changed and filled in later.
_LOAD: Final = {
    "message": (
        "SELECT vector.id, vector.parts, message.id, message.conversation_id, message.position"
        " FROM chat_messagevector vector JOIN chat_message message ON message.id = vector.message_id"
    ),
    "fact": "SELECT vector.id, vector.parts, vector.fact_id, 0, 0 FROM chat_factvector vector",
}
_SUMMARY: Final = {
    "message": "SELECT count(*), COALESCE(max(id), 0) FROM chat_messagevector",
    "fact": "SELECT count(*), COALESCE(max(id), 0) FROM chat_factvector",
}


@dataclass(frozen=True)
class Known:
    """Shapes: ``vectors`` (parts, 384); ``starts`` (rows,) where the parts of each row begin; ``ids``,
    ``conversations`` and ``positions`` (rows,) say what the row is of.
    """

    newest: int
    vectors: Matrix
    starts: Ids
    ids: Ids
    conversations: Ids
    positions: Ids

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def _by_id(self) -> Ids:
        return np.argsort(self.ids)

    def places_of(self, ids: Sequence[int]) -> Ids:
        """Return in which rows ``ids`` stand, those that are there."""
        wanted = np.unique(np.array(ids, dtype=np.int64))
        found = np.minimum(np.searchsorted(self.ids, wanted, sorter=self._by_id), len(self.ids) - 1)
        places: Ids = self._by_id[found]
        standing: Ids = places[self.ids[places] == wanted]
        return standing


@dataclass(frozen=True)
class Near:
    """How near something is to a question. Units: cosine, -1 to 1; ``around`` is the mean of what was said just before
    and after it, 0 where there is nothing.
    """

    own: float
    around: float


@dataclass(frozen=True)
class Nearness:
    """How near everything is that one person said, or is known to them. Shapes: all (rows,)."""

    known: Known
    own: Vector

    def best(self, limit: int, *, at_least: float = -1.0) -> list[int]:
        """Return the ids of the nearest, the best first."""
        best = np.argsort(-self.own, kind="stable")[:limit]
        return [int(self.known.ids[at]) for at in best if self.own[at] >= at_least]

    def of(self, ids: Sequence[int]) -> dict[int, Near]:
        """Return how near ``ids`` are; those without a vector are left out."""
        if not len(self.known):
            return {}
        places = self.known.places_of(ids)
        return {int(self.known.ids[at]): Near(float(self.own[at]), self._around(at)) for at in places}

    def _around(self, at: int) -> float:
        known = self.known
        beside = [
            float(self.own[other])
            for other in (at - 1, at + 1)
            if 0 <= other < len(known)
            and known.conversations[other] == known.conversations[at]
            and abs(known.positions[other] - known.positions[at]) == 1
        ]
        return sum(beside) / 2


_cache: "OrderedDict[tuple[int, Kind], Known]" = OrderedDict()
_lock = Lock()


def near(kind: Kind, *, owner_id: int, vector: Vector) -> Nearness:
    """Return how near each message or fact of ``owner_id`` that has a vector is to ``vector``. Two queries at most.

    Whether it may be shown is for the caller to look at.
    """
    known = _current(kind, owner_id)
    own = np.maximum.reduceat(known.vectors @ vector, known.starts) if len(known) else np.zeros(0, dtype=np.float32)
    return Nearness(known, own)


def pack(parts: Matrix) -> bytes:
    """Return vectors as a row holds them."""
    return parts.astype("<f2").tobytes()


def forget(owner_id: int) -> None:
    """Drop what this process holds of a person."""
    with _lock:
        for key in [key for key in _cache if key[0] == owner_id]:
            del _cache[key]


def forget_changed() -> None:
    """Drop what the database does not have any more: another process deleted it. One query for each held."""
    for (owner_id, kind), known in list(_cache.items()):
        count, _newest = _summary(kind, owner_id)
        if count < min(len(known), MAX_VECTORS_EACH):
            forget(owner_id)


def cached_bytes() -> int:
    """Return the memory that the cache takes."""
    return sum(known.vectors.nbytes for known in list(_cache.values()))


def _current(kind: Kind, owner_id: int) -> Known:
    """Return what the database has now: only what is new is read, and all anew where something was taken away."""
    key = (owner_id, kind)
    with _lock:
        known = _cache.get(key) or _known([])
    count, newest = _summary(kind, owner_id)
    if newest > known.newest:
        known = _joined(known, _read(kind, owner_id, after=known.newest))
    if len(known) != min(count, MAX_VECTORS_EACH):
        known = _known(_read(kind, owner_id, after=0))
    with _lock:
        _cache[key] = known
        _cache.move_to_end(key)
        while len(_cache) > 1 and cached_bytes() > MAX_CACHED_BYTES:
            _cache.popitem(last=False)
    return known


def _summary(kind: Kind, owner_id: int) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_SUMMARY[kind]} WHERE owner_id = %s", [owner_id])
        count, newest = cursor.fetchone()
    return count, newest


def _read(kind: Kind, owner_id: int, *, after: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_LOAD[kind]} WHERE vector.owner_id = %s AND vector.id > %s ORDER BY vector.id DESC LIMIT %s",
            [owner_id, after, MAX_VECTORS_EACH],
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _known(rows: list[tuple[Any, ...]]) -> Known:
    """Make the matrix of rows (id, parts, of what, conversation, position)."""
    rows = sorted(rows, key=lambda row: (row[3], row[4]))
    sizes = [len(row[1]) // ROW_BYTES for row in rows]
    halves = np.frombuffer(b"".join(bytes(row[1]) for row in rows), dtype="<f2")
    columns = np.array([row[2:] for row in rows], dtype=np.int64).reshape(-1, 3)
    return Known(
        newest=max((row[0] for row in rows), default=0),
        vectors=halves.astype(np.float32).reshape(-1, DIMENSIONS),
        starts=np.cumsum([0, *sizes[:-1]], dtype=np.int64)[: len(rows)],
        ids=columns[:, 0],
        conversations=columns[:, 1],
        positions=columns[:, 2],
    )


def _joined(known: Known, rows: list[tuple[Any, ...]]) -> Known:
    """Add ``rows`` in their places."""
    new = _known(rows)
    if not len(known):
        return new
    places = np.lexsort(
        (np.concatenate([known.positions, new.positions]), np.concatenate([known.conversations, new.conversations]))
    )
    starts = np.concatenate([known.starts, new.starts + len(known.vectors)])
    sizes = np.concatenate([_sizes(known), _sizes(new)])[places]
    first = np.cumsum(sizes) - sizes
    parts = np.repeat(starts[places] - first, sizes) + np.arange(sizes.sum())
    return Known(
        newest=new.newest,
        vectors=np.concatenate([known.vectors, new.vectors])[parts],
        starts=first,
        ids=np.concatenate([known.ids, new.ids])[places],
        conversations=np.concatenate([known.conversations, new.conversations])[places],
        positions=np.concatenate([known.positions, new.positions])[places],
    )


def _sizes(known: Known) -> Ids:
    return np.diff(np.append(known.starts, len(known.vectors)))
