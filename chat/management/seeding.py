"""Invented people, talk and memory in any amount, to see how pages behave with it (`manage.py seed_demo`)."""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model
from django.utils import timezone

from chat.management.invention import Amount, Words
from chat.models import (
    ContextReceipt,
    Conversation,
    Entity,
    EntityAlias,
    EntityKind,
    Fact,
    FactSource,
    FactStatus,
    MemoryChange,
    MemoryRun,
    Message,
    Operation,
    ReceiptItem,
    Role,
    RunState,
    User,
)
from chat.services import search
from chat.services.memory import stores

MESSAGES_PER_CONVERSATION = 40
FACTS_PER_ENTITY = 8
# One reply in so many keeps a receipt.
REPLIES_PER_RECEIPT = 10
DAYS = 365
BATCH_ROWS = 1_000
# Tables whose rows get their ids here, so that rows can name each other before they are written.
NUMBERED = (User, Conversation, Message, Entity, Fact, ContextReceipt)

KINDS = [EntityKind.PERSON, EntityKind.PLACE, EntityKind.WORK, EntityKind.PROJECT, EntityKind.TOPIC, EntityKind.PET]
ATTRIBUTES = ("home", "work", "age", "hobby", "car", "food", "colour", "plan", "friend", "music", "language")


class Seeder:
    def __init__(self, *, seed: int, password: str | None, words: Words | None = None) -> None:
        self._chance = random.Random(seed)  # noqa: S311  (invented text, no secret)
        self._words = words or Words(self._chance)
        self._password = make_password(password)
        self._next: dict[type[Model], int] = {model: _highest(model) + 1 for model in NUMBERED}
        self._begin = timezone.now() - timedelta(days=DAYS)

    @transaction.atomic
    def person(self, amount: Amount) -> User:
        """Write one person with all that is theirs, and its index."""
        user = User(pk=self._take(User), password=self._password)
        user.email, user.display_name = f"demo-{user.pk}@example.org", self._words.one().capitalize()
        User.objects.bulk_create([user])
        conversations = self._conversations(user, amount.messages)
        _write(Conversation, conversations)
        questions = self._talk(user, conversations, amount.messages)
        if questions and amount.facts:
            self._memory(user, questions, amount.facts)
        _reset_sequences()
        return user

    def _take(self, model: type[Model]) -> int:
        self._next[model] += 1
        return self._next[model] - 1

    def _moment(self, part: float) -> datetime:
        return self._begin + timedelta(days=DAYS * part)

    def _conversations(self, user: User, messages: int) -> list[Conversation]:
        wanted = -(-messages // MESSAGES_PER_CONVERSATION)
        return [
            Conversation(
                pk=self._take(Conversation),
                owner=user,
                title=self._words.sentence(4),
                model="demo",
                created_at=self._moment(number / wanted),
                updated_at=self._moment((number + 1) / wanted),
            )
            for number in range(wanted)
        ]

    def _talk(self, user: User, conversations: Sequence[Conversation], messages: int) -> list[Message]:
        """Write the messages and their runs, and return the questions without their text."""
        said = [self._message(user, conversations, number, messages) for number in range(messages)]
        _write(Message, said)
        _index("message", ((message.pk, message.text) for message in said), user)
        replies = said[1::2]
        _write(MemoryRun, (self._run(user, reply) for reply in replies))
        _write(ContextReceipt, (self._receipt(reply) for reply in replies[::REPLIES_PER_RECEIPT]))
        return said[::2]

    def _message(self, user: User, conversations: Sequence[Conversation], number: int, messages: int) -> Message:
        place, position = divmod(number, MESSAGES_PER_CONVERSATION)
        is_reply = bool(number % 2)
        pk = self._take(Message)
        moment = self._moment(number / messages)
        return Message(
            pk=pk,
            conversation=conversations[place],
            owner=user,
            parent_id=pk - 1 if position else None,
            role=Role.ASSISTANT if is_reply else Role.USER,
            text=self._words.sentence(self._chance.randint(20, 60) if is_reply else self._chance.randint(4, 20)),
            position=position,
            model="demo" if is_reply else "",
            prompt_tokens=900 if is_reply else None,
            completion_tokens=60 if is_reply else None,
            created_at=moment,
            finished_at=moment if is_reply else None,
        )

    def _run(self, user: User, reply: Message) -> MemoryRun:
        states = [RunState.DONE, RunState.SKIPPED, RunState.FAILED]
        state = self._chance.choices(states, weights=[90, 8, 2])[0]
        failed = state == RunState.FAILED
        return MemoryRun(
            owner=user,
            reply=reply,
            state=state,
            attempts=3 if failed else 1,
            error_code="junk" if failed else "",
            model="demo",
            prompt_tokens=700,
            completion_tokens=80,
            created_at=reply.created_at,
            finished_at=reply.created_at,
        )

    def _receipt(self, reply: Message) -> ContextReceipt:
        return ContextReceipt(
            pk=self._take(ContextReceipt), reply=reply, instructions="Invented.", window_start=reply.parent, tokens=900
        )

    def _memory(self, user: User, questions: Sequence[Message], wanted: int) -> None:
        entities = self._entities(user, -(-wanted // FACTS_PER_ENTITY))
        _write(Entity, entities)
        _write(EntityAlias, (_alias(entity) for entity in entities if entity.kind != EntityKind.SELF))
        taught_by = [questions[number * len(questions) // wanted] for number in range(wanted)]
        facts = self._facts(user, entities, taught_by)
        # A fact may name only facts that are there already, so what replaced another is written first.
        _write(Fact, reversed(facts))
        active = ((fact.pk, fact.statement) for fact in facts if fact.status == FactStatus.ACTIVE)
        _index("fact", active, user)
        quotes = zip(facts, taught_by, strict=True)
        _write(FactSource, (FactSource(fact=fact, message=message, quote=message.text) for fact, message in quotes))
        _write(MemoryChange, _changes(user, facts, taught_by))
        _write(ReceiptItem, self._items(user, facts))

    def _entities(self, user: User, wanted: int) -> list[Entity]:
        entities = [Entity(pk=self._take(Entity), owner=user, kind=EntityKind.SELF, name=stores.SELF_NAME)]
        entities += [
            Entity(
                pk=self._take(Entity),
                owner=user,
                kind=self._chance.choice(KINDS),
                name=f"{self._words.one()} {self._words.one()}".title(),
                updated_at=self._moment(number / wanted),
            )
            for number in range(1, wanted)
        ]
        return entities

    def _facts(self, user: User, entities: Sequence[Entity], taught_by: Sequence[Message]) -> list[Fact]:
        facts: list[Fact] = []
        for number, message in enumerate(taught_by):
            entity = entities[number // FACTS_PER_ENTITY]
            value = self._words.sentence(self._chance.randint(3, 8))
            fact = Fact(
                pk=self._take(Fact),
                owner=user,
                entity=entity,
                attribute=self._chance.choice(ATTRIBUTES),
                many_valued=True,
                value=value,
                statement=f"{entity.name}: {value}",
                learned_at=message.created_at,
            )
            if facts and facts[-1].entity_id == entity.pk and self._chance.random() < 0.1:
                _supersede(facts[-1], fact)
            facts.append(fact)
        return facts

    def _items(self, user: User, facts: Sequence[Fact]) -> Iterator[ReceiptItem]:
        receipts = ContextReceipt.objects.filter(reply__owner=user).values_list("pk", flat=True)
        for receipt_id in receipts:
            for rank, fact in enumerate(self._chance.sample(facts, min(3, len(facts)))):
                yield ReceiptItem(
                    receipt_id=receipt_id, rank=rank, channel="words", fact=fact, text=fact.statement, tokens=12
                )


def _alias(entity: Entity) -> EntityAlias:
    return EntityAlias(entity=entity, text=entity.name, normalised=stores.normalise(entity.name))


def _supersede(old: Fact, new: Fact) -> None:
    new.attribute = old.attribute
    old.status, old.superseded_by, old.retired_at = FactStatus.SUPERSEDED, new, new.learned_at
    old.reason = "changed"


def _changes(user: User, facts: Sequence[Fact], taught_by: Sequence[Message]) -> Iterator[MemoryChange]:
    replaced = {fact.superseded_by_id: fact for fact in facts if fact.superseded_by_id}
    for fact, question in zip(facts, taught_by, strict=True):
        previous = replaced.get(fact.pk)
        yield MemoryChange(
            owner=user,
            # Its answer was written right after it.
            reply_id=question.pk + 1,
            fact=fact,
            previous=previous,
            operation=Operation.UPDATED if previous else Operation.ADDED,
            created_at=fact.learned_at,
        )


def _highest(model: type[Model]) -> int:
    return int(model._default_manager.aggregate(highest=Max("pk"))["highest"] or 0)


def _write(model: type[Model], rows: Iterable[Any]) -> None:
    model._default_manager.bulk_create(rows, batch_size=BATCH_ROWS)


def _index(kind: Literal["message", "fact"], texts: Iterable[tuple[int, str]], user: User) -> None:
    for pk, text in texts:
        search.put(kind, object_id=pk, owner_id=user.pk, text=text)


def _reset_sequences() -> None:
    """PostgreSQL counts only the ids that it gave itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(NUMBERED)):
            cursor.execute(statement)
