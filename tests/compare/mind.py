"""What the pretended model makes of each line, whichever side asks: the same names, facts and answers for both."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.scripted_model import Call

Fact = dict[str, str]

EXTRACTION = "Extract all of the proper nouns"
SUMMARY = "Update the summary of the provided entity"
_EXISTING = re.compile(r"Existing summary of .*?:\n(.*?)\n\nLast line of conversation:", re.DOTALL)
_ENTITY = re.compile(r"Entity to summarize:\n(.*?)\n\nExisting summary", re.DOTALL)


def fact(quote: str, about: str, attr: str, value: str, text: str, *, kind: str = "person", op: str = "add") -> Fact:
    """One entry of the learner's answer."""
    return {"quote": quote, "about": about, "kind": kind, "op": op, "attr": attr, "value": value, "text": text}


@dataclass(frozen=True)
class Line:
    """One line of the human's, and what a good model makes of it.

    ``names`` is the answer to LangChain's extraction, ``summaries`` what it then writes of each name (the existing
    summary, unchanged, for others), ``facts`` the answer to our learner. A function is given what was asked.
    """

    said: str
    answer: str = "I see."
    names: str | Callable[[str], str] = "NONE"
    summaries: Mapping[str, str] = field(default_factory=dict)
    facts: Sequence[Fact] | Callable[[str], Sequence[Fact]] = ()


class Mind:
    """Answers the calls of both sides about its lines; a line that it does not know teaches nothing."""

    def __init__(self, *lines: Line) -> None:
        self._lines = lines

    def reply(self, call: Call) -> str:
        """Answer everything but our learner: its answer alone is held to a schema."""
        asked = call.question
        if EXTRACTION in asked:
            names = self._line(asked, "Human: {}\n\nOutput:").names
            return names(asked) if callable(names) else names
        if SUMMARY in asked:
            return self._summary(asked)
        ending = "Human: {}\nYou:" if asked.endswith("\nYou:") else "{}"
        return self._line(asked, ending).answer

    def proposal(self, call: Call) -> dict[str, Any]:
        asked = call.question
        facts = self._line(asked, ": {}").facts
        whole = {
            "facts": list(facts(asked) if callable(facts) else facts),
            "title": "A talk",
            "summary": "They talked.",
        }
        return {name: whole[name] for name in call.body["response_format"]["json_schema"]["schema"]["required"]}

    def _line(self, asked: str, ending: str) -> Line:
        return next((line for line in self._lines if asked.endswith(ending.format(line.said))), Line(""))

    def _summary(self, asked: str) -> str:
        entity, existing = _ENTITY.findall(asked)[-1], _EXISTING.findall(asked)[-1]
        return self._line(asked, "Human: {}\nUpdated summary:").summaries.get(entity, existing)


def known_as(asked: str, name: str) -> str:
    """Return the short id under which our learner was offered somebody, or "" where it was not."""
    found = re.search(rf"^(E\d+) {re.escape(name)}\b", asked, re.MULTILINE)
    return found[1] if found else ""
