"""An entity that is two: some of its facts and names become another's, new or known already."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction

from chat import access
from chat.models import Entity, EntityAlias, EntityChange, EntityKind, EntityOperation, Fact, FactStatus, User
from chat.services.memory import ledger, stores
from chat.services.memory.curating import identity, moving, naming
from chat.services.memory.curating.identity import IdentityError


@transaction.atomic
def split(
    *,
    user: User,
    entity_id: UUID,
    name: str,
    kind: str,
    disambiguator: str = "",
    fact_ids: Collection[UUID],
    alias_ids: Collection[int],
) -> EntityChange:
    """This function will make a new entity of some facts and names of another one.

    A fact takes along what it had replaced; the name of the old entity stays with it.
    Raises: NotFound, IdentityError (self, merged, no_name, nothing_chosen).
    """
    entity = identity.held(user, entity_id)
    if kind == EntityKind.SELF:
        raise IdentityError("self")
    name = " ".join(name.split())[: stores.MAX_NAME_CHARACTERS]
    if not stores.normalise(name):
        raise IdentityError("no_name")
    facts = moving.with_earlier(entity.facts.filter(uuid__in=fact_ids))
    aliases = list(entity.aliases.filter(pk__in=alias_ids).exclude(normalised=stores.normalise(entity.name)))
    if not facts and not aliases:
        raise IdentityError("nothing_chosen")
    new = Entity.objects.create(
        owner=user,
        conversation_id=entity.conversation_id,
        kind=EntityKind(kind),
        name=name,
        disambiguator=" ".join(disambiguator.split())[: naming.MAX_DISAMBIGUATOR_CHARACTERS],
    )
    EntityAlias.objects.filter(pk__in=[alias.pk for alias in aliases]).update(entity=new)
    naming.give(new, name)
    moved = moving.move(facts, new)
    return _record(entity, new, moved, {"aliases": [alias.pk for alias in aliases], "made": True})


@transaction.atomic
def move_fact(*, user: User, fact_id: UUID, to_id: UUID) -> EntityChange:
    """This function will file a fact, and what it had replaced, under another entity.

    Raises: NotFound, IdentityError (merged, same, elsewhere).
    """
    entity = identity.held(user, access.fact_for(user, fact_id).entity.uuid)
    to = identity.held_beside(user, entity, to_id)
    fact = access.fact_for(user, fact_id)
    if fact.status == FactStatus.ACTIVE:
        ledger.lift(to, fact.attribute, fact.value)
    moved = moving.move(moving.with_earlier([fact]), to)
    return _record(entity, to, moved, {"statement": fact.statement})


def _record(entity: Entity, other: Entity, moved: moving.Moved, detail: dict[str, Any]) -> EntityChange:
    names = {"entity": entity.name, "other": other.name}
    detail = {**detail, "facts": moved.facts, "given_way": moved.given_way, "names": names}
    return identity.record(EntityOperation.SPLIT, entity, detail, other=other)


def undo(change: EntityChange) -> None:
    """Bring facts and names back that are still where the change put them; a new entity that is empty then goes.

    In the caller's transaction, with the store locked.
    Raises: IdentityError (changed_since) where nothing is where it was put.
    """
    detail = change.detail
    home, at = identity.living(change.entity), identity.living(change.other or change.entity)
    if home.pk == at.pk:
        raise IdentityError("changed_since")
    count = moving.move_back(detail["facts"], given_way=detail["given_way"], at=at, to=home)
    count += _aliases_back(detail.get("aliases", []), at, home)
    if not count:
        raise IdentityError("changed_since")
    is_empty = not Fact.objects.filter(entity=at).exists()
    if detail.get("made") and is_empty and at.pk == change.other_id:
        at.aliases.all().delete()
        at.merged_into = home
        at.save(update_fields=["merged_into"])


def _aliases_back(ids: Collection[int], at: Entity, home: Entity) -> int:
    count = 0
    for alias in EntityAlias.objects.filter(pk__in=ids, entity=at):
        alias.delete()
        naming.give(home, alias.text)
        count += 1
    return count
