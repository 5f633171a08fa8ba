"""What was learned from a turn, written in one transaction with the run's end: it takes effect once, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from chat.models import (
    Conversation,
    MemoryChange,
    MemoryMode,
    MemoryRun,
    Message,
    RunState,
    TitleBy,
)
from chat.protocol import ConversationUpdated, Event, MemoryUpdated
from chat.services import branches, conversations
from chat.services.memory import credentials, ledger, stores, writing
from chat.services.memory.verdicts import Judgement

LEARNING_MODES = {MemoryMode.ON, MemoryMode.OWN}
NOTHING = Judgement((), (), ())


@dataclass(frozen=True)
class Lesson:
    """What one learning call gave. ``summary_upto_id`` is the message that ``summary`` reaches to."""

    judgement: Judgement = NOTHING
    title: str = ""
    summary: str = ""
    summary_upto_id: int | None = None
    model: str = ""
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None
    error_code: str = ""


@transaction.atomic
def apply(run_id: int, lesson: Lesson) -> list[Event]:
    """This function will end the run with what it taught, and return what pages are to be told after the commit.

    A run that was ended before changes nothing, and neither does one whose memory has been turned off meanwhile.
    """
    if not end(run_id, RunState.DONE, lesson):
        return []
    run = MemoryRun.objects.select_related("reply__parent", "reply__conversation__owner").get(pk=run_id)
    conversation = run.reply.conversation
    if not may_learn(conversation):
        return []
    changes = _write_facts(run.reply, conversation, lesson.judgement)
    return [*_tell_changes(run.reply, conversation, changes), *_write_conversation(conversation, lesson)]


def may_learn(conversation: Conversation) -> bool:
    """Tell whether the memory may be written in ``conversation``."""
    is_on = conversation.memory_mode in LEARNING_MODES and conversation.deleted_at is None
    return is_on and conversation.owner.memory_enabled


def end(run_id: int, state: RunState, lesson: Lesson) -> bool:
    """End a running run; False where somebody else has. In the caller's transaction."""
    return bool(
        MemoryRun.objects.filter(pk=run_id, state=RunState.RUNNING).update(
            state=state,
            finished_at=timezone.now(),
            lease_until=None,
            model=lesson.model,
            prompt_tokens=lesson.prompt_tokens,
            cached_tokens=lesson.cached_tokens,
            completion_tokens=lesson.completion_tokens,
            error_code=lesson.error_code,
        )
    )


def _write_facts(reply: Message, conversation: Conversation, judgement: Judgement) -> list[MemoryChange]:
    if not judgement.accepted and not judgement.introduced:
        return []
    return writing.write(judgement, me=ledger.lock(stores.store_of(conversation)), reply=reply)


def _tell_changes(reply: Message, conversation: Conversation, changes: Sequence[MemoryChange]) -> list[Event]:
    if not changes:
        return []
    seq = conversations.next_seq(conversation.pk)
    Message.objects.filter(pk=reply.pk).update(seq=seq)
    shown = [branches.change_of(change) for change in changes]
    return [MemoryUpdated(str(conversation.uuid), seq, str(reply.uuid), shown)]


def _write_conversation(conversation: Conversation, lesson: Lesson) -> list[Event]:
    """Store the summary, and the title unless the person has given one. What gives access stands in neither."""
    lesson = replace(lesson, title=credentials.redacted(lesson.title), summary=credentials.redacted(lesson.summary))
    row = Conversation.objects.filter(pk=conversation.pk)
    if lesson.summary and lesson.summary_upto_id is not None:
        row.update(summary=lesson.summary, summary_upto_id=lesson.summary_upto_id)
    titled = lesson.title and row.filter(title_by=TitleBy.NOBODY).update(title=lesson.title, title_by=TitleBy.MACHINE)
    if not titled:
        return []
    seq = conversations.next_seq(conversation.pk)
    changed = {"title": lesson.title, "title_by": TitleBy.MACHINE.value}
    return [ConversationUpdated(str(conversation.uuid), seq, changed)]
