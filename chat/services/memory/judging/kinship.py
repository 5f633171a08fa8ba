"""Who people are to the person, as facts say it. Pure."""

from chat.services.memory import wording
from chat.services.memory.judging import persons, vocabulary
from chat.services.memory.judging.persons import Relation
from chat.services.memory.learner.proposal import KnownEntity, Operation


def may_be(known: KnownEntity, relation: Relation) -> bool:
    """Tell whether somebody known may be "my colleague Alice": not if she is known as my sister."""
    called = {wording.fold(name) for name in (known.name, *known.aliases) if persons.relations(name)}
    return not called or wording.fold(relation.phrase) in called


def names_somebody(operation: Operation, relation: Relation) -> bool:
    """Tell whether an operation says whom the person has: sister = Alice, pet = dog; not boyfriend = Argentinian."""
    value = operation.value
    is_noun = wording.fold(value) in {relation.noun, relation.key}
    has_name = value[:1].isupper() or f" {value[:1].upper()}{value[1:]}" in operation.statement
    return (is_noun or has_name or wording.is_unspaced(value)) and is_relational(operation.attribute)


def is_relational(attribute: str) -> bool:
    return bool(set(wording.fold(attribute.replace("_", " ")).split()) & vocabulary.RELATIONAL)
