"""Recalled facts and messages as lines of a prompt."""

from datetime import UTC, datetime

import pytest

from chat import prompt
from chat.services.memory.recalling import lines

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_fact_and_a_message_as_lines():
    assert lines.of_fact("The user's name\nis Ingrid.", NOON) == "[2026-11-22] The user's name is Ingrid."
    assert lines.of_message("user", " Hi\tthere ", NOON, []) == "[2026-11-22] The user wrote: Hi there"
    assert lines.of_message("assistant", "Hi.", NOON, []) == "[2026-11-22] The assistant wrote: Hi."


@pytest.mark.parametrize("text", ["family 👩‍👩‍👧 می‌خواهم", "plain text", "Zürich – 東京"])
def test_what_belongs_to_a_line_is_kept(text):
    assert lines.fold(text) == text


def test_the_best_sentences_of_a_long_text_are_shown_with_those_around_them():
    sentences = [f"Sentence {number} tells of nothing in particular, at some length." for number in range(60)]
    sentences[30] = "The kestrel nests in the tower."
    excerpt = lines.excerpt(" ".join(sentences), ["kestrel", "tower"])
    assert excerpt == " ".join(["…", *sentences[26:36], "…"])


def test_a_text_with_none_of_the_words_still_gives_an_excerpt_that_fits():
    excerpt = lines.excerpt("Nothing here. " * 200, ["kestrel"])
    assert 100 < prompt.estimate_tokens(excerpt) <= lines.MAX_EXCERPT_TOKENS + 4
    assert excerpt.strip("… ").replace("Nothing here.", "").split() == []


def test_an_excerpt_never_breaks_a_word_that_has_spaces_around_it():
    excerpt = lines.excerpt("kestrel tower " * 2_000, ["kestrel"])
    assert set(excerpt.split()) == {"kestrel", "tower", "…"}
