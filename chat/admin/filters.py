"""Filters that stay quick where there are many people."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import BooleanFieldListFilter, SimpleListFilter
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from chat.models import User


class PersonFilter(SimpleListFilter):
    """By the e-mail address of a person, typed in: a list of all of them would be long."""

    title = "person"
    parameter_name = "person"
    template = "admin/filter_person.html"
    path = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        email = self.value()
        if not email:
            return queryset
        person = User.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()
        return queryset.filter(**{self.path: person}) if person else queryset.none()

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        """Give the template what its form has to carry on: the other filters, from the first page."""
        others = changelist.get_query_string(remove=[self.parameter_name, PAGE_VAR])
        kept = [
            (name, value)
            for name, values in changelist.filter_params.items()
            for value in values
            if name not in {self.parameter_name, PAGE_VAR}
        ]
        if changelist.query:
            kept.append(("q", changelist.query))
        yield {"value": self.value() or "", "name": self.parameter_name, "kept": kept, "without": others}


class PersonOfFactFilter(PersonFilter):
    path = "fact__owner"


class AdministratorFilter(BooleanFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "administrator"
