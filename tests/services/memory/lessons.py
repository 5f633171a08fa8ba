"""Short ways to hold a turn, to learn from it what a model proposed, and to look at the store afterwards."""

from typing import Any

from chat.models import (
    Conversation,
    Entity,
    Fact,
    FactStatus,
    MemoryMode,
    MemoryRun,
    Message,
    Role,
    RunState,
    User,
)
from chat.protocol import Change, Event, MemoryUpdated
from chat.services.memory.learner import apply, learning


def talk(owner: User, *, mode: str = MemoryMode.ON, k: int = 10) -> Conversation:
    return Conversation.objects.create(owner=owner, model="scripted", memory_mode=mode, k=k)


def exchange(conversation: Conversation, said: str, answer: str = "All right.") -> Message:
    """Store a turn behind the last one, and return the reply."""
    _message(conversation, Role.USER, said)
    return _message(conversation, Role.ASSISTANT, answer)


def turn(conversation: Conversation, said: str, answer: str = "All right.") -> MemoryRun:
    """Store a turn behind the last one, with a claimed run to learn from it."""
    reply = exchange(conversation, said, answer)
    return MemoryRun.objects.create(owner=conversation.owner, reply=reply, state=RunState.RUNNING)


def _message(conversation: Conversation, role: str, text: str) -> Message:
    return Message.objects.create(
        conversation=conversation,
        owner=conversation.owner,
        parent=conversation.messages.order_by("position").last(),
        role=role,
        text=text,
        position=conversation.messages.count(),
    )


def learn(run: MemoryRun, *facts: Any, title: str = "", summary: str = "", sizes: Any = learning.LARGE) -> list[Event]:
    """Learn from a run what a model proposed for it."""
    material = learning.load(run.pk)
    if material is None:
        return []
    task = learning.prepare(material, sizes)
    return apply.apply(run.pk, learning.lesson_of(task, {"facts": list(facts), "title": title, "summary": summary}))


def teach(owner: User | Conversation, said: str, *facts: Any, **kwargs: Any) -> list[Change]:
    """Hold a turn, learn from it, and return the changes."""
    conversation = owner if isinstance(owner, Conversation) else talk(owner)
    events = learn(turn(conversation, said), *facts, **kwargs)
    return [change for event in events if isinstance(event, MemoryUpdated) for change in event.changes]


def operations(changes: list[Change]) -> list[str]:
    return [f"{change.op}: {change.text}" for change in changes]


def statements(owner: User, *, status: str = FactStatus.ACTIVE) -> list[str]:
    """What is held to be true, in the order it was learned."""
    facts = Fact.objects.filter(owner=owner, status=status).order_by("learned_at", "pk")
    return list(facts.values_list("statement", flat=True))


def entities(owner: User) -> dict[str, list[str]]:
    """The names of everybody but the person, with their aliases."""
    rows = Entity.objects.filter(owner=owner).exclude(kind="self").order_by("pk")
    return {row.name: sorted(row.aliases.values_list("text", flat=True)) for row in rows}
