"""Changes of entities, taken back."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat import access
from chat.models import EntityChange, EntityOperation, User
from chat.services.memory import ledger
from chat.services.memory.curating import identity, merging, naming, splitting

_UNDO: dict[str, Callable[[EntityChange], None]] = {
    EntityOperation.MERGED.value: merging.undo,
    EntityOperation.SPLIT.value: splitting.undo,
    EntityOperation.RENAMED.value: naming.undo,
}


@transaction.atomic
def undo(*, user: User, change_id: UUID) -> EntityChange:
    """This function will take one change of an entity back, as far as it still stands. Twice is once.

    Raises: NotFound, IdentityError (changed_since).
    """
    ledger.lock(ledger.store_of_entity(access.entity_change_for(user, change_id).entity))
    change = access.entity_change_for(user, change_id)
    if change.undone_at is None:
        _UNDO[change.operation](change)
        change.undone_at = timezone.now()
        change.save(update_fields=["undone_at"])
        ledger.touch([identity.living(change.entity), *([change.other] if change.other else [])])
    return change
