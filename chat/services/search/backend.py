"""What the two indexes have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class Scope:
    """Whose rows may be found. Every row carries these marks as words of the index, so that it intersects by them."""

    kind: Literal["message", "fact"]
    owner_id: int
    conversation_id: int | None

    @property
    def table(self) -> str:
        return f"chat_search_{self.kind}"

    @property
    def marks(self) -> list[str]:
        if self.conversation_id is None and self.kind == "message":
            return [f"o{self.owner_id}"]
        return [f"o{self.owner_id}", f"c{self.conversation_id or 0}"]


@dataclass(frozen=True)
class Statistics:
    """How many rows the scope's owner has, and how many of them have each word; words that none has are left out."""

    rows: float
    counts: dict[str, float]


@dataclass(frozen=True)
class Candidate:
    id: int
    tokens: list[str]


@dataclass(frozen=True)
class Counts:
    """How often a row of ``length`` words has each word of a question."""

    id: int
    length: int
    times: Mapping[str, int]


class Backend(Protocol):
    def put(self, kind: str, *, object_id: int, owner_id: int, tokens: Sequence[str]) -> None: ...

    def drop(self, kind: str, *, object_ids: Sequence[int]) -> None: ...

    def statistics(self, scope: Scope, terms: Sequence[str]) -> Statistics: ...

    def candidates(self, scope: Scope, weights: dict[str, float], limit: int) -> list[Candidate]: ...


# The marks of a row are read from what it indexes, so that no caller can put a row under somebody else's.
MARKED = {
    "message": "SELECT id, owner_id, 'o' || owner_id || ' c' || conversation_id AS marks FROM chat_message",
    "fact": (
        "SELECT fact.id, fact.owner_id, 'o' || fact.owner_id || ' c' || COALESCE(entity.conversation_id, 0) AS marks"
        " FROM chat_fact fact JOIN chat_entity entity ON entity.id = fact.entity_id"
    ),
}
