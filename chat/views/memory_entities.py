"""One person, place or thing of the memory: its page, its names, and who is who."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chat import access
from chat.memory_forms import MAX_TEXT_CHARACTERS, AliasForm, EntityForm, SplitForm
from chat.models import Entity, EntityChange
from chat.services.memory import ledger
from chat.services.memory.curating import filters, identity, merging, naming, reading, splitting, telling, undoing
from chat.services.memory.curating.identity import IdentityError
from chat.views.memory_requests import CONFLICT, INVALID, answer, changed, page_number
from chat.views.requests import AuthenticatedRequest


@require_GET
def entity(request: AuthenticatedRequest, entity_id: uuid.UUID) -> HttpResponse:
    """Everything about one person, place or thing."""
    found = access.entity_for(request.user, entity_id)
    if found.merged_into is not None:
        return redirect("chat:entity", identity.living(found).uuid)
    return render(request, "memory/entity.html", {"view": reading.view(found, number=page_number(request))})


@require_http_methods(["GET", "POST"])
def rename(request: AuthenticatedRequest, entity_id: uuid.UUID) -> HttpResponse:
    """Its name, what tells it apart, what it is, and its other names."""
    found = access.entity_for(request.user, entity_id)
    fields = {"name": found.name, "disambiguator": found.disambiguator, "kind": found.kind}
    form = EntityForm(request.POST or None, initial=fields)
    if request.method == "POST" and form.is_valid():
        try:
            naming.rename(user=request.user, entity_id=entity_id, **form.cleaned_data)
        except IdentityError as error:
            form.add_error(None, error.message)
        else:
            return _done(request, found, "Saved.")
    return _names(request, found, form=form)


def _names(request: AuthenticatedRequest, entity: Entity, **forms: Any) -> HttpResponse:
    status = INVALID if any(form.errors for form in forms.values()) else 200
    context = {"entity": entity, "aliases": reading.aliases(entity), "alias_form": AliasForm(), **forms}
    return render(request, "memory/names.html", context, status=status)


@require_POST
def add_alias(request: AuthenticatedRequest, entity_id: uuid.UUID) -> HttpResponse:
    form = AliasForm(request.POST)
    text = form.cleaned_data["alias"] if form.is_valid() else ""
    return _change(request, entity_id, lambda: naming.add_alias(user=request.user, entity_id=entity_id, text=text))


@require_POST
def remove_alias(request: AuthenticatedRequest, entity_id: uuid.UUID) -> HttpResponse:
    given = request.POST.get("alias", "")
    alias_id = int(given) if given.isdecimal() and len(given) <= 18 else 0
    return _change(
        request, entity_id, lambda: naming.remove_alias(user=request.user, entity_id=entity_id, alias_id=alias_id)
    )


@require_POST
def pin(request: AuthenticatedRequest, entity_id: uuid.UUID) -> HttpResponse:
    """Set it first, or no longer."""
    is_pinned = request.POST.get("on") == "1"
    return _change(request, entity_id, lambda: naming.pin(user=request.user, entity_id=entity_id, pinned=is_pinned))


@require_POST
def tell_apart(request: AuthenticatedRequest, entity_id: uuid.UUID) -> HttpResponse:
    """No, these are two."""
    other_id = other_of(request)
    return _change(
        request,
        entity_id,
        lambda: naming.tell_apart(user=request.user, entity_id=entity_id, other_id=other_id),
        said="Noted: these are two.",
    )


@require_http_methods(["GET", "POST"])
def merge(request: AuthenticatedRequest, entity_id: uuid.UUID) -> HttpResponse:
    """Put another entry to this one: chosen by name, or since it may be the same."""
    found = access.entity_for(request.user, entity_id)
    if request.method == "POST":
        try:
            change = merging.merge(user=request.user, entity_id=entity_id, other_id=other_of(request))
        except IdentityError as error:
            return answer(request, found, error.message, status=CONFLICT)
        telling.tell(telling.teacher(change.entity), [])
        messages.success(request, "Put together. You can undo this under “Recent changes”.")
        return redirect("chat:entity", change.entity.uuid)
    text = searched(request)
    others = filters.others(ledger.store_of_entity(found), found, text)
    context = {"entity": found, "text": text, "others": others, "hints": merging.hints(found)}
    return render(request, "memory/merge.html", context)


@require_http_methods(["GET", "POST"])
def split(request: AuthenticatedRequest, entity_id: uuid.UUID) -> HttpResponse:
    """Make another entry of some of its statements and names."""
    found = access.entity_for(request.user, entity_id)
    form = SplitForm(request.POST or None, entity=found, initial={"kind": _kind_of_new(found)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            change = splitting.split(
                user=request.user,
                entity_id=entity_id,
                name=given["name"],
                kind=given["kind"],
                disambiguator=given["disambiguator"],
                fact_ids=[uuid.UUID(chosen) for chosen in given["facts"]],
                alias_ids=[int(chosen) for chosen in given.get("aliases", [])],
            )
        except IdentityError as error:
            form.add_error(None, error.message)
        else:
            return _done(request, change.other or found, "Taken apart. You can undo this under “Recent changes”.")
    context = {"entity": found, "form": form}
    return render(request, "memory/split.html", context, status=INVALID if form.errors else 200)


def _kind_of_new(entity: Entity) -> str:
    return "person" if entity.kind == "self" else entity.kind


@require_POST
def undo_change(request: AuthenticatedRequest, change_id: uuid.UUID) -> HttpResponse:
    """Take a change of names, a merge or a split back."""
    change = access.entity_change_for(request.user, change_id)
    try:
        undoing.undo(user=request.user, change_id=change_id)
    except IdentityError as error:
        return answer(request, identity.living(change.entity), error.message, status=CONFLICT)
    return changed(request, identity.living(change.entity), "Undone.")


def _change(
    request: AuthenticatedRequest,
    entity_id: uuid.UUID,
    change: Callable[[], EntityChange | list[EntityChange] | None],
    *,
    said: str = "Saved.",
) -> HttpResponse:
    found = access.entity_for(request.user, entity_id)
    try:
        change()
    except IdentityError as error:
        return answer(request, found, error.message, status=CONFLICT)
    return changed(request, found, said)


def _done(request: AuthenticatedRequest, entity: Entity, said: str) -> HttpResponse:
    """After a form on a page of its own: to the entity."""
    telling.tell(telling.teacher(entity), [])
    messages.success(request, said)
    return redirect("chat:entity", entity.uuid)


def other_of(request: AuthenticatedRequest) -> uuid.UUID:
    """Return the other entity that a form names.

    Raises: NotFound.
    """
    try:
        return uuid.UUID(request.POST.get("other", ""))
    except ValueError:
        raise access.NotFound from None


def searched(request: AuthenticatedRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:MAX_TEXT_CHARACTERS]
