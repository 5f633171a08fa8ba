"""The document holds the points that the comparison checks, all of them and in their order."""

from tests.compare import table
from tests.compare.faults import FAULTS
from tests.compare.keeps import KEEPS


def test_the_document_shows_every_point_of_the_comparison() -> None:
    text = table.DOCUMENT.read_text(encoding="utf-8")
    shown = text[text.index(table.BEGIN) : text.index(table.END)].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in shown if line.startswith("| ")]

    assert all(len(row) == 3 and all(row) for row in cells)
    headings = {table.KEEPS, table.FAULTS, "---"}
    assert [row[0] for row in cells if row[0] not in headings] == [row.subject for row in (*KEEPS, *FAULTS)]
