"""What an entity is called and what it is, set right by hand: name, other names, kind, marks."""

from typing import Any
from uuid import UUID

from django.db import transaction

from chat.models import Entity, EntityAlias, EntityChange, EntityKind, EntityOperation, User
from chat.services.memory import stores
from chat.services.memory.curating import identity
from chat.services.memory.curating.identity import IdentityError

MAX_DISAMBIGUATOR_CHARACTERS = 100


@transaction.atomic
def rename(*, user: User, entity_id: UUID, name: str, disambiguator: str, kind: str) -> EntityChange | None:
    """This function will give an entity another name, words that tell it apart, and another kind.

    The old name stays one of its names. None where nothing is different.
    Raises: NotFound, IdentityError (self, merged, no_name).
    """
    entity = identity.held(user, entity_id)
    if entity.kind == EntityKind.SELF or kind == EntityKind.SELF:
        raise IdentityError("self")
    before = identity.fields_of(entity)
    names = {"entity": entity.name}
    added = give(entity, entity.name)
    entity.name = _clean(name, stores.MAX_NAME_CHARACTERS)
    if not stores.normalise(entity.name):
        raise IdentityError("no_name")
    entity.disambiguator = _clean(disambiguator, MAX_DISAMBIGUATOR_CHARACTERS)
    entity.kind = EntityKind(kind)
    added += give(entity, entity.name)
    return _record(entity, before, {"added": added, "names": names})


@transaction.atomic
def add_alias(*, user: User, entity_id: UUID, text: str) -> EntityChange | None:
    """This function will let ``text`` mean the entity too. None where it does already.

    Raises: NotFound, IdentityError (merged, no_name).
    """
    entity = identity.held(user, entity_id)
    text = _clean(text, stores.MAX_NAME_CHARACTERS)
    if not stores.normalise(text):
        raise IdentityError("no_name")
    added = give(entity, text)
    return _record(entity, {}, {"added": added, "alias": text}) if added else None


@transaction.atomic
def remove_alias(*, user: User, entity_id: UUID, alias_id: int) -> EntityChange:
    """This function will take one of its names from an entity.

    Raises: NotFound, IdentityError (merged, is_name, not_an_alias).
    """
    entity = identity.held(user, entity_id)
    alias = entity.aliases.filter(pk=alias_id).first()
    if alias is None:
        raise IdentityError("not_an_alias")
    if alias.normalised == stores.normalise(entity.name):
        raise IdentityError("is_name")
    alias.delete()
    return identity.record(EntityOperation.RENAMED, entity, {"removed": [alias.text], "alias": alias.text})


@transaction.atomic
def pin(*, user: User, entity_id: UUID, pinned: bool) -> EntityChange | None:
    """This function will set an entity first, or no longer. None where it is so already.

    Raises: NotFound, IdentityError (merged).
    """
    entity = identity.held(user, entity_id)
    before = identity.fields_of(entity)
    entity.pinned = pinned
    return _record(entity, before, {"names": {"entity": entity.name}})


@transaction.atomic
def tell_apart(*, user: User, entity_id: UUID, other_id: UUID) -> list[EntityChange]:
    """This function will note that two entities are not the same: neither is asked about again.

    Raises: NotFound, IdentityError (merged, same, elsewhere).
    """
    entity = identity.held(user, entity_id)
    other = identity.held_beside(user, entity, other_id)
    changes = [_unmark(one, another) for one, another in ((entity, other), (other, entity))]
    return [change for change in changes if change is not None]


def _unmark(entity: Entity, other: Entity) -> EntityChange | None:
    if entity.maybe_same_as_id != other.pk:
        return None
    before = identity.fields_of(entity)
    entity.maybe_same_as = None
    return _record(entity, before, {"names": {"entity": entity.name, "other": other.name}}, other=other)


def _record(
    entity: Entity, before: dict[str, Any], detail: dict[str, Any], *, other: Entity | None = None
) -> EntityChange | None:
    """Store what is different and note it; None where nothing is."""
    changed = identity.differences(before, identity.fields_of(entity))
    if not changed["after"] and not detail.get("added"):
        return None
    entity.save(update_fields=["name", "disambiguator", "kind", "pinned", "maybe_same_as"])
    return identity.record(EntityOperation.RENAMED, entity, {**detail, **changed}, other=other)


def give(entity: Entity, text: str) -> list[int]:
    """Let ``text`` mean the entity too, and return the id of the new alias; nothing where it does already."""
    normalised = stores.normalise(text)
    if not normalised:
        return []
    alias, is_new = EntityAlias.objects.get_or_create(entity=entity, normalised=normalised, defaults={"text": text})
    return [alias.pk] if is_new else []


def undo(change: EntityChange) -> None:
    """Take a change of names and marks back. In the caller's transaction, with the store locked.

    Raises: IdentityError (changed_since) where what it set is no longer so.
    """
    entity, detail = identity.living(change.entity), change.detail
    if entity.pk != change.entity_id:
        raise IdentityError("changed_since")
    if not identity.restore_fields(entity, detail):
        raise IdentityError("changed_since")
    entity.refresh_from_db()
    name = stores.normalise(entity.name)
    EntityAlias.objects.filter(pk__in=detail.get("added", []), entity=entity).exclude(normalised=name).delete()
    for text in detail.get("removed", []):
        give(entity, text)


def _clean(text: str, limit: int) -> str:
    return " ".join(text.split())[:limit].strip()
