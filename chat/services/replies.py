"""The rows of a turn: how it begins, what it shows, how it ends. Each function is one transaction of the caller."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from chat import access
from chat.llm import endpoints
from chat.models import Conversation, MemoryMode, MemoryRun, Message, Role, RunState, Status, User
from chat.protocol import (
    ConversationUpdated,
    Event,
    FrameError,
    MemoryUpdated,
    Options,
    TurnAccepted,
    TurnDelta,
    TurnDone,
    TurnEdit,
    TurnRetry,
    TurnSend,
)
from chat.services import branches, conversations, errors, search
from chat.services.memory.curating import commands, teaching
from chat.services.memory.judging import typed
from chat.services.memory.learner import runs

LEASE_SECONDS = 8


@dataclass(frozen=True)
class Begun:
    """A turn whose rows are committed. ``events`` tell it; ``is_new`` is False when it was taken before."""

    user_id: int
    conversation: Conversation
    question: Message
    reply: Message
    events: list[Event]
    is_new: bool

    @property
    def needs_model(self) -> bool:
        return self.is_new and self.reply.status == Status.STREAMING


@dataclass(frozen=True)
class Ending:
    status: Status
    text: str
    error_code: str = ""
    error_message: str = ""
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None


def begin_send(user_id: int, frame: TurnSend, *, has_key: bool) -> Begun:
    """Take a message: the question and the reply row, or those that the same client id made before.

    Raises: FrameError (busy, client_id_reused, not_found), NotFound.
    """
    user = _active(user_id)
    if (before := _taken(user, frame.client_id)) is not None:
        _check_same(before, Role.USER, frame.text, frame.conversation)
        return _again(user, before)
    is_new = frame.conversation is None
    conversation = _new_conversation(user, frame) if is_new else _open(user, frame)
    tree = branches.Tree(conversation.pk)
    parent_id = _parent_of_send(conversation, frame, tree)
    question = _add_question(conversation, parent_id, frame)
    told: list[Event] = []
    changed = conversations.fields_of(conversation) if is_new else _changed_options(conversation, frame.options)
    if changed:
        seq = conversations.next_seq(conversation.pk)
        told.append(ConversationUpdated(str(conversation.uuid), seq, changed))
    return _begin_reply(user, conversation, question, told, has_key=has_key)


def begin_edit(user_id: int, frame: TurnEdit, *, has_key: bool) -> Begun:
    """Take a question said differently: a sibling of the first, with an answer of its own.

    Raises: FrameError (busy, client_id_reused, bad_option), NotFound.
    """
    user = _active(user_id)
    if (before := _taken(user, frame.client_id)) is not None:
        _check_same(before, Role.USER, frame.text, None)
        return _again(user, before)
    first = access.message_for(user, frame.message)
    if first.role != Role.USER:
        raise FrameError("bad_option", "Only what you said yourself can be edited.")
    _check_free(first.conversation)
    question = _add_question(first.conversation, first.parent_id, frame)
    begun = _begin_reply(user, first.conversation, question, [], has_key=has_key)
    begun.events.extend(_retire_what_was_edited(first, begun.reply))
    return begun


def begin_retry(user_id: int, frame: TurnRetry, *, has_key: bool) -> Begun:
    """Take the wish for another answer to the same question: a sibling of the first answer.

    Raises: FrameError (busy, client_id_reused, bad_option), NotFound.
    """
    user = _active(user_id)
    if (before := _taken(user, frame.client_id)) is not None:
        if before.role != Role.ASSISTANT:
            raise FrameError("client_id_reused", "This was sent before as something else; the first one is kept.")
        return _again(user, before)
    first = access.message_for(user, frame.reply)
    if first.role != Role.ASSISTANT or first.parent is None or not first.parent.text:
        raise FrameError("bad_option", "Only an answer to a question that is there can be asked for again.")
    _check_free(first.conversation)
    return _begin_reply(user, first.conversation, first.parent, [], has_key=has_key, client_id=frame.client_id)


def _retire_what_was_edited(first: Message, reply: Message) -> list[Event]:
    """What only the earlier version taught is not said any more."""
    changes = teaching.retire_edited(first, reply)
    if not changes:
        return []
    conversation = reply.conversation
    seq = conversations.next_seq(conversation.pk)
    told = [branches.change_of(change) for change in changes]
    return [MemoryUpdated(str(conversation.uuid), seq, str(reply.uuid), told)]


def _active(user_id: int) -> User:
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise FrameError("not_found", "This account is not active any more.")
    return user


def _taken(user: User, client_id: uuid.UUID) -> Message | None:
    return Message.objects.select_related("conversation").filter(owner=user, client_id=client_id).first()


def _check_same(before: Message, role: str, text: str, conversation: uuid.UUID | None) -> None:
    is_elsewhere = conversation is not None and before.conversation.uuid != conversation
    if before.role != role or before.text != text or is_elsewhere:
        raise FrameError("client_id_reused", "This was sent before with other words; the first ones are kept.")


def _again(user: User, before: Message) -> Begun:
    """Return the turn that a client id made before; nothing is asked of the model a second time."""
    is_question = before.role == Role.USER
    reply = before.children.order_by("position").first() if is_question else before
    question = before if is_question else before.parent
    if reply is None or question is None or before.conversation.deleted_at is not None:
        raise access.NotFound
    accepted = _accepted(before.conversation, question, reply, before.client_id, seq=before.conversation.seq)
    return Begun(user.pk, before.conversation, question, reply, [accepted], is_new=False)


def _new_conversation(user: User, frame: TurnSend) -> Conversation:
    options = frame.options
    return Conversation.objects.create(
        owner=user,
        title=conversations.title_from(frame.text),
        model=options.model or user.default_model or endpoints.default_model(None),
        k=options.k or user.default_k,
        temperature=options.temperature or 0.0,
        memory_mode=options.memory or MemoryMode.ON,
    )


def _open(user: User, frame: TurnSend) -> Conversation:
    assert frame.conversation is not None  # noqa: S101  (for the type checker; the caller looked)
    conversation = access.conversation_for(user, frame.conversation)
    _check_free(conversation)
    return conversation


def _check_free(conversation: Conversation) -> None:
    if conversation.messages.filter(status=Status.STREAMING).exists():
        raise FrameError("busy", "An answer is still being written here. Wait for it, or stop it first.")


def _parent_of_send(conversation: Conversation, frame: TurnSend, tree: branches.Tree) -> int | None:
    if frame.parent is None:
        return tree.newest
    parent = conversation.messages.filter(uuid=frame.parent, role=Role.ASSISTANT).first()
    if parent is None:
        raise access.NotFound
    return parent.pk


def _changed_options(conversation: Conversation, options: Options) -> dict[str, object]:
    """Store what a send changes of its conversation, and return it as pages are told."""
    own = {MemoryMode.OWN, MemoryMode.TEMPORARY}
    if (
        options.memory
        and options.memory != conversation.memory_mode
        and own & {options.memory, conversation.memory_mode}
    ):
        raise FrameError("bad_option", "A clean memory or a temporary chat can only be chosen for a new conversation.")
    wanted = {
        "model": options.model,
        "k": options.k,
        "temperature": options.temperature,
        "memory_mode": options.memory,
    }
    changed = {n: v for n, v in wanted.items() if v is not None and v != getattr(conversation, n)}
    for name, value in changed.items():
        setattr(conversation, name, value)
    if changed:
        conversation.save(update_fields=list(changed))
    if "memory_mode" in changed:
        conversations.end_learning(conversation)
    return {"memory" if name == "memory_mode" else name: value for name, value in changed.items()}


def _add_question(conversation: Conversation, parent_id: int | None, frame: TurnSend | TurnEdit) -> Message:
    question = Message.objects.create(
        conversation=conversation,
        owner_id=conversation.owner_id,
        parent_id=parent_id,
        role=Role.USER,
        text=frame.text,
        pasted=frame.pasted,
        position=_next_position(conversation),
        client_id=frame.client_id,
    )
    search.put("message", object_id=question.pk, owner_id=conversation.owner_id, text=frame.text)
    return question


def _next_position(conversation: Conversation) -> int:
    last = conversation.messages.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _begin_reply(
    user: User,
    conversation: Conversation,
    question: Message,
    told: list[Event],
    *,
    has_key: bool,
    client_id: uuid.UUID | None = None,
) -> Begun:
    now = timezone.now()
    reply = Message.objects.create(
        conversation=conversation,
        owner_id=conversation.owner_id,
        parent=question,
        role=Role.ASSISTANT,
        status=Status.STREAMING,
        position=_next_position(conversation),
        client_id=client_id,
        model=conversation.model,
        lease_until=now + timedelta(seconds=LEASE_SECONDS),
    )
    command = _command_in(question) if client_id is None else None
    if command is None and user.memory_enabled and conversation.memory_mode in runs.LEARNING_MODES:
        _note_to_learn(reply, question, has_key=has_key)
    conversation.updated_at = now
    conversation.save(update_fields=["updated_at"])
    seq = conversations.next_seq(conversation.pk)
    Message.objects.filter(pk__in=[question.pk, reply.pk]).update(seq=seq)
    events = [*told, _accepted(conversation, question, reply, client_id or question.client_id, seq=seq)]
    if command is not None:
        events += _answer_command(user, conversation, question, reply, command)
    return Begun(user.pk, conversation, question, reply, events, is_new=True)


def _command_in(question: Message) -> commands.Command | None:
    """Return the command that the person typed; what was pasted gives none."""
    is_typed = typed.begins_typed(question.text, question.pasted)
    return commands.parse(question.text) if is_typed else None


def _note_to_learn(reply: Message, question: Message, *, has_key: bool) -> None:
    """Write the turn into the outbox of learning; a second answer to a question teaches nothing new."""
    known = MemoryRun.objects.filter(reply__parent=question).exclude(state=RunState.FAILED)
    if not known.exists():
        MemoryRun.objects.create(owner_id=reply.owner_id, reply=reply, own_key=has_key)


def _accepted(
    conversation: Conversation, question: Message, reply: Message, client_id: uuid.UUID | None, *, seq: int
) -> TurnAccepted:
    tree = branches.Tree(conversation.pk)
    message, answer = branches.stored([question, reply], tree=tree)
    return TurnAccepted(str(conversation.uuid), seq, str(client_id), message, answer)


def _answer_command(
    user: User, conversation: Conversation, question: Message, reply: Message, command: commands.Command
) -> list[Event]:
    """``remember: …`` and ``forget …`` act at once, and the reply says what they did: no model is asked."""
    done = commands.run(command, user=user, conversation=conversation, question=question, reply=reply)
    public, shown = str(conversation.uuid), str(reply.uuid)
    told: list[Event] = [TurnDelta(public, conversations.next_seq(conversation.pk), shown, 0, done.text)]
    told += finish(reply, Ending(Status.COMPLETE, done.text))
    if done.changes:
        told.append(MemoryUpdated(public, conversations.next_seq(conversation.pk), shown, done.changes))
    return told


def finish(reply: Message, ending: Ending) -> list[Event]:
    """End a reply, once: text, status, usage, index and the outbox of learning; return what pages are told.

    Nothing happens when somebody else has ended or deleted it.
    """
    now = timezone.now()
    ended = Message.objects.filter(pk=reply.pk, status=Status.STREAMING).update(
        text=ending.text,
        status=ending.status,
        model=reply.model,
        error_code=ending.error_code,
        error_message=ending.error_message,
        prompt_tokens=ending.prompt_tokens,
        cached_tokens=ending.cached_tokens,
        completion_tokens=ending.completion_tokens,
        finished_at=now,
        lease_until=None,
    )
    if not ended:
        return []
    reply.refresh_from_db()
    reply.chunks.all().delete()
    if ending.text:
        search.put("message", object_id=reply.pk, owner_id=reply.owner_id, text=ending.text)
    due = now + timedelta(seconds=runs.QUIET_SECONDS)
    MemoryRun.objects.filter(reply=reply, state=RunState.WAITING).update(state=RunState.PENDING, not_before=due)
    conversation = reply.conversation
    seq = conversations.next_seq(conversation.pk)
    Message.objects.filter(pk=reply.pk).update(seq=seq)
    usage, error = branches.usage_of(reply), branches.error_of(reply)
    return [TurnDone(str(conversation.uuid), seq, str(reply.uuid), reply.status, usage, error)]


def end_orphan(reply: Message) -> list[Event]:
    """End a reply whose process is gone, with what was stored of it."""
    text = branches.text_of_running(reply)
    if reply.stop_requested:
        return finish(reply, Ending(Status.STOPPED, text))
    return finish(reply, Ending(Status.INTERRUPTED, text, "interrupted", errors.SENTENCES["interrupted"]))
