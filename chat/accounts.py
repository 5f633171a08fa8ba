"""Where django-allauth asks MemoryBot: who may sign up, how a person is called, and what links in mails look like."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from chat.models import User
from chat.services import accounts

INVITATION_KEY = "invitation"


def display_name(user: User) -> str:
    return str(user)


def context(_request: HttpRequest) -> dict[str, Any]:
    """What the account pages say about this installation (a context processor)."""
    return {
        "has_mail_server": has_mail_server(),
        "signup_mode": settings.MEMORYBOT_SIGNUP,
        "nobody_yet": accounts.nobody_yet,
    }


def has_mail_server() -> bool:
    return bool(settings.ACCOUNT_EMAIL_VERIFICATION != "none")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """The first account is made by the set-up link alone: whoever came first otherwise would run the place."""
        if accounts.nobody_yet():
            return False
        if settings.MEMORYBOT_SIGNUP == "invite":
            return accounts.invitation_for(request.session.get(INVITATION_KEY, "")) is not None
        return bool(settings.MEMORYBOT_SIGNUP == "open")

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People sign in by e-mail; there is no user name to make up."""

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        user.display_name = form.cleaned_data.get("display_name", "")
        saved: User = super().save_user(request, user, form, commit)
        if settings.MEMORYBOT_SIGNUP == "invite":
            try:
                accounts.use_invitation(token=request.session.pop(INVITATION_KEY, ""), user=saved)
            except accounts.InvitationError:
                raise ImmediateHttpResponse(redirect("account_signup")) from None
        return saved

    def login(self, request: HttpRequest, user: User) -> None:
        """Where no mail can arrive, nobody is asked to confirm an address: the one that signs in counts."""
        super().login(request, user)
        if not has_mail_server():
            accounts.vouch_for(user)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        taken = User.objects.filter(email__iexact=email_address.email).exclude(pk=email_address.user_id)
        if not taken.exists():
            return bool(super().confirm_email(request, email_address))
        template, context = "account/messages/email_confirmation_failed.txt", {"email": email_address.email}
        self.add_message(request, messages.ERROR, template, context)
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("chat:settings")

    def format_email_subject(self, subject: str) -> str:
        return f"MemoryBot: {subject}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _public(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _public(super().get_email_confirmation_url(request, emailconfirmation))


def _public(url: str) -> str:
    """A link in a mail leads to the site's own address, whatever host the request named."""
    if not settings.MEMORYBOT_URL:
        return url
    parts = urlsplit(url)
    return f"{settings.MEMORYBOT_URL}{parts.path}" + (f"?{parts.query}" if parts.query else "")
