"""What was learned from a turn, written in one transaction with the run's end: it takes effect once, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from chat.llm.client import Usage
from chat.models import (
    Conversation,
    MemoryChange,
    MemoryRun,
    Message,
    RunState,
    TitleBy,
)
from chat.protocol import ConversationUpdated, Event, MemoryUpdated
from chat.services import branches, conversations
from chat.services.memory import ledger, stores
from chat.services.memory.judging import credentials
from chat.services.memory.judging.verdicts import Judgement
from chat.services.memory.learner import runs, writing

NOTHING = Judgement((), (), ())


@dataclass(frozen=True)
class Shared:
    """What the call also taught of a later turn, whose run still waits."""

    run_id: int
    judgement: Judgement


@dataclass(frozen=True)
class Lesson:
    """What one learning call gave. ``summary_upto_id`` is the message that ``summary`` reaches to.

    ``attempt`` is the fence that the run was claimed with (``runs.held``).
    """

    judgement: Judgement = NOTHING
    attempt: int = 0
    shared: tuple[Shared, ...] = ()
    title: str = ""
    summary: str = ""
    summary_upto_id: int | None = None
    model: str = ""
    usage: Usage | None = None
    error_code: str = ""


@transaction.atomic
def apply(run_id: int, lesson: Lesson) -> list[Event]:
    """This function will end the run with what it taught, and return what pages are to be told after the commit.

    A run that was ended before, or that somebody else holds, changes nothing, and neither does one whose memory has
    been turned off meanwhile.
    """
    if not end(run_id, RunState.DONE, lesson):
        return []
    run = _run(run_id)
    if not runs.may_learn(run):
        return []
    events = _teach(run, lesson.judgement)
    for taught in lesson.shared:
        if runs.end_shared(taught.run_id, model=lesson.model):
            events += _teach(_run(taught.run_id), taught.judgement)
    return [*events, *_write_conversation(run.reply.conversation, lesson)]


def end(run_id: int, state: RunState, lesson: Lesson) -> bool:
    """End a run that is held; False where it is not. In the caller's transaction."""
    return runs.end(run_id, lesson.attempt, state, model=lesson.model, error_code=lesson.error_code, usage=lesson.usage)


def _run(run_id: int) -> MemoryRun:
    return MemoryRun.objects.select_related("reply__parent", "reply__conversation__owner").get(pk=run_id)


def _teach(run: MemoryRun, judgement: Judgement) -> list[Event]:
    conversation = run.reply.conversation
    return _tell_changes(run.reply, conversation, _write_facts(run.reply, conversation, judgement))


def _write_facts(reply: Message, conversation: Conversation, judgement: Judgement) -> list[MemoryChange]:
    if not judgement.accepted and not judgement.introduced:
        return []
    return writing.write(judgement, me=ledger.lock(stores.store_of(conversation)), reply=reply)


def _tell_changes(reply: Message, conversation: Conversation, changes: Sequence[MemoryChange]) -> list[Event]:
    shown = [branches.change_of(change) for change in changes]
    shown += branches.suggestions_of([reply.pk]).get(reply.pk, [])
    if not shown:
        return []
    seq = conversations.next_seq(conversation.pk)
    Message.objects.filter(pk=reply.pk).update(seq=seq)
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
