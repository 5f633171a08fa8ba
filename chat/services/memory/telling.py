"""Tells a person's open pages that the memory was changed by hand: they show it beside the chat."""

from django.db import transaction

from chat.live import publish
from chat.models import Entity, MemoryChange, Message
from chat.protocol import Change, MemoryUpdated
from chat.services import conversations


def teacher(entity: Entity) -> Message | None:
    """Return the reply after which something about ``entity`` was last learned, with its conversation.

    Every event belongs to a conversation; what is changed on the memory page is told in this one.
    """
    taught = MemoryChange.objects.filter(fact__entity=entity, reply__isnull=False)
    newest = taught.select_related("reply__conversation").order_by("-created_at", "-pk").first()
    return newest.reply if newest else None


def tell(reply: Message | None, changes: list[Change]) -> None:
    """This function will tell the open pages of the person of ``changes`` that ``reply`` shows.

    Without any they only look at the memory anew. Call it after the commit.
    """
    if reply is None:
        return
    with transaction.atomic():
        seq = conversations.next_seq(reply.conversation_id)
        Message.objects.filter(pk=reply.pk).update(seq=seq)
    publish.from_sync(reply.owner_id, MemoryUpdated(str(reply.conversation.uuid), seq, str(reply.uuid), changes))
