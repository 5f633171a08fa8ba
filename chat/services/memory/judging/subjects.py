"""Whom an operation is about, whatever the model filed it under: the person, somebody known, somebody new. Pure."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from chat.services.memory import wording
from chat.services.memory.judging import attribution, clauses, grounding, kinship, namesakes, persons, statements, whom
from chat.services.memory.judging.attribution import Said
from chat.services.memory.judging.clauses import Place
from chat.services.memory.judging.grounding import Sources
from chat.services.memory.judging.persons import Relation
from chat.services.memory.learner.proposal import SELF_ID, KnownEntity, KnownFact, Operation

Code = Literal["not_offered", "no_name", "made_up_name", "not_about_user", "only_a_name"]

_ID = re.compile(r"^[EFN]\d{1,3}$")
_NOBODY = re.compile(
    r"(?:none|null|nil|n/?a|unknown|nobody|someone|somebody|anyone|everyone|it|he|she|they|him|her|them|this|that|we"
    r"|us|who"
    r"|niemand|jemand|er|sie|es|personne|quelqu'un|il|elle|nadie|alguien|él|ella|ingen|noen|han|hun|den|det|他|她"
    r"|它)?",
    re.IGNORECASE,
)
MAX_NAME_CHARACTERS = 200


@dataclass(frozen=True)
class Subject:
    """``entity_id`` is set for somebody known. ``alias`` is another way the person says it, such as "my sister";
    ``disambiguator`` tells two of one name apart, "the dentist"; ``nickname`` is what else they are called.
    """

    kind: str
    name: str
    entity_id: int | None = None
    alias: str = ""
    disambiguator: str = ""
    nickname: str = ""

    @property
    def is_self(self) -> bool:
        return self.kind == "self"


class SubjectError(Exception):
    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code: Code = code


@dataclass(frozen=True)
class Filed:
    """An operation with its subject. ``introduced`` is somebody whose name it gives."""

    operation: Operation
    subject: Subject
    fact: KnownFact | None = None
    introduced: Subject | None = None


@dataclass(frozen=True)
class Cast:
    """Everybody whom a turn can be about. ``text`` is what was typed, ``sources`` what names may come from."""

    text: str
    sources: Sources
    entities: dict[str, KnownEntity]
    facts: dict[str, KnownFact]
    own_name: str

    def file(self, operation: Operation, place: Place, said: Said | None = None) -> Filed:
        """Return ``operation`` under whom it is about by the words of its quote; ``said`` are those of somebody else.

        Raises: SubjectError.
        """
        clause = place.part[place.sentence.start : place.end]
        if said is not None:
            clause = said.within(place)
            operation = attribution.refiled(operation, said, clause, self.entities)
        elif namesakes.says_nickname(operation.attribute, place.sentence.text):
            operation = replace(operation, attribute=namesakes.NICKNAME)
        filed = self._filed(operation, place, clause)
        is_named = filed.operation.attribute == namesakes.NICKNAME and not filed.subject.is_self
        if is_named and grounding.has_name(operation.value, self.sources):
            return replace(filed, introduced=replace(filed.subject, nickname=wording.trim(operation.value)))
        return filed

    def _filed(self, operation: Operation, place: Place, clause: str) -> Filed:
        about = operation.about.strip()
        fact = self.facts.get(about.upper())
        entity = self.entities.get(fact.entity if fact else about.upper())
        if entity is None and _ID.match(about.upper()):
            raise SubjectError("not_offered")
        speaker = clauses.speaker_of(clause, operation.value)
        if (entity is not None and entity.id == SELF_ID) or (entity is None and persons.is_user(about)):
            filed = self._of_self(operation, clause, speaker)
        elif entity is not None:
            filed = self._of_known(operation, entity)
        else:
            filed = self._of_named(operation, place, speaker)
        is_same = fact is not None and filed.subject == self._subject(self.entities[fact.entity])
        return replace(filed, fact=fact if is_same else None)

    @property
    def _first_names(self) -> set[str]:
        return {wording.fold(entity.name.split()[0]) for entity in self.entities.values() if entity.id != SELF_ID}

    @property
    def me(self) -> Subject:
        return self._subject(self.entities[SELF_ID])

    def _subject(self, entity: KnownEntity) -> Subject:
        return Subject(entity.kind, entity.name, entity.entity_id)

    def _of_self(self, operation: Operation, clause: str, speaker: object) -> Filed:
        if wording.fold(operation.attribute) == "name" and (other := self._so_called(operation.value)):
            return self._of_relation(operation, other)
        if isinstance(speaker, Relation) and not self._names_somebody(operation, speaker):
            return self._of_relation(operation, speaker)
        if speaker == "third":
            if relation := whom.related(operation.statement, self.text):
                return self._of_called(operation, relation)
            if name := whom.named(operation.statement, self.sources):
                return self._of_other(operation, name)
            raise SubjectError("not_about_user")
        if speaker is None and (name := whom.named_first(operation, clause, self._first_names)):
            return self._of_other(operation, name)
        statement = statements.about_user(operation.statement)
        return Filed(replace(operation, statement=statement), self.me, introduced=self._introduced(operation))

    def _so_called(self, name: str) -> Relation | None:
        """Return the "my husband" whom the message gives ``name``, or a part of it."""
        wanted = set(wording.words(name))
        if not wanted or persons.names_self(name, self.text):
            return None
        found = persons.relations(self.text)
        return next((one for one in found if wanted <= set(wording.words(persons.name_after(one, self.text)))), None)

    def _names_somebody(self, operation: Operation, relation: Relation) -> bool:
        if kinship.names_somebody(operation, relation):
            return True
        after = wording.fold(self.text).partition(wording.fold(relation.phrase))[2].split()
        return kinship.is_relational(operation.attribute) and after[:1] == [wording.fold(operation.value)]

    def _of_relation(self, operation: Operation, relation: Relation) -> Filed:
        """File what was said of "my sister" under her, though the model filed it under the person."""
        if wording.fold(operation.attribute) == "name" or self._is_named(relation, operation.value):
            return self._naming(relation, operation)
        subject = self._somebody(relation)
        statement = statements.about_other(operation.statement, name=subject.name, relation=relation)
        if statement is None:
            raise SubjectError("not_about_user")
        return Filed(replace(operation, statement=statement), subject)

    def _is_named(self, relation: Relation, value: str) -> bool:
        name = persons.name_after(relation, self.text)
        return bool(name) and wording.fold(name) == wording.fold(value)

    def _naming(self, relation: Relation, operation: Operation) -> Filed:
        """ "My sister is called Alice" is a fact of the person, and gives somebody her name."""
        if not grounding.has_name(operation.value, self.sources):
            raise SubjectError("made_up_name")
        introduced = replace(self._somebody(relation), name=operation.value, alias=relation.phrase)
        restated = replace(
            operation, attribute=relation.key, statement=statements.is_relation(relation, operation.value)
        )
        return Filed(restated, self.me, introduced=introduced)

    def _introduced(self, operation: Operation) -> Subject | None:
        """Return who gets a name by a fact of the person such as sister = Alice."""
        relation = persons.relation_to(operation.value, self.text) if operation.value else None
        if relation is None or not kinship.is_relational(operation.attribute):
            return None
        return replace(self._somebody(relation), name=operation.value, alias=relation.phrase)

    def _of_known(self, operation: Operation, entity: KnownEntity) -> Filed:
        subject = self._subject(entity)
        if wording.fold(operation.attribute) == "name" and wording.fold(operation.value) != wording.fold(entity.name):
            alias = next((alias for alias in (entity.name, *entity.aliases) if persons.relations(alias)), "")
            if alias:
                relation = persons.relations(alias)[0]
                return self._naming(relation, operation)
        return Filed(replace(operation, statement=statements.ended(operation.statement)), subject)

    def _of_named(self, operation: Operation, place: Place, speaker: object) -> Filed:
        name = wording.trim(operation.about)[:MAX_NAME_CHARACTERS]
        if _NOBODY.fullmatch(name):
            raise SubjectError("no_name")
        if self._is_the_person(operation, name, place, speaker):
            statement = statements.about_user(operation.statement, own_name=name)
            return Filed(replace(operation, statement=statement), self.me)
        if relation := persons.relation_called(name, self.text):
            return self._of_called(operation, relation)
        return self._of_other(operation, name)

    def _is_the_person(self, operation: Operation, name: str, place: Place, speaker: object) -> bool:
        """Tell whether a third party is the person themselves: "My name is Priya" filed under Priya."""
        if persons.names_self(name, self.text):
            return True
        if speaker != "first":
            return False
        is_own = bool(self.own_name) and wording.fold(name) == wording.fold(self.own_name)
        is_value = wording.fold(name) == wording.fold(operation.value)
        sentence = place.sentence.text
        is_absent = wording.fold(name) not in wording.fold(sentence) and not persons.mentions_third(sentence)
        return is_own or is_value or (operation.kind in {"self", "person"} and is_absent)

    def _of_called(self, operation: Operation, relation: Relation) -> Filed:
        if wording.fold(operation.attribute) == "name":
            return self._naming(relation, operation)
        subject = self._somebody(relation)
        about = statements.about_other(operation.statement, name=subject.name, relation=relation)
        statement = about or statements.ended(operation.statement)
        return Filed(replace(operation, statement=statement), subject)

    def _of_other(self, operation: Operation, name: str) -> Filed:
        if not grounding.has_name(name, self.sources):
            raise SubjectError("made_up_name")
        relation = persons.relation_to(name, self.text)
        kind = operation.kind if operation.kind != "self" else "other"
        name, which = self._told_apart(name)
        known = self._known_as(name, relation.kind if relation else kind, which)
        if known is not None and relation is not None and not kinship.may_be(known, relation):
            known = None
        subject = self._subject(known) if known else Subject(relation.kind if relation else kind, name)
        subject = replace(subject, alias=relation.phrase if relation else "", disambiguator=which)
        if wording.fold(operation.attribute) == "name" and wording.fold(operation.value) == wording.fold(name):
            if relation is None:
                raise SubjectError("only_a_name")
            return self._naming(relation, operation)
        statement = statements.about_other(operation.statement, name=name, relation=relation)
        return Filed(replace(operation, statement=statement or statements.ended(operation.statement)), subject)

    def _somebody(self, relation: Relation) -> Subject:
        """Return whom "my sister" means: her who is known by it, else somebody new, with the name if it was given."""
        name = persons.name_after(relation, self.text)
        known = self._known_as(relation.phrase, relation.kind)
        if known is not None:
            renamed = name if name and persons.relations(known.name) else known.name
            return Subject(known.kind, renamed, known.entity_id, alias=relation.phrase)
        phrase = relation.phrase[:1].lower() + relation.phrase[1:]
        return Subject(relation.kind, name or phrase, alias=phrase)

    def _told_apart(self, name: str) -> tuple[str, str]:
        """Return the name of "Alice the dentist", and what tells her from another Alice."""
        bare, which = namesakes.split(name)
        return bare, which or namesakes.after(name, self.text)

    def _known_as(self, name: str, kind: str, which: str = "") -> KnownEntity | None:
        """Return the one that was offered under exactly this name; none where there are two."""
        wanted = wording.fold(name)
        found = [
            entity
            for entity in self.entities.values()
            if entity.id != SELF_ID
            and (not which or wording.fold(entity.disambiguator) == wording.fold(which))
            and wanted in {wording.fold(known) for known in (entity.name, *entity.aliases)}
        ]
        alike = [entity for entity in found if kind == "other" or entity.kind in {kind, "other"}]
        return alike[0] if len(alike) == 1 else None
