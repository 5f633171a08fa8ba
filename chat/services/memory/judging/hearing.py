"""The hearing of one turn's operations, one after another: quote, subject, words, denials, repeats. Pure."""

from collections.abc import Callable
from dataclasses import replace

from chat.services.memory import keys, wording
from chat.services.memory.judging import (
    attribution,
    circumstances,
    clauses,
    credentials,
    grounding,
    moments,
    persons,
    places,
    statements,
    tense,
    typed,
)
from chat.services.memory.judging.attribution import Said
from chat.services.memory.judging.circumstances import Circumstances
from chat.services.memory.judging.clauses import Place
from chat.services.memory.judging.grounding import Sources
from chat.services.memory.judging.subjects import Cast, Filed, Subject
from chat.services.memory.judging.verdicts import Accepted, Known, RefusedError, Spoken
from chat.services.memory.learner.proposal import KnownFact, Operation, Verb

MAX_QUOTE_CHARACTERS = 1000


class Court:
    """One turn's operations, heard one after another."""

    def __init__(self, spoken: Spoken, known: Known) -> None:
        self.accepted: list[Accepted] = []
        self.introduced: list[Subject] = []
        self._parts = typed.parts(spoken.message, spoken.pasted)
        text = "\n".join(self._parts)
        names = [name for entity in known.entities for name in (entity.name, *entity.aliases)]
        facts = [f"{fact.value}\n{fact.statement}" for fact in known.facts]
        self._sources = Sources((text, *spoken.earlier, *names, *facts))
        self._said_now = Sources((text, *spoken.earlier))
        self._earlier = spoken.earlier
        self._on = spoken.on
        self._secrets = [wording.fold(secret) for secret in credentials.secrets(spoken.message)]
        self._cast = Cast(
            text=text,
            sources=self._sources,
            entities={entity.id: entity for entity in known.entities},
            facts={fact.id: fact for fact in known.facts},
            own_name=known.own_name,
        )

    def hear(self, operation: Operation) -> None:
        place = places.of(operation, self._parts, self._said_now, hidden=self._secrets)
        said = attribution.over(place)
        if said is not None and said.by_assistant:
            raise RefusedError("quoted")
        filed = self._cast.file(operation, place, said)
        accepted = self._VERBS[operation.verb](self, filed, place)
        accepted = self._with_words(accepted, place, said)
        self._check_repeats(accepted, place)
        self.accepted.append(accepted)
        if filed.introduced is not None:
            self.introduced.append(filed.introduced)

    def _with_words(self, accepted: Accepted, place: Place, said: Said | None) -> Accepted:
        """Return the operation with how it was said; what people say of themselves is on nobody else's word."""
        subject = accepted.subject
        if said is not None and any(
            attribution.is_called(said.who, name) for name in (subject.name, subject.alias) if not subject.is_self
        ):
            said = None
        how = circumstances.of_words(
            place,
            accepted.value,
            attribute=accepted.attribute,
            statement=accepted.statement,
            kind=subject.kind,
            said=said,
        )
        return replace(accepted, circumstances=replace(how, validity=accepted.circumstances.validity))

    def _add(self, filed: Filed, place: Place) -> Accepted:
        operation, subject = filed.operation, filed.subject
        attribute = keys.normalise(operation.attribute, of_being=subject.kind in {"self", "person", "pet"})
        operation = self._worded(operation, subject, attribute, place)
        sentence = place.part[place.sentence.start : place.end]
        if clauses.is_denied(sentence, operation.value) and not clauses.negates(operation.value):
            if (ended := self._ended(filed, attribute, place)) is not None:
                return ended
            attribute = self._denied(operation, attribute)
        new = Accepted("add", subject, attribute, wording.trim(operation.value), operation.statement, _quote(place))
        in_time = self._in_time(new, place)
        if in_time.attribute == attribute:
            _check_not_over(attribute, operation.value, self._known_fact(filed), place)
        return in_time

    def _in_time(self, accepted: Accepted, place: Place) -> Accepted:
        """File what is over as former and what is to come as planned, in words that do not say it is so now."""
        if not keys.has_times(accepted.attribute):
            return accepted
        when = circumstances.of_time(place, accepted.value, self._on)
        accepted = replace(accepted, circumstances=Circumstances(validity=when))
        filed = keys.former if when.is_over else keys.planned if when.is_planned else str
        attribute, said = filed(accepted.attribute), accepted.statement
        if attribute == accepted.attribute:
            return accepted
        says_when = "⟦" in moments.marked(said, self._on) or clauses.is_past(said) or tense.is_coming(said)
        if not says_when and not tense.happened(said):
            whose = "The user" if accepted.subject.is_self else accepted.subject.name
            said = statements.as_said(clauses.clause_of(place.sentence.text, accepted.value), whose)
        return replace(accepted, attribute=attribute, statement=said)

    def _worded(self, operation: Operation, subject: Subject, attribute: str, place: Place) -> Operation:
        """Return the operation in words that were said; a statement that says more is replaced by a plain one."""
        # That a sister is "my sister" says nothing.
        if not wording.fold(operation.value) or (subject.is_self and persons.is_phrase(operation.value)):
            raise RefusedError("no_value")
        sentence = Sources((place.sentence.text, *self._earlier))
        if not grounding.has_value(operation.value, self._said_now) or not grounding.touches(operation.value, sentence):
            raise RefusedError("made_up_value")
        if attribute == "dislikes" and not clauses.is_against(place.sentence.text):
            raise RefusedError("made_up_value")
        if self._is_told(operation):
            return operation
        whose = "The user" if subject.is_self else subject.name
        return replace(operation, statement=statements.of_value(attribute, operation.value, whose))

    def _is_told(self, operation: Operation) -> bool:
        """Tell whether the statement says no more than was said, with names as written: München, not Munich."""
        statement = operation.statement
        if not statement or not grounding.has_statement(statement, self._sources):
            return False
        return all(grounding.has_name(name, Sources((statement,))) for name in grounding.names_in(operation.value))

    def _ended(self, filed: Filed, attribute: str, place: Place) -> Accepted | None:
        """Turn "I don't have a dog any more" into the end of the known fact, whatever the model made of it."""
        if attribute in keys.DENYING:
            return None
        fact = self._known_fact(filed)
        return self._retirement(filed, fact, place) if fact is not None else None

    def _denied(self, operation: Operation, attribute: str) -> str:
        """Return the key under which a denial is filed: what the statement claims has to be denied as well."""
        if attribute in keys.DENYING:
            return attribute
        if not clauses.negates(operation.statement):
            raise RefusedError("denied")
        return keys.denied(attribute)

    def _known_fact(self, filed: Filed) -> KnownFact | None:
        """Return the known fact of the subject that has the operation's value."""
        wanted = set(wording.words(filed.operation.value))
        for fact in self._cast.facts.values():
            entity = self._cast.entities[fact.entity]
            said = set(wording.words(fact.value)) | set(wording.words(fact.statement))
            is_denial = clauses.negates(fact.statement)
            if entity.entity_id == filed.subject.entity_id and wanted and wanted <= said and not is_denial:
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
        if self._says_what_instead(filed.operation, fact, place):
            return self._update(filed, place)
        return self._retirement(filed, fact, place)

    def _says_what_instead(self, operation: Operation, fact: KnownFact, place: Place) -> bool:
        """Tell whether what is called an end names a new value: "not Google any more, but Meta"."""
        value = operation.value
        is_new = wording.fold(value) not in {"", wording.fold(fact.value)}
        is_said = is_new and wording.fold(value) in wording.fold(place.sentence.text)
        return is_said and not clauses.is_denied(place.sentence.text, value)

    def _retirement(self, filed: Filed, fact: KnownFact, place: Place) -> Accepted:
        statement = filed.operation.statement or fact.statement
        when = self._time_of(fact, place)
        return Accepted(
            "retire",
            filed.subject,
            fact.attribute,
            fact.value,
            statement,
            _quote(place),
            fact.fact_id,
            circumstances=when,
        )

    def _time_of(self, fact: KnownFact, place: Place) -> Circumstances:
        """Return when a known fact begins or ends by the words; the date of a birthday is no such time."""
        if not keys.has_times(fact.attribute):
            return Circumstances()
        return Circumstances(validity=circumstances.of_time(place, fact.value, self._on))

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
        if clauses.is_left(sentence, fact.value):
            raise RefusedError("not_said_again")
        when = self._time_of(fact, place)
        if when.validity.is_over or when.validity.is_planned:
            return self._add(filed, place)
        return Accepted(
            "confirm", filed.subject, fact.attribute, fact.value, fact.statement, _quote(place), fact.fact_id,
            circumstances=when,
        )  # fmt: skip

    _VERBS: dict[Verb, Callable[["Court", Filed, Place], Accepted]] = {
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


def _check_not_over(attribute: str, value: str, known: KnownFact | None, place: Place) -> None:
    """Refuse to take for so what the sentence says was left, or has ended: nothing that ended is confirmed."""
    sentence = place.sentence.text
    if keys.is_single(attribute) and clauses.is_moved_from(sentence, value):
        raise RefusedError("denied")
    is_known = known is not None and known.attribute == attribute
    if is_known and clauses.says_it_ended(sentence) and not clauses.negates(sentence):
        raise RefusedError("denied")


def _quote(place: Place) -> str:
    return place.text[:MAX_QUOTE_CHARACTERS]
