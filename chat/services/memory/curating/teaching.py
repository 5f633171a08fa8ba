"""What only certain messages taught: it is retired, brought back or erased with them."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from chat.models import Fact, FactSource, FactStatus, MemoryChange, Message, Operation, Role
from chat.services.memory import ledger, suppression
from chat.services.memory.stores import Store

# Before it the status, then the reason that a fact had when its conversation went into the bin: "…:active:edited".
IN_BIN = "conversation_deleted"
MAX_REASON_CHARACTERS = 100


def only_by(messages: QuerySet[Message], *, even_in_bin: bool = False) -> QuerySet[Fact]:
    """Return the facts, whatever their status, that nothing but ``messages`` taught, with their entities.

    What was written by hand or imported has no message, and is nobody's. What stands in the bin or was edited away no
    longer holds a fact; with ``even_in_bin`` it does, since it could come back.
    """
    taught = FactSource.objects.filter(fact=OuterRef("pk")).exclude(_ended_it())
    elsewhere = taught.exclude(message__in=messages)
    if not even_in_bin:
        elsewhere = elsewhere.filter(message__conversation__deleted_at=None).exclude(_was_edited_away())
    facts = Fact.objects.filter(Exists(taught.filter(message__in=messages)), ~Exists(elsewhere))
    return facts.select_related("entity")


def _ended_it() -> Q:
    """The words that ended a fact did not teach it."""
    ending = MemoryChange.objects.filter(
        fact=OuterRef("fact"), reply__parent=OuterRef("message"), operation=Operation.RETIRED
    )
    return Q(Exists(ending))


def _was_edited_away() -> Q:
    later = Message.objects.filter(role=Role.USER, position__gt=OuterRef("message__position")).exclude(text="")
    sibling = Exists(later.filter(parent=OuterRef("message__parent")))
    first = Exists(later.filter(parent=None, conversation=OuterRef("message__conversation")))
    return Q(sibling) | (Q(message__parent=None) & Q(first))


def of_conversations(conversation_ids: Sequence[int], *, even_in_bin: bool = False) -> QuerySet[Fact]:
    """Return what only these conversations taught the person's store; what is in their own goes with them anyway."""
    said = Message.objects.filter(conversation__in=conversation_ids)
    return only_by(said, even_in_bin=even_in_bin).filter(entity__conversation=None)


def retire_edited(message: Message, reply: Message) -> list[MemoryChange]:
    """This function will retire what only ``message`` taught, which was said differently now; ``reply`` shows it.

    In the caller's transaction.
    """
    changes = []
    for fact in held(only_by(Message.objects.filter(pk=message.pk))):
        if fact.status == FactStatus.PENDING:
            ledger.end_silently(fact, reason="edited_away")
        elif fact.status == FactStatus.ACTIVE:
            changes.append(ledger.retire(fact, ledger.Cause(by_user=True, reply=reply), reason="edited_away"))
            ledger.touch([fact.entity])
    return changes


def put_away(conversation_ids: Sequence[int]) -> None:
    """Forget what only these conversations taught, as long as they are in the bin."""
    facts = held(of_conversations(conversation_ids).exclude(reason__startswith=IN_BIN))
    for fact in facts:
        reason = f"{IN_BIN}:{fact.status}:{fact.reason}"[:MAX_REASON_CHARACTERS]
        if fact.status in {FactStatus.ACTIVE, FactStatus.PENDING}:
            ledger.end_silently(fact, reason=reason)
        else:
            Fact.objects.filter(pk=fact.pk).update(reason=reason)
    suppression.suppress(facts)


def bring_back(conversation_ids: Sequence[int]) -> None:
    """Undo ``put_away``. A fact whose place was taken meanwhile stays in the past."""
    said = FactSource.objects.filter(fact=OuterRef("pk"), message__conversation__in=conversation_ids)
    for fact in held(Fact.objects.filter(Exists(said), reason__startswith=IN_BIN).select_related("entity")):
        _, status, reason = fact.reason.split(":", 2)
        if status == FactStatus.ACTIVE and ledger.rival(fact) is None:
            ledger.revive(fact)
        else:
            was = FactStatus.RETIRED if status == FactStatus.ACTIVE else status
            Fact.objects.filter(pk=fact.pk).update(status=was, reason=reason)
        ledger.lift(fact.entity, fact.attribute, fact.value, statement=fact.statement)


def held(facts: QuerySet[Fact]) -> list[Fact]:
    """Return ``facts`` as they are once no other writer is in their stores."""
    stores = {Store(*row) for row in facts.values_list("entity__owner_id", "entity__conversation_id").order_by()}
    for store in sorted(stores, key=lambda store: (store.owner_id, store.conversation_id or 0)):
        ledger.lock(store)
    return list(facts)
