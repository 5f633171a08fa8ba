"""An excerpt shows why a text was found."""

import pytest

from chat.services import excerpts


def shown(text: str, asked: str) -> str:
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in excerpts.around(text, asked))


@pytest.mark.parametrize(
    ("text", "asked", "excerpt"),
    [
        ("I live in Norway.", "norway", "I live in [Norway]."),
        ("My cats live here", "Where does my cat live?", "My [cats] [live] here"),
        ("Café au lait", "cafe", "[Café] au lait"),
        ("Cafe\u0301 au lait", "café", "[Cafe\u0301] au lait"),
        ("foo_bar baz", "bar", "foo_[bar] baz"),
        ("我住在挪威的奥斯陆", "挪威", "我住在[挪威]的奥斯陆"),
        ("iPhone用のケース", "ケース", "iPhone用の[ケース]"),
        ("मुझे हिन्दी पसंद है", "हिन्दी", "मुझे [हिन्दी] पसंद है"),
        ("<b>Norway</b>", "norway", "<b>[Norway]</b>"),
        ("nothing of it", "norway", "nothing of it"),
        ("", "norway", ""),
    ],
)
def test_what_matches_is_marked(text, asked, excerpt):
    assert shown(text, asked) == excerpt


def test_of_a_long_text_the_densest_part_is_shown():
    filler = "word " * 200
    text = f"Norway. {filler}Then we sailed to Norway, and in Norway it snowed. {filler}"
    excerpt = shown(text, "norway")
    assert "sailed to [Norway], and in [Norway] it snowed." in excerpt
    assert excerpt.startswith("…word")
    assert excerpt.endswith("word…")
    assert len(excerpt) < 320


def test_a_text_without_spaces_is_cut_too():
    assert len(shown("x" * 50_000, "norway")) <= excerpts.EXCERPT_CHARACTERS + 2


def test_pieces_join_to_the_text():
    text = "Norway norway NORWAY"
    assert "".join(piece.text for piece in excerpts.around(text, "norway")) == text
