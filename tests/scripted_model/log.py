"""What was asked of the scripted server, and what became of it."""

import time
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

CHARACTERS_PER_TOKEN = 4
COMPARED_WITH = 50  # earlier calls, for the cached part of a prompt

Kind = Literal["reply", "json", "models", "embeddings", "other"]


@dataclass
class Call:
    """One request. Times are those of time.monotonic(); None while they have not come."""

    number: int
    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    kind: Kind
    at: float = field(default_factory=time.monotonic)
    status: int | None = None
    first_at: float | None = None
    ended_at: float | None = None
    # The client went away before the answer was whole.
    closed_at: float | None = None
    prompt_tokens: int = 0
    cached_tokens: int = 0
    sent: str = ""

    @property
    def messages(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.body.get("messages", [])
        return messages

    @property
    def question(self) -> str:
        """The last message of the user, with what was put before it."""
        return next((message["content"] for message in reversed(self.messages) if message["role"] == "user"), "")

    @property
    def prompt(self) -> str:
        """Everything that was sent to the model, as one text."""
        return "\n".join(f"{message['role']}: {message['content']}" for message in self.messages)

    @property
    def schema(self) -> str | None:
        """The name of the JSON schema that the answer is held to."""
        held_to: dict[str, Any] = self.body.get("response_format") or {}
        name: str | None = held_to.get("json_schema", {}).get("name")
        return name

    @property
    def key(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"schema": self.schema, "question": self.question}


class Log:
    """All calls since the start or the last reset, oldest first."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._count = 0

    def add(self, method: str, path: str, headers: dict[str, str], body: dict[str, Any]) -> Call:
        self._count += 1
        call = Call(self._count, method, path, headers, body, kind=_kind(path, body))
        call.prompt_tokens = len(call.prompt) // CHARACTERS_PER_TOKEN
        call.cached_tokens = self._cached(call)
        self.calls.append(call)
        return call

    def _cached(self, call: Call) -> int:
        shared = (_shared_prefix(call.prompt, other.prompt) for other in self.calls[-COMPARED_WITH:])
        return max(shared, default=0) // CHARACTERS_PER_TOKEN


def _shared_prefix(one: str, other: str) -> int:
    """Bisects, since comparing slices is far quicker than comparing letters."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def _kind(path: str, body: dict[str, Any]) -> Kind:
    if path.endswith("/chat/completions"):
        return "json" if "response_format" in body else "reply"
    if path.endswith("/embeddings"):
        return "embeddings"
    return "models" if path.endswith("/models") else "other"
