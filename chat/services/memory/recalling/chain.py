"""What was true before: for a question about the past, the facts that ended, with their dates."""

import re
from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from chat.models import EntityKind, Fact, FactStatus
from chat.services.memory import keys, ledger, stores, suppression
from chat.services.memory.recalling import dates, lines
from chat.services.memory.recalling.question import Question
from chat.services.memory.suppression import Said
from chat.services.search import words

MAX_FACTS = 12
# Of whom the question is about, so many that ended are looked at, the newest first.
MAX_LOOKED_AT = 200
# A longer form of a word has the shorter one in it: "gewohnt", "wohnt".
MIN_COMMON = 4

# How people ask for what was, beside the name of a year or month.
_ASKS = re.compile(
    r"(?<![^\W_])(?:used to|before|previous(?:ly)?|former(?:ly)?|earlier|in the past|back then|back when|at the time"
    r"|once|originally|ex|old|last (?:year|month|time)|years? ago|months? ago|over the years|history|so far|anymore"
    r"|any more|no longer"
    r"|früher\w*|vorher\w*|zuvor|davor|damals|ehemalig\w*|vorig\w*|einst|bisher\w*|letztes jahr|mal|nicht mehr"
    r"|avant|auparavant|autrefois|jadis|ancien(?:ne)?s?|précédent\w*|à l'époque|ne \w+ plus|il y a \w+ ans"
    r"|antes|anteriormente|anterior(?:es)?|antigu[oa]s?|antiguamente|entonces|hace \w+ años|ya no"
    r"|før|tidligere|forrige|den gang|gamle|förut|tidigare|förra|ikke lenger"
    r"|prima|precedente\w*|un tempo|in passato|una volta|antigamente|passado"
    r"|vroeger|eerder|vorige|destijds|wcześniej|dawniej|poprzedni\w*|kiedyś|dříve|předtím|aiemmin|ennen|önce|eskiden"
    r"|раньше|прежде|прежн\w*|прошл\w*|бывш\w*|когда-то|раніше|колишн\w*)(?![^\W_])"
    r"|以前|之前|过去|從前|从前|曾经|曾經|原来|昔|かつて|前は|前の|예전|이전|전에|옛|पहले|من قبل|سابقا|قبل",
    re.IGNORECASE,
)


def is_asked_for(text: str) -> bool:
    """Tell whether ``text`` asks for what was: by a word for it, or by a year or month."""
    return _ASKS.search(text) is not None or dates.named(text) is not None


def is_over(fact: Fact) -> bool:
    """Tell whether ``fact`` was true until a day, month or year that is over."""
    return bool(fact.valid_to) and fact.valid_to < _today()[: len(fact.valid_to)]


def _today() -> str:
    return timezone.now().date().isoformat()


def still_true() -> Q:
    """Facts that have no end, or one that is not over: "2026" goes on until December."""
    said = _today()
    return Q(valid_to="") | Q(valid_to__gt=said) | Q(valid_to__in=[said[:4], said[:7], said])


def ended(question: Question, found: Iterable[Fact], of: Collection[int]) -> list[Fact]:
    """Return what was true of the entities ``of``, of the attributes that the question is about, the oldest first.

    Those are the attributes of the facts that were ``found`` for it, those that it names, and those of ended facts that
    share a word with it. What was forgotten, undone or put right is never among them.
    """
    pairs = {(fact.entity_id, fact.attribute) for fact in found}
    me = stores.entities(question.store).filter(kind=EntityKind.SELF).values_list("pk", flat=True)
    wanted = [word for word in words.informative(question.text) if not _ASKS.search(word)]
    named = {keys.normalise(word) for word in re.findall(r"\w+", question.text)}
    about = [
        fact
        for fact in _ended_of({*me, *of, *(entity for entity, _ in pairs)})
        if (fact.entity_id, fact.attribute) in pairs or fact.attribute in named or _shares(fact, wanted)
    ]
    known = about[:MAX_FACTS]
    if known and suppression.has_any(question.store):
        known = [fact for fact in known if not _is_suppressed(fact)]
    return sorted(known, key=lambda fact: (_until(fact), fact.pk))


def _ended_of(entity_ids: Collection[int]) -> QuerySet[Fact]:
    over = Q(status=FactStatus.ACTIVE) & ~still_true()
    ended = Q(status__in=[FactStatus.SUPERSEDED, FactStatus.RETIRED], reason__in=ledger.WAS_TRUE)
    facts = (
        Fact.objects.select_related("entity")
        .prefetch_related("entity__aliases")
        .filter(entity_id__in=entity_ids, entity__merged_into=None)
    )
    return facts.filter(over | ended).order_by("-retired_at", "-pk")[:MAX_LOOKED_AT]


def _shares(fact: Fact, wanted: Collection[str]) -> bool:
    said = set(words.informative(f"{fact.statement} {fact.attribute.replace('_', ' ')}"))
    said -= set(words.informative(fact.entity.name))
    return any(
        word == other or (min(len(word), len(other)) >= MIN_COMMON and (word in other or other in word))
        for word in wanted
        for other in said
    )


def _is_suppressed(fact: Fact) -> bool:
    """What is forgotten now may once have been said otherwise."""
    return suppression.is_suppressed(fact.entity, Said(fact.attribute, fact.value, fact.statement))


def line_of(fact: Fact) -> str:
    """Return a fact as a line that says from when, or until when, it was true."""
    if fact.status == FactStatus.ACTIVE and not is_over(fact):
        return lines.of_dated(fact.statement, since=fact.valid_from or fact.learned_at.date().isoformat())
    return lines.of_dated(fact.statement, since=fact.valid_from, until=_until(fact))


def _until(fact: Fact) -> str:
    if fact.valid_to:
        return fact.valid_to
    return fact.retired_at.date().isoformat() if fact.retired_at else ""
