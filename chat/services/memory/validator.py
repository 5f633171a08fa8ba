"""The model proposes, code disposes: which of the proposed operations may change the memory, and which not, and why.

Pure. What is accepted here is settled against the store, as it is at that moment, by ``settlement``.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from chat.services.memory import clauses, credentials, gate, grounding, keys, subjects, typed, wording
from chat.services.memory.clauses import Place
from chat.services.memory.grounding import Sources
from chat.services.memory.proposal import KnownEntity, KnownFact, Operation, Proposal, Verb
from chat.services.memory.subjects import Cast, Filed, Subject

MAX_OPERATIONS = 12
MAX_RETIREMENTS = 3
MAX_QUOTE_CHARACTERS = 1000

Reason = (
    subjects.Code
    | clauses.Standing
    | Literal[
        "no_quote", "not_typed", "trivial", "credential", "no_value", "made_up_value", "made_up_statement", "denied",
        "nothing_ended", "not_said_again", "twice", "second_value",
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Spoken:
    """What was said: the new message, and the person's own words in the turns shown for reference."""

    message: str
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What was offered to the model, the person first, and their own name where it is known."""

    entities: tuple[KnownEntity, ...]
    facts: tuple[KnownFact, ...] = ()
    own_name: str = ""


@dataclass(frozen=True)
class Accepted:
    """An operation that may take effect. ``fact_id`` is what it changes; ``for_review`` beyond what one turn may do."""

    verb: Verb
    subject: Subject
    attribute: str
    value: str
    statement: str
    quote: str
    fact_id: int | None = None
    for_review: bool = False


@dataclass(frozen=True)
class Refused:
    operation: Operation
    reason: str


@dataclass(frozen=True)
class Judgement:
    """Shapes: ``introduced`` are those whose names were given, in their order; each list in the model's order."""

    accepted: tuple[Accepted, ...]
    refused: tuple[Refused, ...]
    introduced: tuple[Subject, ...]


class RefusedError(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def judge(proposal: Proposal, *, spoken: Spoken, known: Known) -> Judgement:
    """Return which operations of ``proposal`` may take effect, and why the others may not."""
    court = _Court(spoken, known)
    for operation in proposal.operations:
        try:
            court.hear(operation)
        except RefusedError as refusal:
            court.refused.append(Refused(operation, refusal.reason))
        except subjects.SubjectError as error:
            court.refused.append(Refused(operation, error.code))
    return Judgement(tuple(_limited(court.accepted)), tuple(court.refused), tuple(court.introduced))


def _limited(accepted: list[Accepted]) -> list[Accepted]:
    """Let more than a turn's share wait for review."""
    limited = []
    retirements = 0
    for place, operation in enumerate(accepted):
        retirements += operation.verb == "retire"
        is_over = place >= MAX_OPERATIONS or (operation.verb == "retire" and retirements > MAX_RETIREMENTS)
        limited.append(replace(operation, for_review=is_over))
    return limited


class _Court:
    """One turn's operations, heard one after another."""

    def __init__(self, spoken: Spoken, known: Known) -> None:
        self.accepted: list[Accepted] = []
        self.refused: list[Refused] = []
        self.introduced: list[Subject] = []
        self._parts = typed.parts(spoken.message)
        text = "\n".join(self._parts)
        names = [name for entity in known.entities for name in (entity.name, *entity.aliases)]
        facts = [f"{fact.value}\n{fact.statement}" for fact in known.facts]
        self._sources = Sources((text, *spoken.earlier, *names, *facts))
        self._said_now = Sources((text, *spoken.earlier))
        self._cast = Cast(
            text=text,
            sources=self._sources,
            entities={entity.id: entity for entity in known.entities},
            facts={fact.id: fact for fact in known.facts},
            own_name=known.own_name,
        )

    def hear(self, operation: Operation) -> None:
        place = self._place(operation)
        filed = self._cast.file(operation, place)
        accepted = self._VERBS[operation.verb](self, filed, place)
        self._check_repeats(accepted, place)
        self.accepted.append(accepted)
        if filed.introduced is not None:
            self.introduced.append(filed.introduced)

    def _place(self, operation: Operation) -> Place:
        """Return where the quote stands, if it states something that may be kept."""
        if not operation.quote:
            raise RefusedError("no_quote")
        place = grounding.find(operation.quote, self._parts)
        if place is None:
            raise RefusedError("not_typed")
        if gate.is_trivial(place.text):
            raise RefusedError("trivial")
        standing = clauses.standing(place)
        if standing != "stated":
            raise RefusedError(standing)
        if any(credentials.found(text) for text in (place.sentence.text, operation.value, operation.statement)):
            raise RefusedError("credential")
        return place

    def _add(self, filed: Filed, place: Place) -> Accepted:
        operation, subject = filed.operation, filed.subject
        attribute = keys.normalise(operation.attribute, of_being=subject.kind in {"self", "person", "pet"})
        self._check_words(operation)
        sentence = place.part[place.sentence.start : place.end]
        if self._is_denied(operation, attribute, sentence):
            return self._ended(filed, place)
        if keys.is_single(attribute) and clauses.is_past(clauses.clause_of(sentence, operation.value)):
            attribute = f"former_{attribute}"
        return Accepted("add", subject, attribute, wording.trim(operation.value), operation.statement, _quote(place))

    def _check_words(self, operation: Operation) -> None:
        if not wording.fold(operation.value):
            raise RefusedError("no_value")
        if not grounding.has_value(operation.value, self._said_now):
            raise RefusedError("made_up_value")
        if not operation.statement or not grounding.has_statement(operation.statement, self._sources):
            raise RefusedError("made_up_statement")

    def _is_denied(self, operation: Operation, attribute: str, sentence: str) -> bool:
        """Tell whether the words deny what the operation claims, or say that it is over."""
        if not clauses.is_denied(sentence, operation.value):
            return False
        claims_denial = clauses.negates(operation.statement) or attribute in keys.DENYING
        return not claims_denial or clauses.says_over(clauses.clause_of(sentence, operation.value))

    def _ended(self, filed: Filed, place: Place) -> Accepted:
        """Turn "I don't have a dog any more" into the end of the known fact, whatever the model made of it."""
        fact = self._known_fact(filed)
        if fact is None:
            raise RefusedError("denied")
        return self._retirement(filed, fact, place)

    def _known_fact(self, filed: Filed) -> KnownFact | None:
        """Return the known fact of the subject that has the operation's value."""
        wanted = set(wording.words(filed.operation.value))
        for fact in self._cast.facts.values():
            entity = self._cast.entities[fact.entity]
            said = set(wording.words(fact.value)) | set(wording.words(fact.statement))
            if entity.entity_id == filed.subject.entity_id and wanted and wanted <= said:
                return fact
        return None

    def _update(self, filed: Filed, place: Place) -> Accepted:
        """A fact changes only to another value of the same attribute; anything else is a new fact."""
        added = self._add(filed, place)
        fact = filed.fact
        if fact is None or added.verb != "add" or fact.attribute != added.attribute:
            return added
        replaces = clauses.says_now(place.sentence.text) or clauses.says_it_ended(place.sentence.text)
        names_old = wording.fold(fact.value) in wording.fold(place.sentence.text)
        if keys.is_single(added.attribute) or replaces or names_old:
            return replace(added, verb="update", fact_id=fact.fact_id)
        return added

    def _retire(self, filed: Filed, place: Place) -> Accepted:
        fact = filed.fact or self._known_fact(filed)
        if fact is None or not clauses.says_it_ended(place.sentence.text):
            raise RefusedError("nothing_ended")
        return self._retirement(filed, fact, place)

    def _retirement(self, filed: Filed, fact: KnownFact, place: Place) -> Accepted:
        quote = _quote(place)
        statement = filed.operation.statement or fact.statement
        return Accepted("retire", filed.subject, fact.attribute, fact.value, statement, quote, fact.fact_id)

    def _confirm(self, filed: Filed, place: Place) -> Accepted:
        """A fact is confirmed only by words that say it again: "not Google, Meta" does not confirm Google."""
        fact = filed.fact
        if fact is None:
            return self._add(filed, place)
        sentence = place.sentence.text
        if not grounding.has_value(fact.value, Sources((sentence,))):
            raise RefusedError("not_said_again")
        if clauses.is_denied(sentence, fact.value) and not clauses.negates(fact.statement):
            return self._retirement(filed, fact, place)
        quote = _quote(place)
        return Accepted("confirm", filed.subject, fact.attribute, fact.value, fact.statement, quote, fact.fact_id)

    _VERBS: dict[Verb, Callable[["_Court", Filed, Place], Accepted]] = {
        "add": _add,
        "update": _update,
        "retire": _retire,
        "confirm": _confirm,
    }

    def _check_repeats(self, new: Accepted, place: Place) -> None:
        for old in self.accepted:
            if (old.subject, old.attribute) != (new.subject, new.attribute):
                continue
            if (old.verb == "retire") != (new.verb == "retire"):
                continue
            if wording.fold(old.value) == wording.fold(new.value):
                raise RefusedError("twice")
            if keys.is_single(new.attribute) and not clauses.says_now(clauses.clause_of(place.text, new.value)):
                raise RefusedError("second_value")


def _quote(place: Place) -> str:
    return place.text[:MAX_QUOTE_CHARACTERS]
