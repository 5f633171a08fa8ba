"""The tree of a conversation's messages: its branches, and messages as pages get them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import F

from chat import access
from chat.models import (
    Conversation,
    Fact,
    FactSource,
    FactStatus,
    MemoryChange,
    Message,
    ReceiptItem,
    Role,
    Status,
    User,
)
from chat.models.conversations import Channel
from chat.protocol import (
    Change,
    ConversationFollow,
    ConversationState,
    ErrorInfo,
    RecalledFact,
    RecalledMessage,
    Receipt,
    StoredMessage,
    UsageInfo,
)
from chat.services import errors


class Tree:
    """Ids, parents and roles of all messages of a conversation, in the order of their making."""

    def __init__(self, conversation_id: int) -> None:
        rows = Message.objects.filter(conversation_id=conversation_id).order_by("position")
        self._parent: dict[int, int | None] = {}
        self._children: dict[int | None, list[int]] = defaultdict(list)
        self._role: dict[int, str] = {}
        self._uuid: dict[int, UUID] = {}
        for key, parent, role, public in rows.values_list("id", "parent_id", "role", "uuid"):
            self._parent[key], self._role[key], self._uuid[key] = parent, role, public
            self._children[parent].append(key)

    @property
    def newest(self) -> int | None:
        return next(reversed(self._parent), None)

    def path(self, leaf: int | None) -> list[int]:
        """Return the ids from the root to ``leaf``."""
        path = []
        while leaf is not None:
            path.append(leaf)
            leaf = self._parent[leaf]
        return path[::-1]

    def leaf_below(self, message_id: int) -> int:
        """Return the newest leaf under a message: at each fork the child made last."""
        while children := self._children.get(message_id):
            message_id = children[-1]
        return message_id

    def siblings(self, message_id: int) -> list[str]:
        """Return the public ids of all versions of a message, oldest first."""
        versions = self._children[self._parent[message_id]]
        return [str(self._uuid[other]) for other in versions if self._role[other] == self._role[message_id]]


def state(user_id: int, frame: ConversationFollow) -> ConversationState:
    """Return what a page that saw everything up to ``frame.after`` has to know now.

    Raises: NotFound.
    """
    user = User(pk=user_id)
    conversation = access.conversation_for(user, frame.conversation)
    tree = Tree(conversation.pk)
    leaf = tree.newest
    if frame.branch is not None:
        through = access.message_for(user, frame.branch)
        if through.conversation_id != conversation.pk:
            raise access.NotFound
        leaf = tree.leaf_below(through.pk)
    messages = messages_of(tree.path(leaf))
    changed = [m for m in messages if m.seq > frame.after or m.status == Status.STREAMING or not frame.after]
    running = next((str(m.uuid) for m in messages if m.status == Status.STREAMING), None)
    return ConversationState(str(conversation.uuid), conversation.seq, stored(changed, tree=tree), running)


def messages_of(ids: Sequence[int]) -> list[Message]:
    """Return the messages with these ids, in this order."""
    found = Message.objects.in_bulk(ids)
    return [found[key] for key in ids]


def current(conversation: Conversation) -> list[Message]:
    """Return the current branch: from the root to the newest message."""
    tree = Tree(conversation.pk)
    return messages_of(tree.path(tree.newest))


def stored(messages: Sequence[Message], *, tree: Tree) -> list[StoredMessage]:
    """Return messages as frames carry them, with their receipts and what they taught, in a handful of queries."""
    replies = [message.pk for message in messages if message.role == Role.ASSISTANT]
    streaming = [message for message in messages if message.status == Status.STREAMING]
    texts = {message.pk: text_of_running(message) for message in streaming}
    receipts, changes = receipts_of(replies), changes_of(replies)
    parents = {m.pk: str(m.uuid) for m in messages_of([m.parent_id for m in messages if m.parent_id is not None])}
    return [
        StoredMessage(
            id=str(message.uuid),
            parent=parents[message.parent_id] if message.parent_id is not None else None,
            role=message.role,
            text=texts.get(message.pk, message.text),
            pasted=message.pasted,
            status=message.status,
            created=message.created_at.isoformat(),
            model=message.model,
            error=error_of(message),
            usage=usage_of(message),
            siblings=tree.siblings(message.pk),
            receipt=receipts.get(message.pk),
            learned=changes.get(message.pk, []),
        )
        for message in messages
    ]


def text_of_running(reply: Message) -> str:
    """Return what is stored of a reply that has not ended: its chunks in their order."""
    return "".join(reply.chunks.order_by("offset").values_list("text", flat=True))


def error_of(message: Message) -> ErrorInfo | None:
    if not message.error_code:
        return None
    return ErrorInfo(message.error_code, message.error_message, errors.is_retryable(message.error_code))


def usage_of(message: Message) -> UsageInfo | None:
    if message.prompt_tokens is None:
        return None
    return UsageInfo(message.prompt_tokens, message.cached_tokens or 0, message.completion_tokens or 0)


def receipts_of(reply_ids: Sequence[int]) -> dict[int, Receipt]:
    """Return the receipts of replies that have one, by the reply's id."""
    items = (
        ReceiptItem.objects.filter(receipt__reply_id__in=reply_ids)
        .select_related("receipt", "fact__entity", "message__conversation")
        .order_by("receipt_id", "rank")
    )
    of_reply: dict[int, list[ReceiptItem]] = defaultdict(list)
    for item in items:
        of_reply[item.receipt.reply_id].append(item)
    return {reply: receipt_of(found) for reply, found in of_reply.items()}


def receipt_of(items: Iterable[ReceiptItem]) -> Receipt:
    items = list(items)
    return Receipt(
        facts=[_recalled_fact(item) for item in items if item.fact is not None],
        messages=[_recalled_message(item) for item in items if item.message is not None],
        tokens=sum(item.tokens for item in items),
    )


def _recalled_fact(item: ReceiptItem) -> RecalledFact:
    assert item.fact is not None  # noqa: S101  (for the type checker; the caller looked)
    fact = item.fact
    # What was true before is shown with its dates, as the model was told it.
    text = item.text if item.channel == Channel.PAST else fact.statement
    return RecalledFact(str(fact.uuid), fact.entity.name, text, item.channel, item.tokens)


def _recalled_message(item: ReceiptItem) -> RecalledMessage:
    assert item.message is not None  # noqa: S101  (for the type checker; the caller looked)
    message = item.message
    return RecalledMessage(
        str(message.uuid),
        str(message.conversation.uuid),
        message.role,
        message.created_at.date().isoformat(),
        item.text,
        item.channel,
        item.tokens,
    )


def changes_of(reply_ids: Sequence[int]) -> dict[int, list[Change]]:
    """Return what replies' turns taught, by the reply's id, in the order it was learned, then what waits of it."""
    rows = MemoryChange.objects.filter(reply_id__in=reply_ids).select_related("fact__entity", "previous").order_by("pk")
    of_reply: dict[int, list[Change]] = defaultdict(list)
    for row in rows:
        if row.reply_id is not None:
            of_reply[row.reply_id].append(change_of(row))
    for reply_id, waiting in suggestions_of(reply_ids).items():
        of_reply[reply_id] += waiting
    return of_reply


def suggestions_of(reply_ids: Sequence[int]) -> dict[int, list[Change]]:
    """Return what replies' turns suggested and still waits for the person's word, by the reply's id."""
    rows = FactSource.objects.filter(message__children__in=reply_ids, fact__status=FactStatus.PENDING)
    rows = rows.select_related("fact__entity", "fact__concerns").annotate(reply_id=F("message__children"))
    of_reply: dict[int, list[Change]] = defaultdict(list)
    for row in rows.order_by("fact_id"):
        suggestion = suggestion_of(row.fact)
        if suggestion not in of_reply[row.reply_id]:
            of_reply[row.reply_id].append(suggestion)
    return of_reply


def suggestion_of(fact: Fact) -> Change:
    """Return what waits, or waited, as the page shows it; ``undone`` once it is decided."""
    return Change(
        op="suggested",
        change=str(fact.uuid),
        entity=fact.entity.name,
        fact=str(fact.uuid),
        text=fact.statement,
        was=fact.concerns.statement if fact.concerns else None,
        undone=fact.status != FactStatus.PENDING,
    )


def change_of(row: MemoryChange) -> Change:
    return Change(
        op=row.operation,
        change=str(row.uuid),
        entity=row.fact.entity.name,
        fact=str(row.fact.uuid),
        text=row.fact.statement,
        was=row.previous.statement if row.previous else None,
        undone=row.undone_at is not None,
    )
