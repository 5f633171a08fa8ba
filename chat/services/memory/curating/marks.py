"""The marks that a person puts on a fact, and the switch for the memory as a whole."""

from uuid import UUID

from django.db import transaction

from chat import access
from chat.models import Fact, User
from chat.services.memory import ledger


@transaction.atomic
def pin_fact(*, user: User, fact_id: UUID, pinned: bool) -> Fact:
    """This function will have a fact always in mind, or no longer.

    Raises: NotFound.
    """
    return _set(user, fact_id, pinned=pinned)


@transaction.atomic
def unlock_fact(*, user: User, fact_id: UUID) -> Fact:
    """This function will let what is said in chats change a fact again that was set by hand.

    Raises: NotFound.
    """
    return _set(user, fact_id, locked=False)


def _set(user: User, fact_id: UUID, **marks: bool) -> Fact:
    ledger.lock(ledger.store_of_entity(access.fact_for(user, fact_id).entity))
    fact = access.fact_for(user, fact_id)
    for name, value in marks.items():
        setattr(fact, name, value)
    fact.save(update_fields=list(marks))
    return fact


def switch(*, user: User, is_on: bool) -> None:
    """This function will turn the memory of a person on or off, in all chats and at once."""
    User.objects.filter(pk=user.pk).update(memory_enabled=is_on)
    user.memory_enabled = is_on
