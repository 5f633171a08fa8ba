"""Reads the memory for a file, some hundred rows at a time: a slow download holds no cursor and no transaction open."""

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, Prefetch, Q, QuerySet

from chat.models import Conversation, Entity, Fact, FactSource, User

BATCH = 500

Row = TypeVar("Row", bound=Model)


def each(rows: QuerySet[Row]) -> Iterator[Row]:
    """Give all ``rows`` in the order they were made."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk


def facts_by_entity(user: User, conversation: Conversation | None) -> Iterator[Fact]:
    """Give the facts of one store with their entities, those of one entity together."""
    rows = facts(user).filter(entity__conversation=conversation).prefetch_related("entity__aliases")
    entity, last = 0, 0
    while True:
        further = rows.filter(Q(entity__gt=entity) | Q(entity=entity, pk__gt=last))
        batch = list(further.order_by("entity_id", "pk")[:BATCH])
        if not batch:
            return
        yield from batch
        entity, last = batch[-1].entity_id, batch[-1].pk


def facts(user: User) -> QuerySet[Fact]:
    """Return the facts of ``user`` with what they point to, and with the person's own words as sources."""
    sources = FactSource.objects.filter(message__owner=user).select_related("message__conversation").order_by("pk")
    rows = Fact.objects.filter(owner=user).select_related("entity", "superseded_by", "concerns")
    return rows.prefetch_related(Prefetch("sources", sources))


def own_stores(user: User) -> list[Conversation]:
    """Return the conversations with something in a memory of their own, the oldest first."""
    holding = Entity.objects.filter(owner=user, conversation__isnull=False).values("conversation")
    return list(Conversation.objects.filter(owner=user, pk__in=holding).order_by("pk"))
