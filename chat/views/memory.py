"""The memory: what is known, of whom, since when, from which words; and its correction."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chat import access
from chat.forms import FactForm
from chat.memory_forms import FilterForm
from chat.models import MemoryMode
from chat.services.memory import stores
from chat.services.memory.curating import corrections, filters, marks, queue, reading, telling, timeline
from chat.services.memory.curating.corrections import CorrectionError
from chat.services.memory.curating.timeline import Place
from chat.services.memory.stores import Store
from chat.views import memory_review
from chat.views.memory_requests import CONFLICT, INVALID, answer, changed, conversation_of, page_number, store_of
from chat.views.requests import AuthenticatedRequest

PANEL_ENTITIES, PANEL_FACTS = 50, 20


@require_GET
def overview(request: AuthenticatedRequest) -> HttpResponse:
    """All that is known, what a filter lets through, or what is no longer held to be true."""
    conversation = conversation_of(request)
    store = store_of(request, conversation)
    state, number, form = request.GET.get("state"), page_number(request), FilterForm(request.GET)
    wanted = form.chosen
    context: dict[str, Any] = {"conversation": conversation, "form": form, "wanted": wanted, "text": wanted.text}
    context["waiting"] = queue.count(store)
    if state == "waiting":
        return memory_review.page(request, store, context, number=number)
    if state == "past":
        return render(request, "memory/past.html", {**context, "page": reading.past(store, number=number)})
    if wanted.is_of_facts:
        return render(request, "memory/found.html", {**context, "found": filters.find(store, wanted, number=number)})
    context |= {"page": reading.known(store, wanted, number=number), "own_stores": reading.own_stores(request.user)}
    context["chats"] = reading.chats_with_settings(request.user)
    return render(request, "memory/overview.html", context)


@require_GET
def history(request: AuthenticatedRequest) -> HttpResponse:
    """What was learned, changed, forgotten and put together, day by day; of all, or of one entity."""
    conversation = conversation_of(request)
    store, entity, given = store_of(request, conversation), None, request.GET.get("entity", "")
    if given:
        try:
            entity = access.entity_for(request.user, uuid.UUID(given))
        except ValueError:
            raise access.NotFound from None
        store = Store(entity.owner_id, entity.conversation_id)
    found = timeline.read(store, entity=entity, before=Place.parse(request.GET.get("before", "")))
    context = {"conversation": conversation, "entity": entity, "timeline": found, "waiting": queue.count(store)}
    return render(request, "memory/timeline.html", context)


@require_POST
def switch(request: AuthenticatedRequest) -> HttpResponse:
    """Turn the memory on or off, in all chats and at once."""
    is_on = request.POST.get("on") == "1"
    marks.switch(user=request.user, is_on=is_on)
    said = "Memory is on: what you say is remembered." if is_on else "Memory is off: nothing is recalled or learned."
    messages.success(request, said)
    return redirect("chat:memory")


@require_POST
def clear(request: AuthenticatedRequest) -> HttpResponse:
    """Delete all that is known for good, of the person's store or of one chat's own."""
    conversation = conversation_of(request)
    corrections.clear(user=request.user, store=store_of(request, conversation))
    messages.success(request, "Everything that was remembered here is deleted.")
    return redirect(f"{reverse('chat:memory')}?{request.GET.urlencode()}" if conversation else "chat:memory")


@require_GET
def panel(request: AuthenticatedRequest) -> HttpResponse:
    """The part beside the chat: the store of the conversation that is open."""
    conversation = conversation_of(request)
    store = stores.store_of(conversation) if conversation else Store(request.user.pk)
    context = {
        "mode": conversation.memory_mode if conversation else MemoryMode.ON,
        "memory_enabled": request.user.memory_enabled,
        "entities": stores.overview(store, limit=PANEL_ENTITIES, facts_each=PANEL_FACTS),
    }
    return render(request, "chat/_memory_panel.html", context)


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
            return changed(request, fact.entity, "Saved.", changes)
    template = "memory/_edit.html" if request.htmx else "memory/edit.html"
    return render(request, template, {"fact": fact, "form": form}, status=INVALID if form.errors else 200)


@require_POST
def forget_fact(request: AuthenticatedRequest, fact_id: uuid.UUID) -> HttpResponse:
    """Forget it, and do not learn it again; can be undone."""
    fact = access.fact_for(request.user, fact_id)
    changes = corrections.forget_fact(user=request.user, fact_id=fact_id)
    return changed(request, fact.entity, "Forgotten.", changes)


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
    return answer(request, entity, "Deleted for good.", gone=reverse("chat:fact", args=[fact_id]))


@require_POST
def undo_change(request: AuthenticatedRequest, change_id: uuid.UUID) -> HttpResponse:
    """Take a change back."""
    change = access.change_for(request.user, change_id)
    try:
        changes = corrections.undo(user=request.user, change_id=change_id)
    except CorrectionError as error:
        return answer(request, change.fact.entity, error.message, status=CONFLICT)
    telling.tell(change.reply or telling.teacher(change.fact.entity), changes if change.reply else [])
    return answer(request, change.fact.entity, "Undone.")
