"""One turn, from the frame that asks to the end of the answer (DESIGN: one turn).

The question and the reply row are committed before anything is acknowledged; the answer is made by a task of the
process, which a closed tab does not cancel; what the model says is committed before it is shown.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from django.db import DatabaseError, IntegrityError

from chat import access
from chat.live import database, journal, publish, runner
from chat.llm import client
from chat.llm.errors import LLMError
from chat.models import Message, Role, Status, User
from chat.protocol import Event, FrameError, TurnDone, TurnEdit, TurnRecalled, TurnRetry, TurnSend, TurnStop
from chat.services import branches, context, conversations, errors, replies
from chat.services.memory.learner import outbox

logger = logging.getLogger(__name__)

MAX_REPLY_SECONDS = 15 * 60
# Waits between tries to store the end of a reply, while the database cannot be written to.
END_RETRY_SECONDS = (0.2, 0.5, 1, 2, 5, 10, 20, 30, 60)


@dataclass(frozen=True)
class Asker:
    """Who sent a frame, from which socket, and with which key of their own."""

    user_id: int
    channel: str = ""
    ref: str | None = None
    key: str | None = field(default=None, repr=False)


async def send(asker: Asker, frame: TurnSend) -> None:
    """Take a message and let it be answered.

    Raises: FrameError, NotFound; nothing is stored then.
    """
    await _begin(asker, lambda: replies.begin_send(asker.user_id, frame, has_key=asker.key is not None))


async def edit(asker: Asker, frame: TurnEdit) -> None:
    """Take a question said differently and let it be answered.

    Raises: FrameError, NotFound.
    """
    await _begin(asker, lambda: replies.begin_edit(asker.user_id, frame, has_key=asker.key is not None))


async def retry(asker: Asker, frame: TurnRetry) -> None:
    """Let the same question be answered again, beside the first answer.

    Raises: FrameError, NotFound.
    """
    await _begin(asker, lambda: replies.begin_retry(asker.user_id, frame, has_key=asker.key is not None))


async def _begin(asker: Asker, begin: Callable[[], replies.Begun]) -> None:
    try:
        begun = await journal.commit(begin)
    except IntegrityError:
        # Another process took the same client id, or began to answer here, at the same moment: look again.
        begun = await journal.commit(begin)
    except DatabaseError:
        logger.exception("A turn could not be stored")
        raise FrameError("internal", "The message could not be stored just now; it is kept here. Try again.") from None
    if not begun.is_new:
        await publish.to_page(asker.channel, begun.events[-1], ref=asker.ref)
        return
    if begun.needs_model:
        # Before anybody is told of the reply, so that a stop always finds it.
        runner.start(begun.reply.pk, lambda run: _answer(run, begun, asker.key))
    for event in begun.events:
        await publish.to_user(asker.user_id, event, origin=asker.channel, ref=asker.ref)
    outbox.wake(asker.user_id, key=asker.key)


async def _answer(run: runner.Run, begun: replies.Begun, key: str | None) -> None:
    """Make the answer and end it, whatever happens."""
    said: list[str] = []
    try:
        async with asyncio.timeout(MAX_REPLY_SECONDS):
            usage = await run.interruptible(_speak(begun, key, said))
        ending = _ending(Status.COMPLETE, said, usage=usage)
    except runner.Stopped:
        ending = _ending(Status.STOPPED, said)
    except LLMError as error:
        ending = _ending(_failure(said), said, code=error.code, message=error.message)
    except TimeoutError:
        ending = _ending(_failure(said), said, code="too_slow", message=errors.SENTENCES["too_slow"])
    except asyncio.CancelledError:
        ending = _ending(Status.INTERRUPTED, said, code="interrupted", message=errors.SENTENCES["interrupted"])
    except Exception:
        logger.exception("An answer failed")
        ending = _ending(_failure(said), said, code="internal", message=errors.SENTENCES["internal"])
    await asyncio.shield(_end(begun, ending, key))


async def _speak(begun: replies.Begun, key: str | None, said: list[str]) -> client.Usage | None:
    """Recall, build the prompt, and pass on what the model says as it comes."""
    prepared = await database.run(context.prepare, begun.question.pk)
    keeping = asyncio.create_task(_keep_receipt(begun, prepared))
    stream = _stream_of(begun)
    usage = None
    try:
        endpoint = await client.endpoint_for(model=begun.reply.model, key=key)
        pieces = client.stream_reply(endpoint, prepared.messages, temperature=begun.conversation.temperature)
        async with aclosing(pieces):
            async for piece in pieces:
                if isinstance(piece, client.Usage):
                    usage = piece
                    continue
                text = _storable(piece)
                said.append(text)
                journal.append(stream, text)
                if stream.is_gone:
                    raise runner.Stopped
    finally:
        await keeping
    return usage


async def _keep_receipt(begun: replies.Begun, prepared: context.Prepared) -> None:
    def keep() -> TurnRecalled | None:
        receipt = context.keep_receipt(begun.reply, prepared)
        if receipt is None:
            return None  # deleted meanwhile
        seq = conversations.next_seq(begun.conversation.pk)
        return TurnRecalled(str(begun.conversation.uuid), seq, str(begun.reply.uuid), receipt)

    try:
        event = await journal.commit(keep)
        if event is not None:
            await publish.to_user(begun.user_id, event)
    except DatabaseError:
        logger.warning("A receipt could not be stored", exc_info=True)


def _stream_of(begun: replies.Begun) -> journal.Stream:
    return journal.Stream(
        reply_id=begun.reply.pk,
        reply=str(begun.reply.uuid),
        conversation_id=begun.conversation.pk,
        conversation=str(begun.conversation.uuid),
        user_id=begun.user_id,
    )


def _storable(text: str) -> str:
    """Replace what a database or UTF-8 cannot hold: NUL and lone surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _failure(said: Sequence[str]) -> Status:
    return Status.INTERRUPTED if said else Status.FAILED


def _ending(
    status: Status, said: Sequence[str], *, usage: client.Usage | None = None, code: str = "", message: str = ""
) -> replies.Ending:
    return replies.Ending(
        status,
        "".join(said),
        error_code=code,
        error_message=message,
        prompt_tokens=usage.prompt if usage else None,
        cached_tokens=usage.cached if usage else None,
        completion_tokens=usage.completion if usage else None,
    )


async def _end(begun: replies.Begun, ending: replies.Ending, key: str | None) -> None:
    for wait in (*END_RETRY_SECONDS, None):
        try:
            events = await journal.commit(lambda: replies.finish(begun.reply, ending))
            break
        except DatabaseError:
            logger.warning("The end of an answer could not be stored", exc_info=True)
            if wait is None:
                return  # the lease ends it, with what was stored
            await asyncio.sleep(wait)
    await _tell(begun.user_id, events)
    outbox.wake(begun.user_id, key=key)


async def _tell(user_id: int, events: Sequence[Event]) -> None:
    for event in events:
        await publish.to_user(user_id, event)


async def stop(asker: Asker, frame: TurnStop) -> None:
    """Stop a running reply, wherever it runs; for one that has ended, tell the page how it did.

    Raises: NotFound.
    """
    reply = await database.run(_request_stop, asker.user_id, frame)
    if reply.status == Status.STREAMING:
        runner.stop(reply.pk)
        return
    done = TurnDone(
        str(reply.conversation.uuid),
        reply.seq,
        str(reply.uuid),
        reply.status,
        branches.usage_of(reply),
        branches.error_of(reply),
    )
    await publish.to_page(asker.channel, done, ref=asker.ref)


def _request_stop(user_id: int, frame: TurnStop) -> Message:
    """Note the wish in the database, where the process that makes the reply finds it."""
    reply = access.message_for(User(pk=user_id), frame.reply)
    if reply.role != Role.ASSISTANT:
        raise access.NotFound
    Message.objects.filter(pk=reply.pk, status=Status.STREAMING).update(stop_requested=True)
    return reply
