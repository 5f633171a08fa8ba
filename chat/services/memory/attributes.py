"""Which attributes of somebody are basic: what a description and the profile begin with."""

from django.db.models import Case, IntegerField, QuerySet, Value, When

from chat.models import Fact

# Most basic first; each line is one rank.
_BASIC = (
    "name first_name full_name",
    "nickname preferred_name surname pronouns gender",
    "age birthday birthdate date_of_birth birth_year",
    "home residence lives_in location address city home_city country home_country",
    "origin hometown birthplace nationality",
    "work job occupation profession role employer company workplace studies school",
    "language languages speaks native_language mother_tongue",
    "partner spouse wife husband child children son daughter family marital_status relation",
    "diet allergy allergies",
)
_RANKS = {word: rank for rank, words in enumerate(_BASIC) for word in words.split()}


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
