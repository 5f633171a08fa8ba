"""Search in the long lists, through the index of the memory: a LIKE would read every row."""

from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from chat.models import Entity, Fact, FactStatus, User
from chat.services.memory import stores
from chat.services.search import everybody

HELP = "Finds whole words, in any order and form."


def person_of(request: HttpRequest) -> int | None:
    """Return the id of the person that the list is filtered by."""
    email = request.GET.get("person", "").strip().lower()
    return User.objects.filter(email=email).values_list("pk", flat=True).first() if email else None


def by_words(
    kind: Literal["message", "fact"], queryset: QuerySet[Any], request: HttpRequest, term: str, *, path: str = "pk"
) -> QuerySet[Any]:
    """Return the rows of a list whose message or fact, at ``path``, has the words of ``term``."""
    if not term.strip():
        return queryset
    return queryset.filter(**{f"{path}__in": everybody.ids_of(kind, term, owner_id=person_of(request))})


def facts(queryset: QuerySet[Fact], request: HttpRequest, term: str) -> QuerySet[Fact]:
    """Return the facts with the words of ``term``; of one person also former ones, which the index does not hold."""
    person = person_of(request)
    if person is None or not term.strip():
        return by_words("fact", queryset, request, term)
    former = Q(statement__icontains=term.strip()) & ~Q(status=FactStatus.ACTIVE)
    return queryset.filter(Q(pk__in=everybody.ids_of("fact", term, owner_id=person)) | former)


def entities(queryset: QuerySet[Entity], request: HttpRequest, term: str) -> QuerySet[Entity]:
    """Return the entities that have ``term`` in a name, or its words in a fact."""
    if not term.strip():
        return queryset
    ids = everybody.ids_of("fact", term, owner_id=person_of(request))
    known = Q(pk__in=Fact.objects.filter(pk__in=ids).values("entity_id"))
    name = stores.normalise(term)
    named = Q(pk__in=Entity.objects.filter(aliases__normalised__contains=name).values("pk")) if name else Q()
    return queryset.filter(known | named)
