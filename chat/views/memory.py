"""The memory: what is known, of whom, since when, from which words; and its correction."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from chat import access
from chat.forms import FactForm
from chat.models import Conversation, Entity, MemoryMode
from chat.protocol import Change
from chat.services.memory import corrections, queue, reading, stores, telling
from chat.services.memory.corrections import CorrectionError
from chat.services.memory.stores import Store
from chat.views import memory_review
from chat.views.requests import AuthenticatedRequest

DONE, CONFLICT, INVALID = 204, 409, 422
MAX_PAGE = 1_000
MAX_QUERY_CHARACTERS = 200
PANEL_ENTITIES, PANEL_FACTS = 50, 20


@require_GET
def overview(request: AuthenticatedRequest) -> HttpResponse:
    """All that is known, what is found by words, or what is no longer held to be true."""
    conversation = _conversation(request)
    if conversation and conversation.memory_mode != MemoryMode.OWN:
        raise access.NotFound
    store = stores.store_of(conversation) if conversation else Store(request.user.pk)
    state, number = request.GET.get("state"), _page_number(request)
    text = request.GET.get("q", "").replace("\0", "").strip()[:MAX_QUERY_CHARACTERS]
    context: dict[str, Any] = {"conversation": conversation, "text": text, "waiting": queue.count(store)}
    if state == "waiting":
        return memory_review.page(request, store, context, number=number)
    if state == "past":
        return render(request, "memory/past.html", {**context, "page": reading.past(store, number=number)})
    if text:
        return render(request, "memory/found.html", {**context, "found": reading.find(store, text)})
    context |= {"page": reading.known(store, number=number), "own_stores": reading.own_stores(request.user)}
    return render(request, "memory/overview.html", context)


@require_POST
def clear(request: AuthenticatedRequest) -> HttpResponse:
    """Delete all that is known for good, of the person's store or of one chat's own."""
    conversation = _conversation(request)
    if conversation and conversation.memory_mode != MemoryMode.OWN:
        raise access.NotFound
    store = stores.store_of(conversation) if conversation else Store(request.user.pk)
    corrections.clear(user=request.user, store=store)
    messages.success(request, "Everything that was remembered here is deleted.")
    return redirect(f"{reverse('chat:memory')}?{request.GET.urlencode()}" if conversation else "chat:memory")


@require_GET
def panel(request: AuthenticatedRequest) -> HttpResponse:
    """The part beside the chat: the store of the conversation that is open."""
    conversation = _conversation(request)
    store = stores.store_of(conversation) if conversation else Store(request.user.pk)
    context = {
        "mode": conversation.memory_mode if conversation else MemoryMode.ON,
        "memory_enabled": request.user.memory_enabled,
        "entities": stores.overview(store, limit=PANEL_ENTITIES, facts_each=PANEL_FACTS),
    }
    return render(request, "chat/_memory_panel.html", context)


def _conversation(request: AuthenticatedRequest) -> Conversation | None:
    given = request.GET.get("conversation", "")
    if not given:
        return None
    try:
        return access.conversation_for(request.user, uuid.UUID(given))
    except ValueError:
        raise access.NotFound from None


def _page_number(request: AuthenticatedRequest) -> int:
    given = request.GET.get("page", "1")
    number = int(given) if given.isdecimal() and len(given) <= len(str(MAX_PAGE)) else 1
    return min(max(number, 1), MAX_PAGE)


@require_GET
def entity(request: AuthenticatedRequest, entity_id: uuid.UUID) -> HttpResponse:
    """Everything about one person, place or thing."""
    found = access.entity_for(request.user, entity_id)
    return render(request, "memory/entity.html", {"view": reading.view(found, number=_page_number(request))})


@require_http_methods(["GET", "POST"])
def edit_fact(request: AuthenticatedRequest, fact_id: uuid.UUID) -> HttpResponse:
    """Say it differently, by hand; the machine leaves it alone from then on."""
    fact = access.fact_for(request.user, fact_id)
    form = FactForm(request.POST or None, initial={"statement": fact.statement})
    if request.method == "POST" and form.is_valid():
        try:
            changes = corrections.edit_fact(
                user=request.user, fact_id=fact_id, statement=form.cleaned_data["statement"]
            )
        except CorrectionError as error:
            form.add_error("statement", error.message)
        else:
            return _changed(request, fact.entity, "Saved.", changes)
    template = "memory/_edit.html" if request.htmx else "memory/edit.html"
    return render(request, template, {"fact": fact, "form": form}, status=INVALID if form.errors else 200)


@require_POST
def forget_fact(request: AuthenticatedRequest, fact_id: uuid.UUID) -> HttpResponse:
    """Forget it, and do not learn it again; can be undone."""
    fact = access.fact_for(request.user, fact_id)
    changes = corrections.forget_fact(user=request.user, fact_id=fact_id)
    return _changed(request, fact.entity, "Forgotten.", changes)


@require_POST
def delete_fact(request: AuthenticatedRequest, fact_id: uuid.UUID) -> HttpResponse:
    """Delete it for good, where asked for with its earlier values and the messages that said it."""
    entity = access.fact_for(request.user, fact_id).entity
    reply = telling.teacher(entity)
    corrections.delete_fact(
        user=request.user,
        fact_id=fact_id,
        with_messages=request.POST.get("messages") == "yes",
        with_earlier=request.POST.get("earlier") == "yes",
    )
    telling.tell(reply, [])
    return _answer(request, entity, "Deleted for good.")


@require_POST
def undo_change(request: AuthenticatedRequest, change_id: uuid.UUID) -> HttpResponse:
    """Take a change back."""
    change = access.change_for(request.user, change_id)
    try:
        changes = corrections.undo(user=request.user, change_id=change_id)
    except CorrectionError as error:
        return _answer(request, change.fact.entity, error.message, status=CONFLICT)
    telling.tell(change.reply or telling.teacher(change.fact.entity), changes if change.reply else [])
    return _answer(request, change.fact.entity, "Undone.")


def _changed(request: AuthenticatedRequest, entity: Entity, said: str, changes: list[Change]) -> HttpResponse:
    """What a turn's answer shows is told there."""
    shown = telling.turn_of(changes)
    telling.tell(shown or telling.teacher(entity), changes if shown else [])
    return _answer(request, entity, said)


def _answer(request: AuthenticatedRequest, entity: Entity, said: str, *, status: int = DONE) -> HttpResponse:
    """Scripts get an empty answer, upon which the page reads itself anew; a plain form leads to the entity."""
    by_script = bool(request.htmx) or "text/html" not in request.headers.get("Accept", "")
    is_gone = not Entity.objects.filter(pk=entity.pk).exists()
    page = reverse("chat:memory") if is_gone else reverse("chat:entity", args=[entity.uuid])
    if not by_script:
        messages.add_message(request, messages.SUCCESS if status == DONE else messages.ERROR, said)
        return redirect(page)
    was_on = request.htmx.current_url_abs_path or ""
    if is_gone and was_on.startswith(reverse("chat:entity", args=[entity.uuid])):
        messages.success(request, said)
        return HttpResponseClientRedirect(page)
    return trigger_client_event(HttpResponse(status=status), "memory-changed", {"said": said})
