"""What was forgotten is not learned again: keyed digests of what it said, from which nobody reads what that was.

Not tied to how a fact is filed. A candidate is suppressed if it has the same subject and value as something forgotten
and shares with it the attribute or one word of the relation ("born", "live"); or if the same words are said of the
same value again. So "born in Oslo" that was forgotten does not keep out "works in Oslo".
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.crypto import salted_hmac

from chat.models import Entity, EntityKind, Fact, Suppression
from chat.services.memory import keys, stores, wording
from chat.services.memory.recalling import lines
from chat.services.memory.stores import Store
from chat.services.search import words

_SALT = "chat.memory.suppression"
# A digest begins with whom and which value it is about, so that all that belongs together can be lifted.
GROUP_DIGITS, DETAIL_DIGITS = 24, 40
# What kind of value it is says nothing about which: "the city of Oslo" is Oslo.
_KINDS = frozenset(
    map(words.stem, ("city", "town", "village", "country", "state", "company", "firm", "named", "called"))
)
# Attributes and words that every fact could have.
_SAYS_NOTHING = frozenset(map(words.stem, ("user", "fact", "note", "other", "value", "asked", "remember")))
MAX_RELATION_WORDS = 24
MAX_VALUE_WORDS = 24
# Of a text that is to be remembered every run of so many words may be a value.
MAX_RUN_WORDS = 6
MAX_TEXT_WORDS = 120
BATCH_ROWS = 500


@dataclass(frozen=True)
class Said:
    """What a fact says, in which words; ``quote`` is what the person said of it."""

    attribute: str
    value: str
    statement: str = ""
    quotes: tuple[str, ...] = ()


# What is said, with the names of whom it is about.
_Named = tuple[Collection[str], Said]


def suppress(facts: Iterable[Fact]) -> None:
    """Note that what ``facts`` say is not to be learned again, under any name of whom they are about."""
    found = list(facts)
    prefetch_related_objects(found, "entity__aliases", "sources__message")
    rows = [row for fact in found for row in _rows(fact)]
    Suppression.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH_ROWS)


def _rows(fact: Fact) -> Iterator[Suppression]:
    quotes = {said for source in fact.sources.all() for said in _around(source.quote, source.message.text)}
    said = Said(fact.attribute, fact.value, fact.statement, tuple(sorted(quotes)))
    store = Store(fact.entity.owner_id, fact.entity.conversation_id)
    for digest in sorted({digest for subject in subjects(fact.entity) for digest in digests(subject, said)}):
        yield Suppression(**store.columns, digest=digest)


def has_any(store: Store) -> bool:
    """Tell whether anything of ``store`` was forgotten."""
    return Suppression.objects.filter(**store.columns).exists()


def is_suppressed(entity: Entity, said: Said) -> bool:
    """Tell whether this was forgotten, under any name of the entity."""
    wanted = {digest for subject in subjects(entity) for digest in digests(subject, said)}
    store = Store(entity.owner_id, entity.conversation_id)
    return Suppression.objects.filter(**store.columns, digest__in=wanted).exists()


class Known:
    """What was forgotten of one store, read once, to be asked about many things."""

    def __init__(self, store: Store) -> None:
        self._digests = set(Suppression.objects.filter(**store.columns).values_list("digest", flat=True))
        self._groups = {digest[:GROUP_DIGITS] for digest in self._digests}

    def has(self, names: Collection[str], said: Said) -> bool:
        """Tell whether this was forgotten, under any of the folded ``names`` of whom it is about."""
        return bool(self._digests) and any(self._has(name, said) for name in names)

    def _has(self, name: str, said: Said) -> bool:
        return not self._groups.isdisjoint(_groups(name, said.value)) and not self._digests.isdisjoint(
            digests(name, said)
        )


def lift(entity: Entity, said: Said) -> None:
    """Let it be learned again."""
    _lift(Store(entity.owner_id, entity.conversation_id), [(subjects(entity), said)])


def lift_facts(facts: Iterable[Fact]) -> None:
    """Let all of it be learned again."""
    found = list(facts)
    prefetch_related_objects(found, "entity__aliases")
    of_store: dict[Store, list[_Named]] = defaultdict(list)
    for fact in found:
        store = Store(fact.entity.owner_id, fact.entity.conversation_id)
        of_store[store].append((subjects(fact.entity), Said(fact.attribute, fact.value, fact.statement)))
    for store, statements in of_store.items():
        _lift(store, statements)


def lift_all_of(entity: Entity, text: str) -> None:
    """Let everything be learned again that ``text`` says of ``entity``, whatever it would be filed under."""
    spoken = wording.words(text)[:MAX_TEXT_WORDS]
    relations = sorted({keys.normalise(word) for word in spoken})
    values = [
        " ".join(spoken[start : start + length])
        for length in range(1, MAX_RUN_WORDS + 1)
        for start in range(len(spoken) - length + 1)
    ]
    names = subjects(entity)
    statements = ((names, Said(relation, value, text, (text,))) for value in values for relation in relations)
    _lift(Store(entity.owner_id, entity.conversation_id), statements)


def _lift(store: Store, statements: Iterable[_Named]) -> None:
    """Take back whatever is suppressed of a subject and value of which one digest is met."""
    rows = Suppression.objects.filter(**store.columns)
    known = set(rows.values_list("digest", flat=True))
    groups = {digest[:GROUP_DIGITS] for digest in known}
    lifted: set[str] = set()
    for names, said in statements if known else ():
        for name in names:
            of_value = _groups(name, said.value)
            if not of_value <= lifted and not groups.isdisjoint(of_value) and known & digests(name, said):
                lifted |= of_value
    gone = [digest for digest in known if digest[:GROUP_DIGITS] in lifted]
    for start in range(0, len(gone), BATCH_ROWS):
        rows.filter(digest__in=gone[start : start + BATCH_ROWS]).delete()


def _groups(subject: str, value: str) -> set[str]:
    said = _value(value)
    return {_group(subject, " ".join(sorted(said))), *(_group(who, word) for who in (subject, "") for word in said)}


def subjects(entity: Entity) -> set[str]:
    """Return the folded names that a suppression may know an entity by."""
    own = EntityKind.SELF.value if entity.kind == EntityKind.SELF else stores.normalise(entity.name)
    return {own, *(alias.normalised for alias in entity.aliases.all())}


def digests(subject: str, said: Said) -> set[str]:
    """Return all that a suppression of ``said`` about ``subject``, a folded name, may be known by."""
    return set(_each_digest(subject, said))


def _each_digest(subject: str, said: Said) -> Iterator[str]:
    value, name = _value(said.value), set(words.informative(subject))
    whole = " ".join(sorted(value))
    yield _digest(subject, whole, f"attribute {said.attribute}")
    for word in _relation(said, {*value, *name}):
        yield _digest(subject, whole, f"relation {word}")
    yield from _of_words(subject, value, _content(said.statement) - name)
    for quote in said.quotes:
        # Whoever it is filed under the next time.
        yield from _of_words("", value, _content(quote))


def _of_words(subject: str, value: Iterable[str], content: Collection[str]) -> Iterator[str]:
    """Yield the digests of a sentence about each word of ``value``; one word alone is no sentence."""
    if len(content) > 1:
        for word in value:
            yield _digest(subject, word, f"words {' '.join(sorted(content))}")


def _digest(subject: str, value: str, detail: str) -> str:
    return _group(subject, value) + _hmac(f"{subject}\0{value}\0{detail}")[:DETAIL_DIGITS]


def _group(subject: str, value: str) -> str:
    return _hmac(f"{subject}\0{value}")[:GROUP_DIGITS]


def _hmac(text: str) -> str:
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()


def _value(value: str) -> list[str]:
    found = words.informative(value)[:MAX_VALUE_WORDS] or [wording.fold(value)]
    return [word for word in found if word not in _KINDS] or found


def _relation(said: Said, known: set[str]) -> list[str]:
    """Return what says how subject and value belong together: "live" of "The user lives in Oslo"."""
    found = [*words.informative(said.attribute.replace("_", " ")), *words.informative(said.statement)]
    telling = [word for word in dict.fromkeys(found) if word not in known | _SAYS_NOTHING]
    return telling[:MAX_RELATION_WORDS]


def _content(text: str) -> set[str]:
    return set(words.informative(text)) - _SAYS_NOTHING


def _around(quote: str, text: str) -> Iterator[str]:
    """Return the quote and, where it is a part of one, the whole sentence."""
    yield quote
    folded = wording.fold(quote)
    for sentence in lines.SENTENCE_END.split(text):
        if folded and folded in wording.fold(sentence):
            yield sentence
