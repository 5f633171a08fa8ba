"""Learning afterwards, and what learning cost."""

import uuid
from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from chat import access
from chat.services.memory.learner import costs, relearning
from chat.services.memory.learner.relearning import Choice, RelearningError
from chat.views.requests import AuthenticatedRequest

MAX_PAGE = 1_000


@require_GET
def overview(request: AuthenticatedRequest) -> HttpResponse:
    """What could be learned from, how far it is, and what it cost."""
    given = request.GET.get("page", "1")
    number = min(max(int(given), 1), MAX_PAGE) if given.isdecimal() and len(given) <= len(str(MAX_PAGE)) else 1
    found, has_more = relearning.offers(request.user, page=number)
    context = {
        "offers": found,
        "page": {"number": number, "has_more": has_more},
        "progress": relearning.progress(request.user),
        "cost": costs.metered(request.user),
    }
    return render(request, "memory/learning.html", context)


@require_GET
def estimate(request: AuthenticatedRequest) -> HttpResponse:
    """What it would ask of the model, before it begins."""
    choice = _choice(request, request.GET)
    if choice is None:
        messages.error(request, "Choose at least one chat first.")
        return redirect("chat:learning")
    context = {"estimate": costs.estimate(request.user, choice), "choice": choice}
    return render(request, "memory/learning_estimate.html", context)


@require_POST
def begin(request: AuthenticatedRequest) -> HttpResponse:
    choice = _choice(request, request.POST)
    try:
        count = relearning.begin(request.user, choice) if choice else 0
    except RelearningError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{count} of your messages will be learned from.")
    return redirect("chat:learning")


@require_POST
def stop(request: AuthenticatedRequest) -> HttpResponse:
    relearning.stop(request.user)
    messages.success(request, "Stopped. What was learned is kept.")
    return redirect("chat:learning")


@require_GET
def progress(request: AuthenticatedRequest) -> HttpResponse:
    """The part of the page that tells how far it is."""
    return render(request, "memory/_learning_progress.html", {"progress": relearning.progress(request.user)})


def _choice(request: AuthenticatedRequest, form: QueryDict) -> Choice | None:
    """Return what was chosen; None where no chat was.

    Raises: NotFound for a chat that is not the person's.
    """
    since, until = _day(form.get("since", "")), _day(form.get("until", ""))
    if form.get("which") == "all":
        return Choice(None, since, until)
    chosen = frozenset(_ids(form.getlist("chat")))
    if access.conversations_of(request.user).filter(uuid__in=chosen, deleted_at=None).count() < len(chosen):
        raise access.NotFound
    return Choice(chosen, since, until) if chosen else None


def _ids(given: Iterable[str]) -> Iterable[uuid.UUID]:
    for text in given:
        try:
            yield uuid.UUID(text)
        except ValueError:
            raise access.NotFound from None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
