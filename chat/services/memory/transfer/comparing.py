"""What of an imported memory is new here, what is here already, and what contradicts something."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from chat.models import Conversation, Entity, EntityAlias, EntityKind, Fact, FactStatus, MemoryMode, User
from chat.services.memory import keys, ledger, stores, suppression, wording
from chat.services.memory.stores import Store
from chat.services.memory.transfer.parsing import ImportedEntity, ImportedFact, Memory

# "new" is true and unknown here; "contradicts" would take the place of another value; "forgotten" was forgotten here;
# "waiting" waits for review; "past" is no longer held to be true; "same" is here already; "elsewhere" belongs to the
# memory of a chat that is not here.
Kind = Literal["new", "contradicts", "forgotten", "waiting", "past", "same", "elsewhere"]
PICKED: tuple[Kind, ...] = ("new", "contradicts", "forgotten", "waiting", "past")

Key = tuple[int | str, str]
_PAST = {FactStatus.SUPERSEDED, FactStatus.RETIRED, FactStatus.REJECTED}


@dataclass(frozen=True)
class Target:
    """Who or what an imported entity is here: ``known`` if it is here already."""

    entity: ImportedEntity
    store: Store
    known: Entity | None

    @property
    def key(self) -> int | str:
        return self.known.pk if self.known else self.entity.id


@dataclass(frozen=True)
class Item:
    """One imported fact. ``index`` is its place in the file; ``twin`` the id of the fact here that says the same;
    ``against`` the statement that it contradicts, and ``against_id`` whose it is, if it is stored here.
    """

    index: int
    fact: ImportedFact
    kind: Kind
    target: Target | None
    twin: int | None = None
    against: str = ""
    against_id: int | None = None


@dataclass(frozen=True)
class _Held:
    pk: int | None
    statement: str


class Comparison:
    """Compares a whole file with what ``user`` has; a handful of queries, however long the file is."""

    def __init__(self, user: User, memory: Memory) -> None:
        self._user = user
        self._memory = memory
        self._by_id = {entity.id: entity for entity in memory.entities}
        self.stores = self._find_stores()
        self.targets = self._find_targets()
        self._values: dict[tuple[Key, str, str], int] = {}
        self._sentences: dict[tuple[int | str, str, str], int] = {}
        self._slots: dict[Key, _Held] = {}
        self._read_facts()
        self._forgotten = {store: suppression.Known(store) for store in self.stores.values()}

    def items(self) -> list[Item]:
        """Return every fact of the file with what it is here, in the order of the file."""
        return [self._item(index, fact) for index, fact in enumerate(self._memory.facts)]

    # -- where the entities of the file are here ----------------------------------------------------------------------

    def _find_stores(self) -> dict[str, Store]:
        named = {entity.conversation for entity in self._memory.entities if entity.conversation}
        own = Conversation.objects.filter(owner=self._user, memory_mode=MemoryMode.OWN, deleted_at=None)
        found = {str(c.uuid): Store(self._user.pk, c.pk) for c in own.filter(uuid__in=named)} if named else {}
        return {"": Store(self._user.pk), **found}

    def _find_targets(self) -> dict[str, Target]:
        """Match by id, else by kind, name and what tells apart; each entity here stands for one of the file."""
        known = self._known()
        by_uuid = {str(entity.uuid): entity for entity in known}
        candidates: dict[tuple[Store, str, str, str], list[Entity]] = defaultdict(list)
        for here, name in self._names(known):
            candidates[ledger.store_of_entity(here), *_label(here.kind, name, here.disambiguator)].append(here)
        taken: set[int] = set()
        found: dict[str, Target] = {}
        for entity in sorted(self._memory.entities, key=lambda entity: entity.id not in by_uuid):
            if entity.conversation not in self.stores:
                continue
            store = self.stores[entity.conversation]
            alike = candidates[store, *_label(entity.kind, entity.name, entity.disambiguator)]
            options = [by_uuid[entity.id]] if entity.id in by_uuid else alike
            match = next((one for one in options if one.pk not in taken), None)
            if match is not None:
                taken.add(match.pk)
            found[entity.id] = Target(entity, store, match)
        return found

    def _known(self) -> list[Entity]:
        rows = Entity.objects.filter(owner=self._user, merged_into=None).order_by("pk")
        homes = {store.conversation_id for store in self.stores.values()}
        return [entity for entity in rows if entity.conversation_id in homes]

    def _names(self, known: Iterable[Entity]) -> Iterable[tuple[Entity, str]]:
        """Give the entities by their names, then by their other names."""
        by_pk = {entity.pk: entity for entity in known}
        yield from ((entity, entity.name) for entity in by_pk.values())
        aliases = EntityAlias.objects.filter(entity__owner=self._user).order_by("pk")
        for pk, text in aliases.values_list("entity_id", "text"):
            if pk in by_pk:
                yield by_pk[pk], text

    def target_of(self, fact: ImportedFact) -> Target | None:
        """Return whom ``fact`` is about here; whoever was merged into somebody is that one."""
        entity = self._by_id[fact.entity]
        while entity.merged_into:
            entity = self._by_id[entity.merged_into]
        return self.targets.get(entity.id)

    # -- what is here -------------------------------------------------------------------------------------------------

    def _read_facts(self) -> None:
        entities = {target.known.pk for target in self.targets.values() if target.known}
        columns = ("pk", "entity_id", "attribute", "value", "statement", "status", "many_valued")
        for row in Fact.objects.filter(owner=self._user).order_by("pk").values_list(*columns):
            pk, entity, attribute, value, statement, status, many_valued = row
            if entity not in entities:
                continue
            self._note((entity, attribute), value, statement, status, pk)
            if status == FactStatus.ACTIVE and not many_valued:
                self._slots[entity, attribute] = _Held(pk, statement)

    def _note(self, key: Key, value: str, statement: str, status: str, pk: int) -> None:
        phase = _phase(status)
        self._values.setdefault((key, wording.fold(value), phase), pk)
        self._sentences.setdefault((key[0], wording.fold(statement), phase), pk)

    # -- one fact -----------------------------------------------------------------------------------------------------

    def _item(self, index: int, fact: ImportedFact) -> Item:
        target = self.target_of(fact)
        if target is None:
            return Item(index, fact, "elsewhere", None)
        twin = self._twin(target, fact)
        if twin is not None:
            return Item(index, fact, "same", target, twin=twin)
        if fact.status == FactStatus.PENDING:
            return Item(index, fact, "waiting", target)
        if fact.status in _PAST:
            return Item(index, fact, "past", target)
        return self._active(index, fact, target)

    def _active(self, index: int, fact: ImportedFact, target: Target) -> Item:
        if self._is_forgotten(target, fact):
            return Item(index, fact, "forgotten", target)
        if not keys.is_single(fact.attribute):
            return Item(index, fact, "new", target)
        held = self._slots.setdefault((target.key, fact.attribute), _Held(None, fact.statement))
        if held.pk is None and held.statement == fact.statement:
            return Item(index, fact, "new", target)
        return Item(index, fact, "contradicts", target, against=held.statement, against_id=held.pk)

    def _twin(self, target: Target, fact: ImportedFact) -> int | None:
        """Return the fact here that says the same and stands the same: the value of an attribute, or the sentence."""
        phase = _phase(fact.status)
        by_value = self._values.get(((target.key, fact.attribute), wording.fold(fact.value), phase))
        return by_value or self._sentences.get((target.key, wording.fold(fact.statement), phase))

    def _is_forgotten(self, target: Target, fact: ImportedFact) -> bool:
        names = {stores.normalise(name) for name in (target.entity.name, *target.entity.aliases)}
        if target.entity.kind == EntityKind.SELF:
            names.add(EntityKind.SELF.value)
        quotes = tuple(source.quote for source in fact.sources)
        said = suppression.Said(fact.attribute, fact.value, fact.statement, quotes)
        return self._forgotten[target.store].has(names, said)


def _label(kind: str, name: str, disambiguator: str) -> tuple[str, str, str]:
    if kind == EntityKind.SELF:
        return kind, "", ""
    return kind, stores.normalise(name), wording.fold(disambiguator)


def _phase(status: str) -> str:
    return "past" if status in _PAST else status
