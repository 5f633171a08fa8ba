"""What the learner is given and what it proposes, in one call. Pure; who checks it is the validator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from chat.prompt import Message, estimate_tokens
from chat.services.memory import wording

Verb = Literal["add", "update", "retire", "confirm"]
SELF_ID = "E0"
SCHEMA_NAME = "memory"

KINDS = ("self", "person", "pet", "organisation", "place", "work", "project", "event", "topic", "other")
# More than these is no answer to one message; the validator keeps far fewer.
MAX_OPERATIONS = 60
MAX_TITLE_CHARACTERS = 80
MAX_SUMMARY_CHARACTERS = 2500
FACTS_PER_PIECE = 3

# Of an answer.
TOKENS_PER_FACT = 90
TOKENS_PER_PIECE = 5
TITLE_TOKENS = 40
TOKENS_PER_WORD = 2


@dataclass(frozen=True)
class KnownEntity:
    """An entity that the turn may touch, under the id that the model may call it by."""

    id: str
    entity_id: int
    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    disambiguator: str = ""


@dataclass(frozen=True)
class KnownFact:
    """``entity`` is the id of a KnownEntity."""

    id: str
    fact_id: int
    entity: str
    attribute: str
    value: str
    statement: str


@dataclass(frozen=True)
class Wanted:
    """What the one call is asked for. ``max_facts`` and ``summary_words`` bound the answer."""

    facts: bool
    title: bool
    summary: bool
    max_facts: int = 20
    summary_words: int = 250

    @property
    def anything(self) -> bool:
        return self.facts or self.title or self.summary


@dataclass(frozen=True)
class Question:
    """Everything the learner reads.

    Shapes: ``earlier`` are the last turns, for reference only; ``typed`` and ``pasted`` are the parts of the new
    message; ``pieces`` are those of what was typed under which the facts are to stand, None where they are one list;
    ``leaving`` are the messages to fold into ``summary``, oldest first.
    """

    date: str
    typed: str
    pasted: str
    earlier: tuple[Message, ...]
    entities: tuple[KnownEntity, ...]
    facts: tuple[KnownFact, ...]
    wanted: Wanted
    summary: str = ""
    leaving: tuple[Message, ...] = ()
    pieces: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Operation:
    """One thing that the model would change. ``about`` is an id that it was offered, or a name."""

    verb: Verb
    about: str
    kind: str
    attribute: str
    value: str
    statement: str
    quote: str


@dataclass(frozen=True)
class Proposal:
    operations: tuple[Operation, ...]
    title: str
    summary: str


class JunkError(Exception):
    """An answer that is no proposal at all."""


def schema(wanted: Wanted, *, is_bounded: bool = False, pieces: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the JSON schema of the answer: all properties required, none else, as strict servers want it.

    ``is_bounded`` also limits how many facts there can be: small models do not always come to an end, and not every
    server takes ``maxItems``. With ``pieces`` there is a short list of facts under each of them.
    """
    text = {"type": "string"}
    fact = {
        "about": text,
        "kind": {"type": "string", "enum": list(KINDS)},
        "op": {"type": "string", "enum": list(get_args(Verb))},
        "attr": text,
        "value": text,
        "text": text,
    }
    parts: dict[str, Any] = {}
    if wanted.facts and pieces is not None:
        few = {"type": "array", "items": _object(fact), "maxItems": FACTS_PER_PIECE}
        parts["facts"] = _object(dict.fromkeys(pieces, few))
    elif wanted.facts:
        limit = {"maxItems": wanted.max_facts} if is_bounded else {}
        parts["facts"] = {"type": "array", "items": _object({"quote": text} | fact)} | limit
    if wanted.title:
        parts["title"] = text
    if wanted.summary:
        parts["summary"] = text
    return _object(parts)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def max_tokens(wanted: Wanted, pieces: Sequence[str] | None = None) -> int:
    """Return how long the answer may get, in which each of ``pieces`` is written once."""
    facts = wanted.max_facts * TOKENS_PER_FACT * wanted.facts
    repeated = sum(estimate_tokens(piece) + TOKENS_PER_PIECE for piece in pieces or ()) * wanted.facts
    return facts + repeated + TITLE_TOKENS * wanted.title + wanted.summary_words * TOKENS_PER_WORD * wanted.summary


def parse(answer: dict[str, Any]) -> Proposal:
    """Return the proposal in a model's answer; entries that are none are left out.

    Raises: JunkError where the answer has none of the parts.
    """
    if not answer.keys() & {"facts", "title", "summary"}:
        raise JunkError
    found = [_operation(entry) for entry in _entries(answer.get("facts"))[:MAX_OPERATIONS]]
    return Proposal(
        tuple(operation for operation in found if operation is not None),
        _title(_text(answer.get("title"))),
        " ".join(_text(answer.get("summary")).split())[:MAX_SUMMARY_CHARACTERS],
    )


def _entries(facts: object) -> list[object]:
    """Return the facts as one list: where they stand under the piece that states them, that is their quote."""
    if isinstance(facts, dict):
        lists = ((piece, found) for piece, found in facts.items() if isinstance(found, list))
        return [entry | {"quote": piece} for piece, found in lists for entry in found if isinstance(entry, dict)]
    return facts if isinstance(facts, list) else []


def _operation(entry: object) -> Operation | None:
    if not isinstance(entry, dict):
        return None
    verb: Any = entry.get("op")
    kind = _text(entry.get("kind"))
    return Operation(
        verb=verb if verb in get_args(Verb) else "add",
        about=" ".join(_text(entry.get("about")).split()),
        kind=kind if kind in KINDS else "other",
        attribute=_text(entry.get("attr")),
        value=" ".join(_text(entry.get("value")).split()),
        statement=" ".join(_text(entry.get("text")).split()),
        quote=_text(entry.get("quote")),
    )


def _text(value: object) -> str:
    """Models write numbers where text was asked for; NUL and lone surrogates cannot be stored."""
    text = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return text.replace("\0", "").encode("utf-8", "ignore").decode().strip()


def _title(text: str) -> str:
    first = next(iter(text.splitlines()), "")
    return wording.trim(first.replace("#", ""))[:MAX_TITLE_CHARACTERS].strip()
