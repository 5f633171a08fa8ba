"""Accounts: how the first one comes to be, who is invited, and which addresses count as confirmed."""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from chat.models import Invitation, Message, User
from chat.services import leftovers, tombstones

SETUP_SALT = "chat.setup"
SETUP_SECONDS = 24 * 60 * 60
INVITATION_DAYS = 7


class SetupError(Exception):
    """There is an account already."""


class InvitationError(Exception):
    """The invitation was used, has run out, is for another address, or never was."""


def nobody_yet() -> bool:
    """Tell whether this is a new database, without any account."""
    return not User.objects.exists()


def setup_link(base_url: str) -> str:
    """This function will return the address at which the first account can be made, for a day."""
    token = signing.dumps("first account", salt=SETUP_SALT)
    return base_url.rstrip("/") + reverse("chat:setup", args=[token])


def is_setup_token(token: str) -> bool:
    """Tell whether ``token`` is one of ours and not older than a day."""
    try:
        signing.loads(token, salt=SETUP_SALT, max_age=SETUP_SECONDS)
    except signing.BadSignature:
        return False
    return True


@transaction.atomic
def set_up(*, email: str, password: str, display_name: str = "") -> User:
    """This function will make the first account, the administrator's; of two callers at once one succeeds.

    Raises: SetupError.
    """
    _one_at_a_time()
    if not nobody_yet():
        raise SetupError
    administrator = User.objects.create_superuser(email, password, display_name=display_name)
    vouch_for(administrator)
    return administrator


def _one_at_a_time() -> None:
    """On SQLite the transaction itself is the lock (IMMEDIATE); elsewhere nobody writes people until it ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {User._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def vouch_for(user: User) -> None:
    """This function will count the address a person signs in with as confirmed, unless somebody else confirmed it."""
    if EmailAddress.objects.filter(email=user.email, verified=True).exists():
        return
    # An operator may have given this person another address.
    EmailAddress.objects.filter(user=user, verified=True).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


@transaction.atomic
def delete(user: User) -> None:
    """This function will delete a person with all that is theirs: nothing holds their words or their address any more.

    Rows, index, vectors and suppressions, sessions, invitations, and what the administration noted of them.
    """
    tombstones.learn_again([user.pk])
    tombstones.stop(Message.objects.filter(owner=user))
    Invitation.objects.filter(Q(used_by=user) | Q(email__iexact=user.email)).delete()
    logged = LogEntry.objects.filter(content_type__app_label="chat", content_type__model="user", object_id=user.pk)
    logged.update(object_repr="", change_message="")
    _end_sessions(user)
    leftovers.clean_after_commit([user.pk])
    user.delete()


def _end_sessions(user: User) -> None:
    """A session holds how and by which address somebody signed in."""
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


def invite(*, base_url: str, created_by: User | None, email: str = "", days: int = INVITATION_DAYS) -> str:
    """This function will return a link with which one person can sign up, once; only a digest of it is kept.

    ``email`` binds it to an address. ``created_by`` is None for the command line.
    """
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        token_digest=_digest(token),
        email=email.strip().lower(),
        created_by=created_by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return base_url.rstrip("/") + reverse("chat:invitation", args=[token])


def open_invitations() -> QuerySet[Invitation]:
    """Return the invitations that can still be used, the newest first."""
    return Invitation.objects.filter(used_at=None, expires_at__gt=timezone.now()).order_by("-created_at")


def invitation_for(token: str) -> Invitation | None:
    """Return the invitation of ``token`` while it can be used."""
    return open_invitations().filter(token_digest=_digest(token)).first() if token else None


def use_invitation(*, token: str, user: User) -> None:
    """This function will spend an invitation on a new account, in the caller's transaction.

    Raises: InvitationError, also for the slower of two people with the same link.
    """
    found = open_invitations().order_by().filter(token_digest=_digest(token), email__in=["", user.email])
    if not found.update(used_by=user, used_at=timezone.now()):
        raise InvitationError


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
