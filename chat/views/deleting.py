"""Deleting conversations and messages: into the bin and back, or for good; with what only they taught, or without."""

import uuid

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from chat import access
from chat.services import deleting
from chat.views.requests import AuthenticatedRequest

NO = "no"


@require_GET
def taught(request: AuthenticatedRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """How much only this conversation taught, for the question that is asked before it is deleted."""
    conversation = access.conversation_for(request.user, conversation_id)
    return JsonResponse({"facts": deleting.taught_count(user=request.user, conversation_ids=[conversation.uuid])})


@require_GET
def taught_by_all(request: AuthenticatedRequest) -> HttpResponse:
    """How much the person's conversations taught, all together."""
    ids = access.conversations_of(request.user).filter(deleted_at=None).values_list("uuid", flat=True)
    return JsonResponse({"facts": deleting.taught_count(user=request.user, conversation_ids=list(ids))})


@require_POST
def delete(request: AuthenticatedRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Move a conversation to the bin, or with ``for_good=yes`` delete it; with ``forget=no`` what it taught stays."""
    conversation = access.conversation_for(request.user, conversation_id)
    is_for_good = request.POST.get("for_good") == "yes"
    act = deleting.delete_for_good if is_for_good else deleting.delete
    act(user=request.user, conversation_ids=[conversation.uuid], forget=_forgets(request))
    return HttpResponse(status=204)


@require_POST
def restore(request: AuthenticatedRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = access.conversation_for(request.user, conversation_id, deleted=True)
    deleting.restore(user=request.user, conversation_ids=[conversation.uuid])
    return HttpResponse(status=204)


@require_POST
def clear(request: AuthenticatedRequest) -> HttpResponse:
    """Move everything to the bin; the answer names what was moved, so that it can be undone."""
    moved = deleting.clear(user=request.user, forget=_forgets(request))
    return JsonResponse({"deleted": [str(conversation) for conversation in moved]})


@require_POST
def restore_many(request: AuthenticatedRequest) -> HttpResponse:
    try:
        ids = [uuid.UUID(item) for item in request.POST.get("ids", "").split(",") if item]
    except ValueError:
        return HttpResponse("ids has to be a list of UUIDs with commas between them.", status=400)
    deleting.restore(user=request.user, conversation_ids=ids)
    return HttpResponse(status=204)


@require_POST
def delete_message(request: AuthenticatedRequest, message_id: uuid.UUID) -> HttpResponse:
    """Erase what one message says, for good; with ``forget=no`` what it taught stays."""
    deleting.delete_message(user=request.user, message_id=message_id, forget=_forgets(request))
    return HttpResponse(status=204)


def _forgets(request: AuthenticatedRequest) -> bool:
    return request.POST.get("forget") != NO
