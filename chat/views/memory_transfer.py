"""The memory as a file, out and in again."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.services.memory import transfer
from chat.services.memory.transfer import parsing, uploads, writing
from chat.services.memory.transfer.comparing import PICKED, Comparison, Item, Kind
from chat.services.memory.transfer.parsing import TransferError
from chat.services.memory.transfer.writing import Picks
from chat.views.exports import download
from chat.views.requests import AuthenticatedRequest

INVALID = 422
# Of each kind so many are shown one by one; those beyond are picked together. Five kinds stay below the 1,000 fields
# that a form may have.
SHOWN = 150

_HEADINGS: dict[Kind, tuple[str, str]] = {
    "new": ("New", "Not known here yet."),
    "contradicts": ("Says otherwise", "What is ticked takes the place of what is held to be true here."),
    "forgotten": ("Forgotten here", "You had these forgotten. What is ticked is remembered again."),
    "waiting": ("For you to decide", "These waited for review, and will do so here."),
    "past": ("No longer true", "Replaced, forgotten or rejected. It is kept as history and never recalled."),
}
_TICKED: frozenset[Kind] = frozenset({"new", "waiting", "past"})


@dataclass(frozen=True)
class Section:
    """What of one kind there is. ``beyond`` counts those that are not shown one by one."""

    kind: Kind
    heading: str
    note: str
    is_ticked: bool
    items: list[Item]
    beyond: int


@require_safe
def export(request: AuthenticatedRequest, extension: str) -> StreamingHttpResponse:
    """Everything that is remembered, as a file."""
    if extension not in transfer.FORMATS:
        raise Http404
    return download(request, transfer.export(request.user, extension=extension))


@require_http_methods(["GET", "POST"])
def upload(request: AuthenticatedRequest) -> HttpResponse:
    """Take a file, and show what of it is new before anything is written."""
    if request.method == "POST":
        return _take(request)
    content = uploads.kept(request.user)
    if content is None:
        return render(request, "memory/import.html", {"problems": [], "limit": parsing.MAX_FILE_BYTES})
    return render(request, "memory/import_review.html", _review(request, parsing.parse(content)))


def _take(request: AuthenticatedRequest) -> HttpResponse:
    given = request.FILES.get("file")
    try:
        if given is None:
            raise TransferError(["Choose a file first."])
        if (given.size or 0) > parsing.MAX_FILE_BYTES:
            raise TransferError([parsing.TOO_LARGE])
        content = given.read()
        parsing.parse(content)
    except TransferError as error:
        context = {"problems": error.sentences, "limit": parsing.MAX_FILE_BYTES}
        return render(request, "memory/import.html", context, status=INVALID)
    uploads.keep(request.user, content)
    return redirect("chat:import_memory")


def _review(request: AuthenticatedRequest, memory: parsing.Memory) -> dict[str, Any]:
    items = Comparison(request.user, memory).items()
    of_kind: dict[Kind, list[Item]] = {}
    for item in items:
        of_kind.setdefault(item.kind, []).append(item)
    sections = [
        Section(kind, *_HEADINGS[kind], kind in _TICKED, found[:SHOWN], max(len(found) - SHOWN, 0))
        for kind in PICKED
        if (found := of_kind.get(kind))
    ]
    return {
        "sections": sections,
        "same": len(of_kind.get("same", [])),
        "elsewhere": len(of_kind.get("elsewhere", [])),
        "total": len(items),
    }


@require_POST
def finish(request: AuthenticatedRequest) -> HttpResponse:
    """Write what is ticked, or throw the file away."""
    if request.POST.get("action") == "discard":
        uploads.drop(request.user)
        messages.success(request, "Nothing was imported, and the file is gone from here.")
        return redirect("chat:import_memory")
    content = uploads.kept(request.user)
    if content is None:
        messages.error(request, "The file is no longer here. Choose it once more.")
        return redirect("chat:import_memory")
    written = writing.write(user=request.user, memory=parsing.parse(content), picks=_picks(request))
    uploads.drop(request.user)
    if not written.facts:
        messages.error(request, "Nothing was ticked, so nothing was imported.")
        return redirect("chat:import_memory")
    return render(request, "memory/import_done.html", {"written": written})


def _picks(request: AuthenticatedRequest) -> Picks:
    return Picks(
        chosen={
            kind: frozenset(int(place) for place in request.POST.getlist(kind) if _is_place(place)) for kind in PICKED
        },
        beyond={kind: SHOWN for kind in request.POST.getlist("beyond") if kind in PICKED},
    )


def _is_place(given: str) -> bool:
    return given.isdecimal() and len(given) <= len(str(parsing.MAX_FACTS))
