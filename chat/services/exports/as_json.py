"""The conversation as data: the whole tree, with what each reply recalled and what each turn taught.

docs/exports.md describes every field; a test compares. ``VERSION`` rises when a field goes or changes its meaning.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from chat.models import ContextReceipt, Conversation, FactSource, MemoryChange, Message, ReceiptItem
from chat.services import branches
from chat.services.exports import reading

FORMAT = "memorybot.conversation"
VERSION = 1

Rows = dict[int, list[dict[str, Any]]]


def render(head: reading.Head, batches: Iterator[reading.Batch]) -> Iterator[str]:
    top = {"format": FORMAT, "version": VERSION, "exported": _time(head.exported_at), "person": head.person}
    fields = {**top, "conversation": _conversation(head)}
    yield "".join(["{\n", *(f"{_dump(name)}: {_dump(value)},\n" for name, value in fields.items()), '"messages": ['])
    separator = "\n"
    for batch in batches:
        for message in _messages(batch):
            yield f"{separator}{_dump(message)}"
            separator = ",\n"
    yield "\n]\n}\n"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _public(uuid: object) -> str | None:
    return str(uuid) if uuid else None


def _conversation(head: reading.Head) -> dict[str, Any]:
    conversation: Conversation = head.conversation
    return {
        "id": str(conversation.uuid),
        "title": conversation.title,
        "title_by": conversation.title_by,
        "model": conversation.model,
        "temperature": conversation.temperature,
        "k": conversation.k,
        "instructions": conversation.instructions,
        "memory": conversation.memory_mode,
        "summary": conversation.summary,
        "created": _time(conversation.created_at),
        "updated": _time(conversation.updated_at),
        "newest": head.newest,
    }


def _messages(batch: reading.Batch) -> Iterator[dict[str, Any]]:
    ids = [message.pk for message in batch]
    learned, receipts = _learned(ids), _receipts(ids)
    for message in batch:
        usage = branches.usage_of(message)
        yield {
            "id": str(message.uuid),
            "parent": _public(getattr(message, "parent_uuid", None)),
            "role": message.role,
            "text": message.text,
            "status": message.status,
            "created": _time(message.created_at),
            "finished": _time(message.finished_at),
            "model": message.model,
            "usage": vars(usage) if usage else None,
            "error": _error(message),
            "receipt": receipts.get(message.pk),
            "learned": learned.get(message.pk, []),
        }


def _error(message: Message) -> dict[str, str] | None:
    return {"code": message.error_code, "message": message.error_message} if message.error_code else None


def _learned(reply_ids: Sequence[int]) -> Rows:
    rows = MemoryChange.objects.filter(reply_id__in=reply_ids).select_related("fact__entity", "previous").order_by("pk")
    changes = list(rows)
    quotes = _quotes([change.fact_id for change in changes], reply_ids)
    learned: Rows = defaultdict(list)
    for change in changes:
        if change.reply_id is not None:
            learned[change.reply_id].append(_change(change, quotes.get(change.fact_id, [])))
    return learned


def _quotes(fact_ids: Sequence[int], reply_ids: Sequence[int]) -> Rows:
    """Quotes of these turns only; what else taught a fact stands in other conversations."""
    rows = FactSource.objects.filter(fact_id__in=fact_ids, message__children__in=reply_ids).order_by("pk")
    quotes: Rows = defaultdict(list)
    for fact_id, message, quote in rows.values_list("fact_id", "message__uuid", "quote").distinct():
        quotes[fact_id].append({"message": str(message), "quote": quote})
    return quotes


def _change(change: MemoryChange, quotes: list[dict[str, Any]]) -> dict[str, Any]:
    fact = change.fact
    return {
        "id": str(change.uuid),
        "op": change.operation,
        "by_user": change.by_user,
        "undone": change.undone_at is not None,
        "entity": {"id": str(fact.entity.uuid), "name": fact.entity.name, "kind": fact.entity.kind},
        "fact": {"id": str(fact.uuid), "attribute": fact.attribute, "value": fact.value, "statement": fact.statement},
        "was": change.previous.statement if change.previous else None,
        "quotes": quotes,
    }


def _receipts(reply_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    rows = ContextReceipt.objects.filter(reply_id__in=reply_ids).annotate(start=F("window_start__uuid"))
    items = _items(reply_ids)
    return {
        row.reply_id: {
            "tokens": row.tokens,
            "instructions": row.instructions,
            "summary": row.summary,
            "window_start": _public(row.start),
            "items": items.get(row.pk, []),
        }
        for row in rows
    }


def _items(reply_ids: Sequence[int]) -> Rows:
    rows = ReceiptItem.objects.filter(receipt__reply_id__in=reply_ids).order_by("receipt_id", "rank")
    found: Rows = defaultdict(list)
    columns = ("receipt_id", "channel", "fact__uuid", "message__uuid", "text", "tokens")
    for receipt_id, why, fact, message, text, tokens in rows.values_list(*columns):
        item = {"why": why, "fact": _public(fact), "message": _public(message), "text": text, "tokens": tokens}
        found[receipt_id].append(item)
    return found
