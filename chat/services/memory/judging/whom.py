"""Whom words mean that were filed under the person, but begin with somebody else. Pure."""

from collections.abc import Collection

from chat.services.memory import wording
from chat.services.memory.judging import clauses, grounding, persons, vocabulary
from chat.services.memory.judging.grounding import Sources
from chat.services.memory.judging.persons import Relation
from chat.services.memory.learner.proposal import Operation


def related(statement: str, text: str) -> Relation | None:
    """Return the "my mother" of ``text`` that a statement about "the user's mother" means."""
    stated = set(wording.words(statement))
    return next((found for found in persons.relations(text) if {found.noun, found.key} & stated), None)


def named(statement: str, sources: Sources) -> str:
    """Return the name that a statement begins with, if it was said: whom "she" means."""
    first = next(iter(statement.split()), "")
    is_name = first[:1].isupper() and wording.fold(first) not in vocabulary.NO_NAMES
    return wording.trim(first).removesuffix("'s") if is_name and grounding.has_name(first, sources) else ""


def named_first(operation: Operation, clause: str, known: Collection[str]) -> str:
    """Return the name that a clause without "I" begins with: what follows is not about the person."""
    said = clauses.clause_of(clause, operation.value).split()
    if len(said) < 2 or not said[0][:1].isupper():
        return ""
    first = wording.fold(said[0])
    if first in vocabulary.NO_NAMES:
        return ""
    stated = {wording.fold(word) for word in operation.statement.split()[:1]}
    is_name = first in known or first in stated or wording.fold(said[1]) in vocabulary.OF_A_THIRD
    return wording.trim(said[0]) if is_name else ""
