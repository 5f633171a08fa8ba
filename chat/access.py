"""The doors: the only way to somebody's rows. Foreign and missing look the same."""

import uuid

from django.db.models import QuerySet
from django.http import Http404

from chat.models import Conversation, Entity, EntityChange, Fact, MemoryChange, Message, User


class NotFound(Http404):
    """There is no such row, or it is not this person's. Views answer 404 with it, the socket ``not_found``."""


def conversations_of(user: User) -> QuerySet[Conversation]:
    return Conversation.objects.filter(owner=user)


def conversation_for(user: User, conversation_id: uuid.UUID, *, deleted: bool = False) -> Conversation:
    """Return a conversation of ``user``; one in the bin only if ``deleted``.

    Raises: NotFound.
    """
    found = conversations_of(user).filter(uuid=conversation_id, deleted_at__isnull=not deleted).first()
    if found is None:
        raise NotFound
    return found


def message_for(user: User, message_id: uuid.UUID) -> Message:
    """Return a message of ``user`` with its conversation.

    Raises: NotFound, also where the conversation lies in the bin.
    """
    found = (
        Message.objects.select_related("conversation")
        .filter(owner=user, uuid=message_id, conversation__deleted_at=None)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def entity_for(user: User, entity_id: uuid.UUID) -> Entity:
    """Raises: NotFound."""
    found = Entity.objects.filter(owner=user, uuid=entity_id).first()
    if found is None:
        raise NotFound
    return found


def fact_for(user: User, fact_id: uuid.UUID) -> Fact:
    """Return a fact of ``user`` with its entity.

    Raises: NotFound.
    """
    found = Fact.objects.select_related("entity").filter(owner=user, uuid=fact_id).first()
    if found is None:
        raise NotFound
    return found


def change_for(user: User, change_id: uuid.UUID) -> MemoryChange:
    """Raises: NotFound."""
    found = MemoryChange.objects.select_related("fact__entity", "previous").filter(owner=user, uuid=change_id).first()
    if found is None:
        raise NotFound
    return found


def entity_change_for(user: User, change_id: uuid.UUID) -> EntityChange:
    """Return a change of an entity of ``user``, with the entities that it concerns.

    Raises: NotFound.
    """
    changes = EntityChange.objects.select_related("entity__merged_into", "other__merged_into")
    found = changes.filter(owner=user, uuid=change_id).first()
    if found is None:
        raise NotFound
    return found
