"""Reads a conversation for a file, a batch of messages at a time, so that a long one costs no memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from chat.models import Conversation, Message, Role, Status, User
from chat.services import branches

BATCH_MESSAGES = 100

Batch = Sequence[Message]

STATUS_NOTES = {
    Status.STREAMING: "Was still being written.",
    Status.STOPPED: "Stopped before it was complete.",
    Status.INTERRUPTED: "Interrupted before it was complete.",
    Status.FAILED: "Failed.",
}


@dataclass(frozen=True)
class Head:
    """What stands over the messages. ``count`` is how many there are, ``newest`` the public id of the last."""

    conversation: Conversation
    title: str
    person: str
    exported_at: datetime
    count: int
    newest: str | None

    def speaker(self, message: Message) -> str:
        return self.person if message.role == Role.USER else "MemoryBot"


def read(conversation: Conversation, *, user: User, whole_tree: bool) -> tuple[Head, Iterator[Batch]]:
    """Return the head, and the messages in their order: of the current branch, or all of the tree."""
    rows = conversation.messages.order_by("position")
    tree = branches.Tree(conversation.pk)
    ids = list(rows.values_list("pk", flat=True)) if whole_tree else tree.path(tree.newest)
    newest = rows.values_list("uuid", flat=True).last()
    head = Head(
        conversation,
        title=" ".join(str(conversation).split()),
        person=" ".join(user.display_name.split()) or "You",
        exported_at=timezone.now(),
        count=len(ids),
        newest=str(newest) if newest else None,
    )
    return head, _batches(ids)


def _batches(ids: Sequence[int]) -> Iterator[Batch]:
    for start in range(0, len(ids), BATCH_MESSAGES):
        part = ids[start : start + BATCH_MESSAGES]
        # Asked for by ids each time: a slow download holds no cursor and no transaction open.
        messages = list(
            Message.objects.filter(pk__in=part).annotate(parent_uuid=F("parent__uuid")).order_by("position")
        )
        for message in messages:
            if message.status == Status.STREAMING:
                message.text = branches.text_of_running(message)
        yield messages


def note_of(message: Message) -> str:
    """Return what has to be said of a reply that did not end well, or nothing."""
    return message.error_message or STATUS_NOTES.get(Status(message.status), "")
