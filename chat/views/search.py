"""Full text over one's own messages."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chat.services import message_search
from chat.views.requests import AuthenticatedRequest

MAX_QUERY_CHARACTERS = 200
MAX_PAGE = message_search.MAX_FOUND // message_search.PAGE_MESSAGES


@require_safe
def messages(request: AuthenticatedRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[:MAX_QUERY_CHARACTERS]
    found = message_search.find(user=request.user, text=text, number=_page_number(request)) if text else None
    return render(request, "search/messages.html", {"text": text, "page": found})


def _page_number(request: AuthenticatedRequest) -> int:
    asked = request.GET.get("page", "1")
    return min(max(int(asked), 1), MAX_PAGE) if asked.isdecimal() and len(asked) < 5 else 1
