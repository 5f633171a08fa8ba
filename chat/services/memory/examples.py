"""The examples of the learner's prompt. They name nobody: a small model takes names from examples for facts."""

import json
from typing import Any

from chat.prompt import Message


def _fact(quote: str, about: str, kind: str, op: str, attr: str, value: str, text: str) -> dict[str, str]:
    return {"quote": quote, "about": about, "kind": kind, "op": op, "attr": attr, "value": value, "text": text}


def _turn(said: str, title: str, *facts: dict[str, str], known: str = "") -> list[Message]:
    answer: dict[str, Any] = {"facts": list(facts), "title": title}
    asked = f"DATE: 2025-01-01\nKNOWN:\nE0 the user\n{known}NEW MESSAGE: {said}"
    return [
        Message("user", asked),
        Message("assistant", json.dumps(answer, ensure_ascii=False, separators=(",", ":"))),
    ]


MESSAGES = (
    *_turn(
        "Hello! I am called <A> and I live in <B>.",
        "<A> from <B>",
        _fact("I am called <A>", "E0", "self", "add", "name", "<A>", "The user's name is <A>."),
        _fact("I live in <B>", "E0", "self", "add", "lives_in", "<B>", "The user lives in <B>."),
    ),
    *_turn("How far is <B> from here? If I had a car I would drive.", "Weg nach <B>"),
    *_turn(
        "Mein Bruder <C> wohnt in <D>, er mag <E>. Ich arbeite nicht mehr bei <F>.",
        "Bruder <C>",
        _fact("Mein Bruder <C>", "E0", "self", "add", "brother", "<C>", "Der Bruder des Nutzers heißt <C>."),
        _fact("Mein Bruder <C> wohnt in <D>", "<C>", "person", "add", "lives_in", "<D>", "<C> wohnt in <D>."),
        _fact("er mag <E>", "<C>", "person", "add", "likes", "<E>", "<C> mag <E>."),
        _fact(
            "Ich arbeite nicht mehr bei <F>", "F1", "self", "retire", "employer", "<F>",
            "Der Nutzer arbeitet nicht mehr bei <F>.",
        ),
        known="F1 employer: Der Nutzer arbeitet bei <F>.\n",
    ),
    *_turn(
        "My sister is a <G>.",
        "Sister's work",
        _fact("My sister is a <G>", "my sister", "person", "add", "occupation", "<G>", "The user's sister is a <G>."),
    ),
)  # fmt: skip
