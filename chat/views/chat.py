"""The chat page and the small requests that it makes."""

import uuid
from datetime import datetime
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chat import access, protocol
from chat.forms import ConversationForm
from chat.llm import endpoints, listing, local
from chat.llm.errors import SENTENCES
from chat.models import Conversation, Role
from chat.protocol import ConversationFollow
from chat.services import branches, context, conversations
from chat.services.memory.curating import queue
from chat.services.memory.stores import Store
from chat.views.requests import AuthenticatedRequest

HISTORY_PAGE = 50
INVALID = 422


@require_GET
def page(request: AuthenticatedRequest, conversation_id: uuid.UUID | None = None) -> HttpResponse:
    """The chat: a new conversation, or the one in the address."""
    current = access.conversation_for(request.user, conversation_id) if conversation_id else None
    return render(
        request,
        "chat/chat.html",
        {
            "current": current,
            "page_data": _page_data(request, current),
            "waiting": queue.count(Store(request.user.pk)),
            **_history(request, current, before=None),
        },
    )


def _page_data(request: AuthenticatedRequest, current: Conversation | None) -> dict[str, Any]:
    user = request.user
    models = async_to_sync(listing.available_models)(None)
    state = branches.state(user.pk, ConversationFollow(current.uuid)) if current else None
    return {
        "conversation": str(current.uuid) if current else None,
        "state": protocol.dump(state) if state else None,
        "conversation_fields": conversations.fields_of(current) if current else None,
        "models": models,
        "defaults": {
            "model": user.default_model or endpoints.default_model(None),
            "k": user.default_k,
            "temperature": 0,
            "memory": "on",
        },
        "preferences": {"enter_to_send": user.enter_to_send, "theme": user.theme},
        "memory_enabled": user.memory_enabled,
        "user": {"name": user.get_short_name()},
        "max_characters": protocol.MAX_TEXT_CHARACTERS,
    }


@require_GET
def history(request: AuthenticatedRequest) -> HttpResponse:
    """The next part of the sidebar's list, older than ``before``."""
    before = parse_datetime(request.GET.get("before", ""))
    return render(request, "chat/_history.html", _history(request, None, before=before))


def _history(request: AuthenticatedRequest, current: Conversation | None, *, before: datetime | None) -> dict[str, Any]:
    found = conversations.history(request.user, before=before, limit=HISTORY_PAGE)
    cursor = found[-1].updated_at.isoformat() if len(found) == HISTORY_PAGE else ""
    return {"conversations": found, "more_cursor": cursor, "current": current}


@require_http_methods(["GET", "POST"])
def conversation_settings(request: AuthenticatedRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """The settings of one conversation, a part of the page."""
    conversation = access.conversation_for(request.user, conversation_id)
    models = async_to_sync(listing.available_models)(None)
    form = ConversationForm(request.POST or None, instance=conversation, models=models)
    is_saved = request.method == "POST" and form.is_valid()
    if is_saved and form.changed_data:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        conversations.change_settings(user=request.user, conversation=conversation, changes=changes)
    status = INVALID if request.method == "POST" and not is_saved else 200
    return render(
        request,
        "chat/_settings.html",
        {"form": form, "conversation": conversation, "saved": is_saved},
        status=status,
    )


@require_POST
def rename(request: AuthenticatedRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversations.rename(user=request.user, conversation_id=conversation_id, title=request.POST.get("title", ""))
    return HttpResponse(status=204)


@require_GET
def message_context(request: AuthenticatedRequest, message_id: uuid.UUID) -> HttpResponse:
    """Exactly what was put before the model for one answer."""
    reply = access.message_for(request.user, message_id)
    if reply.role != Role.ASSISTANT:
        raise access.NotFound
    rows = context.inspect(reply)
    return render(
        request, "chat/_context.html", {"rows": rows, "totals": sum(row.tokens for row in rows), "reply": reply}
    )


@require_GET
def model_status(_request: AuthenticatedRequest) -> HttpResponse:
    """Whether there is a model to talk to, for the banner that says what is missing."""
    if settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL:
        return JsonResponse({"state": "ready", "message": "", "done": 0, "total": 0})
    if not local.is_enabled():
        return JsonResponse({"state": "off", "message": SENTENCES["no_key"], "done": 0, "total": 0})
    found = local.status()
    return JsonResponse({"state": found.state, "message": found.message, "done": found.done, "total": found.total})
