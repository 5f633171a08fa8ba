"""The examples of the learner's prompt. They name nobody: a small model takes names from examples for facts."""

import json
from typing import Any


def _fact(quote: str, about: str, kind: str, op: str, attr: str, value: str, text: str) -> dict[str, str]:
    return {"quote": quote, "about": about, "kind": kind, "op": op, "attr": attr, "value": value, "text": text}


def _turn(said: str, title: str, *facts: dict[str, str], known: str = "") -> str:
    answer: dict[str, Any] = {"facts": list(facts), "title": title}
    written = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return f"DATE: 2025-01-01\nKNOWN:\nE0 the user\n{known}NEW MESSAGE {said}\n{written}\n"


TEXT = "".join((
    _turn(
        "(English): Hello! I am called <A> and I live in <B>.",
        "<A> from <B>",
        _fact("I am called <A>", "E0", "self", "add", "name", "<A>", "The user's name is <A>."),
        _fact("I live in <B>", "E0", "self", "add", "lives_in", "<B>", "The user lives in <B>."),
    ),
    _turn(
        "(Spanish): ¡Qué bien! Mi hermana vive en <B>. ¿A qué distancia está? Si tuviera un coche, iría.",
        "Viaje a <B>",
        _fact("Mi hermana vive en <B>", "Mi hermana", "person", "add", "lives_in", "<B>",
              "La hermana del usuario vive en <B>."),
    ),
    _turn(
        "(German): Mein Bruder <C> wohnt in <D>, er mag <E>. Ich arbeite nicht mehr bei <F>.",
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
    _turn(
        "(French): Ma sœur est <G>. J'ai déménagé de <B> à <H>.",
        "Sœur et déménagement",
        _fact("Ma sœur est <G>", "Ma sœur", "person", "add", "occupation", "<G>", "La sœur de l'utilisateur est <G>."),
        _fact("J'ai déménagé de <B> à <H>", "F1", "self", "update", "lives_in", "<H>", "L'utilisateur habite à <H>."),
        known="F1 lives_in: L'utilisateur habite à <B>.\n",
    ),
))  # fmt: skip


def _entry(about: str, kind: str, attr: str, value: str, text: str, op: str = "add") -> dict[str, str]:
    return {"about": about, "kind": kind, "op": op, "attr": attr, "value": value, "text": text}


def _piecewise(said: str, title: str, pieces: dict[str, list[dict[str, str]]], known: str = "") -> str:
    written = json.dumps({"facts": pieces, "title": title}, ensure_ascii=False)
    return f"DATE: 2025-01-01\nKNOWN:\nE0 the user\n{known}NEW MESSAGE {said}\n{written}\n"


# As the built-in model answers: under each piece of the message what that piece states.
PIECEWISE = "".join((
    _piecewise(
        "(English): Hello! I am called <A> and I live in <B>. I eat no <L> because I have <M>. "
        "<J> works at <K> as a <N>.",
        "<A> from <B>",
        {
            "Hello!": [],
            "I am called <A>": [_entry("E0", "self", "name", "<A>", "The user's name is <A>.")],
            "I live in <B>.": [_entry("E0", "self", "lives_in", "<B>", "The user lives in <B>.")],
            "I eat no <L>": [_entry("E0", "self", "diet", "no <L>", "The user eats no <L>.")],
            "I have <M>.": [_entry("E0", "self", "condition", "<M>", "The user has <M>.")],
            "<J> works at <K> as a <N>.": [
                _entry("<J>", "person", "employer", "<K>", "<J> works at <K>."),
                _entry("<J>", "person", "occupation", "<N>", "<J> is a <N>."),
            ],
        },
    ),
    _piecewise(
        "(Spanish): ¡Qué bien! Mi hermana vive en <B>, si tuviera un coche, iría.",
        "Viaje a <B>",
        {
            "¡Qué bien!": [],
            "Mi hermana vive en <B>": [
                _entry("Mi hermana", "person", "lives_in", "<B>", "La hermana del usuario vive en <B>."),
            ],
            "si tuviera un coche, iría.": [],
        },
    ),
    _piecewise(
        "(German): Mein Bruder <C> wohnt in <D>, er mag gern <E>. Ich arbeite nicht mehr bei <F>.",
        "Bruder <C>",
        {
            "Mein Bruder <C> wohnt in <D>": [
                _entry("E0", "self", "brother", "<C>", "Der Bruder des Nutzers heißt <C>."),
                _entry("<C>", "person", "lives_in", "<D>", "<C> wohnt in <D>."),
            ],
            "er mag gern <E>.": [_entry("<C>", "person", "likes", "<E>", "<C> mag <E>.")],
            "Ich arbeite nicht mehr bei <F>.": [
                _entry("F1", "self", "employer", "<F>", "Der Nutzer arbeitet nicht mehr bei <F>.", "retire"),
            ],
        },
        known="F1 employer: Der Nutzer arbeitet bei <F>.\n",
    ),
    _piecewise(
        "(French): Ma sœur est <G>. J'ai déménagé de <B> à <H>.",
        "Sœur et déménagement",
        {
            "Ma sœur est <G>.": [
                _entry("Ma sœur", "person", "occupation", "<G>", "La sœur de l'utilisateur est <G>."),
            ],
            "J'ai déménagé de <B> à <H>.": [
                _entry("F1", "self", "lives_in", "<H>", "L'utilisateur habite à <H>.", "update"),
            ],
        },
        known="F1 lives_in: L'utilisateur habite à <B>.\n",
    ),
))  # fmt: skip
