"""What is put before the model for a reply: gathered from the database, kept as a receipt, built again to inspect."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from chat import prompt
from chat.llm import endpoints
from chat.models import ContextReceipt, Conversation, Fact, MemoryMode, Message, ReceiptItem, Role
from chat.protocol import Receipt
from chat.services import branches
from chat.services.memory.recalling import recall
from chat.services.memory.recalling.recall import RecalledItem

logger = logging.getLogger(__name__)

# What slid out of the window but is not in the summary yet is shown up to this many times k.
MAX_WINDOW_FACTOR = 2
# Tokens of what is recalled for the built-in model, which reads 20 to 30 of them a second.
SMALL_BUDGET = 600


@dataclass(frozen=True)
class Prepared:
    """A prompt ready to send, and what its receipt will say."""

    messages: list[prompt.Message]
    context: prompt.Context
    window_start: Message | None
    recalled: Sequence[RecalledItem]


def prepare(question_id: int) -> Prepared:
    """Gather the context of a question: instructions, summary, verbatim window, what is recalled for it."""
    question = Message.objects.select_related("conversation__owner").get(pk=question_id)
    conversation = question.conversation
    path = _before(question)
    window = _window(conversation, path)
    items = _recall(conversation, question, path, window)
    context = prompt.Context(
        instructions=prompt.instructions(
            of_operator=settings.MEMORYBOT_INSTRUCTIONS,
            of_user=conversation.owner.instructions,
            of_conversation=conversation.instructions,
            delimiter=conversation.delimiter,
        ),
        summary=_summary(conversation, path),
        window=[_said(message) for message in window],
        recalled=[item.line for item in items],
        question=question.text,
        delimiter=conversation.delimiter,
    )
    return Prepared(prompt.build(context), context, window[0] if window else None, items)


def _before(question: Message) -> list[Message]:
    """Return the messages of the question's branch before it, oldest first, without answers that have no text."""
    tree = branches.Tree(question.conversation_id)
    return branches.messages_of(tree.path(question.pk)[:-1])


def _window(conversation: Conversation, path: Sequence[Message]) -> list[Message]:
    """Return the turns kept word for word: the last k and a few more, so that it moves in steps.

    What is not in the summary yet stays in it, up to a limit.
    """
    turns = len(path) // 2
    start = prompt.window_start(turns=turns, k=conversation.k)
    if conversation.memory_mode in {MemoryMode.ON, MemoryMode.OWN}:
        folded = next((i + 1 for i, m in enumerate(path) if m.pk == conversation.summary_upto_id), 0)
        start = max(min(start, folded // 2), turns - MAX_WINDOW_FACTOR * conversation.k)
    return [message for message in path[2 * start :] if message.text]


def _summary(conversation: Conversation, path: Sequence[Message]) -> str:
    """Return the running summary, if it was made of this branch."""
    is_of_branch = any(message.pk == conversation.summary_upto_id for message in path)
    return conversation.summary if is_of_branch and conversation.memory_mode != MemoryMode.OFF else ""


def _recall(
    conversation: Conversation, question: Message, path: Sequence[Message], window: Sequence[Message]
) -> Sequence[RecalledItem]:
    """Recall for a question. Memory may fail in every way; the answer still comes."""
    previous = next((message.text for message in reversed(path) if message.role == Role.USER), "")
    try:
        recalled: Sequence[RecalledItem] = recall.recall(
            conversation=conversation,
            question=question.text,
            previous=previous,
            exclude=[question.pk, *(message.pk for message in window)],
            budget=_budget(conversation),
        )
    except Exception:
        logger.exception("Recall failed; the answer goes on without memory")
        return []
    return recalled


def _budget(conversation: Conversation) -> int:
    is_built_in = endpoints.default_model(None) == endpoints.LOCAL_MODEL
    return SMALL_BUDGET if is_built_in and conversation.model in {"", endpoints.LOCAL_MODEL} else recall.DEFAULT_BUDGET


def _said(message: Message) -> prompt.Message:
    return prompt.Message("user" if message.role == Role.USER else "assistant", message.text)


@transaction.atomic
def keep_receipt(reply: Message, prepared: Prepared) -> Receipt | None:
    """Store what was put before the model for ``reply``, and return it as pages are told.

    What was deleted since then is left out; None where the turn itself was.
    """
    # Who deletes the turn at this moment waits until the receipt is there to be deleted.
    list(Message.objects.select_for_update(no_key=True).filter(pk=reply.pk).values_list("pk"))
    if not Message.objects.filter(children=reply.pk, text=prepared.context.question).exists():
        return None
    summary = prepared.context.summary
    stands = Conversation.objects.filter(pk=reply.conversation_id, summary=summary).exists()
    receipt = ContextReceipt.objects.create(
        reply=reply,
        instructions=prepared.context.instructions,
        summary=summary if stands else "",
        window_start=prepared.window_start,
        tokens=prompt.count_tokens(prepared.messages),
    )
    items = [
        ReceiptItem(
            receipt=receipt,
            rank=rank,
            channel=item.channel,
            fact=item.fact,
            message=item.message,
            text=item.line,
            tokens=item.tokens,
        )
        for rank, item in enumerate(_standing(prepared.recalled))
    ]
    ReceiptItem.objects.bulk_create(items)
    return branches.receipt_of(items)


def _standing(recalled: Sequence[RecalledItem]) -> list[RecalledItem]:
    """Return what was not deleted since it was recalled."""
    facts = Fact.objects.filter(pk__in=[item.fact.pk for item in recalled if item.fact])
    messages = Message.objects.filter(pk__in=[item.message.pk for item in recalled if item.message]).exclude(text="")
    known = {*facts, *messages}
    return [item for item in recalled if item.fact in known or item.message in known]


@dataclass(frozen=True)
class Row:
    """One message of a prompt that was sent, for the context inspector."""

    role: str
    channel: str
    text: str
    tokens: int


def inspect(reply: Message) -> list[Row]:
    """Return the messages that were sent to the model for ``reply``, built again from its receipt.

    Shapes: in the order they were sent; empty where no model was asked.
    """
    receipt = ContextReceipt.objects.filter(reply=reply).select_related("window_start").first()
    if receipt is None or reply.parent is None:
        return []
    window = _window_since(receipt, reply.parent)
    context = prompt.Context(
        instructions=receipt.instructions,
        summary=receipt.summary,
        window=[_said(message) for message in window],
        recalled=list(receipt.items.order_by("rank").values_list("text", flat=True)),
        question=reply.parent.text,
        delimiter=reply.conversation.delimiter,
    )
    messages = prompt.build(context)
    channels = ["instructions", *("window" for _ in window), "question"]
    return [
        Row(m.role, channel, m.content, prompt.TOKENS_PER_MESSAGE + prompt.estimate_tokens(m.content))
        for m, channel in zip(messages, channels, strict=True)
    ]


def _window_since(receipt: ContextReceipt, question: Message) -> list[Message]:
    if receipt.window_start is None:
        return []
    path = _before(question)
    start = next((i for i, message in enumerate(path) if message.pk == receipt.window_start_id), len(path))
    return [message for message in path[start:] if message.text]
