"""The vectors of one person in memory, searched exactly: what is near a question in meaning.

Rows hold half precision, memory holds float32, which numpy searches sixty times as fast. The cache is bounded in
bytes; whoever was not asked for longest leaves it first. Only what the present embedder made is compared.
"""

import time
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from django.db import connection

from chat.llm import embedder
from chat.llm.embedder import Vector
from chat.services.memory.recalling import matrix
from chat.services.memory.recalling.matrix import Ids, Known, Matrix, State

Kind = Literal["message", "fact"]

MAX_CACHED_BYTES: Final = 512 * 1024 * 1024
# Of somebody who said more the newest are searched; some more than these before all are read again.
MAX_VECTORS_EACH: Final = 200_000
MOST_ABOVE: Final = 1.1
ROWS_READ: Final = 4_096

# Of a message also where it stands, for its neighbours; ids of rows, since texts are changed and filled in later.
_LOAD: Final = {
    "message": (
        "SELECT vector.id, vector.parts, message.id, message.conversation_id, message.position"
        " FROM chat_messagevector vector JOIN chat_message message ON message.id = vector.message_id"
    ),
    "fact": "SELECT vector.id, vector.parts, vector.fact_id, 0, 0 FROM chat_factvector vector",
}
_STATE: Final = {
    "message": "SELECT count(*), COALESCE(max(id), 0) FROM chat_messagevector",
    "fact": "SELECT count(*), COALESCE(max(id), 0) FROM chat_factvector",
}
_NEWEST: Final = {
    "message": "SELECT max(id) FROM chat_messagevector",
    "fact": "SELECT max(id) FROM chat_factvector",
}
# To count so many takes as long as to search them.
MANY: Final = 10_000
SECONDS_UNCOUNTED: Final = 10.0


class Near(NamedTuple):
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
        places = np.arange(len(self.own))
        if len(places) > limit:
            places = np.argpartition(-self.own, limit)[:limit]
        # Of equals those that stand first: the same for the same database.
        places = places[np.lexsort((places, -self.own[places]))]
        best: list[int] = self.known.ids[places[self.own[places] >= at_least]].tolist()
        return best

    def of(self, ids: Sequence[int]) -> dict[int, Near]:
        """Return how near ``ids`` are; those without a vector are left out."""
        if not len(self.known):
            return {}
        places = self.known.places_of(ids)
        own, around = self.own[places].tolist(), self._around(places).tolist()
        return dict(zip(self.known.ids[places].tolist(), map(Near, own, around), strict=True))

    def _around(self, places: Ids) -> Vector:
        around: Vector = np.zeros(len(places), dtype=np.float32)
        for away in (-1, 1):
            is_there, others = self.known.neighbours(places, away)
            around[is_there] += self.own[others]
        around /= 2
        return around


_cache: "OrderedDict[tuple[int, Kind], Known]" = OrderedDict()
# When the rows of each were counted last.
_counted: dict[tuple[int, Kind], float] = {}
_lock = Lock()
# Whoever brings up what is held of somebody adds to it in its place, so only one at a time may.
_bringing_up: "defaultdict[tuple[int, Kind], Lock]" = defaultdict(Lock)


def near(kind: Kind, *, owner_id: int, vector: Vector) -> Nearness:
    """Return how near each message or fact of ``owner_id`` that has a vector is to ``vector``. Two queries at most.

    Whether it may be shown is for the caller to look at.
    """
    known = _current(kind, owner_id, len(vector))
    if not len(known):
        return Nearness(known, np.zeros(0, dtype=np.float32))
    own = known.vectors @ vector
    has_one_part_each = len(own) == len(known)
    return Nearness(known, own if has_one_part_each else np.maximum.reduceat(own, known.starts))


def pack(parts: Matrix) -> bytes:
    """Return vectors as a row holds them."""
    return parts.astype("<f2").tobytes()


def forget(owner_id: int) -> None:
    """Drop what this process holds of a person."""
    with _lock:
        for key in [key for key in _cache if key[0] == owner_id]:
            del _cache[key]
            _counted.pop(key, None)


def keep_up() -> None:
    """Bring what this process holds up to what the database has: another may have deleted some. One query for each."""
    with _lock:
        _counted.clear()
        held = {key: known.room.shape[1] for key, known in _cache.items()}
    for (owner_id, kind), dimensions in held.items():
        if _state(kind, owner_id).rows:
            _current(kind, owner_id, dimensions)
        else:
            forget(owner_id)


def cached_bytes() -> int:
    """Return the memory that the cache takes."""
    with _lock:
        return _held_bytes()


def _held_bytes() -> int:
    return sum(known.room.nbytes for known in _cache.values())


def _current(kind: Kind, owner_id: int, dimensions: int) -> Known:
    """Return what the database has now: only what is new is read, and all anew where something was taken away."""
    key = (owner_id, kind)
    with _bringing_up[key]:
        with _lock:
            known = _cache.get(key)
        state = _state_now(key, known)
        if known is None or known.embedder != embedder.name() or known.room.shape[1] != dimensions:
            known = matrix.nothing(dimensions)
        if state != known.state:
            known = _brought_up(known, kind, owner_id, state)
        with _lock:
            _cache[key] = known
            _cache.move_to_end(key)
            while len(_cache) > 1 and _held_bytes() > MAX_CACHED_BYTES:
                _cache.popitem(last=False)
    return known


def _brought_up(known: Known, kind: Kind, owner_id: int, state: State) -> Known:
    if 0 < known.state.newest < state.newest and len(known) < MAX_VECTORS_EACH * MOST_ABOVE:
        rows = [row for some in _read(kind, owner_id, after=known.state.newest) for row in some]
        # If something went at the same time, the sum is wrong.
        if known.state.rows + len(rows) == state.rows:
            return replace(matrix.added(known, rows), state=state)
    known = matrix.nothing(known.room.shape[1], room=min(state.rows, MAX_VECTORS_EACH))
    for rows in _read(kind, owner_id, after=0):
        known = matrix.added(known, rows)
    return replace(known, state=state)


def _state_now(key: tuple[int, Kind], known: Known | None) -> State:
    """Return what the database has. Of many the rows are counted now and then only: what was deleted meanwhile is
    found near, and shown to nobody, since the row that it is of is gone.
    """
    owner_id, kind = key
    if known and known.state.rows >= MANY and time.monotonic() < _counted.get(key, 0) + SECONDS_UNCOUNTED:
        with connection.cursor() as cursor:
            cursor.execute(f"{_NEWEST[kind]} WHERE owner_id = %s", [owner_id])
            if cursor.fetchone() == (known.state.newest,):
                return known.state
    _counted[key] = time.monotonic()
    return _state(kind, owner_id)


def _state(kind: Kind, owner_id: int) -> State:
    with connection.cursor() as cursor:
        cursor.execute(f"{_STATE[kind]} WHERE owner_id = %s", [owner_id])
        return State(*cursor.fetchone())


def _read(kind: Kind, owner_id: int, *, after: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows (id, parts, of what, conversation, position), some at a time."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_LOAD[kind]} WHERE vector.owner_id = %s AND vector.id > %s AND vector.embedder = %s"
            " ORDER BY vector.id DESC LIMIT %s",
            [owner_id, after, embedder.name(), MAX_VECTORS_EACH],
        )
        while rows := cursor.fetchmany(ROWS_READ):
            yield rows
