"""Whose words a question asks for."""

import pytest

from chat.services.memory.recalling.speakers import ALONE, FIRST, Speakers

INGRID = Speakers(frozenset({"Ingrid", "Solberg"}), frozenset({"MemoryBot"}))


@pytest.mark.parametrize(
    ("question", "preferred"),
    [
        ("What is my name?", (ALONE, 0)),
        ("Where does Ingrid live?", (ALONE, 0)),
        ("What did memorybot recommend?", (0, ALONE)),
        ("What did MemoryBot's list say?", (0, ALONE)),
        ("What did Ingrid tell MemoryBot?", (FIRST, 0)),
        ("What did MemoryBot tell Ingrid?", (0, FIRST)),
        ("Where is Ingridstad?", (ALONE, 0)),
    ],
)
def test_whose_words_are_preferred(question: str, preferred: tuple[float, float]) -> None:
    assert INGRID.preferred(question) == preferred


def test_names_of_speakers_are_not_searched_for() -> None:
    assert INGRID.without_names("Where does Ingrid Solberg’s sister live?") == "Where does sister live?"
    assert INGRID.without_names("Ingrid?") == "Ingrid?"
    assert Speakers(frozenset(), frozenset()).without_names("Where is  Bo?") == "Where is  Bo?"
