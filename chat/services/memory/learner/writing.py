"""Accepted operations, written: settled against the store as it is, they become facts, changes, or questions."""

from django.utils import timezone

from chat.models import Entity, Fact, FactStatus, MemoryChange, Message, Suggestion
from chat.services.memory import keys, ledger
from chat.services.memory.judging import settlement
from chat.services.memory.judging.settlement import Held, Settled
from chat.services.memory.judging.verdicts import Accepted, Judgement
from chat.services.memory.learner import casting
from chat.services.memory.ledger import Cause, Content

# Of one entity and one attribute; a store holds more only where a model ran wild.
MAX_HELD = 500


def write(judgement: Judgement, *, me: Entity, reply: Message) -> list[MemoryChange]:
    """Write what was accepted into the store of ``me``, which the caller has locked; return the changes."""
    for subject in judgement.introduced:
        casting.entity_of(subject, me)
    found = [change for operation in judgement.accepted for change in _write(operation, me, reply)]
    ledger.touch({change.fact.entity for change in found})
    return found


def _write(operation: Accepted, me: Entity, reply: Message) -> list[MemoryChange]:
    cause = Cause(by_user=False, reply=reply, message=reply.parent, quote=operation.quote)
    entity, is_new = casting.resolve(operation.subject, me)
    settled = settlement.settle(
        operation,
        held=_held(entity, operation),
        is_suppressed=_is_suppressed(entity, operation),
        keep_sensitive=me.owner.keep_sensitive,
    )
    if settled.action == "nothing" and is_new and operation.subject.nickname == "":
        entity.delete()
        return []
    return _carry_out(settled, entity, cause)


def _is_suppressed(entity: Entity, operation: Accepted) -> bool:
    """What was forgotten is not learned again as what was so once, or is to be, either."""
    attributes = {operation.attribute, keys.present(operation.attribute)}
    words = {"statement": operation.statement, "quote": operation.quote}
    return any(ledger.is_suppressed(entity, attribute, operation.value, **words) for attribute in attributes)


def _held(entity: Entity, operation: Accepted) -> list[Held]:
    """Return what the store holds that the operation can touch: the same attribute, its contrary, then and now."""
    present = keys.present(operation.attribute)
    attributes = {operation.attribute, present, keys.opposite(operation.attribute), keys.planned(present)}
    statuses = [FactStatus.ACTIVE, FactStatus.PENDING, FactStatus.REJECTED]
    facts = Fact.objects.filter(entity=entity, status__in=statuses)
    touched = (
        facts.filter(attribute__in=attributes)
        | facts.filter(pk=operation.fact_id or 0)
        | facts.filter(statement=operation.statement)
        | facts.filter(concerns=operation.fact_id or 0)
    )
    return [_as_held(fact) for fact in touched.order_by("-pk")[:MAX_HELD]]


def _as_held(fact: Fact) -> Held:
    return Held(
        fact.pk,
        fact.attribute,
        fact.value,
        fact.statement,
        fact.locked,
        fact.status == FactStatus.ACTIVE,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        is_firm=fact.certainty == "sure" and not fact.attributed_to,
        said_on=timezone.localdate(fact.learned_at).isoformat(),
        is_rejected=fact.status == FactStatus.REJECTED,
        suggestion=fact.suggestion,
        concerns=fact.concerns_id,
    )


def _carry_out(settled: Settled, entity: Entity, cause: Cause) -> list[MemoryChange]:
    if settled.action == "nothing" or settled.said is None:
        return []
    content = _content(settled.said, entity)
    known = entity.facts.filter(pk=settled.fact_id or 0).first()
    if settled.action == "suggest":
        suggestion = Suggestion(settled.suggestion)
        ledger.suggest(content, cause, reason=settled.reason, suggestion=suggestion, concerns=known)
        return []
    change = _change(settled, content, known, cause)
    plans = entity.facts.filter(pk__in=settled.ends)
    return [*([change] if change else []), *(done for fact in plans if (done := _come_true(fact, cause)))]


def _change(settled: Settled, content: Content, known: Fact | None, cause: Cause) -> MemoryChange | None:
    if known is None:
        return ledger.add(content, cause)
    if settled.action == "supersede":
        return ledger.supersede(known, content, cause, reason="said_otherwise", until=settled.until)
    if settled.action == "retire":
        return ledger.retire(known, cause, reason="said_to_be_over", until=settled.until)
    if settled.says_more:
        return ledger.say_more(known, _merged(known, content, settled), cause)
    return ledger.confirm(known, cause)


def _come_true(fact: Fact, cause: Cause) -> MemoryChange | None:
    """What waited for review waits no more; a plan ends where a person sees it."""
    if fact.status == FactStatus.PENDING:
        ledger.end_silently(fact, reason="said_plainly")
        return None
    return ledger.retire(fact, cause, reason="came_true")


def _content(said: Accepted, entity: Entity) -> Content:
    how = said.circumstances
    return Content(
        entity,
        said.attribute,
        said.value,
        said.statement,
        valid_from=how.validity.valid_from,
        valid_to=how.validity.valid_to,
        certainty=how.certainty,
        attributed_to=how.attributed_to,
        sensitivity=how.sensitivity,
    )


def _merged(known: Fact, content: Content, settled: Settled) -> Content:
    """Return what is known together with what is said more of it: no date is lost, and what was plain stays so."""
    is_firm = content.certainty == "sure" and not content.attributed_to
    statement = known.statement if settled.until else content.statement
    return Content(
        known.entity,
        known.attribute,
        known.value,
        statement,
        pinned=known.pinned,
        valid_from=known.valid_from or ("" if settled.until else content.valid_from),
        valid_to=known.valid_to or settled.until or content.valid_to,
        certainty="sure" if is_firm else known.certainty,
        attributed_to="" if is_firm else known.attributed_to,
        sensitivity=known.sensitivity or content.sensitivity,
    )
