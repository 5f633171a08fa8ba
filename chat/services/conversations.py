"""What a person does with conversations as a whole."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from chat import access
from chat.live import publish, runner
from chat.models import Conversation, MemoryMode, MemoryRun, Message, RunPurpose, RunState, Status, TitleBy, User
from chat.models.conversations import MAX_TITLE_CHARACTERS
from chat.protocol import ConversationDeleted, ConversationUpdated

BIN_DAYS = 30
TEMPORARY_HOURS = 24
TITLE_CHARACTERS = 60


def next_seq(conversation_id: int, n: int = 1) -> int:
    """Raise a conversation's seq by ``n`` and return it, inside the caller's transaction (the row stays locked)."""
    Conversation.objects.filter(id=conversation_id).update(seq=F("seq") + n)
    return Conversation.objects.values_list("seq", flat=True).get(id=conversation_id)


def history(user: User, *, before: datetime | None = None, limit: int = 50) -> list[Conversation]:
    """Return the person's conversations for the sidebar, the latest first; temporary ones are not kept in it."""
    found = access.conversations_of(user).filter(deleted_at=None).exclude(memory_mode=MemoryMode.TEMPORARY)
    if before is not None:
        found = found.filter(updated_at__lt=before)
    return list(found.order_by("-updated_at")[:limit])


def fields_of(conversation: Conversation) -> dict[str, Any]:
    """Return what ``conversation.updated`` says of a conversation that a page does not know."""
    return {
        "title": conversation.title,
        "title_by": conversation.title_by,
        "model": conversation.model,
        "k": conversation.k,
        "temperature": conversation.temperature,
        "memory": conversation.memory_mode,
        "instructions": conversation.instructions,
        "updated": conversation.updated_at.isoformat(),
        "deleted": conversation.deleted_at.isoformat() if conversation.deleted_at else None,
    }


def title_from(text: str) -> str:
    """Return a first title: the beginning of what was said, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= TITLE_CHARACTERS:
        return line
    cut = line[:TITLE_CHARACTERS]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"


def rename(*, user: User, conversation_id: uuid.UUID, title: str) -> None:
    """Give a conversation the person's own title; an empty one is ignored.

    Raises: NotFound.
    """
    title = " ".join(title.split())[:MAX_TITLE_CHARACTERS]
    if title:
        _change(user, access.conversation_for(user, conversation_id), title=title, title_by=TitleBy.USER)


def change_settings(*, user: User, conversation: Conversation, changes: dict[str, Any]) -> None:
    """Store changed settings (model, k, temperature, instructions, memory_mode) and tell the open pages."""
    _change(user, conversation, **changes)


def _change(user: User, conversation: Conversation, **changes: Any) -> None:
    with transaction.atomic():
        for name, value in changes.items():
            setattr(conversation, name, value)
        conversation.save(update_fields=list(changes))
        if "memory_mode" in changes:
            end_learning(conversation)
        conversation.seq = next_seq(conversation.pk)
    told = fields_of(conversation)
    names = {"memory" if name == "memory_mode" else name for name in changes}
    event = ConversationUpdated(str(conversation.uuid), conversation.seq, {name: told[name] for name in names})
    publish.from_sync(user.pk, event)


def end_learning(conversation: Conversation) -> None:
    """End what is being learned afterwards from a conversation: its mode is another than the person chose it in."""
    ended = [RunState.DONE, RunState.SKIPPED, RunState.FAILED]
    runs = MemoryRun.objects.filter(reply__conversation=conversation, purpose=RunPurpose.LATER).exclude(state__in=ended)
    runs.update(state=RunState.SKIPPED, lease_until=None, finished_at=timezone.now())


def delete(*, user: User, conversation_ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """Move conversations to the bin, stop what runs in them, and return the ids of those that were moved.

    They stay there for ``BIN_DAYS``. Foreign and unknown ids are passed over.
    """
    moved = _set_deleted(user, conversation_ids, deleted_at=timezone.now())
    running = Message.objects.filter(conversation__uuid__in=moved, status=Status.STREAMING)
    running.update(stop_requested=True)
    for reply_id in running.values_list("id", flat=True):
        runner.stop(reply_id)
    return list(moved)


def clear(*, user: User) -> list[uuid.UUID]:
    """Move all conversations of a person to the bin and return their ids."""
    ids = access.conversations_of(user).filter(deleted_at=None).values_list("uuid", flat=True)
    return delete(user=user, conversation_ids=list(ids))


def restore(*, user: User, conversation_ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """Take conversations out of the bin."""
    return list(_set_deleted(user, conversation_ids, deleted_at=None))


def _set_deleted(user: User, ids: Iterable[uuid.UUID], *, deleted_at: datetime | None) -> dict[uuid.UUID, int]:
    with transaction.atomic():
        rows = access.conversations_of(user).filter(uuid__in=list(ids), deleted_at__isnull=deleted_at is not None)
        found = {row.pk: row for row in rows}
        Conversation.objects.filter(pk__in=found).update(deleted_at=deleted_at, seq=F("seq") + 1)
    for row in found.values():
        row.deleted_at, row.seq = deleted_at, row.seq + 1
        changed = fields_of(row)
        gone, back = ConversationDeleted(str(row.uuid), row.seq), ConversationUpdated(str(row.uuid), row.seq, changed)
        publish.from_sync(user.pk, gone if deleted_at else back)
    return {row.uuid: row.pk for row in found.values()}


def purge() -> int:
    """Delete for good what has lain in the bin for ``BIN_DAYS``, and old temporary chats; return how many went."""
    now = timezone.now()
    due = Conversation.objects.filter(
        Q(deleted_at__lt=now - timedelta(days=BIN_DAYS))
        | Q(memory_mode=MemoryMode.TEMPORARY, updated_at__lt=now - timedelta(hours=TEMPORARY_HOURS))
    ).exclude(messages__status=Status.STREAMING)
    count, _rows = due.delete()
    return count
