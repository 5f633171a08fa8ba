"""Pages for what went wrong, in plain words, with the setting that mends it where there is one."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.middleware import csrf
from django.shortcuts import render

# What the visitor's browser sent is shown back only if it looks like an address at all.
_HOST = re.compile(r"[\w.-]{1,253}(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?", re.ASCII)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400; of a host that is not allowed say how to allow it."""
    if not isinstance(exception, DisallowedHost):
        return render(request, "400.html", status=400)
    sent = str(request.META.get("HTTP_HOST", ""))
    host = sent if _HOST.fullmatch(sent) else ""
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return render(request, "400_host.html", {"host": host, "name": name}, status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from a page of ours, or seems so because of the set-up."""
    context = {"cause": _cause(reason), "origin": _origin(request)}
    return render(request, "403_csrf.html", context, status=403)


def _cause(reason: str) -> str:
    if reason == csrf.REASON_NO_CSRF_COOKIE:
        return "cookie"
    elsewhere = (csrf.REASON_BAD_ORIGIN, csrf.REASON_BAD_REFERER)
    return "origin" if any(reason.startswith(text.split("%s")[0]) for text in elsewhere) else "token"


def _origin(request: HttpRequest) -> str:
    """Where the browser says the form stood, if that can be an address of this site."""
    try:
        parts = urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "")
    except ValueError:
        return ""
    if parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc):
        return f"{parts.scheme}://{parts.netloc}"
    return ""


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer 429 (django-allauth's limits)."""
    return render(request, "429.html", status=429)
