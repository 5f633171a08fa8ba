"""Two of one name, and one of two names."""

import pytest

from chat.services.memory.judging import namesakes


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Alice the dentist", ("Alice", "the dentist")),
        ("Alice from work", ("Alice", "from work")),
        ("Alice, my dentist", ("Alice", "my dentist")),
        ("Alice (from school)", ("Alice", "from school")),
        ("Alice von der Arbeit", ("Alice", "von der Arbeit")),
        ("Alice du travail", ("Alice", "du travail")),
        ("Alice del trabajo", ("Alice", "del trabajo")),
        ("Alice fra jobben", ("Alice", "fra jobben")),
        ("Winnie the Pooh", ("Winnie the Pooh", "")),
        ("Bank of England", ("Bank of England", "")),
        ("Smith, John", ("Smith, John", "")),
        ("Mary Ann", ("Mary Ann", "")),
        ("Alice", ("Alice", "")),
    ],
)
def test_a_name_is_told_from_what_tells_it_apart(name, parts):
    assert namesakes.split(name) == parts


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("Alice the dentist has a cat.", "the dentist"),
        ("I saw Alice from work.", "from work"),
        ("Alice has a cat.", ""),
        ("Alice is the dentist.", ""),
        ("Alice from Oslo has a cat.", ""),
        ("Alice the cat lover has a cat.", ""),
    ],
)
def test_what_stands_behind_a_name_may_tell_it_apart(text, which):
    assert namesakes.after("Alice", text) == which


@pytest.mark.parametrize(
    "sentence",
    [
        "Everybody calls him Bob.",
        "His nickname is Bob.",
        "He goes by Bob.",
        "Alle nennen ihn Bob.",
        "Tout le monde l'appelle Bob.",
        "Todos le llaman Bob.",
        "Alle kaller ham Bob.",
        "大家都叫他Bob。",
    ],
)
def test_a_nickname_is_said_as_one(sentence):
    assert namesakes.says_nickname("name", sentence)
    assert not namesakes.says_nickname("name", "His name is Bob.")
