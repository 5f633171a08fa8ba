"""Search over what a person said and was told."""

from dataclasses import dataclass

from django.db.models import QuerySet

from chat import access
from chat.models import Conversation, MemoryMode, Message, User
from chat.services import excerpts, search
from chat.services.excerpts import Piece

MAX_FOUND = 200
PAGE_MESSAGES = 20
MAX_TITLES = 5


@dataclass(frozen=True)
class Found:
    message: Message
    excerpt: list[Piece]


@dataclass(frozen=True)
class Results:
    """Shapes: ``titles`` are conversations called like that, on the first page; ``items`` the best first."""

    titles: list[Conversation]
    items: list[Found]
    number: int
    has_more: bool


def find(*, user: User, text: str, number: int) -> Results:
    """Return page ``number``, from 1, of the messages of ``user`` that share words with ``text``.

    What lies in the bin and what was said in temporary chats is left out. Of very many the best are shown.
    """
    hits = [hit.id for hit in search.find("message", owner_id=user.pk, text=text, limit=MAX_FOUND)]
    kept = set(_findable(user).filter(pk__in=hits).values_list("pk", flat=True))
    ranked = [pk for pk in hits if pk in kept]
    start = (number - 1) * PAGE_MESSAGES
    shown = ranked[start : start + PAGE_MESSAGES]
    messages = _findable(user).select_related("conversation").in_bulk(shown)
    items = [Found(messages[pk], excerpts.around(messages[pk].text, text)) for pk in shown if pk in messages]
    return Results(_titled(user, text) if number == 1 else [], items, number, len(ranked) > start + PAGE_MESSAGES)


def _findable(user: User) -> QuerySet[Message]:
    kept = Message.objects.filter(owner=user, conversation__owner=user, conversation__deleted_at=None)
    return kept.exclude(conversation__memory_mode=MemoryMode.TEMPORARY)


def _titled(user: User, text: str) -> list[Conversation]:
    called = access.conversations_of(user).filter(deleted_at=None, title__icontains=text.strip())
    return list(called.exclude(memory_mode=MemoryMode.TEMPORARY).order_by("-updated_at")[:MAX_TITLES])
