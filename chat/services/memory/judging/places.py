"""Where in a message a quote stands, and whether what stands there may be kept at all. Pure."""

from collections.abc import Sequence

from chat.services.memory import wording
from chat.services.memory.judging import clauses, credentials, gate, grounding, poison
from chat.services.memory.judging.clauses import Place
from chat.services.memory.judging.grounding import Sources
from chat.services.memory.judging.verdicts import RefusedError
from chat.services.memory.learner.proposal import Operation

MAX_NAME_WORDS = 3


def of(operation: Operation, parts: Sequence[str], said: Sources, *, hidden: Sequence[str]) -> Place:
    """Return where the quote of ``operation`` stands in the typed ``parts``, if it states something that may be kept.

    ``said`` are the words that names may come from; ``hidden`` is what in the message gives access, folded.
    Raises: RefusedError.
    """
    if not operation.quote:
        raise RefusedError("no_quote")
    place = grounding.find(operation.quote, parts) or _by_pronoun(operation.quote, parts, said)
    if place is None:
        raise RefusedError("not_typed")
    if gate.is_trivial(place.text):
        raise RefusedError("trivial")
    standing = clauses.standing(place)
    if standing != "stated":
        raise RefusedError(standing)
    _check_content(operation, place, hidden)
    return place


def _by_pronoun(quote: str, parts: Sequence[str], said: Sources) -> Place | None:
    """Find "she has two cats" where the model quotes "Alice has two cats"."""
    words = quote.split()
    for length in range(1, min(MAX_NAME_WORDS, len(words) - 2) + 1):
        if not grounding.has_name(" ".join(words[:length]), said):
            return None
        place = grounding.find(" ".join(words[length:]), parts)
        if place is not None and clauses.goes_on(place):
            return place
    return None


def _check_content(operation: Operation, place: Place, hidden: Sequence[str]) -> None:
    """Refuse what gives access, also where it stands beside the quote, and what tells the assistant what to do."""
    proposed = (operation.value, operation.statement)
    if any(credentials.found(text) for text in (place.sentence.text, *proposed)):
        raise RefusedError("credential")
    if any(secret in wording.fold(text) for secret in hidden for text in (place.text, *proposed)):
        raise RefusedError("credential")
    if poison.speaks_of_the_user(place.text) or any(poison.found(text) for text in (place.sentence.text, *proposed)):
        raise RefusedError("instruction")
