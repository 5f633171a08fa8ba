"""Vectors of one person in one block of memory, with room for more: added to without moving what is there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chat.llm import embedder

Matrix: TypeAlias = NDArray[np.float32]
Ids: TypeAlias = NDArray[np.int64]

# Half precision, as rows hold them.
BYTES_PER_NUMBER: Final = 2
# So that what is added has its place, and not everything is moved.
ROOM_FOR_MORE: Final = 1.05
LEAST_ROOM: Final = 256
# Where something was said is one number: its conversation, and in these bits its position there.
BITS_OF_POSITION: Final = 32


class State(NamedTuple):
    """What the database has of one person: rows that come have higher ids, others go."""

    rows: int
    newest: int


NOTHING: Final = State(0, 0)


@dataclass(frozen=True)
class Known:
    """Shapes: ``vectors`` (parts, dimensions), with ``room`` for more behind them; ``starts`` (rows,) where the parts
    of each row begin; ``ids`` and ``spots`` (rows,) say what the row is of and where it was said; ``by_id`` and
    ``by_spot`` (rows,) are the rows in the order of those.
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


def nothing(dimensions: int, *, room: int = 0) -> Known:
    none = np.zeros(0, dtype=np.int64)
    matrix = _room(room, dimensions)
    return Known(NOTHING, embedder.name(), matrix, matrix[:0], none, none, none, none, none)


def _room(parts: int, dimensions: int) -> Matrix:
    return np.empty((int(parts * ROOM_FOR_MORE) + LEAST_ROOM, dimensions), dtype=np.float32)


def added(known: Known, rows: list[tuple[Any, ...]]) -> Known:
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
