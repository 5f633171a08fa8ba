"""Rows as a few turns would have left them, for tests of what reads them."""

from collections.abc import Sequence
from typing import Any

from chat.models import (
    ContextReceipt,
    Conversation,
    Entity,
    EntityAlias,
    EntityKind,
    Fact,
    FactSource,
    FactStatus,
    MemoryChange,
    MemoryRun,
    Message,
    Operation,
    ReceiptItem,
    Role,
    RunState,
    User,
)
from chat.services import search


def conversation(owner: User, title: str = "Ingrid and Norway", **fields: Any) -> Conversation:
    return Conversation.objects.create(**{"owner": owner, "title": title, "model": "scripted", **fields})


def say(
    chat: Conversation, question: str, answer: str = "I see.", *, parent: Message | None = None, **reply_fields: Any
) -> tuple[Message, Message]:
    """A question and its answer, behind ``parent``; both can be found."""
    position = chat.messages.count()
    common = {"conversation": chat, "owner": chat.owner}
    asked = Message.objects.create(**common, parent=parent, role=Role.USER, text=question, position=position)
    told = {"text": answer, "model": "scripted", **reply_fields}
    reply = Message.objects.create(**common, parent=asked, role=Role.ASSISTANT, position=position + 1, **told)
    for message in (asked, reply):
        search.put("message", object_id=message.pk, owner_id=chat.owner_id, text=message.text)
    return asked, reply


def learn(
    reply: Message,
    statement: str,
    *,
    about: str = "Ingrid",
    quote: str = "",
    instead_of: Fact | None = None,
    **fields: Any,
) -> Fact:
    """What the turn of ``reply`` taught, with its source, its change and its finished run."""
    owner = reply.owner
    who, new = Entity.objects.get_or_create(owner=owner, name=about, defaults={"kind": EntityKind.PERSON})
    if new:
        EntityAlias.objects.create(entity=who, text=about, normalised=about.lower())
    fact = Fact.objects.create(
        owner=owner, entity=who, statement=statement, **{"attribute": "home", "value": statement[:500], **fields}
    )
    FactSource.objects.create(fact=fact, message=reply.parent or reply, quote=quote or statement)
    operation = Operation.UPDATED if instead_of else Operation.ADDED
    MemoryChange.objects.create(owner=owner, reply=reply, fact=fact, operation=operation, previous=instead_of)
    MemoryRun.objects.get_or_create(owner=owner, reply=reply, defaults={"state": RunState.DONE})
    if fact.status == FactStatus.ACTIVE:
        search.put("fact", object_id=fact.pk, owner_id=owner.pk, text=statement)
    return fact


def recall(reply: Message, *, facts: Sequence[Fact] = (), messages: Sequence[Message] = ()) -> ContextReceipt:
    """What stood before the model for ``reply``."""
    receipt = ContextReceipt.objects.create(
        reply=reply, instructions="You are MemoryBot.", window_start=reply.parent, tokens=321
    )
    sources: list[dict[str, Any]] = [{"fact": fact, "text": fact.statement} for fact in facts]
    sources += [{"message": message, "text": message.text} for message in messages]
    for rank, source in enumerate(sources):
        ReceiptItem.objects.create(receipt=receipt, rank=rank, channel="name", tokens=7, **source)
    return receipt
