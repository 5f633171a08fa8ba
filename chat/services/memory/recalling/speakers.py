"""Whose words a question asks for: the person's own, or what the assistant said."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from chat.models import User


@dataclass(frozen=True)
class Speakers:
    """The names under which the two sides of a person's chats are spoken of."""

    user: frozenset[str]
    assistant: frozenset[str]

    def preferred(self, question: str) -> tuple[float, float]:
        """Return how much is in favour of what the user wrote, and of what the assistant wrote.

        Whoever alone is named; else the user, of whom most questions are; where both are named, a little whoever is
        named first.
        """
        of_user, of_assistant = _first(self.user, question), _first(self.assistant, question)
        if of_user is None or of_assistant is None:
            return (ALONE, 0.0) if of_assistant is None else (0.0, ALONE)
        return (FIRST, 0.0) if of_user < of_assistant else (0.0, FIRST)

    def without_names(self, question: str) -> str:
        """Return ``question`` without the names: they say who speaks, and would find every mention instead."""
        names = _pattern(self.user | self.assistant)
        left = " ".join(names.sub(" ", question).split()) if names else question
        return left if re.search(r"\w", left) else question


# In favour of a message, beside a likeness in meaning of 0 to 1. Source: docs/memory.md, where the figures stand.
ALONE = 0.35
FIRST = 0.1


def names_of(user: User) -> frozenset[str]:
    """Return the words of a person's name, as others write it."""
    return words_of(user.display_name)


def words_of(name: str) -> frozenset[str]:
    return frozenset(word for word in name.split() if len(word) > 1)


def _first(names: Collection[str], question: str) -> int | None:
    pattern = _pattern(names)
    found = pattern.search(question) if pattern else None
    return found.start() if found else None


def _pattern(names: Collection[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"\b(?:{either})(?:['’]s)?(?!\w)", re.IGNORECASE)
