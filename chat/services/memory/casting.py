"""Entities by the names that people give them: found by exact alias and kind, made where there is none, renamed when
"my sister" turns out to be Alice. Never by likeness: a wrong merge is worse than a miss.
"""

from django.utils import timezone

from chat.models import Entity, EntityAlias, EntityKind
from chat.services.memory import persons, stores
from chat.services.memory.stores import Store
from chat.services.memory.subjects import Subject


def entity_of(subject: Subject, me: Entity) -> Entity:
    """Return the entity that ``subject`` means in the store of ``me``, made if there is none, with its names."""
    if subject.is_self:
        return me
    store = Store(me.owner_id, me.conversation_id)
    entity = _known(subject, store) or _new(subject, store)
    _name(entity, subject)
    return entity


def _known(subject: Subject, store: Store) -> Entity | None:
    others = stores.entities(store).exclude(kind=EntityKind.SELF)
    if subject.entity_id is not None and (offered := others.filter(pk=subject.entity_id).first()) is not None:
        return offered
    if subject.alias:
        called = [entity for entity in _by_alias(subject.alias, store) if _may_be_called(entity, subject.name)]
        if len(called) == 1:
            return called[0]
    named = [
        entity
        for entity in _by_alias(subject.name, store)
        if _is_of_kind(entity, subject.kind) and _may_be(entity, subject.alias)
    ]
    return named[0] if len(named) == 1 else None


def _by_alias(name: str, store: Store) -> list[Entity]:
    normalised = stores.normalise(name)
    others = stores.entities(store).exclude(kind=EntityKind.SELF)
    return list(others.filter(aliases__normalised=normalised).distinct()) if normalised else []


def _may_be_called(entity: Entity, name: str) -> bool:
    """ "My sister" may turn out to be Alice while she has no name; once she is Anna, Alice is another sister."""
    return is_phrase(entity.name) or is_phrase(name) or stores.normalise(entity.name) == stores.normalise(name)


def _is_of_kind(entity: Entity, kind: str) -> bool:
    return entity.kind == kind or EntityKind.OTHER in {entity.kind, kind}


def _may_be(entity: Entity, alias: str) -> bool:
    """My sister Alice is not my colleague Alice, as far as anybody said."""
    relations = {stores.normalise(known.text) for known in entity.aliases.all() if is_phrase(known.text)}
    return not alias or not relations or stores.normalise(alias) in relations


def is_phrase(name: str) -> bool:
    """Tell whether ``name`` only says who somebody is to the person, such as "my sister"."""
    return any(found.start == 0 and found.end == len(name) for found in persons.relations(name))


def _new(subject: Subject, store: Store) -> Entity:
    name = subject.name[: stores.MAX_NAME_CHARACTERS]
    return Entity.objects.create(**store.columns, kind=subject.kind, name=name)


def _name(entity: Entity, subject: Subject) -> None:
    """Give the entity all names of ``subject``; the old ones stay as aliases."""
    if is_phrase(entity.name) and not is_phrase(subject.name):
        entity.name = subject.name[: stores.MAX_NAME_CHARACTERS]
    if entity.kind == EntityKind.OTHER:
        entity.kind = subject.kind
    entity.updated_at = timezone.now()
    entity.save(update_fields=["name", "kind", "updated_at"])
    for text in filter(None, (subject.name, subject.alias)):
        add_alias(entity, text)


def add_alias(entity: Entity, text: str) -> None:
    """Let ``text`` mean the entity too; it may mean others as well."""
    text = text[: stores.MAX_NAME_CHARACTERS]
    normalised = stores.normalise(text)
    if normalised:
        EntityAlias.objects.get_or_create(entity=entity, normalised=normalised, defaults={"text": text})
