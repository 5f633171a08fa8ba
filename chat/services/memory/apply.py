"""What was learned from a turn, written in one transaction with the run's end: it takes effect once, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from chat.llm.client import Usage
from chat.models import (
    Conversation,
    Entity,
    Fact,
    FactStatus,
    MemoryChange,
    MemoryRun,
    Message,
    RunState,
    Suggestion,
    TitleBy,
)
from chat.protocol import ConversationUpdated, Event, MemoryUpdated
from chat.services import branches, conversations
from chat.services.memory import casting, ledger, runs, settlement, stores
from chat.services.memory.ledger import Cause, Content
from chat.services.memory.settlement import Held, Settled
from chat.services.memory.verdicts import Accepted, Judgement

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
    me = ledger.lock(stores.store_of(conversation))
    for subject in judgement.introduced:
        casting.entity_of(subject, me)
    found = [_write(operation, me, reply) for operation in judgement.accepted]
    return [change for change in found if change is not None]


def _write(operation: Accepted, me: Entity, reply: Message) -> MemoryChange | None:
    cause = Cause(by_user=False, reply=reply, message=reply.parent, quote=operation.quote)
    entity = casting.entity_of(operation.subject, me)
    settled = settlement.settle(
        operation,
        held=_held(entity),
        is_suppressed=ledger.is_suppressed(entity, operation.attribute, operation.value),
    )
    content = Content(entity, operation.attribute, operation.value, operation.statement)
    change = _carry_out(settled, content, cause)
    if change is not None:
        ledger.touch([entity])
    return change


def _held(entity: Entity) -> list[Held]:
    facts = Fact.objects.filter(entity=entity, status__in=[FactStatus.ACTIVE, FactStatus.PENDING])
    return [
        Held(fact.pk, fact.attribute, fact.value, fact.statement, fact.locked, fact.status == FactStatus.ACTIVE)
        for fact in facts.order_by("-status", "pk")
    ]


def _carry_out(settled: Settled, content: Content, cause: Cause) -> MemoryChange | None:
    if settled.action == "nothing":
        return None
    if settled.action == "suggest":
        concerns = content.entity.facts.filter(pk=settled.fact_id or 0).first()
        ledger.suggest(
            content, cause, reason=settled.reason, suggestion=Suggestion(settled.suggestion), concerns=concerns
        )
        return None
    if settled.action == "add":
        return ledger.add(content, cause)
    known = content.entity.facts.get(pk=settled.fact_id or 0)
    if settled.action == "supersede":
        return ledger.supersede(known, content, cause, reason="said_otherwise")
    if settled.action == "retire":
        return ledger.retire(known, cause, reason="said_to_be_over")
    return ledger.confirm(known, cause)


def _tell_changes(reply: Message, conversation: Conversation, changes: Sequence[MemoryChange]) -> list[Event]:
    if not changes:
        return []
    seq = conversations.next_seq(conversation.pk)
    Message.objects.filter(pk=reply.pk).update(seq=seq)
    shown = [branches.change_of(change) for change in changes]
    return [MemoryUpdated(str(conversation.uuid), seq, str(reply.uuid), shown)]


def _write_conversation(conversation: Conversation, lesson: Lesson) -> list[Event]:
    """Store the summary, and the title unless the person has given one."""
    row = Conversation.objects.filter(pk=conversation.pk)
    if lesson.summary and lesson.summary_upto_id is not None:
        row.update(summary=lesson.summary, summary_upto_id=lesson.summary_upto_id)
    titled = lesson.title and row.filter(title_by=TitleBy.NOBODY).update(title=lesson.title, title_by=TitleBy.MACHINE)
    if not titled:
        return []
    seq = conversations.next_seq(conversation.pk)
    changed = {"title": lesson.title, "title_by": TitleBy.MACHINE.value}
    return [ConversationUpdated(str(conversation.uuid), seq, changed)]
