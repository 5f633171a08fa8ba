"""The request of a view that only signed-in people reach."""

import uuid
from collections.abc import Sequence

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from chat import access
from chat.models import User


class AuthenticatedRequest(HttpRequest):
    """What every view gets that is not marked ``login_not_required``: the middleware lets nobody else in."""

    user: User
    htmx: HtmxDetails


def is_by_script(request: AuthenticatedRequest) -> bool:
    """Tell whether a script asks, which reads its page anew by itself; a plain form is led on."""
    return bool(request.htmx) or "text/html" not in request.headers.get("Accept", "")


def ids(given: Sequence[str]) -> list[uuid.UUID]:
    """Raises: NotFound for what is no id: foreign, missing and nonsense look the same."""
    try:
        return [uuid.UUID(text) for text in given]
    except ValueError:
        raise access.NotFound from None
