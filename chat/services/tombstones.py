"""Messages whose words are gone for good: the row keeps its place in the conversation, and nothing of what was said."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from chat.live import runner
from chat.models import (
    ContextReceipt,
    Conversation,
    FactSource,
    MemoryRun,
    Message,
    MessageVector,
    ReceiptItem,
    ReplyChunk,
    RunState,
    Status,
    TitleBy,
)
from chat.protocol import ConversationUpdated, Event, MessageErased
from chat.services import conversations, search
from chat.services.memory.curating import traces
from chat.services.memory.curating.traces import Trace

UNFINISHED = (RunState.WAITING, RunState.PENDING, RunState.RUNNING, RunState.NEEDS_KEY, RunState.FAILED)
# A call that was under way may still come back; its answer is nobody's by then.
AGAIN_SECONDS = 5


def lay(messages: Collection[Message]) -> list[Event]:
    """This function will erase what ``messages`` say, wherever it is kept, and return what pages are to be told.

    Text, index, vector, excerpts in receipts, quotes, the receipts of erased answers go, and the summary and title of
    their conversations. Belongs in the caller's transaction.
    """
    ids = [message.pk for message in messages]
    erased = Message.objects.filter(pk__in=ids)
    stop(erased)
    erased.update(text="", pasted=[], error_code="", error_message="")
    ReplyChunk.objects.filter(reply__in=ids).delete()
    ReceiptItem.objects.filter(message__in=ids).delete()
    ContextReceipt.objects.filter(reply__in=ids).delete()
    FactSource.objects.filter(message__in=ids).delete()
    MessageVector.objects.filter(message__in=ids).delete()
    # A short message's vector holds what it answers too; it is made anew.
    MessageVector.objects.filter(message__parent__in=ids).delete()
    search.drop("message", object_ids=ids)
    MemoryRun.objects.filter(Q(reply__in=ids) | Q(reply__parent__in=ids), state__in=UNFINISHED).update(
        state=RunState.SKIPPED, lease_until=None, finished_at=timezone.now()
    )
    return [*_forget_summaries(messages), *(changed(message, "") for message in messages)]


def stop(messages: QuerySet[Message]) -> None:
    """End the answers among ``messages`` that are being written: nothing is added to them after the commit."""
    running = messages.filter(status=Status.STREAMING)
    for reply_id in running.values_list("pk", flat=True):
        runner.stop(reply_id)
    running.update(status=Status.STOPPED, finished_at=timezone.now(), lease_until=None)


def changed(message: Message, text: str) -> Event:
    """Return the news that ``text`` is all that is left of a message."""
    seq = conversations.next_seq(message.conversation_id)
    Message.objects.filter(pk=message.pk).update(seq=seq)
    return MessageErased(str(message.conversation.uuid), seq, str(message.uuid), text)


def _forget_summaries(messages: Collection[Message]) -> list[Event]:
    """The summary is made again, of what still stands."""
    touched = {message.conversation_id for message in messages}
    Conversation.objects.filter(pk__in=touched).update(summary="", summary_upto=None)
    ContextReceipt.objects.filter(reply__conversation__in=touched).exclude(summary="").update(summary="")
    return untitle(touched, [Trace(frozenset([word])) for m in messages for word in traces.of(m.text).words])


def learn_again(owner_ids: Collection[int]) -> None:
    """What a model is being asked for these people right now is thrown away, and asked anew after the commit.

    Before any store is locked, as the learner does it: who locks in another order waits for ever.
    """
    running = MemoryRun.objects.filter(owner__in=owner_ids, state=RunState.RUNNING)
    later = timezone.now() + timedelta(seconds=AGAIN_SECONDS)
    running.update(state=RunState.PENDING, lease_until=None, not_before=later)


def untitle(conversation_ids: Iterable[int], found: Collection[Trace]) -> list[Event]:
    """Take away titles that bear a trace and were not given by the person."""
    events: list[Event] = []
    for row in Conversation.objects.filter(pk__in=set(conversation_ids)).exclude(title_by=TitleBy.USER):
        if row.title and traces.any_in(found, row.title):
            # By the machine, so that it is not made anew of the words that were deleted.
            Conversation.objects.filter(pk=row.pk).update(title="", title_by=TitleBy.MACHINE)
            named = {"title": "", "title_by": TitleBy.MACHINE.value}
            events.append(ConversationUpdated(str(row.uuid), conversations.next_seq(row.pk), named))
    return events
