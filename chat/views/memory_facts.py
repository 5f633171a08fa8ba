"""One fact of the memory: its page, its marks, and whom it is about."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chat import access
from chat.services.memory import ledger
from chat.services.memory.curating import filters, marks, provenance, splitting
from chat.services.memory.curating.identity import IdentityError
from chat.views.memory_entities import other_of, searched
from chat.views.memory_requests import CONFLICT, answer, changed
from chat.views.requests import AuthenticatedRequest


@require_GET
def fact(request: AuthenticatedRequest, fact_id: uuid.UUID) -> HttpResponse:
    """Where it comes from, what was true before, and which answers it was used for."""
    found = access.fact_for(request.user, fact_id)
    return render(request, "memory/fact.html", {"view": provenance.view(found)})


@require_POST
def pin(request: AuthenticatedRequest, fact_id: uuid.UUID) -> HttpResponse:
    """Have it always in mind, or no longer."""
    is_pinned = request.POST.get("on") == "1"
    found = marks.pin_fact(user=request.user, fact_id=fact_id, pinned=is_pinned)
    return changed(request, found.entity, "Pinned." if is_pinned else "No longer pinned.")


@require_POST
def unlock(request: AuthenticatedRequest, fact_id: uuid.UUID) -> HttpResponse:
    """Let what is said in chats change it again."""
    found = marks.unlock_fact(user=request.user, fact_id=fact_id)
    return changed(request, found.entity, "What you say in a chat may change this again.")


@require_http_methods(["GET", "POST"])
def move(request: AuthenticatedRequest, fact_id: uuid.UUID) -> HttpResponse:
    """File it under somebody or something else."""
    found = access.fact_for(request.user, fact_id)
    if request.method == "POST":
        try:
            change = splitting.move_fact(user=request.user, fact_id=fact_id, to_id=other_of(request))
        except IdentityError as error:
            return answer(request, found.entity, error.message, status=CONFLICT)
        return changed(request, change.other or found.entity, "Moved.")
    text = searched(request)
    store = ledger.store_of_entity(found.entity)
    others = filters.others(store, found.entity, text)
    return render(request, "memory/move.html", {"fact": found, "text": text, "others": others})
