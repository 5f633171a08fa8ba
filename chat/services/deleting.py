"""What goes into the bin and comes back, and what is deleted for good: conversations, messages, what they taught."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from chat import access
from chat.live import publish, runner
from chat.models import Conversation, FactStatus, MemoryMode, Message, Role, Status, User
from chat.protocol import ConversationDeleted, ConversationUpdated
from chat.services import conversations, leftovers, tombstones
from chat.services.memory.curating import erasing, teaching

BIN_DAYS = 30
TEMPORARY_HOURS = 24


def delete(*, user: User, conversation_ids: Iterable[uuid.UUID], forget: bool = True) -> list[uuid.UUID]:
    """Move conversations to the bin, stop what runs in them, and return the ids of those that were moved.

    They stay there for ``BIN_DAYS``; with ``forget`` what only they taught goes with them, and comes back with them.
    Foreign and unknown ids are passed over.
    """
    moved = _set_deleted(user, conversation_ids, deleted_at=timezone.now(), forget=forget)
    _stop(Message.objects.filter(conversation__uuid__in=moved))
    return list(moved)


def _stop(messages: QuerySet[Message]) -> None:
    running = messages.filter(status=Status.STREAMING)
    running.update(stop_requested=True)
    for reply_id in running.values_list("id", flat=True):
        runner.stop(reply_id)


def clear(*, user: User, forget: bool = True) -> list[uuid.UUID]:
    """Move all conversations of a person to the bin and return their ids."""
    ids = access.conversations_of(user).filter(deleted_at=None).values_list("uuid", flat=True)
    return delete(user=user, conversation_ids=list(ids), forget=forget)


def restore(*, user: User, conversation_ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """Take conversations out of the bin, and bring back what was forgotten with them."""
    return list(_set_deleted(user, conversation_ids, deleted_at=None))


def _set_deleted(
    user: User, ids: Iterable[uuid.UUID], *, deleted_at: datetime | None, forget: bool = False
) -> dict[uuid.UUID, int]:
    with transaction.atomic():
        rows = access.conversations_of(user).filter(uuid__in=list(ids), deleted_at__isnull=deleted_at is not None)
        found = {row.pk: row for row in rows}
        Conversation.objects.filter(pk__in=found).update(deleted_at=deleted_at, seq=F("seq") + 1)
        tombstones.learn_again([user.pk])
        if deleted_at is None:
            teaching.bring_back(list(found))
        elif forget:
            teaching.put_away(list(found))
    for row in found.values():
        row.deleted_at, row.seq = deleted_at, row.seq + 1
        changed = conversations.fields_of(row)
        gone, back = ConversationDeleted(str(row.uuid), row.seq), ConversationUpdated(str(row.uuid), row.seq, changed)
        publish.from_sync(user.pk, gone if deleted_at else back)
    return {row.uuid: row.pk for row in found.values()}


def taught_count(*, user: User, conversation_ids: Iterable[uuid.UUID]) -> int:
    """Return how many facts that are held to be true only these conversations taught."""
    ids = list(access.conversations_of(user).filter(uuid__in=list(conversation_ids)).values_list("pk", flat=True))
    return teaching.of_conversations(ids).filter(status=FactStatus.ACTIVE).count()


def delete_for_good(*, user: User, conversation_ids: Iterable[uuid.UUID], forget: bool = True) -> list[uuid.UUID]:
    """Delete conversations and return the ids of those that were; nothing brings them back.

    With ``forget`` what only they taught is deleted too, and not learned again. Foreign and unknown ids are passed
    over.
    """
    moved = delete(user=user, conversation_ids=conversation_ids, forget=forget)
    _delete_rows(access.conversations_of(user).filter(uuid__in=list(conversation_ids), deleted_at__isnull=False))
    return moved


def purge() -> int:
    """Delete for good what has lain in the bin for ``BIN_DAYS``, and old temporary chats; return how many went."""
    now = timezone.now()
    due = Conversation.objects.filter(
        Q(deleted_at__lt=now - timedelta(days=BIN_DAYS))
        | Q(memory_mode=MemoryMode.TEMPORARY, updated_at__lt=now - timedelta(hours=TEMPORARY_HOURS))
    ).exclude(messages__status=Status.STREAMING)
    return _delete_rows(due)


@transaction.atomic
def _delete_rows(found: QuerySet[Conversation]) -> int:
    """What was forgotten with them goes for good too; what the person wanted to keep stays, without its quotes."""
    rows = dict(found.values_list("pk", "owner_id"))
    if rows:
        tombstones.learn_again(set(rows.values()))
        tombstones.stop(Message.objects.filter(conversation__in=rows))
        taught = teaching.of_conversations(list(rows), even_in_bin=True).filter(reason__startswith=teaching.IN_BIN)
        erasing.erase(teaching.held(taught))
        Conversation.objects.filter(pk__in=rows).delete()
        leftovers.clean_after_commit(set(rows.values()))
    return len(rows)


def delete_message(*, user: User, message_id: uuid.UUID, forget: bool = True) -> None:
    """This function will erase what a message says, with its answers if it is a question; its place stays.

    With ``forget`` what only it taught is deleted too, and not learned again.
    Raises: NotFound.
    """
    with transaction.atomic():
        tombstones.learn_again([user.pk])
        message = access.message_for(user, message_id)
        said = [message]
        if message.role == Role.USER:
            said += message.children.select_related("conversation")
        taught = teaching.only_by(Message.objects.filter(pk=message.pk))
        events = erasing.erase(teaching.held(taught)) if forget else []
        events += tombstones.lay(said)
        leftovers.clean_after_commit([user.pk])
    for event in events:
        publish.from_sync(user.pk, event)
