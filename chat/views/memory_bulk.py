"""Forgetting many things at once: of a period, or of one entity; with what it would come to before it is done."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods

from chat import access
from chat.models import Conversation, Entity, Fact, MemoryMode, User
from chat.services.memory import stores
from chat.services.memory.curating import lots
from chat.services.memory.stores import Store
from chat.views.requests import AuthenticatedRequest

INVALID = 422
EXAMPLES = 10


@dataclass(frozen=True)
class Choice:
    """What is to be forgotten: of ``entity`` all of it, else what was learned from ``begin`` to ``end``, both included.

    ``problem`` says what is wrong with the dates.
    """

    conversation: Conversation | None = None
    entity: Entity | None = None
    begin: date | None = None
    end: date | None = None
    problem: str = ""

    def facts(self, user: User) -> QuerySet[Fact] | None:
        """Return the facts that are meant, or None while nothing is."""
        if self.entity is not None:
            return Fact.objects.filter(owner=user, entity=self.entity)
        if self.begin is None or self.end is None or self.problem:
            return None
        store = stores.store_of(self.conversation) if self.conversation else Store(user.pk)
        return lots.learned_between(store, begin=_start(self.begin), end=_start(self.end + timedelta(days=1)))


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@require_http_methods(["GET", "POST"])
def forget(request: AuthenticatedRequest) -> HttpResponse:
    """Choose, see what it comes to, then have it forgotten or deleted for good."""
    given = request.POST if request.method == "POST" else request.GET
    choice = _choice(request.user, given)
    facts = choice.facts(request.user)
    how = request.POST.get("how", "")
    if request.method == "POST" and facts is not None and how in {"forget", "delete"}:
        return _forget(request, choice, facts) if how == "forget" else _delete(request, choice, facts)
    return _page(request, choice, facts)


def _page(request: AuthenticatedRequest, choice: Choice, facts: QuerySet[Fact] | None) -> HttpResponse:
    context: dict[str, Any] = {"choice": choice, "undo": request.GET.get("undo", ""), "today": timezone.localdate()}
    if facts is not None:
        context["extent"] = lots.extent(facts)
        context["examples"] = facts.select_related("entity").order_by("-learned_at", "-pk")[:EXAMPLES]
    return render(request, "memory/forget.html", context, status=INVALID if choice.problem else 200)


def _forget(request: AuthenticatedRequest, choice: Choice, facts: QuerySet[Fact]) -> HttpResponse:
    count = lots.extent(facts)
    at = lots.forget(user=request.user, facts=facts)
    messages.success(request, f"Forgotten: {count.active + count.waiting}.")
    return redirect(f"{_address(choice)}{urlencode({'undo': at.isoformat()})}")


def _delete(request: AuthenticatedRequest, choice: Choice, facts: QuerySet[Fact]) -> HttpResponse:
    count = lots.delete(user=request.user, facts=facts)
    messages.success(request, f"Deleted for good: {count}.")
    return redirect(_address(choice))


def _address(choice: Choice) -> str:
    home = {"conversation": str(choice.conversation.uuid)} if choice.conversation else {}
    return f"{reverse('chat:forget_many')}?{urlencode(home)}{'&' if home else ''}"


def _choice(user: User, given: QueryDict) -> Choice:
    """Raises: NotFound for a conversation or an entity that is not there."""
    conversation = _conversation(user, given.get("conversation", ""))
    if named := given.get("entity", ""):
        return Choice(conversation, access.entity_for(user, _uuid(named)))
    first, last = given.get("from", ""), given.get("to", "")
    if not first and not last:
        return Choice(conversation)
    begin, end = _day(first), _day(last)
    if begin is None or end is None:
        return Choice(conversation, None, begin, end, "Give both days, such as 2026-11-28.")
    if begin > end:
        return Choice(conversation, None, begin, end, "The first day has to be before the last.")
    return Choice(conversation, None, begin, end)


def _conversation(user: User, given: str) -> Conversation | None:
    if not given:
        return None
    found = access.conversation_for(user, _uuid(given))
    if found.memory_mode != MemoryMode.OWN:
        raise access.NotFound
    return found


def _uuid(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        raise access.NotFound from None


def _day(given: str) -> date | None:
    try:
        found = parse_date(given)
    except ValueError:
        return None
    return found if found and 1970 <= found.year <= 9000 else None
