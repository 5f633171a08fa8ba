"""The words that taught facts."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from chat.admin import finding
from chat.admin.filters import PersonOfFactFilter
from chat.admin.inspection import Inspection, anchor, excerpt, line, link_to, said
from chat.models import FactSource


def placed(sources: QuerySet[FactSource]) -> QuerySet[FactSource]:
    """Fetch the message and conversation of each too, without their long texts."""
    related = sources.select_related("message__conversation")
    return related.defer("message__text", "message__conversation__summary", "message__conversation__instructions")


@admin.register(FactSource)
class FactSourceAdmin(Inspection):
    list_display = ("words", "taught", "person", "said_in", "said_at")
    list_filter = (PersonOfFactFilter,)
    search_fields = ("quote",)
    search_help_text = "Finds the whole words of the fact."
    sortable_by = ()
    ordering = ("-pk",)
    fields = ("whole_quote", "taught", "person", "said_in", "said_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[FactSource]:
        return placed(super().get_queryset(request).select_related("fact__owner"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[FactSource], search_term: str
    ) -> tuple[QuerySet[FactSource], bool]:
        return finding.by_words("fact", queryset, request, search_term, path="fact"), False

    @admin.display(description="quote")
    def words(self, source: FactSource) -> SafeString:
        return line(source.quote)

    @admin.display(description="quote")
    def whole_quote(self, source: FactSource) -> SafeString:
        return said(source.quote)

    @admin.display(description="fact")
    def taught(self, source: FactSource) -> SafeString:
        return anchor(link_to(source.fact, excerpt(source.fact.statement)))

    @admin.display
    def person(self, source: FactSource) -> SafeString:
        return anchor(link_to(source.fact.owner))

    @admin.display(description="message")
    def said_in(self, source: FactSource) -> SafeString:
        return anchor(link_to(source.message, source.message.conversation))

    @admin.display(description="when")
    def said_at(self, source: FactSource) -> Any:
        return source.message.created_at
