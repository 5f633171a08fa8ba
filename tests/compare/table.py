"""The comparison as text: for the terminal, and as a part of docs/memory.md."""

from collections.abc import Sequence
from pathlib import Path

from tests.compare.bench import Row, Seen

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "memory.md"
BEGIN = "<!-- written by `make compare-langchain ARGS=--write` -->"
END = "<!-- end of what is written -->"

KEEPS = "What it does, and ours too"
FAULTS = "What it does wrong, and ours not"

Result = tuple[Row, Seen]


def ours(seen: Seen) -> str:
    return f"{seen.ours}; not yet: {seen.missing}" if seen.missing else seen.ours


def markdown(keeps: Sequence[Result], faults: Sequence[Result]) -> str:
    return "\n\n".join([_table(KEEPS, keeps), _table(FAULTS, faults)])


def _table(subject: str, results: Sequence[Result]) -> str:
    rows = [(subject, "ConversationEntityMemory", "MemoryBot"), ("---", "---", "---")]
    rows += [(row.subject, seen.theirs, ours(seen)) for row, seen in results]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def write(text: str) -> None:
    """Put the tables between the marks in the document. Raises: ValueError where the marks are missing."""
    whole = DOCUMENT.read_text(encoding="utf-8")
    before, after = whole[: whole.index(BEGIN)], whole[whole.index(END) :]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{text}\n{after}", encoding="utf-8")
