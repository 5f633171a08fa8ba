"""Set-up, invitations, settings, and the way into the admin."""

import asyncio
import logging
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chat.accounts import INVITATION_KEY
from chat.forms import InvitationForm, SettingsForm, SignupForm
from chat.llm import client, endpoints
from chat.models import User
from chat.services import accounts
from chat.views.requests import AuthenticatedRequest

logger = logging.getLogger(__name__)

MODEL_LIST_SECONDS = 4


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Make the first account."""
    if not accounts.nobody_yet():
        return render(request, "setup/done.html", status=410)
    if not accounts.is_setup_token(token):
        return render(request, "setup/expired.html", status=404)
    form = SignupForm(request.POST or None)
    if not form.is_valid():
        return render(request, "setup/form.html", {"form": form}, status=422 if form.is_bound else 200)
    try:
        administrator = accounts.set_up(**_account_fields(form))
    except accounts.SetupError:
        return render(request, "setup/done.html", status=410)
    login(request, administrator)
    return redirect("/")


def _account_fields(form: SignupForm) -> dict[str, Any]:
    given = form.cleaned_data
    return {"email": given["email"], "password": given["password1"], "display_name": given["display_name"]}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the invitation in the session, so that it stands in no address, and go to sign-up."""
    if request.user.is_authenticated:
        return render(request, "account/invitation_signed_in.html")
    if settings.MEMORYBOT_SIGNUP == "invite":
        if accounts.invitation_for(token) is None:
            return render(request, "account/invitation_gone.html", status=410)
        request.session[INVITATION_KEY] = token
    return redirect("account_signup")


@never_cache
@permission_required("chat.add_invitation", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: AuthenticatedRequest) -> HttpResponse:
    """Invite somebody; the link is shown once."""
    form, link = InvitationForm(request.POST or None), ""
    if form.is_valid():
        link = accounts.invite(base_url=_base_url(request), created_by=request.user, **form.cleaned_data)
        form = InvitationForm()
    context = {"form": form, "link": link, "open": accounts.open_invitations()[:50]}
    return render(request, "account/invitations.html", context, status=422 if form.errors else 200)


def _base_url(request: HttpRequest) -> str:
    return settings.MEMORYBOT_URL or request.build_absolute_uri("/")


@require_http_methods(["GET", "HEAD", "POST"])
def edit_settings(request: AuthenticatedRequest) -> HttpResponse:
    """What a person prefers."""
    # Another copy than the request's: a form that is not valid must not change the page's theme and name.
    user = User.objects.get(pk=request.user.pk)
    form = SettingsForm(request.POST or None, instance=user, models=_models())
    if form.is_valid():
        form.save()
        messages.success(request, "Your settings are saved.")
        return redirect("chat:settings")
    context = {"form": form, "model_server": _model_server()}
    return render(request, "settings/edit.html", context, status=422 if form.errors else 200)


def _models() -> list[str]:
    try:
        return async_to_sync(_listed)()
    except TimeoutError:
        logger.info("The model server took too long to list its models")
        return [endpoints.default_model(None)]


async def _listed() -> list[str]:
    async with asyncio.timeout(MODEL_LIST_SECONDS):
        return await client.available_models(None)


def _model_server() -> str:
    """Where messages go; empty for the model that runs on this server."""
    if endpoints.default_model(None) == endpoints.LOCAL_MODEL:
        return ""
    return urlsplit(endpoints.remote_url()).hostname or ""


@login_not_required
@never_cache
def admin_login(request: HttpRequest) -> HttpResponse:
    """The admin has no sign-in of its own: the site's has the rate limits."""
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=False):
        target = reverse("admin:index")
    if not isinstance(request.user, User):
        return redirect(reverse("account_login", query={"next": target}))
    if not request.user.is_staff:
        return render(request, "admin_refused.html", status=403)
    return redirect(target)
