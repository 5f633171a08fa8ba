"""The request of a view that only signed-in people reach."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from chat.models import User


class AuthenticatedRequest(HttpRequest):
    """What every view gets that is not marked ``login_not_required``: the middleware lets nobody else in."""

    user: User
    htmx: HtmxDetails
