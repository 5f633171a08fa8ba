"""Which turns are worth a call to a model."""

import pytest

from chat.services.memory.judging import gate, typed


@pytest.mark.parametrize(
    "said",
    [
        "Hi!", "Hello there", "ok", "OK, thanks!", "thanks a lot, bye 👋", "👍", "🎉🎉🎉", "...", "",
        "Yes please.", "no", "Danke schön, alles klar!", "Guten Morgen", "Merci beaucoup !",
        "D'accord, à demain", "¡Hola! ¿Qué tal?", "Gracias", "Tusen takk", "Hei hei", "Ciao, grazie",
        "Obrigado!", "Спасибо", "你好！", "谢谢", "ありがとう", "감사합니다", "شكرا", "Got it, go on",
        "That makes sense. Thanks!",
    ],
)  # fmt: skip
def test_pleasantries_teach_nothing(said):
    assert gate.verdict(said) == "trivial"


@pytest.mark.parametrize(
    "said",
    [
        "```\nprint('I live in Oslo')\n```",
        "> I live in Oslo",
        "~~~\nx = 1\n~~~",
        "Translate this into German: I live in Madrid",
        "---- Original Message ----\nI live in Oslo",
    ],
)
def test_what_is_only_pasted_teaches_nothing(said):
    assert gate.verdict(said) == "pasted"


@pytest.mark.parametrize(
    "said",
    [
        "What is the capital of France?", "Hello! What should I wear today?",
        "Wie wird das Wetter morgen?", "Quelle heure est-il ?", "¿Cuántos habitantes tiene México?",
        "法国的首都是哪里？", "Write me a poem about spring.",

        "Do you think I should move to Paris?", "Explain photosynthesis. What is chlorophyll?",
    ],
)  # fmt: skip
def test_mere_questions_and_requests_teach_nothing(said):
    assert gate.verdict(said) == "asks"


@pytest.mark.parametrize(
    "said",
    [
        "Did you know I moved to Oslo?", "Did you know Alice moved to Oslo?",
        "I live in Norway, what should I wear?", "Why? I have a cat.",
        "What can I cook for my wife, who is vegan?", "I am vegetarian.", "ok, I moved to Oslo",
        "Thanks! My name is Ingrid.", "42", "Bob", "我住在上海。",
        "Look:\n```\nx = 1\n```\nI wrote it at work.",
    ],
)  # fmt: skip
def test_what_may_teach_something_goes_to_the_model(said):
    assert gate.verdict(said) == "teaches"


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("plain words", ["plain words"]),
        ("before\n```py\ncode\n```\nafter", ["before", "after"]),
        ("before\n```\nnever closed\nI live here", ["before"]),
        ("> quoted\nmine\n> quoted again\nmine too", ["mine", "mine too"]),
        ("FYI\nFrom: Ola\nDate: Monday\n\nI live here", ["FYI"]),
        ("From: is a word", ["From: is a word"]),
        ("Am Montag, 2. November schrieb Ola:\n> hei\nI live here", []),
        ("Summarise this:\nI live here", []),
        ("I am Bo. Summarise this: I live here", ["I am Bo. "]),
        ("~~~\n```\nI live here\n~~~\nmine", ["mine"]),
    ],
)
def test_what_was_typed_is_told_from_what_was_passed_on(message, parts):
    assert typed.parts(message) == parts


MAIL = "Dear Mr Berg,\nI am Ingrid and I live in Oslo.\nYours, Ingrid"


def spans(message: str, *pasted: str) -> list[list[int]]:
    """Where the pieces stand in a message."""
    return [[message.index(piece), message.index(piece) + len(piece)] for piece in pasted]


def test_a_message_that_is_all_pasted_teaches_nothing():
    assert gate.verdict(MAIL) == "teaches"
    assert gate.verdict(MAIL, [[0, len(MAIL)]]) == "pasted"


def test_what_was_typed_around_a_paste_is_kept_in_pieces_that_do_not_run_together():
    message = f"I have a cat {MAIL} and a dog. Any news?"
    assert typed.parts(message, spans(message, MAIL)) == ["I have a cat ", " and a dog. Any news?"]


def test_two_pastes_in_one_line_and_an_emoji_before_them():
    message = "👋🏽 I like mine, not yours, nor his."
    assert typed.text(message, spans(message, "mine", "yours")) == "👋🏽 I like \n, not \n, nor his."


def test_a_fence_that_was_pasted_does_not_swallow_what_was_typed_after_it():
    message = "See: ```\nx = 1\nI live in Oslo."
    assert typed.text(message, spans(message, "```\nx = 1\n")) == "See: \nI live in Oslo."


@pytest.mark.parametrize(("said", "is_typed"), [("remember: tea", True), (" remember: tea", False)])
def test_a_command_begins_with_what_was_typed(said, is_typed):
    assert typed.begins_typed(said, [] if is_typed else [[1, 4]]) is is_typed
