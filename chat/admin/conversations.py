"""What people and the model said. It is looked at, never edited: the words are the record."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Left
from django.http import HttpRequest
from django.utils.safestring import SafeString

from chat.admin import finding
from chat.admin.filters import PersonFilter
from chat.admin.inspection import (
    EXCERPT_CHARACTERS,
    SHOWN_ROWS,
    Inspection,
    Row,
    Section,
    anchor,
    excerpt,
    line,
    link_to,
    list_of,
    said,
)
from chat.models import ContextReceipt, Conversation, MemoryChange, MemoryRun, Message, Role, Status, User
from chat.services import branches, deleting

SPOKEN = ("Said", "By", "Status", "When")


@admin.register(Conversation)
class ConversationAdmin(Inspection):
    list_display = ("name", "owner", "memory_mode", "model", "message_count", "updated_at", "in_bin")
    list_select_related = ("owner",)
    list_filter = (PersonFilter, "memory_mode", ("deleted_at", admin.EmptyFieldListFilter), "updated_at")
    search_fields = ("title",)
    sortable_by = ("updated_at",)
    ordering = ("-updated_at",)
    actions = ("move_to_bin", "restore")
    fieldsets = (
        (None, {"fields": ("title", "owner", "memory_mode", "model", "temperature", "k")}),
        ("Texts", {"fields": ("own_instructions", "running_summary")}),
        ("Times", {"fields": ("created_at", "updated_at", "deleted_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        last = Message.objects.filter(conversation=OuterRef("pk")).order_by("-position").values("position")[:1]
        found: QuerySet[Any] = super().get_queryset(request).annotate(last_position=Subquery(last))
        return found.defer("summary", "instructions")

    @admin.display(description="title")
    def name(self, conversation: Conversation) -> SafeString:
        return line(str(conversation))

    @admin.display(description="messages")
    def message_count(self, conversation: Any) -> int:
        return 0 if conversation.last_position is None else conversation.last_position + 1

    @admin.display(description="in the bin", boolean=True)
    def in_bin(self, conversation: Conversation) -> bool:
        return conversation.deleted_at is not None

    @admin.display(description="own instructions")
    def own_instructions(self, conversation: Conversation) -> SafeString:
        return said(conversation.instructions)

    @admin.display(description="running summary")
    def running_summary(self, conversation: Conversation) -> SafeString:
        return said(conversation.summary)

    def sections(self, obj: Conversation) -> Iterator[Section]:
        more = list_of(Message, "All messages", conversation__id__exact=obj.pk)
        yield Section("Newest messages", SPOKEN, _spoken(obj.messages.order_by("-position")), more)

    def has_bin_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    @admin.action(description="Move to the bin", permissions=["bin"])
    def move_to_bin(self, request: HttpRequest, queryset: QuerySet[Conversation]) -> None:
        moved = sum(len(deleting.delete(user=who, conversation_ids=ids)) for who, ids in _by_owner(queryset))
        self.message_user(request, f"{moved} moved to the bin; they stay there for {deleting.BIN_DAYS} days.")

    @admin.action(description="Take out of the bin", permissions=["bin"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Conversation]) -> None:
        back = sum(len(deleting.restore(user=who, conversation_ids=ids)) for who, ids in _by_owner(queryset))
        self.message_user(request, f"{back} taken out of the bin.")


def _by_owner(queryset: QuerySet[Conversation]) -> Iterable[tuple[User, list[UUID]]]:
    found: dict[User, list[UUID]] = defaultdict(list)
    for conversation in queryset.select_related("owner"):
        found[conversation.owner].append(conversation.uuid)
    return found.items()


@admin.register(Message)
class MessageAdmin(Inspection):
    list_display = ("start", "role", "status", "owner", "in_conversation", "model", "created_at")
    list_select_related = ("owner", "conversation")
    list_filter = (PersonFilter, "role", "status", "created_at")
    search_fields = ("text",)
    search_help_text = finding.HELP
    sortable_by = ()
    # Ids rise with time, and every index ends in them: the newest of one person are found without a sort.
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("whole_text",)}),
        ("Where", {"fields": ("in_conversation", "owner", "role", "answers", "created_at", "finished_at", "uuid")}),
        ("Model", {"fields": ("model", "status", "error", "prompt_tokens", "cached_tokens", "completion_tokens")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        start = Left("text", EXCERPT_CHARACTERS + 1)
        messages: QuerySet[Any] = super().get_queryset(request).annotate(start_of_text=start)
        return messages.defer("text", "conversation__summary")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        return finding.by_words("message", queryset, request, search_term), False

    @admin.display(description="text")
    def start(self, message: Any) -> SafeString:
        return line(message.start_of_text or "(empty)")

    @admin.display(description="text")
    def whole_text(self, message: Message) -> SafeString:
        running = message.status == Status.STREAMING
        return said(branches.text_of_running(message) if running else message.text)

    @admin.display(description="conversation")
    def in_conversation(self, message: Message) -> SafeString:
        return anchor(link_to(message.conversation))

    @admin.display(description="behind")
    def answers(self, message: Message) -> SafeString | str:
        parent = message.parent
        return anchor(link_to(parent, excerpt(parent.text))) if parent else "–"

    @admin.display
    def error(self, message: Message) -> str:
        return f"{message.error_code}: {message.error_message}" if message.error_code else "–"

    def name_of(self, obj: Message) -> str:
        return f"{'Question' if obj.role == Role.USER else 'Answer'} in {obj.conversation}"

    def sections(self, obj: Message) -> Iterator[Section]:
        yield from _receipt(obj)
        yield Section("Learned", ("Operation", "About", "Fact", "Instead of"), list(_learned(obj)))
        taught = obj.taught.select_related("fact").order_by("pk")[:SHOWN_ROWS]
        yield Section("Quoted as the source of", ("Fact", "Quote"), [(link_to(s.fact), s.quote) for s in taught])
        run = MemoryRun.objects.filter(reply=obj).first()
        yield Section("Memory run", ("Run", "Attempts"), [(link_to(run), run.attempts)] if run else [])
        yield Section("What was said next", SPOKEN, _spoken(obj.children.order_by("position")))


def _spoken(messages: QuerySet[Message]) -> list[Row]:
    """Rows of ``SPOKEN``."""
    shown = messages.annotate(start=Left("text", EXCERPT_CHARACTERS + 1)).defer("text")[:SHOWN_ROWS]
    return [
        (link_to(m, excerpt(m.start) or "(empty)"), m.get_role_display(), m.get_status_display(), m.created_at)
        for m in shown
    ]


def _learned(reply: Message) -> Iterator[Row]:
    changes = MemoryChange.objects.filter(reply=reply).select_related("fact__entity", "previous").order_by("pk")
    for change in changes[:SHOWN_ROWS]:
        previous = change.previous and link_to(change.previous)
        yield (
            link_to(change, change.get_operation_display()),
            link_to(change.fact.entity),
            link_to(change.fact),
            previous,
        )


def _receipt(reply: Message) -> Iterator[Section]:
    """What stood before the model for a reply."""
    receipt = ContextReceipt.objects.filter(reply=reply).defer("window_start__text").first()
    if receipt is None:
        return
    start = Message.objects.filter(pk=receipt.window_start_id or 0).defer("text").first()
    window = f"from {start.created_at:%Y-%m-%d %H:%M} to the question" if start else "–"
    yield Section(
        f"Receipt: {receipt.tokens} tokens were sent",
        ("Part", "Text"),
        [("Instructions", receipt.instructions), ("Summary", receipt.summary), ("Word for word", window)],
    )
    columns = ("Found by", "As it stood in the prompt", "Where from", "Tokens")
    yield Section("Receipt: recalled", columns, list(_recalled(receipt)))


def _recalled(receipt: ContextReceipt) -> Iterator[Row]:
    for item in receipt.items.select_related("fact").order_by("rank"):
        source = link_to(item.fact) if item.fact else link_to(Message(pk=item.message_id), "A message")
        yield item.get_channel_display(), item.text, source, item.tokens
