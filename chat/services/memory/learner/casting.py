"""Entities by the names that people give them: found by exact alias and kind, made where there is none, renamed when
"my sister" turns out to be Alice. Never by likeness: a wrong merge is worse than a miss, and where it cannot be told,
the person is asked.
"""

from collections.abc import Iterable

from django.utils import timezone

from chat.models import Entity, EntityAlias, EntityChange, EntityKind, EntityOperation
from chat.services.memory import stores
from chat.services.memory.judging import persons
from chat.services.memory.judging.subjects import Subject
from chat.services.memory.stores import Store

MAX_MERGES = 10
MAX_DISAMBIGUATOR_CHARACTERS = 100


def entity_of(subject: Subject, me: Entity) -> Entity:
    """Return the entity that ``subject`` means in the store of ``me``, made if there is none, with its names."""
    return resolve(subject, me)[0]


def resolve(subject: Subject, me: Entity) -> tuple[Entity, bool]:
    """Return the entity that ``subject`` means, with its names, and whether it was made for this."""
    if subject.is_self:
        return me, False
    store = Store(me.owner_id, me.conversation_id)
    known, likeliest = _known(subject, store)
    entity = known or _new(subject, store, maybe_same_as=likeliest)
    _name(entity, subject)
    return entity, known is None


def target(entity: Entity) -> Entity:
    """Return what ``entity`` was merged into, itself where it was not."""
    for _ in range(MAX_MERGES):
        if entity.merged_into is None:
            break
        entity = entity.merged_into
    return entity


def _known(subject: Subject, store: Store) -> tuple[Entity | None, Entity | None]:
    """Return whom ``subject`` means, or nobody and whom it may mean."""
    others = Entity.objects.filter(**store.columns).exclude(kind=EntityKind.SELF)
    if subject.entity_id is not None and (offered := others.filter(pk=subject.entity_id).first()) is not None:
        return target(offered), None
    if subject.alias:
        called = [entity for entity in _by_alias(subject.alias, store) if _may_be_called(entity, subject.name)]
        if len(called) == 1:
            return called[0], None
    named = [
        entity
        for entity in _by_alias(subject.name, store)
        if _is_of_kind(entity, subject.kind) and _may_be(entity, subject.alias)
    ]
    return _among(named, subject.disambiguator)


def _among(named: list[Entity], which: str) -> tuple[Entity | None, Entity | None]:
    """Choose among namesakes: "Alice the dentist" is no other Alice; plain "Alice" is the only one there is."""
    if which:
        alike = [entity for entity in named if _is_told_by(entity, which)]
        maybe = [entity for entity in named if not entity.disambiguator]
    else:
        unsure = [entity for entity in named if entity.maybe_same_as_id and not entity.disambiguator]
        alike, maybe = named if len(named) == 1 else unsure, named
    if len(alike) == 1:
        return alike[0], None
    return None, _likeliest(alike or maybe)


def _is_told_by(entity: Entity, which: str) -> bool:
    """Tell whether the entity is known as "the dentist", or as "my dentist"."""
    wanted = stores.normalise(which)
    relations = {stores.normalise(alias.text) for alias in entity.aliases.all() if persons.is_phrase(alias.text)}
    noun = wanted.rsplit(" ", 1)[-1]
    return stores.normalise(entity.disambiguator) == wanted or noun in {name.rsplit(" ", 1)[-1] for name in relations}


def _likeliest(entities: Iterable[Entity]) -> Entity | None:
    """Return who was talked about last."""
    return max(entities, key=lambda entity: (entity.updated_at, entity.pk), default=None)


def _by_alias(name: str, store: Store) -> list[Entity]:
    """Return those of exactly this name, each once; who was merged is whom they were merged into."""
    normalised = stores.normalise(name)
    if not normalised:
        return []
    others = Entity.objects.filter(**store.columns).exclude(kind=EntityKind.SELF).select_related("merged_into")
    found = others.filter(aliases__normalised=normalised).order_by("pk").distinct()
    return list({entity.pk: entity for entity in map(target, found)}.values())


def _may_be_called(entity: Entity, name: str) -> bool:
    """ "My sister" may turn out to be Alice while she has no name; once she is Anna, Alice is another sister."""
    is_nickname = any(alias.normalised == stores.normalise(name) for alias in entity.aliases.all())
    return persons.is_phrase(entity.name) or persons.is_phrase(name) or is_nickname


def _is_of_kind(entity: Entity, kind: str) -> bool:
    return entity.kind == kind or EntityKind.OTHER in {entity.kind, kind}


def _may_be(entity: Entity, alias: str) -> bool:
    """My sister Alice is not my colleague Alice, as far as anybody said."""
    relations = {stores.normalise(known.text) for known in entity.aliases.all() if persons.is_phrase(known.text)}
    return not alias or not relations or stores.normalise(alias) in relations


def _new(subject: Subject, store: Store, *, maybe_same_as: Entity | None) -> Entity:
    return Entity.objects.create(
        **store.columns,
        kind=subject.kind,
        name=subject.name[: stores.MAX_NAME_CHARACTERS],
        disambiguator=subject.disambiguator[:MAX_DISAMBIGUATOR_CHARACTERS],
        maybe_same_as=maybe_same_as,
    )


def _name(entity: Entity, subject: Subject) -> None:
    """Give the entity all names of ``subject``; the old ones stay as aliases."""
    if persons.is_phrase(entity.name) and not persons.is_phrase(subject.name):
        _rename(entity, subject.name[: stores.MAX_NAME_CHARACTERS])
    if entity.kind == EntityKind.OTHER:
        entity.kind = subject.kind
    entity.updated_at = timezone.now()
    entity.save(update_fields=["name", "kind", "updated_at"])
    which = subject.disambiguator and f"{subject.name} {subject.disambiguator}"
    for text in filter(None, (subject.name, subject.alias, subject.nickname, which)):
        add_alias(entity, text)


def _rename(entity: Entity, name: str) -> None:
    """Give the entity its name, in a way that can be undone."""
    detail = {"before": {"name": entity.name}, "after": {"name": name}, "names": {"entity": entity.name}}
    EntityChange.objects.create(
        owner_id=entity.owner_id, entity=entity, operation=EntityOperation.RENAMED, detail=detail
    )
    entity.name = name


def add_alias(entity: Entity, text: str) -> None:
    """Let ``text`` mean the entity too; it may mean others as well."""
    text = text[: stores.MAX_NAME_CHARACTERS]
    normalised = stores.normalise(text)
    if normalised:
        EntityAlias.objects.get_or_create(entity=entity, normalised=normalised, defaults={"text": text})
