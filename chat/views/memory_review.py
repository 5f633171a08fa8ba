"""What waits for the person's word, and changes taken back together."""

import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from chat import access
from chat.models import FactStatus
from chat.services.memory.curating import lots, queue, review, telling
from chat.services.memory.curating.reading import Page
from chat.services.memory.stores import Store
from chat.views.requests import AuthenticatedRequest, ids, is_by_script

DONE, CONFLICT = 204, 409


def page(request: AuthenticatedRequest, store: Store, context: dict[str, Any], *, number: int) -> HttpResponse:
    """The queue, and what was decided lately."""
    rows = queue.page(store, number=number)
    items = Page(rows[: queue.PER_PAGE], number, has_more=len(rows) > queue.PER_PAGE)
    return render(request, "memory/waiting.html", {**context, "page": items, "decided": queue.decided(store)})


@require_http_methods(["GET", "POST"])
def decide(request: AuthenticatedRequest) -> HttpResponse:
    """Accept or reject what is ticked; the address alone leads to the queue."""
    back = _queue(request.GET.get("conversation", ""))
    if request.method == "GET":
        return redirect(back)
    given = ids(request.POST.getlist("fact")[: lots.MAX_TICKED])
    decision = request.POST.get("decision")
    if not given or decision not in {"accept", "reject"}:
        return _answer(request, back, "Tick at least one of them first.", is_done=False)
    done = review.decide(user=request.user, fact_ids=given, is_accepted=decision == "accept")
    telling.tell_turns(done.changes, done.closed)
    said = _said(len(done.changes), "Accepted" if decision == "accept" else "Rejected", done.refused)
    return _answer(request, back, said, is_done=bool(done.changes), at=done.at)


@require_GET
def waiting_fact(request: AuthenticatedRequest, fact_id: uuid.UUID) -> HttpResponse:
    """Lead to where a fact waits, or to where it is shown once it was decided."""
    fact = access.fact_for(request.user, fact_id)
    if fact.status != FactStatus.PENDING:
        return redirect(f"{reverse('chat:entity', args=[fact.entity.uuid])}#fact-{fact.uuid}")
    home = fact.entity.conversation
    where = _queue(str(home.uuid) if home else "", page=queue.page_of(fact))
    return redirect(f"{where}#fact-{fact.uuid}")


@require_POST
def undo_many(request: AuthenticatedRequest) -> HttpResponse:
    """Take back the changes that are ticked, or all that was done in one act."""
    at = _moment(request.POST.get("at", ""))
    given = ids(request.POST.getlist("change")[: lots.MAX_TICKED])
    back = _back(request.POST.get("next", ""))
    if at is None and not given:
        return _answer(request, back, "Tick at least one of them first.", is_done=False)
    if at is not None:
        undone = lots.undo_lot(user=request.user, at=at)
    else:
        undone = lots.undo_many(user=request.user, change_ids=given)
    telling.tell_turns(undone.changes)
    refused = [f"“{statement}” has changed since." for statement in undone.refused]
    if undone.more_refused:
        refused.append(f"{undone.more_refused} more have changed since.")
    return _answer(request, back, _said(undone.count, "Undone", refused), is_done=undone.count > 0)


def _queue(conversation: str, *, page: int = 1) -> str:
    fields = {"state": "waiting", "conversation": conversation, "page": page if page > 1 else ""}
    return f"{reverse('chat:memory')}?{urlencode({name: value for name, value in fields.items() if value})}"


def _moment(given: str) -> datetime | None:
    """Raises: NotFound for what is no moment."""
    if not given:
        return None
    try:
        at = parse_datetime(given)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise access.NotFound
    return at


def _back(given: str) -> str:
    """Return the memory page that a form says it stands on."""
    return given if given.startswith("/memory/") else reverse("chat:memory")


def _said(count: int, verb: str, refused: list[str]) -> str:
    done = [f"{verb}: {count}."] if count != 1 else [f"{verb}."]
    return " ".join([*(done if count else []), *refused]) or "There was nothing to do."


def _answer(
    request: AuthenticatedRequest, back: str, said: str, *, is_done: bool, at: datetime | None = None
) -> HttpResponse:
    """Scripts are told what to say, and by which moment it can be undone; a plain form is led back."""
    if not is_by_script(request):
        messages.add_message(request, messages.SUCCESS if is_done else messages.ERROR, said)
        return redirect(back)
    undo = {"undo": at.isoformat(), "address": reverse("chat:undo_many")} if at and is_done else {}
    response = HttpResponse(status=DONE if is_done else CONFLICT)
    return trigger_client_event(response, "memory-changed", {"said": said, **undo})
