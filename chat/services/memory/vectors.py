"""The vectors of one person in memory, searched exactly: what is near a question in meaning.

Rows hold half precision, memory holds float32, which numpy searches sixty times as fast. The cache is bounded in
bytes; whoever was not asked for longest leaves it first. Only what the present embedder made is compared.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from chat.llm import embedder
from chat.llm.embedder import Vector

Kind = Literal["message", "fact"]
Matrix: TypeAlias = NDArray[np.float32]
Ids: TypeAlias = NDArray[np.int64]

MAX_CACHED_BYTES: Final = 512 * 1024 * 1024
# Of somebody who said more the newest are searched; some more than these before all are read again.
MAX_VECTORS_EACH: Final = 200_000
MOST_ABOVE: Final = 1.1
ROWS_READ: Final = 4_096
# So that what is added has its place, and not everything is moved.
ROOM_FOR_MORE: Final = 1.05
# Where something was said is one number: its conversation, and in these bits its position there.
BITS_OF_POSITION: Final = 32
# Half precision.
BYTES_PER_NUMBER: Final = 2

# Of a message also where it stands, for its neighbours; ids of rows, since texts are changed and filled in later.
_LOAD: Final = {
    "message": (
        "SELECT vector.id, vector.parts, message.id, message.conversation_id, message.position"
        " FROM chat_messagevector vector JOIN chat_message message ON message.id = vector.message_id"
    ),
    "fact": "SELECT vector.id, vector.parts, vector.fact_id, 0, 0 FROM chat_factvector vector",
}
_TABLE: Final = {"message": "chat_messagevector", "fact": "chat_factvector"}


class State(NamedTuple):
    """What the database has of one person: any change of the rows changes one of these."""

    rows: int
    newest: int
    sum_of_ids: int


NOTHING: Final = State(0, 0, 0)


@dataclass(frozen=True)
class Known:
    """Shapes: ``vectors`` (parts, dimensions), with ``room`` for more behind them; ``starts`` (rows,) where the parts of
    each row begin; ``ids`` and ``spots`` (rows,) say what the row is of and where it was said; ``by_id`` and ``by_spot``
    (rows,) are the rows in the order of those.
    """

    state: State
    embedder: str
    room: Matrix
    vectors: Matrix
    starts: Ids
    ids: Ids
    spots: Ids
    by_id: Ids
    by_spot: Ids

    def __len__(self) -> int:
        return len(self.ids)

    def places_of(self, ids: Sequence[int]) -> Ids:
        """Return in which rows ``ids`` stand, those that are there, each once."""
        wanted = np.unique(np.array(ids, dtype=np.int64))
        return _found(self.ids, self.by_id, wanted)[1]

    def neighbours(self, places: Ids, away: int) -> tuple[NDArray[np.bool_], Ids]:
        """Tell for each place whether there is something said ``away`` from it, 1 or -1, and the rows of those."""
        return _found(self.spots, self.by_spot, self.spots[places] + away)


def _found(values: Ids, order: Ids, wanted: Ids) -> tuple[NDArray[np.bool_], Ids]:
    """Tell which of ``wanted`` are among ``values``, which stand sorted in ``order``, and where those that are."""
    at = order[np.minimum(np.searchsorted(values, wanted, sorter=order), len(order) - 1)]
    is_there = values[at] == wanted
    return is_there, at[is_there]


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
        around = np.zeros(len(places), dtype=np.float32)
        for away in (-1, 1):
            is_there, others = self.known.neighbours(places, away)
            around[is_there] += self.own[others]
        return around / 2


_cache: "OrderedDict[tuple[int, Kind], Known]" = OrderedDict()
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


def keep_up() -> None:
    """Bring what this process holds up to what the database has: another may have deleted some. One query for each."""
    with _lock:
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
        state = _state(kind, owner_id)
        if known is None or known.embedder != embedder.name() or known.room.shape[1] != dimensions:
            known = _nothing(dimensions)
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
        ids = [row[0] for row in rows]
        if known.state.rows + len(ids) == state.rows and known.state.sum_of_ids + sum(ids) == state.sum_of_ids:
            return replace(_with(known, rows), state=state)
    known = _nothing(known.room.shape[1], room=min(state.rows, MAX_VECTORS_EACH))
    for rows in _read(kind, owner_id, after=0):
        known = _with(known, rows)
    return replace(known, state=state)


def _state(kind: Kind, owner_id: int) -> State:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), COALESCE(max(id), 0), COALESCE(sum(id), 0) FROM {_TABLE[kind]} WHERE owner_id = %s",
            [owner_id],
        )
        return State(*map(int, cursor.fetchone()))


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


def _nothing(dimensions: int, *, room: int = 0) -> Known:
    none = np.zeros(0, dtype=np.int64)
    matrix = _room(room, dimensions)
    return Known(NOTHING, embedder.name(), matrix, matrix[:0], none, none, none, none, none)


def _room(parts: int, dimensions: int) -> Matrix:
    return np.empty((int(parts * ROOM_FOR_MORE) + ROWS_READ // 16, dimensions), dtype=np.float32)


def _with(known: Known, rows: list[tuple[Any, ...]]) -> Known:
    """Add ``rows`` behind those that are there; all else stays as it is for who searches it just now.

    Rows whose vectors have other dimensions are left out: a model may change behind its name.
    """
    dimensions = known.room.shape[1]
    size = dimensions * BYTES_PER_NUMBER
    rows = [row for row in rows if row[1] and len(row[1]) % size == 0]
    if not rows:
        return known
    halves = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2").reshape(-1, dimensions)
    before, after = len(known.vectors), len(known.vectors) + len(halves)
    room = known.room
    if after > len(room):
        room = _room(after, dimensions)
        room[:before] = known.vectors
    room[before:after] = halves
    sizes = [len(row[1]) // size for row in rows]
    columns = np.array([row[2:] for row in rows], dtype=np.int64)
    spots = (columns[:, 1] << BITS_OF_POSITION) + columns[:, 2]
    return replace(
        known,
        room=room,
        vectors=room[:after],
        starts=np.concatenate([known.starts, before + np.cumsum([0, *sizes[:-1]])]),
        ids=np.concatenate([known.ids, columns[:, 0]]),
        spots=np.concatenate([known.spots, spots]),
        by_id=_sorted_in(known.ids, known.by_id, columns[:, 0]),
        by_spot=_sorted_in(known.spots, known.by_spot, spots),
    )


def _sorted_in(values: Ids, order: Ids, new: Ids) -> Ids:
    """Return the order of ``values`` with ``new`` ones behind them: a few are sorted in much sooner than all anew."""
    by_value = np.argsort(new, kind="stable")
    at = np.searchsorted(values, new[by_value], sorter=order)
    return np.insert(order, at, len(values) + by_value)
