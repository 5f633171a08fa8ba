"""How a fact was said: of when, how surely, on whose word, and whether in confidence; by the words alone. Pure."""

from dataclasses import dataclass, replace
from datetime import date

from chat.services.memory.judging import certainty, clauses, sensitivity, validity
from chat.services.memory.judging.attribution import Said
from chat.services.memory.judging.certainty import Certainty
from chat.services.memory.judging.clauses import Place
from chat.services.memory.judging.sensitivity import Kind
from chat.services.memory.judging.validity import UNDATED, Validity


@dataclass(frozen=True)
class Circumstances:
    """``attributed_to`` is who says so, where it is not the person."""

    validity: Validity = UNDATED
    certainty: Certainty = "sure"
    attributed_to: str = ""
    sensitivity: Kind = ""

    @property
    def is_firm(self) -> bool:
        """Tell whether the person said it themselves, without doubt."""
        return self.certainty == "sure" and not self.attributed_to


PLAIN = Circumstances()


def of_time(place: Place, value: str, on: date | None) -> Validity:
    """Return when it is true by the words around ``place``; what is put in the place of something else holds now."""
    sentence = place.sentence.text
    found = validity.of(sentence, value=value, on=on)
    says_now = clauses.says_now(clauses.clause_of(sentence, value))
    return replace(found, holds=True) if says_now and not (found.is_over or found.is_planned) else found


def of_words(
    place: Place, value: str, *, attribute: str, statement: str, kind: str, said: Said | None
) -> Circumstances:
    """Return how surely, on whose word and in what confidence it was said; the time is not looked at."""
    sentence = place.sentence.text
    clause = clauses.clause_of(sentence, value)
    return Circumstances(
        certainty=certainty.of(sentence, value=value),
        attributed_to=said.who if said else "",
        sensitivity=sensitivity.of(attribute, "\n".join((clause, value, statement)), kind=kind),
    )
