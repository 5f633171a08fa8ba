"""Past messages that may be recalled: no others are ever shown to the model."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.db import connection

from chat.models import Conversation, Message
from chat.services.memory.recalling import sql
from chat.services.memory.recalling.question import Question

# In the order of the models' columns.
_OF_MESSAGE: Final = ("id", "uuid", "conversation_id", "owner_id", "parent_id", "role", "text", "created_at")
_OF_CONVERSATION: Final = ("id", "uuid", "owner_id", "title")
_SAID: Final = _OF_MESSAGE.index("created_at")

# Of deleted and silent conversations nothing stands. Nor does a question that was edited afterwards, or an answer
# that was asked for again. Of first messages, "no parent" as a sum: looked up in the index of parents, it would be
# every first message of everybody.
_STANDS: Final = """
    conversation.id = message.conversation_id AND message.owner_id = %s AND conversation.deleted_at IS NULL
    AND message.status <> 'streaming' AND CASE WHEN message.parent_id IS NULL THEN NOT EXISTS (
        SELECT 1 FROM chat_message later WHERE later.conversation_id = message.conversation_id
        AND COALESCE(later.parent_id, 0) = 0 AND later.role = message.role
        AND later.position > message.position AND later.text <> ''
    ) ELSE NOT EXISTS (
        SELECT 1 FROM chat_message later WHERE later.parent_id = message.parent_id AND later.role = message.role
        AND later.position > message.position AND later.text <> ''
    ) END
"""
_OF_PERSON: Final = "conversation.memory_mode IN ('on', 'read_only')"
_OF_OWN: Final = "message.conversation_id = %s"


def places(question: Question, ids: Iterable[int], *, dated: bool) -> list[tuple[int, str, int, int, date]]:
    """Return those of the messages that may be recalled for ``question``.

    Shapes: (id, role, conversation, position, day). The day only where ``dated``, else none that ever was: to read
    the times of all takes as long as all the rest of them.
    """
    said = "message.created_at" if dated else "NULL"
    condition, values = _condition(question)
    found = sql.selected(
        f"SELECT message.id, message.role, message.conversation_id, message.position, {said}"
        f" FROM {sql.wanted()} CROSS JOIN chat_message message CROSS JOIN chat_conversation conversation"
        f" WHERE message.id = wanted.value AND {condition}",
        [sql.listed(ids), *values],
    )
    return [
        (*row[:4], sql.moment(row[4]).date() if dated else date.min) for row in found if row[0] not in question.exclude
    ]


def some(question: Question, limit: int) -> list[int]:
    """Return ids of messages with text that may be recalled for ``question``, in no order, at most ``limit``."""
    condition, values = _condition(question)
    found = sql.selected(
        "SELECT message.id FROM chat_message message CROSS JOIN chat_conversation conversation"
        f" WHERE message.text <> '' AND {condition} LIMIT %s",
        [*values, limit + len(question.exclude)],
    )
    return [pk for (pk,) in found if pk not in question.exclude][:limit]


def _condition(question: Question) -> tuple[str, list[Any]]:
    store = question.store
    if store.conversation_id is None:
        return f"{_STANDS} AND {_OF_PERSON}", [store.owner_id]
    return f"{_STANDS} AND {_OF_OWN}", [store.owner_id, store.conversation_id]


def read(ids: Sequence[int]) -> list[Message]:
    """Return messages with their conversations, in the order of ``ids``; of both only what recall and its receipt
    read.
    """
    found = sql.selected(
        f"SELECT {sql.columns('message', _OF_MESSAGE)}, {sql.columns('conversation', _OF_CONVERSATION)}"
        f" FROM {sql.wanted()} CROSS JOIN chat_message message CROSS JOIN chat_conversation conversation"
        " WHERE message.id = wanted.value AND conversation.id = message.conversation_id",
        [sql.listed(ids)],
    )
    messages = {message.pk: message for message in _messages(found)}
    return [messages[pk] for pk in ids if pk in messages]


def _messages(found: Sequence[tuple[Any, ...]]) -> Iterator[Message]:
    for row in found:
        values, of_conversation = list(row[: len(_OF_MESSAGE)]), list(row[len(_OF_MESSAGE) :])
        values[1], values[_SAID] = sql.uuid(values[1]), sql.moment(values[_SAID])
        of_conversation[1] = sql.uuid(of_conversation[1])
        message = Message.from_db(connection.alias, _OF_MESSAGE, values)
        message.conversation = Conversation.from_db(connection.alias, _OF_CONVERSATION, of_conversation)
        yield message
