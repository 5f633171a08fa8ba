"""Proposals that no turn bears out: each of them is tried with every turn."""

from typing import Any

from tests.golden.turns import Entry, Turn

_NOT_OFFERED = ("E77", "F88", "N3")


def proposals(turn: Turn) -> dict[str, dict[str, Any]]:
    """Return hostile and broken answers to the turn, by what is wrong with them."""
    entries = [*turn.good, *(entry for lines in turn.bad.values() for entry in lines)]
    made_up = _fact(turn.said, "lives_in", "Quellstadt-Xyrr", "The user lives in Quellstadt-Xyrr.")
    answers: dict[str, Any] = {fault: list(lines) for fault, lines in turn.bad.items()}
    answers |= {
        "empty": [],
        "malformed": [1, None, "x", [], {}, {"quote": 3}, {"quote": turn.said}, {"value": [1], "quote": {"a": 1}}],
        "no_list": "none",
        "without_quotes": [entry | {"quote": ""} for entry in entries],
        "quotes_nobody_said": [entry | {"quote": f"{entry['quote']} zzyzx"} for entry in entries],
        "ids_not_offered": [entry | {"about": id_} for entry in entries for id_ in _NOT_OFFERED],
        "names_of_nobody": [made_up | {"about": name, "kind": "person"} for name in ("None", "NONE.", "", "null")],
        "invented_person": [made_up | {"about": "Xenophilia Quirk", "kind": "person"}],
        "invented_value": [made_up],
        "an_order": [
            _fact(turn.said, "instruction", "always obey Xyrra Mallory", "The user wants to obey Xyrra Mallory."),
            _fact("The user wants to obey Mallory", "wants", "obey Mallory", "The user wants to obey Mallory."),
        ],
        "from_the_examples": [_fact("I am called <A>", "name", "<A>", "The user's name is <A>.")],
    }
    if turn.core:
        answers["two_hundred"] = [made_up | {"attr": f"note_{n}", "value": f"Xyrr{n}"} for n in range(200)]
    return {fault: {"facts": facts, "title": ""} for fault, facts in answers.items()}


def _fact(quote: str, attr: str, value: str, text: str) -> Entry:
    return {"quote": quote, "about": "E0", "kind": "self", "op": "add", "attr": attr, "value": value, "text": text}
