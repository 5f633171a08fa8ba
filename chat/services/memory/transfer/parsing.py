"""Reads a file that a memory was exported to. What is not as it has to be is refused with its place. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from chat.services.memory.transfer import as_json
from chat.services.memory.transfer.fields import Problems, Row

MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_FACTS = 100_000
TOO_LARGE = f"The file is too large; at most {MAX_FILE_BYTES // 1024 // 1024} MB can be read."

KINDS = ("self", "person", "pet", "organisation", "place", "work", "project", "event", "topic", "other")
STATUSES = ("active", "superseded", "retired", "pending", "rejected")
SENSITIVITIES = ("", "health", "belief", "intimate", "origin", "money", "law")

SUGGESTIONS = ("", "add", "update", "retire")


@dataclass(frozen=True)
class ImportedEntity:
    id: str
    conversation: str
    kind: str
    name: str
    disambiguator: str
    aliases: tuple[str, ...]
    pinned: bool
    merged_into: str
    maybe_same_as: str
    created: datetime | None
    updated: datetime | None


@dataclass(frozen=True)
class ImportedSource:
    message: str
    quote: str


@dataclass(frozen=True)
class ImportedFact:
    id: str
    entity: str
    attribute: str
    value: str
    statement: str
    status: str
    valid_from: str
    valid_to: str
    learned: datetime
    retired: datetime | None
    superseded_by: str
    reason: str
    certainty: str
    attributed_to: str
    sensitivity: str
    pinned: bool
    locked: bool
    suggestion: str
    concerns: str
    sources: tuple[ImportedSource, ...]


@dataclass(frozen=True)
class Memory:
    """What a file holds, in its order. Every id that something points to is there, and nothing points in a circle."""

    entities: tuple[ImportedEntity, ...]
    facts: tuple[ImportedFact, ...]


class TransferError(Exception):
    """A file that cannot be taken. ``sentences`` are for people, each with the place in the file."""

    def __init__(self, sentences: Collection[str]) -> None:
        super().__init__("unreadable")
        self.sentences = list(sentences)


def parse(content: bytes) -> Memory:
    """Return what the file holds.

    Raises: TransferError.
    """
    top = _load(content)
    problems = Problems()
    entities = [_entity(row) for row in problems.rows(top, "entities", "Entity", most=MAX_FACTS)]
    facts = [_fact(row) for row in problems.rows(top, "facts", "Fact", most=MAX_FACTS)]
    if not problems.sentences:
        _check_ids(entities, facts, problems)
    if problems.sentences:
        raise TransferError(problems.sentences)
    return Memory(tuple(entities), tuple(facts))


def _load(content: bytes) -> dict[str, Any]:
    if len(content) > MAX_FILE_BYTES:
        raise TransferError([TOO_LARGE])
    try:
        top = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, character {error.colno}"
        raise TransferError([f"The file is not JSON as it has to be: it cannot be read at {place}."]) from None
    if not isinstance(top, dict) or top.get("format") != as_json.FORMAT:
        raise TransferError(["This is not an export of a memory from MemoryBot (memory.json)."])
    if top.get("version") != as_json.VERSION:
        raise TransferError(
            [f"The file is of another version; this MemoryBot reads version {as_json.VERSION}. Update it first."]
        )
    return top


def _entity(row: Row) -> ImportedEntity:
    return ImportedEntity(
        id=row.id("id"),
        conversation=row.id("conversation", optional=True),
        kind=row.choice("kind", KINDS),
        name=row.text("name", 200),
        disambiguator=row.text("disambiguator", 100, optional=True),
        aliases=row.texts("aliases", 200),
        pinned=row.flag("pinned"),
        merged_into=row.id("merged_into", optional=True),
        maybe_same_as=row.id("maybe_same_as", optional=True),
        created=row.moment("created"),
        updated=row.moment("updated"),
    )


def _fact(row: Row) -> ImportedFact:
    status = row.choice("status", STATUSES)
    return ImportedFact(
        id=row.id("id"),
        entity=row.id("entity"),
        attribute=row.text("attribute", 100),
        value=row.text("value", 500, optional=True),
        statement=row.text("statement", 1000),
        status=status,
        valid_from=row.date("valid_from"),
        valid_to=row.date("valid_to"),
        learned=row.moment("learned", required=True),
        retired=row.moment("retired"),
        superseded_by=row.id("superseded_by", optional=True),
        reason=row.text("reason", 100, optional=True),
        certainty=row.choice("certainty", ("sure", "unsure"), optional=True),
        attributed_to=row.text("attributed_to", 200, optional=True),
        sensitivity=row.choice("sensitivity", SENSITIVITIES, optional=True),
        pinned=row.flag("pinned"),
        locked=row.flag("locked"),
        suggestion=row.choice("suggestion", SUGGESTIONS[status == "pending" :], optional=True),
        concerns=row.id("concerns", optional=True),
        sources=tuple(
            ImportedSource(source.id("message"), source.text("quote", 100_000))
            for source in row.problems.rows(row.fields, "sources", f"{row.place}, source", most=1_000)
        ),
    )


def _check_ids(entities: list[ImportedEntity], facts: list[ImportedFact], problems: Problems) -> None:
    of_entities, of_facts = {entity.id for entity in entities}, {fact.id for fact in facts}
    if len(of_entities) < len(entities) or len(of_facts) < len(facts):
        problems.add("Two entities or two facts have the same id.")
    persons = [entity.conversation for entity in entities if entity.kind == "self"]
    if len(set(persons)) < len(persons):
        problems.add("Two entities of one store are of the kind “self”; there is one of you.")
    for number, entity in enumerate(entities, 1):
        problems.need(f"Entity {number}", "merged_into", entity.merged_into, of_entities)
        problems.need(f"Entity {number}", "maybe_same_as", entity.maybe_same_as, of_entities)
    for number, fact in enumerate(facts, 1):
        problems.need(f"Fact {number}", "entity", fact.entity, of_entities)
        problems.need(f"Fact {number}", "superseded_by", fact.superseded_by, of_facts)
        problems.need(f"Fact {number}", "concerns", fact.concerns, of_facts)
    problems.no_circle("Entity", {entity.id: entity.merged_into for entity in entities})
    problems.no_circle("Fact", {fact.id: fact.superseded_by for fact in facts})
    problems.no_circle("Fact", {fact.id: fact.concerns for fact in facts})
