"""Where django-allauth asks MemoryBot: who may sign up, and how a person is called."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from chat.models import User


def display_name(user: User) -> str:
    return str(user)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.MEMORYBOT_SIGNUP == "open")

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People sign in by e-mail; there is no user name to make up."""
