"""The golden set: turns of many languages, what each should teach and what not (README.md says how to add one)."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from chat.services.memory.judging.verdicts import Known
from chat.services.memory.learner.proposal import KnownEntity, KnownFact
from tests.golden import notation
from tests.golden.notation import Claim

FOLDER = Path(__file__).parent / "turns"
PARTS = ("development", "held_out")
_MAY_SAY = frozenset(
    {"theme", "language", "core", "said", "pasted", "earlier", "known", "teaches", "may", "never", "good", "bad"}
)

Entry = dict[str, str]


@dataclass(frozen=True)
class Turn:
    """``core`` is the part of the developer's turns that real models are tried on.

    Shapes: ``pasted`` are the parts that the page marks as pasted, [start, end); ``earlier`` are the person's words;
    ``good`` is what a capable model proposes; ``bad`` are hostile and broken proposals by their fault.
    """

    part: str
    file: str
    theme: str
    language: str
    core: bool
    said: str
    pasted: tuple[tuple[int, int], ...]
    earlier: tuple[str, ...]
    known_facts: tuple[tuple[Claim, str], ...]
    teaches: tuple[Claim, ...]
    may: tuple[Claim, ...]
    never: tuple[Claim, ...]
    good: tuple[Entry, ...]
    bad: dict[str, tuple[Entry, ...]]

    @property
    def name(self) -> str:
        return f"{self.part}/{self.file}: {' '.join(self.said.split())[:44]}"

    @cached_property
    def known(self) -> Known:
        """What the memory knows before the turn, under the ids that the proposals use."""
        entities = {"self": KnownEntity("E0", 1, "self", "You")}
        facts = []
        for number, (claim, statement) in enumerate(self.known_facts, start=1):
            kind, *aliases = claim.kinds or ("person",)
            new = KnownEntity(f"E{len(entities)}", 1 + len(entities), kind, claim.about, tuple(aliases))
            entity = entities.setdefault(claim.about, new)
            facts.append(KnownFact(f"F{number}", number, entity.id, claim.attribute, claim.values[0], statement))
        return Known(tuple(entities.values()), tuple(facts))


def _load() -> Iterator[Turn]:
    for part in PARTS:
        for path in sorted((FOLDER / part).glob("*.toml")):
            common = tomllib.loads(path.read_text(encoding="utf-8"))
            for turn in common["turn"]:
                yield _turn(part, path.stem, {"language": common["language"]} | turn)


def _turn(part: str, file: str, row: dict[str, Any]) -> Turn:
    if unknown := row.keys() - _MAY_SAY:
        raise ValueError(f"{file}: {row['said']!r} has {sorted(unknown)}")
    return Turn(
        part=part,
        file=file,
        theme=row["theme"],
        language=row["language"],
        core=row.get("core", False),
        said=row["said"],
        pasted=tuple(_span(text, row["said"]) for text in row.get("pasted", ())),
        earlier=tuple(row.get("earlier", ())),
        known_facts=tuple(_known(line) for line in row.get("known", ())),
        teaches=tuple(map(notation.claim, row["teaches"])),
        may=tuple(map(notation.claim, row.get("may", ()))),
        never=tuple(map(notation.claim, row.get("never", ()))),
        good=tuple(map(notation.entry, row["good"])),
        bad={fault: tuple(map(notation.entry, lines)) for fault, lines in row["bad"].items()},
    )


def _span(text: str, said: str) -> tuple[int, int]:
    start = said.index(text)
    return start, start + len(text)


def _known(line: str) -> tuple[Claim, str]:
    claimed, statement = line.split(" | ")
    return notation.claim(claimed), statement


TURNS = tuple(_load())
