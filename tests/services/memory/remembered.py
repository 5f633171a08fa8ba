"""Short ways to store what recall is tested on."""

from datetime import UTC, datetime

from chat.models import (
    Conversation,
    Entity,
    EntityAlias,
    EntityKind,
    Fact,
    FactStatus,
    MemoryMode,
    Message,
    Role,
    Status,
    Suggestion,
    User,
)
from chat.services import search
from chat.services.memory import stores
from chat.services.memory.recalling.recall import RecalledItem, recall
from chat.services.memory.stores import Store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def talk(owner: User, *, mode: str = MemoryMode.ON) -> Conversation:
    return Conversation.objects.create(owner=owner, model="scripted", memory_mode=mode)


def say(
    conversation: Conversation,
    text: str,
    *,
    role: str = Role.USER,
    parent: Message | None = None,
    at: datetime = NOON,
    status: str = Status.COMPLETE,
) -> Message:
    """Store and index a message behind the last one of ``conversation``."""
    message = Message.objects.create(
        conversation=conversation,
        owner_id=conversation.owner_id,
        role=role,
        text=text,
        parent=parent or conversation.messages.order_by("position").last(),
        position=conversation.messages.count(),
        created_at=at,
        status=status,
        lease_until=at if status == Status.STREAMING else None,
    )
    search.put("message", object_id=message.pk, owner_id=message.owner_id, text=text)
    return message


def entity(store: Store, name: str, *aliases: str, kind: str = EntityKind.PERSON) -> Entity:
    made = Entity.objects.create(**store.columns, kind=kind, name=name)
    for alias in (name, *aliases):
        EntityAlias.objects.create(entity=made, text=alias, normalised=stores.normalise(alias))
    return made


def learn(
    of: Entity,
    attribute: str,
    value: str,
    statement: str,
    *,
    at: datetime = NOON,
    status: str = FactStatus.ACTIVE,
    many_valued: bool = True,
) -> Fact:
    """Store and index a fact; also one that is no longer held to be true, as a mistake of ours might."""
    fact = Fact.objects.create(
        owner_id=of.owner_id,
        entity=of,
        attribute=attribute,
        value=value,
        statement=statement,
        learned_at=at,
        status=status,
        many_valued=many_valued,
        suggestion=Suggestion.ADD if status == FactStatus.PENDING else Suggestion.NONE,
    )
    search.put("fact", object_id=fact.pk, owner_id=of.owner_id, text=f"{statement} {attribute}")
    return fact


def lines(conversation: Conversation, question: str, **options) -> list[str]:
    return [item.line for item in asked(conversation, question, **options)]


def asked(
    conversation: Conversation, question: str, *, previous: str = "", exclude: tuple[int, ...] = (), **options
) -> list[RecalledItem]:
    return recall(conversation=conversation, question=question, previous=previous, exclude=exclude, **options)


def say_much(owner: User) -> None:
    """Store so much that the whole history of ``owner`` fits into no prompt; it has nothing to do with any question."""
    talked = talk(owner)
    for number in range(3):
        say(talked, f"Nothing{number} ever matters{number}. " + "hm " * 1200)
