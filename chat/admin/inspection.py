"""What all pages have in common that show rows and change none."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.db.models import Count, Model, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from chat.admin.paging import BoundedPaginator

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

# What a page that asks before it deletes is told: names of rows, counts of kinds, rights that are missing, obstacles.
Deletion = tuple[list[Any], dict[str, int], set[str], list[str]]
# The cells of a table: text, times, or links.
Row = Sequence[object]

SHOWN_ROWS = 50
EXCERPT_CHARACTERS = 120


@dataclass(frozen=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True)
class Section:
    """A table under the fields of a row. ``more`` leads to all rows where these are some of them."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    more: Link | None = None


def link_to(row: Model, text: object = "") -> Link:
    """Return the link to a row's own page."""
    meta = row._meta
    return Link(str(text) or str(row), reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]))


def list_of(model: type[Model], text: str, **filters: str | int) -> Link:
    """Return the link to a list with filters set."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return Link(text, f"{url}?{urlencode(filters)}")


def anchor(link: Link) -> SafeString:
    return format_html('<a href="{}">{}</a>', link.url, link.text)


def counted(model: type[Model], path: str, **filters: Any) -> Coalesce:
    """Count what belongs to a row, for the rows of one page only: a join would count it for all."""
    found = model._default_manager.filter(**{path: OuterRef("pk")}, **filters).order_by()
    return Coalesce(Subquery(found.values(path).annotate(n=Count("pk")).values("n")), 0)


def excerpt(text: str) -> str:
    start = " ".join(text.split())
    return start if len(start) <= EXCERPT_CHARACTERS else f"{start[:EXCERPT_CHARACTERS]}…"


class QuietLog(ModelAdmin):
    """Logs what was done to which row, but not what stands in it: the log outlives what is deleted."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return self._log(request, obj, ADDITION, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return self._log(request, obj, CHANGE, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> list[LogEntry]:
        return [self._log(request, obj, DELETION, "") for obj in queryset]

    def _log(self, request: HttpRequest, obj: Model, flag: int, message: Any) -> LogEntry:
        return LogEntry.objects.create(
            user_id=request.user.pk or 0,
            content_type=get_content_type_for_model(obj),
            object_id=str(obj.pk),
            object_repr=f"{self.opts.verbose_name} {obj.pk}",
            action_flag=flag,
            change_message=message if isinstance(message, str) else json.dumps(message),
        )


class Inspection(QuietLog):
    """Rows to look at. What may be changed, each page says for itself."""

    change_form_template = "admin/inspection.html"
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may_change(self, request: HttpRequest) -> bool:
        """Tell whether this person was given the right to change such rows; the services do it."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def name_of(self, obj: Any) -> str:
        return str(obj)

    def sections(self, obj: Any) -> Iterable[Section]:
        return ()

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            context |= {"sections": list(self.sections(obj)), "subtitle": self.name_of(obj)}
        return super().render_change_form(request, context, add, change, form_url, obj)


def said(text: str) -> SafeString:
    """Return what somebody wrote as it was written, in its own direction."""
    return format_html('<div class="said" dir="auto">{}</div>', text)


def line(text: str) -> SafeString:
    """Return the beginning of what somebody wrote; what turns writing round ends with it."""
    return format_html("<bdi>{}</bdi>", excerpt(text))
