"""`manage.py invite`: a link with which one person can sign up."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from chat.services import accounts

MAX_DAYS = 90


class Command(BaseCommand):
    help = "Print a link with which one person can sign up, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", default="", help="only this address can sign up with it")
        parser.add_argument("--days", type=int, default=accounts.INVITATION_DAYS, help=f"1 to {MAX_DAYS}; default 7")
        parser.add_argument(
            "--url",
            default=settings.MEMORYBOT_URL or f"http://127.0.0.1:{settings.PORT}",
            help="the address at which people open MemoryBot; default MEMORYBOT_URL",
        )

    def handle(self, *_args: Any, email: str, days: int, url: str, **_options: Any) -> None:
        if not 1 <= days <= MAX_DAYS:
            raise CommandError(f"--days is {days}; allowed is a whole number from 1 to {MAX_DAYS}.")
        if email:
            _check(email)
        self.stdout.write(accounts.invite(base_url=url, created_by=None, email=email, days=days))
        if settings.MEMORYBOT_SIGNUP != "invite":
            self.stderr.write(
                f"MEMORYBOT_SIGNUP is {settings.MEMORYBOT_SIGNUP}: the link is not needed or not accepted."
            )


def _check(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"--email is {email!r}, which is no e-mail address.") from None
