"""What the views of the memory share: which store is meant, which page of it, and how a change is answered."""

import uuid
from collections.abc import Collection, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from chat import access
from chat.models import Conversation, Entity, MemoryMode
from chat.protocol import Change
from chat.services.memory import stores
from chat.services.memory.curating import telling
from chat.services.memory.stores import Store
from chat.views.requests import AuthenticatedRequest, is_by_script

DONE, CONFLICT, INVALID = 204, 409, 422
MAX_PAGE = 1_000


def conversation_of(request: AuthenticatedRequest) -> Conversation | None:
    """Return the conversation that the address names, if it names one.

    Raises: NotFound.
    """
    given = request.GET.get("conversation", "")
    if not given:
        return None
    try:
        return access.conversation_for(request.user, uuid.UUID(given))
    except ValueError:
        raise access.NotFound from None


def store_of(request: AuthenticatedRequest, conversation: Conversation | None) -> Store:
    """Return the person's store, or the conversation's own one.

    Raises: NotFound where it has none.
    """
    if conversation and conversation.memory_mode != MemoryMode.OWN:
        raise access.NotFound
    return stores.store_of(conversation) if conversation else Store(request.user.pk)


def page_number(request: AuthenticatedRequest) -> int:
    given = request.GET.get("page", "1")
    number = int(given) if given.isdecimal() and len(given) <= len(str(MAX_PAGE)) else 1
    return min(max(number, 1), MAX_PAGE)


def changed(request: AuthenticatedRequest, entity: Entity, said: str, changes: Sequence[Change] = ()) -> HttpResponse:
    """Tell the open pages, those that show the turn of ``changes`` what they are, and answer."""
    shown = telling.turn_of(list(changes))
    telling.tell(shown or telling.teacher(entity), list(changes) if shown else [])
    return answer(request, entity, said)


def answer(
    request: AuthenticatedRequest, entity: Entity, said: str, *, status: int = DONE, gone: str = ""
) -> HttpResponse:
    """Scripts get an empty answer, upon which the page reads itself anew; a plain form leads back, or to the entity.

    From a page that is no more (``gone``, or the entity's own) it leads on to one that is.
    """
    page = reverse("chat:entity", args=[entity.uuid])
    lost = [gone] if gone else []
    if not Entity.objects.filter(pk=entity.pk).exists():
        lost, page = [*lost, page], reverse("chat:memory")
    if not is_by_script(request):
        messages.add_message(request, messages.SUCCESS if status == DONE else messages.ERROR, said)
        return redirect(_standing(request.POST.get("next", ""), lost) or page)
    if request.htmx.current_url_abs_path and not _standing(request.htmx.current_url_abs_path, lost):
        messages.success(request, said)
        return HttpResponseClientRedirect(page)
    return trigger_client_event(HttpResponse(status=status), "memory-changed", {"said": said})


def _standing(address: str, lost: Collection[str]) -> str:
    """Return ``address`` if it is one of this site and none of those that are ``lost``."""
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours and not address.startswith(tuple(lost)) else ""
