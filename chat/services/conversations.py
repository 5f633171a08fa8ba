"""What a person does with conversations as a whole."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chat import access
from chat.live import publish
from chat.models import Conversation, MemoryMode, MemoryRun, RunPurpose, RunState, TitleBy, User
from chat.models.conversations import MAX_TITLE_CHARACTERS
from chat.protocol import ConversationUpdated

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
