"""What of the memory a person wants to see: by words, kind, state, origin, marks and dates."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.db.models import Q, QuerySet
from django.utils import timezone

from chat.models import Entity, Fact, FactStatus
from chat.services import search
from chat.services.memory import stores
from chat.services.memory.stores import Store

FACTS_PER_PAGE = 50
MAX_NAMES = 50
# So many statements are rated by how well they answer the words; what is beyond is not looked at.
MAX_RATED = 500
MAX_HITS = 200

State = Literal["known", "past", "waiting", "all"]
_STATUSES: dict[str, list[str]] = {
    "known": [FactStatus.ACTIVE],
    "past": [FactStatus.SUPERSEDED, FactStatus.RETIRED],
    "waiting": [FactStatus.PENDING],
    "all": [FactStatus.ACTIVE, FactStatus.SUPERSEDED, FactStatus.RETIRED, FactStatus.PENDING],
}


@dataclass(frozen=True)
class Filter:
    """Empty is everything. Units: ``since`` and ``until`` are days of learning, both included."""

    text: str = ""
    kind: str = ""
    state: State = "known"
    origin: str = ""
    pinned: bool = False
    sensitive: bool = False
    maybe_same: bool = False
    since: date | None = None
    until: date | None = None
    sort: str = ""

    @property
    def is_of_facts(self) -> bool:
        """Tell whether single statements are asked for, not only whom there is."""
        asked = (self.text, self.origin, self.pinned, self.sensitive, self.since, self.until, self.state != "known")
        return any(asked)

    @property
    def is_narrowed(self) -> bool:
        """Tell whether more than words were asked for."""
        return replace(self, text="").is_set or bool(self.sort)

    @property
    def is_set(self) -> bool:
        return self.is_of_facts or bool(self.kind or self.maybe_same)


@dataclass(frozen=True)
class Found:
    """Shapes: at most ``MAX_NAMES`` entities by name and ``FACTS_PER_PAGE`` facts with their entities, the page
    ``number`` of them; ``is_cut`` if there are more names.
    """

    entities: list[Entity] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    number: int = 1
    has_more: bool = False
    is_cut: bool = False


def find(store: Store, wanted: Filter, *, number: int) -> Found:
    """Return the names and statements that ``wanted`` lets through, a page of the statements."""
    names = _names(store, wanted) if number == 1 else []
    skip = (number - 1) * FACTS_PER_PAGE
    facts = _statements(store, wanted, skip)
    return Found(
        names[:MAX_NAMES], facts[:FACTS_PER_PAGE], number, len(facts) > FACTS_PER_PAGE, is_cut=len(names) > MAX_NAMES
    )


def entities(store: Store, wanted: Filter) -> QuerySet[Entity]:
    """Return the entities that ``wanted`` lets through, in no order."""
    rows = stores.entities(store)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.maybe_same:
        rows = rows.filter(_is_marked())
    return rows


def others(store: Store, entity: Entity, text: str) -> list[Entity]:
    """Return entities of ``store`` beside ``entity``, for a person to choose from: by name, else the latest.

    Shapes: at most ``MAX_NAMES``; those that share a word of the name come first where nothing is asked for.
    """
    rows = stores.entities(store).exclude(pk=entity.pk)
    if text:
        return list(rows.filter(_is_called(text)).distinct().order_by("name", "pk")[:MAX_NAMES])
    alike = [word for word in stores.normalise(entity.name).split() if len(word) > 1]
    likeness = Q(*(("aliases__normalised__contains", word) for word in alike), _connector=Q.OR)
    near = list(rows.filter(likeness).distinct().order_by("name", "pk")[:MAX_NAMES]) if alike else []
    latest = rows.exclude(pk__in=[row.pk for row in near]).order_by("-updated_at", "-pk")
    return [*near, *latest[: MAX_NAMES - len(near)]]


def _is_called(text: str) -> Q:
    part = stores.normalise(text)
    matches = Q(name__icontains=text) | Q(disambiguator__icontains=text)
    return matches | Q(aliases__normalised__contains=part) if part else matches


def _is_marked(prefix: str = "") -> Q:
    """Entities that may be the same as another, or that another may be the same as."""
    marked = Entity.objects.filter(maybe_same_as__isnull=False, merged_into=None).values("maybe_same_as_id")
    return Q(**{f"{prefix}maybe_same_as__isnull": False}) | Q(**{f"{prefix}id__in": marked})


def _names(store: Store, wanted: Filter) -> list[Entity]:
    rows = entities(store, wanted)
    if wanted.pinned:
        rows = rows.filter(pinned=True)
    elif not wanted.text or wanted.origin or wanted.sensitive or wanted.since or wanted.until:
        return []
    if wanted.text:
        rows = rows.filter(_is_called(wanted.text)).distinct()
    return list(rows.order_by("name", "pk")[: MAX_NAMES + 1])


def _statements(store: Store, wanted: Filter, skip: int) -> list[Fact]:
    """Return the page of statements after ``skip``, and one more where there is one."""
    facts = _facts(store, wanted)
    if not wanted.text:
        return list(_ordered(facts, wanted.sort)[skip : skip + FACTS_PER_PAGE + 1])
    place = _places(store, wanted.text)
    facts = facts.filter(Q(pk__in=place) | Q(statement__icontains=wanted.text))
    rows = list(_ordered(facts, wanted.sort)[:MAX_RATED])
    if not wanted.sort:
        rows.sort(key=lambda fact: place.get(fact.pk, len(place)))
    return rows[skip : skip + FACTS_PER_PAGE + 1]


def _facts(store: Store, wanted: Filter) -> QuerySet[Fact]:
    facts = Fact.objects.filter(**store.through("entity"), status__in=_STATUSES[wanted.state])
    if wanted.kind:
        facts = facts.filter(entity__kind=wanted.kind)
    if wanted.origin:
        facts = facts.filter(origin=wanted.origin)
    if wanted.pinned:
        facts = facts.filter(pinned=True)
    if wanted.sensitive:
        facts = facts.exclude(sensitivity="")
    if wanted.maybe_same:
        facts = facts.filter(_is_marked("entity__"))
    if wanted.since:
        facts = facts.filter(learned_at__gte=_midnight(wanted.since))
    if wanted.until:
        facts = facts.filter(learned_at__lt=_midnight(wanted.until) + timedelta(days=1))
    return facts.select_related("entity")


def _ordered(facts: QuerySet[Fact], sort: str) -> QuerySet[Fact]:
    return (
        facts.order_by("entity__name", "entity_id", "-learned_at")
        if sort == "name"
        else facts.order_by("-learned_at", "-pk")
    )


def _places(store: Store, text: str) -> dict[int, int]:
    """Return the facts that share words with ``text``, and how well each answers it: 0 is the best."""
    hits = search.find(
        "fact", owner_id=store.owner_id, text=text, limit=MAX_HITS, conversation_id=store.conversation_id
    )
    return {hit.id: number for number, hit in enumerate(hits)}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
