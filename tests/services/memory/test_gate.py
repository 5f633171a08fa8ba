"""Which turns are worth a call to a model."""

import pytest

from chat.services.memory import gate, typed


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
