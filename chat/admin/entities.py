"""The entity store: who and what is known."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from chat.admin import finding, sources
from chat.admin.filters import PersonFilter
from chat.admin.inspection import (
    SHOWN_ROWS,
    Inspection,
    Row,
    Section,
    anchor,
    counted,
    line,
    link_to,
    list_of,
    said,
)
from chat.models import Entity, Fact, FactSource, FactStatus


@admin.register(Entity)
class EntityAdmin(Inspection):
    list_display = ("label", "kind", "owner", "store", "fact_count", "updated_at")
    list_select_related = ("owner", "conversation")
    list_filter = (PersonFilter, "kind", ("conversation", admin.EmptyFieldListFilter), "updated_at")
    search_fields = ("name",)
    search_help_text = "Finds parts of names, and whole words of facts."
    sortable_by = ("updated_at",)
    ordering = ("-updated_at",)
    fields = ("name", "kind", "owner", "store", "aliases", "created_at", "updated_at", "uuid")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        known = counted(Fact, "entity", status=FactStatus.ACTIVE)
        entities: QuerySet[Any] = super().get_queryset(request).annotate(fact_count=known)
        return entities.defer("conversation__summary")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entity], search_term: str
    ) -> tuple[QuerySet[Entity], bool]:
        return finding.entities(queryset, request, search_term), False

    @admin.display(description="name")
    def label(self, entity: Entity) -> SafeString:
        return line(entity.name)

    @admin.display(description="active facts")
    def fact_count(self, entity: Any) -> int:
        return int(entity.fact_count)

    @admin.display
    def store(self, entity: Entity) -> SafeString | str:
        return anchor(link_to(entity.conversation)) if entity.conversation else "the person's"

    @admin.display
    def aliases(self, entity: Entity) -> SafeString:
        return said(" · ".join(entity.aliases.order_by("text").values_list("text", flat=True)[:SHOWN_ROWS]))

    def sections(self, obj: Entity) -> Iterator[Section]:
        here = {"entity__id__exact": obj.pk}
        active = list_of(Fact, "All active facts", status__exact=FactStatus.ACTIVE.value, **here)
        columns = ("Fact", "Attribute", "Quote", "Said in", "Learned")
        yield Section("Active facts", columns, list(_active(obj)), active)
        columns = ("Fact", "Status", "Because", "Replaced by", "Until")
        yield Section("Former facts", columns, list(_former(obj)), list_of(Fact, "All facts", **here))


def _active(entity: Entity) -> Iterator[Row]:
    shown = list(entity.facts.filter(status=FactStatus.ACTIVE).order_by("-pk")[:SHOWN_ROWS])
    quoted = {
        source.fact_id: source for source in sources.placed(FactSource.objects.filter(fact__in=shown).order_by("-pk"))
    }
    for fact in shown:
        source = quoted.get(fact.pk)
        where = link_to(source.message, source.message.conversation) if source else None
        yield link_to(fact), fact.attribute, source and source.quote, where, fact.learned_at


def _former(entity: Entity) -> Iterator[Row]:
    facts = entity.facts.exclude(status=FactStatus.ACTIVE).select_related("superseded_by").order_by("-pk")
    for fact in facts[:SHOWN_ROWS]:
        successor = fact.superseded_by and link_to(fact.superseded_by)
        yield link_to(fact), fact.get_status_display(), fact.reason, successor, fact.retired_at
