"""Which attributes of somebody are basic: what a description and the profile begin with."""

from django.db.models import Case, IntegerField, QuerySet, Value, When

from chat.models import Fact

# Most basic first; each line is one rank.
_BASIC = (
    "name",
    "surname nickname pronouns gender",
    "birthday birth_year age",
    "lives_in home location",
    "hometown birthplace nationality",
    "occupation employer studies_at",
    "language native_language",
    "marital_status spouse partner fiance children son daughter",
    "diet allergy",
)
_RANKS = {word: rank for rank, words in enumerate(_BASIC) for word in words.split()}

# The rank in SQL, of a table ``fact``; most facts are not basic, which one look tells.
RANK = (
    f"CASE WHEN fact.attribute NOT IN ({', '.join(map(repr, _RANKS))}) THEN {len(_BASIC)} "
    + " ".join(f"WHEN fact.attribute = '{word}' THEN {place}" for word, place in _RANKS.items())
    + " END"
)


def rank(attribute: str) -> int:
    """Return how basic ``attribute`` is; 0 is the most basic."""
    return _RANKS.get(attribute, len(_BASIC))


def most_basic_first(facts: QuerySet[Fact]) -> QuerySet[Fact]:
    """Order by ``rank``, and what is equally basic by when it was learned, the newest first."""
    ranks = Case(
        *(When(attribute__in=words.split(), then=Value(place)) for place, words in enumerate(_BASIC)),
        default=Value(len(_BASIC)),
        output_field=IntegerField(),
    )
    return facts.order_by(ranks, "-learned_at", "-pk")
