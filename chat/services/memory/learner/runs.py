"""The rows of the outbox as learners hold them: the fence, the lease, the meter, and who may learn at all."""

from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from chat.llm.client import Usage
from chat.models import MemoryMode, MemoryRun, RunPurpose, RunState

LEARNING_MODES = {MemoryMode.ON, MemoryMode.OWN}
LEASE_SECONDS = 30
# After an answer: a page that has the next message ready sends it at once, and one call learns from both.
QUIET_SECONDS = 0.1


def held(run_id: int, attempt: int) -> QuerySet[MemoryRun]:
    """Return the row of a run that was claimed for ``attempt``; none once it was ended, or given to somebody else.

    Each claim has a higher attempt, so that a learner that was thought dead can change nothing any more.
    """
    return MemoryRun.objects.filter(pk=run_id, state=RunState.RUNNING, attempts=attempt)


def renew(run_id: int, attempt: int) -> bool:
    """Prolong the lease; False where the run is not held any more."""
    return bool(held(run_id, attempt).update(lease_until=timezone.now() + timedelta(seconds=LEASE_SECONDS)))


def end(
    run_id: int, attempt: int, state: RunState, *, model: str = "", error_code: str = "", usage: Usage | None = None
) -> bool:
    """End a run that is held; False where it is not. In the caller's transaction."""
    ended: dict[str, Any] = {"state": state, "finished_at": timezone.now(), "lease_until": None}
    said: dict[str, Any] = {"model": model, "error_code": error_code}
    return bool(held(run_id, attempt).update(**ended, **said, **metered(usage)))


def end_shared(run_id: int, *, model: str) -> bool:
    """End the run of a turn that was learned from in the call of an earlier one; False where it waits no more.

    Nobody can have claimed it: each person has one running run, and the caller has just ended that.
    """
    waiting = MemoryRun.objects.filter(pk=run_id, state=RunState.PENDING)
    return bool(waiting.update(state=RunState.DONE, finished_at=timezone.now(), model=model, error_code=""))


def metered(usage: Usage | None) -> dict[str, Any]:
    """Return the meter with one call more; what is not known of a call is not made up."""
    if usage is None:
        return {}
    used = {"prompt_tokens": usage.prompt, "cached_tokens": usage.cached, "completion_tokens": usage.completion}
    return {name: Coalesce(F(name), 0) + count for name, count in used.items()}


def may_learn(run: MemoryRun) -> bool:
    """Tell whether the memory may be written from a run's turn.

    What is learned from afterwards was chosen by the person, so it may come from a chat whose memory is off, but never
    from a temporary one. A change of the mode ends such runs (``conversations.end_learning``).
    """
    conversation = run.reply.conversation
    if conversation.deleted_at is not None or not conversation.owner.memory_enabled:
        return False
    if run.purpose == RunPurpose.LATER:
        return conversation.memory_mode != MemoryMode.TEMPORARY
    return conversation.memory_mode in LEARNING_MODES
