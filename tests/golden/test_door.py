"""Golden turns through the real door: the socket, a scripted model server, the database."""

import re
from collections.abc import Iterable

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.utils import timezone

from chat.models import Entity, EntityKind, Fact, FactStatus, MemoryRun, RunState, User
from chat.services import background
from chat.services.memory import stores
from chat.services.memory.learner import casting
from chat.services.memory.learner.proposal import KnownFact
from tests.golden import broken, judging
from tests.golden.judging import Learned, Score
from tests.golden.turns import TURNS, Entry, Turn
from tests.page import Page, eventually
from tests.services.memory import lessons

pytestmark = pytest.mark.django_db(transaction=True)

# One of each theme that teaches something, and one of each that does not: the first of them.
_FIRST = {(turn.theme, bool(turn.teaches)): turn for turn in reversed(TURNS)}
CHOSEN = sorted(_FIRST.values(), key=lambda turn: turn.name)
one_of_each_theme = pytest.mark.parametrize("turn", CHOSEN, ids=[turn.name for turn in CHOSEN])
# Learning waits for a while in which nothing is said.
PATIENCE_SECONDS = 30
ENDED = {RunState.DONE, RunState.SKIPPED, RunState.FAILED}
_KNOWN_LINE = re.compile(r"^(?P<id>[EF]\d+) (?:[^:(\n]*: )?(?P<text>.*?)(?: \([a-z]+\))?$", re.MULTILINE)


@pytest_asyncio.fixture(autouse=True)
async def _learning() -> None:
    background.start()


@one_of_each_theme
async def test_what_a_capable_model_proposes_is_in_the_store(turn: Turn, alice: User, model) -> None:
    found = await said(turn, turn.good, alice, model)

    assert judging.score(turn, found) == Score(right=len(turn.teaches), wrong=(), missing=())
    assert judging.forbidden(turn, found) == []


@one_of_each_theme
async def test_what_must_not_be_learned_is_in_no_store(turn: Turn, alice: User, model) -> None:
    answers = broken.proposals(turn).values()
    entries = [entry for answer in answers if isinstance(answer["facts"], list) for entry in answer["facts"]]

    found = await said(turn, entries, alice, model)

    assert [*judging.score(turn, found).wrong, *judging.forbidden(turn, found)] == []


async def said(turn: Turn, proposed: Iterable[Entry], owner: User, model) -> list[Learned]:
    """Say the turn to somebody whose memory knows what it should, and return what the store has learned by it."""
    conversation = await sync_to_async(lessons.talk)(owner)
    facts = await sync_to_async(_remember)(turn, owner)
    for text in turn.earlier:
        await sync_to_async(lessons.exchange)(conversation, text)
    before = {fact.pk for fact in facts}
    model.script(
        schema="memory",
        json=lambda call: {"facts": [_with_ids(entry, turn, call.question) for entry in proposed], "title": "x"},
    )
    async with Page(owner) as page:
        await page.say(turn.said, str(conversation.uuid), pasted=[list(span) for span in turn.pasted])
        await eventually(
            lambda: MemoryRun.objects.filter(owner=owner, state__in=ENDED).exists(), seconds=PATIENCE_SECONDS
        )
    return await sync_to_async(_learned)(owner, before)


def _remember(turn: Turn, owner: User) -> list[Fact]:
    """Write what the memory knows before the turn."""
    store = stores.Store(owner.pk, None)
    me = stores.self_entity(store)
    entities: dict[str, Entity] = {}
    for known in turn.known.entities[1:]:
        entities[known.id] = Entity.objects.create(**store.columns, kind=known.kind, name=known.name)
        for alias in (known.name, *known.aliases):
            casting.add_alias(entities[known.id], alias)
    return [_fact(fact, entities.get(fact.entity, me)) for fact in turn.known.facts]


def _fact(known: KnownFact, entity: Entity) -> Fact:
    return Fact.objects.create(
        owner_id=entity.owner_id,
        entity=entity,
        attribute=known.attribute,
        value=known.value,
        statement=known.statement,
        learned_at=timezone.now(),
    )


def _with_ids(entry: Entry, turn: Turn, asked: str) -> Entry:
    """Return the entry with the ids that this call offers in the place of those of the turn."""
    offered = {found["text"]: found["id"] for found in _KNOWN_LINE.finditer(asked)}
    ours = {fact.id: fact.statement for fact in turn.known.facts}
    ours |= {entity.id: ", ".join((entity.name, *entity.aliases)) for entity in turn.known.entities[1:]}
    about = entry.get("about") if isinstance(entry, dict) else None
    return entry | {"about": offered.get(ours[about], about)} if about in ours else entry


def _learned(owner: User, before: set[int]) -> list[Learned]:
    kept = {FactStatus.ACTIVE, FactStatus.PENDING}
    found = []
    for fact in Fact.objects.filter(owner=owner).select_related("entity").prefetch_related("sources"):
        if fact.pk not in before and fact.status in kept:
            found.append(_row("add", fact))
        elif fact.pk in before and fact.status == FactStatus.RETIRED:
            found.append(_row("retire", fact))
        elif fact.pk in before and fact.status == FactStatus.ACTIVE and fact.sources.all():
            found.append(_row("confirm", fact))
    return found


def _row(op: str, fact: Fact) -> Learned:
    about = "self" if fact.entity.kind == EntityKind.SELF else fact.entity.name
    return Learned(about, op, fact.attribute, fact.value, fact.statement)
