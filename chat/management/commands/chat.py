"""`manage.py chat`: talk in a terminal, as one of the people who have an account here."""

import argparse
import asyncio
import sys
import uuid
from collections.abc import AsyncIterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chat import access, protocol
from chat.llm import local
from chat.management.terminal import Terminal
from chat.models import User


class Command(BaseCommand):
    help = "Talk in the terminal, with what is recalled and learned shown. Lines come from standard input."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--user", help="the e-mail address of the account (needed where there are several)")
        parser.add_argument("--conversation", type=uuid.UUID, help="go on with this conversation")
        parser.add_argument("--memory", choices=protocol.MEMORY_MODES, help="the memory mode of new chats")
        parser.add_argument("--model", help="the model of new chats")
        parser.add_argument("--json", action="store_true", help="print every event as one line of JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = _user(options["user"])
        terminal = Terminal(
            user=user,
            options=protocol.Options(model=options["model"], memory=options["memory"]),
            as_json=options["json"],
            is_script=options["json"] or not sys.stdin.isatty(),
            conversation=_conversation(user, options["conversation"]),
        )
        model = local.ensure_running()
        try:
            asyncio.run(terminal.talk(_lines(prompt="" if terminal.is_script else "› ")))
        except KeyboardInterrupt:
            self.stderr.write("")
        except TimeoutError:
            raise CommandError("Learning from the last message took too long; the server goes on with it.") from None
        finally:
            if model is not None:
                model.terminate()
        if terminal.has_failed and terminal.is_script:
            raise CommandError("Not every message was answered.")


def _user(email: str | None) -> User:
    people = User.objects.filter(is_active=True)
    found = list(people.filter(email__iexact=email) if email else people[:2])
    if len(found) == 1:
        return found[0]
    if email:
        raise CommandError(f"There is no active account {email}.")
    raise CommandError("Say whose memory it is with --user." if found else "There is no account yet: see `make run`.")


def _conversation(user: User, conversation_id: uuid.UUID | None) -> uuid.UUID | None:
    if conversation_id is not None:
        try:
            access.conversation_for(user, conversation_id)
        except access.NotFound:
            raise CommandError("There is no such conversation of this account.") from None
    return conversation_id


async def _lines(prompt: str) -> AsyncIterator[str]:
    """Lines of standard input, read beside the event loop."""
    while True:
        print(prompt, end="", flush=True)
        line = await asyncio.to_thread(sys.stdin.readline)
        if not line:
            return
        yield line
