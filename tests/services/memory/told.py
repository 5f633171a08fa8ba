"""Short ways to say something on a day, to propose a fact of it, and to look at what became of it in the store."""

from datetime import UTC, date, datetime, time
from typing import Any

from chat.models import Conversation, Fact, FactStatus, Message, User
from tests.services.memory.lessons import learn, talk, turn
from tests.services.memory.proposed import fact

TODAY = date(2026, 11, 28)


def told(owner: User | Conversation, said: str, *facts: Any, on: date = TODAY) -> None:
    """Learn from what was said on a day."""
    conversation = owner if isinstance(owner, Conversation) else talk(owner)
    run = turn(conversation, said)
    at = datetime.combine(on, time(12), UTC)
    Message.objects.filter(pk=run.reply.parent_id).update(created_at=at)
    before = set(Fact.objects.values_list("pk", flat=True))
    learn(run, *facts)
    Fact.objects.exclude(pk__in=before).update(learned_at=at)


def lives(said: str, place: str, *, text: str = "", **kwargs: str) -> dict[str, str]:
    return fact(said.rstrip(".。"), "lives_in", place, text or f"The user lives in {place}.", **kwargs)


def works(said: str, company: str, **kwargs: str) -> dict[str, str]:
    return fact(said.rstrip("."), "employer", company, f"The user works at {company}.", **kwargs)


def about(name: str, said: str, attr: str, value: str, text: str, **kwargs: str) -> dict[str, str]:
    return fact(said.rstrip("."), attr, value, text, about=name, kind=kwargs.pop("kind", "person"), **kwargs)


def rows(owner: User) -> list[str]:
    """Every fact: attribute, value, when, and how it stands."""
    return [
        f"{row.attribute} = {row.value} [{row.valid_from}..{row.valid_to}] {row.status}"
        + (f" ({row.reason})" if row.status == FactStatus.PENDING else "")
        for row in Fact.objects.filter(owner=owner).order_by("pk")
    ]
