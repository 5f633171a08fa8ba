"""Who is who, set right by hand: what all changes of an entity need (naming.py, merging.py, splitting.py)."""

from typing import Any, Literal
from uuid import UUID

from chat import access
from chat.models import Entity, EntityChange, EntityOperation, User
from chat.services.memory import ledger

Code = Literal[
    "self", "same", "elsewhere", "merged", "nothing_chosen", "no_name", "is_name", "not_an_alias", "changed_since"
]

SENTENCES: dict[Code, str] = {
    "self": "You are you: this cannot be done with your own entry.",
    "same": "This is the same entry already.",
    "elsewhere": "One of them belongs to the memory of one chat alone; they cannot be put together.",
    "merged": "This entry has been put together with another one since.",
    "nothing_chosen": "Choose at least one statement or name that belongs to the new entry.",
    "no_name": "A name needs letters or numbers.",
    "is_name": "This is the name of the entry. Give the entry another name first.",
    "not_an_alias": "This name has gone already.",
    "changed_since": "This cannot be undone any more: what it changed has been changed again since.",
}


class IdentityError(Exception):
    """A change of an entity that cannot be made. ``message`` is for people."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code: Code = code
        self.message = SENTENCES[code]


def held(user: User, entity_id: UUID) -> Entity:
    """Return an entity as it is once no other writer is in its store.

    Raises: NotFound, IdentityError (merged).
    """
    ledger.lock(ledger.store_of_entity(access.entity_for(user, entity_id)))
    entity = access.entity_for(user, entity_id)
    if entity.merged_into_id is not None:
        raise IdentityError("merged")
    return entity


def held_beside(user: User, entity: Entity, other_id: UUID) -> Entity:
    """Return another entity of the store that is held already.

    Raises: NotFound, IdentityError (elsewhere, merged, same).
    """
    other = access.entity_for(user, other_id)
    if other.conversation_id != entity.conversation_id:
        raise IdentityError("elsewhere")
    if other.merged_into_id is not None:
        raise IdentityError("merged")
    if other.pk == entity.pk:
        raise IdentityError("same")
    return other


def living(entity: Entity) -> Entity:
    """Return the entity that ``entity`` is part of now: itself, or what it was merged into, and that again."""
    seen = {entity.pk}
    while entity.merged_into is not None and entity.merged_into_id not in seen:
        entity = entity.merged_into
        seen.add(entity.pk)
    return entity


def record(
    operation: EntityOperation, entity: Entity, detail: dict[str, Any], *, other: Entity | None = None
) -> EntityChange:
    """Note a change that the person made. ``detail`` is what undo needs, and names as they were."""
    ledger.touch([entity, *([other] if other else [])])
    return EntityChange.objects.create(
        owner_id=entity.owner_id, entity=entity, other=other, operation=operation, detail=detail, by_user=True
    )


def fields_of(entity: Entity) -> dict[str, Any]:
    """Return what a change may change of an entity itself."""
    return {
        "name": entity.name,
        "disambiguator": entity.disambiguator,
        "kind": entity.kind,
        "pinned": entity.pinned,
        "maybe_same_as_id": entity.maybe_same_as_id,
    }


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return ``before`` and ``after`` with only what is not the same in both."""
    changed = [name for name in before if before[name] != after[name]]
    return {"before": {name: before[name] for name in changed}, "after": {name: after[name] for name in changed}}


def restore_fields(entity: Entity, detail: dict[str, Any]) -> bool:
    """Set the fields of ``entity`` back to what they were, those that are still as the change left them.

    Tells whether all of them were.
    """
    before, after, now = detail.get("before", {}), detail.get("after", {}), fields_of(entity)
    standing = {name: value for name, value in before.items() if now[name] == after[name]}
    other = standing.get("maybe_same_as_id")
    if other is not None and not Entity.objects.filter(pk=other, merged_into=None).exists():
        standing["maybe_same_as_id"] = None
    if standing:
        Entity.objects.filter(pk=entity.pk).update(**standing)
    return len(standing) == len(before)
