"""The work of the memory: its runs, and every change it made."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from chat.admin import finding
from chat.admin.filters import PersonFilter
from chat.admin.inspection import SHOWN_ROWS, Inspection, Row, Section, anchor, excerpt, link_to
from chat.models import MemoryChange, MemoryRun
from chat.services.memory.learner import outbox


@admin.register(MemoryRun)
class MemoryRunAdmin(Inspection):
    list_display = ("created_at", "state", "owner", "turn", "attempts", "model", "tokens", "error_code", "finished_at")
    list_filter = (PersonFilter, "state", "created_at")
    sortable_by = ()
    ordering = ("-pk",)
    actions = ("try_again",)
    fieldsets = (
        (None, {"fields": ("state", "error_code", "owner", "turn", "own_key")}),
        ("Work", {"fields": ("model", "prompt_tokens", "cached_tokens", "completion_tokens", "attempts")}),
        ("Times", {"fields": ("created_at", "not_before", "lease_until", "finished_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[MemoryRun]:
        heavy = ("reply__text", "reply__conversation__summary", "reply__conversation__instructions")
        return super().get_queryset(request).select_related("owner", "reply__conversation").defer(*heavy)

    @admin.display
    def turn(self, run: MemoryRun) -> SafeString:
        return anchor(link_to(run.reply, run.reply.conversation))

    @admin.display(description="tokens in + out")
    def tokens(self, run: MemoryRun) -> str:
        return "–" if run.prompt_tokens is None else f"{run.prompt_tokens} + {run.completion_tokens or 0}"

    def sections(self, obj: MemoryRun) -> Iterator[Section]:
        yield Section("What it changed", ("Operation", "About", "Fact"), list(_changed(obj)))

    def has_try_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    @admin.action(description="Try again", permissions=["try"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[MemoryRun]) -> None:
        runs = list(queryset)
        tried = outbox.try_again([run.pk for run in runs])
        for run in runs:
            if run.pk in tried:
                self.log_change(request, run, "Tried again.")
        rest = len(runs) - len(tried)
        told = f"{len(tried)} will be tried again." + (f" {rest} have not failed." if rest else "")
        self.message_user(request, told)


def _changed(run: MemoryRun) -> Iterator[Row]:
    changes = MemoryChange.objects.filter(reply=run.reply_id).select_related("fact__entity").order_by("pk")
    for change in changes[:SHOWN_ROWS]:
        yield link_to(change, change.get_operation_display()), link_to(change.fact.entity), link_to(change.fact)


@admin.register(MemoryChange)
class MemoryChangeAdmin(Inspection):
    list_display = ("created_at", "operation", "about", "now", "before", "owner", "by_user", "is_undone")
    list_select_related = ("owner", "fact__entity", "previous")
    list_filter = (PersonFilter, "operation")
    search_fields = ("fact",)
    search_help_text = finding.HELP
    sortable_by = ()
    ordering = ("-pk",)
    fields = ("operation", "about", "now", "before", "owner", "by_user", "turn", "created_at", "undone_at", "uuid")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[MemoryChange], search_term: str
    ) -> tuple[QuerySet[MemoryChange], bool]:
        return finding.by_words("fact", queryset, request, search_term, path="fact"), False

    @admin.display
    def about(self, change: MemoryChange) -> SafeString:
        return anchor(link_to(change.fact.entity))

    @admin.display(description="fact")
    def now(self, change: MemoryChange) -> SafeString:
        return anchor(link_to(change.fact, excerpt(change.fact.statement)))

    @admin.display(description="instead of")
    def before(self, change: MemoryChange) -> SafeString | str:
        return anchor(link_to(change.previous, excerpt(change.previous.statement))) if change.previous else "–"

    @admin.display
    def turn(self, change: MemoryChange) -> Any:
        return anchor(link_to(change.reply, change.reply.conversation)) if change.reply else "–"

    @admin.display(description="taken back", boolean=True)
    def is_undone(self, change: MemoryChange) -> bool:
        return change.undone_at is not None
