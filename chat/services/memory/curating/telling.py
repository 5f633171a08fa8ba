"""Tells a person's open pages that the memory was changed by hand: they show it beside the chat."""

from collections.abc import Sequence

from django.db import transaction

from chat.live import publish
from chat.models import Entity, Fact, MemoryChange, Message
from chat.protocol import Change, MemoryUpdated
from chat.services import branches, conversations

# Beyond this many, open pages only look at the memory anew.
MAX_TURNS = 50


def teacher(entity: Entity) -> Message | None:
    """Return the reply after which something about ``entity`` was last learned, with its conversation.

    Every event belongs to a conversation; what is changed on the memory page is told in this one.
    """
    taught = MemoryChange.objects.filter(fact__entity=entity, reply__isnull=False)
    newest = taught.select_related("reply__conversation").order_by("-created_at", "-pk").first()
    return newest.reply if newest else None


def turn_of(changes: list[Change]) -> Message | None:
    """Return the reply that shows ``changes``, with its conversation; None where none does."""
    told = MemoryChange.objects.filter(uuid__in=[change.change for change in changes], reply__isnull=False)
    row = told.select_related("reply__conversation").first()
    return row.reply if row else None


def tell_turns(changes: Sequence[MemoryChange], closed: Sequence[Fact] = ()) -> None:
    """This function will tell the open pages of each turn what was changed of what it shows, after the commit.

    ``closed`` are suggestions that were decided. What no turn shows is told without changes, once.
    """
    turns: dict[Message, list[Change]] = {}
    for change in changes:
        if change.reply is not None:
            turns.setdefault(change.reply, []).append(branches.change_of(change))
    if len(turns) > MAX_TURNS or not turns:
        tell(teacher(changes[0].fact.entity) if changes else None, [])
        return
    gone = [branches.suggestion_of(fact) for fact in closed]
    for reply, shown in turns.items():
        tell(reply, [*shown, *gone])


def tell(reply: Message | None, changes: list[Change]) -> None:
    """This function will tell the open pages of the person of ``changes`` that ``reply`` shows, and what waits of it.

    Without any they only look at the memory anew. Call it after the commit.
    """
    if reply is None:
        return
    if changes:
        changes = [*changes, *branches.suggestions_of([reply.pk]).get(reply.pk, [])]
    with transaction.atomic():
        seq = conversations.next_seq(reply.conversation_id)
        Message.objects.filter(pk=reply.pk).update(seq=seq)
    publish.from_sync(reply.owner_id, MemoryUpdated(str(reply.conversation.uuid), seq, str(reply.uuid), changes))
