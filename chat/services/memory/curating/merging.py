"""Two entities that are one: what is known of both goes together, and can be taken apart again."""

from typing import Any
from uuid import UUID

from django.db import transaction

from chat.models import Entity, EntityAlias, EntityChange, EntityKind, EntityOperation, Fact, User
from chat.services.memory import stores
from chat.services.memory.curating import identity, moving, naming
from chat.services.memory.curating.identity import IdentityError
from chat.services.memory.judging import persons

MAX_HINTS = 10


@transaction.atomic
def merge(*, user: User, entity_id: UUID, other_id: UUID) -> EntityChange:
    """This function will put all that is known of another entity, and its names, to the one that stays.

    The person's own entity is never the one that goes: it takes the other in. The row that goes stays in the
    database, hidden, so that it can be undone.
    Raises: NotFound, IdentityError (same, elsewhere, merged).
    """
    into = identity.held(user, entity_id)
    other = identity.held_beside(user, into, other_id)
    if other.kind == EntityKind.SELF:
        into, other = other, into
    before = identity.fields_of(into)
    names = {"entity": _label(into), "other": _label(other)}
    moved = moving.move(list(Fact.objects.filter(entity=other)), into)
    detail = {"facts": moved.facts, "given_way": moved.given_way, "names": names, "marks": _move_marks(other, into)}
    detail |= _move_names(other, into)
    _take_over(into, other)
    other.merged_into, other.maybe_same_as = into, None
    other.save(update_fields=["merged_into", "maybe_same_as"])
    detail |= identity.differences(before, identity.fields_of(into))
    return identity.record(EntityOperation.MERGED, into, detail, other=other)


def _label(entity: Entity) -> str:
    return f"{entity.name} ({entity.disambiguator})" if entity.disambiguator else entity.name


def _move_names(other: Entity, into: Entity) -> dict[str, Any]:
    """Give ``into`` the names of ``other``. A name that both have is dropped, and kept for the undo."""
    here = set(into.aliases.values_list("normalised", flat=True))
    shared = list(other.aliases.filter(normalised__in=here))
    dropped = [alias.text for alias in shared]
    EntityAlias.objects.filter(pk__in=[alias.pk for alias in shared]).delete()
    moved = list(other.aliases.values_list("pk", flat=True))
    other.aliases.update(entity=into)
    return {"aliases": moved, "dropped": dropped, "added": naming.give(into, other.name)}


def _move_marks(other: Entity, into: Entity) -> list[list[int | None]]:
    """Whoever may be the same as ``other`` may now be the same as ``into``. Shapes: [entity, was marked with, now]."""
    pointing = Entity.objects.filter(maybe_same_as=other)
    marks: list[list[int | None]] = [
        [pk, other.pk, into.pk] for pk in pointing.exclude(pk=into.pk).values_list("pk", flat=True)
    ]
    if other.maybe_same_as_id is not None:
        marks.append([other.pk, other.maybe_same_as_id, None])
    if into.maybe_same_as_id == other.pk:
        into.maybe_same_as = None
    pointing.exclude(pk=into.pk).update(maybe_same_as=into)
    return marks


def _take_over(into: Entity, other: Entity) -> None:
    """What only the other was known for: a name instead of "my sister", what it is, how to tell it apart."""
    if into.kind != EntityKind.SELF:
        if persons.is_phrase(into.name) and not persons.is_phrase(other.name):
            into.name = other.name
        if into.kind == EntityKind.OTHER:
            into.kind = other.kind
        into.disambiguator = into.disambiguator or other.disambiguator
    into.pinned = into.pinned or other.pinned
    into.save(update_fields=["name", "kind", "disambiguator", "pinned", "maybe_same_as"])


def undo(change: EntityChange) -> None:
    """Take a merge apart: facts, names and marks go back as far as they stand where it put them.

    What was learned since stays with the entity that stayed. In the caller's transaction, with the store locked.
    Raises: IdentityError (changed_since).
    """
    other, detail = change.other, change.detail
    if other is None or other.merged_into_id != change.entity_id:
        raise IdentityError("changed_since")
    at = identity.living(change.entity)
    other.merged_into = None
    other.save(update_fields=["merged_into"])
    moving.move_back(detail["facts"], given_way=detail["given_way"], at=at, to=other)
    EntityAlias.objects.filter(pk__in=detail["added"], entity=at).delete()
    EntityAlias.objects.filter(pk__in=detail["aliases"], entity=at).update(entity=other)
    for text in [*detail["dropped"], other.name]:
        naming.give(other, text)
    for pk, was, now in detail["marks"]:
        standing = Entity.objects.filter(pk=was, merged_into=None).exists() or was == other.pk
        if standing:
            Entity.objects.filter(pk=pk, maybe_same_as=now).update(maybe_same_as=was)
    identity.restore_fields(change.entity, {key: detail.get(key, {}) for key in ("before", "after")})


def hints(entity: Entity) -> list[Entity]:
    """Return the entities that may be the same as ``entity``: nobody has said so yet. At most a few."""
    store = stores.Store(entity.owner_id, entity.conversation_id)
    marked = stores.entities(store).filter(maybe_same_as=entity).order_by("pk")[:MAX_HINTS]
    own = [entity.maybe_same_as] if entity.maybe_same_as and entity.maybe_same_as.merged_into_id is None else []
    return list(dict.fromkeys([*own, *marked]))
