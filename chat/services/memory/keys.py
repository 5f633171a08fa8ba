"""Attributes as facts are filed under: short keys, one for each meaning, and which of them have one value. Pure."""

import re
import unicodedata

from chat.services.memory import wording
from chat.services.memory.judging import vocabulary

MAX_KEY_CHARACTERS = 60

# The first word is the key; the others mean the same. One person has one of each at a time.
_SINGLE = """
name first_name full_name own_name user_name called is_called is_named given_name name_is
surname last_name family_name
lives_in home residence location address city country lives living_in living_place lives_at resides_in resident_of
lives_in resides home_city home_country city_of_residence country_of_residence place_of_residence moved_to moved
lives_in current_city current_location wohnort wohnt_in habite_a vive_en bor_i
birthday date_of_birth birth_date birthdate born_on dob
birth_year year_of_birth born_in_year
birthplace place_of_birth born_in birth_place
hometown home_town grew_up_in from origin comes_from place_of_origin
age years_old
employer company works_at works_for workplace work_place employed_by employer_name place_of_work
occupation job profession works_as work role job_title position title career beruf
studies_at university school college
marital_status relationship_status civil_status
spouse wife husband married_to
partner girlfriend boyfriend
fiance fiancee
mother mom mum
father dad
gender sex
pronouns
height
weight
shoe_size
clothing_size
blood_type
native_language mother_tongue first_language
timezone time_zone
species animal animal_type kind_of_animal
breed
colour color
date takes_place_on scheduled_for
deadline due_date due
status state
"""
_MEANING = {word: line.split()[0] for line in _SINGLE.strip().splitlines() for word in line.split()}
_SINGLE_KEYS = frozenset(_MEANING.values())
# Where something is, is not where somebody lives; a company's title is no profession.
_OF_BEINGS = {"lives_in", "occupation", "employer"}
# What is plainly one, whatever it is: the favourite colour, the favourite film.
_ONE = re.compile(r"^(favou?rite|preferred|current|main|primary|next)_")
# These say no by themselves; what else is denied is filed as "not_…".
DENYING = frozenset({"dislikes", "allergy", "avoids", "fear", "intolerance"})
_NOT, _FORMER, _PLANNED = "not_", "former_", "planned_"
# Dates that are the fact itself, and what is so for good: no time is looked for in the words.
_TIMELESS = frozenset({
    "name", "surname", "birthday", "birth_year", "birthplace", "hometown", "age", "date", "deadline",
    "mother", "father", "native_language", "blood_type", "species", "breed",
})  # fmt: skip
# Of many values, what was so may be over and what will be so is not yet.
_STATES = frozenset({"pet", "owns", "diet", "language", "children", "likes", "member_of", "plays"})
_MANY = {
    "like": "likes", "loves": "likes", "love": "likes", "enjoys": "likes", "hobby": "likes", "hobbies": "likes",
    "interest": "likes", "interests": "likes", "dislike": "dislikes", "hates": "dislikes",
    "allergies": "allergy", "allergic_to": "allergy", "allergic": "allergy", "pets": "pet", "has_pet": "pet",
    "languages": "language", "speaks": "language", "speaks_language": "language", "owned": "owns", "has": "owns",
    "sisters": "sister", "brothers": "brother", "sons": "son", "daughters": "daughter", "kids": "children",
    "child": "children", "friends": "friend", "plan": "plans", "goal": "goals", "dietary_preference": "diet",
    "dietary_preferences": "diet", "dietary_restriction": "diet", "eats": "diet",
}  # fmt: skip
_NOT_IN_KEY = re.compile(r"[^\w]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PREFIX = re.compile(r"^(the_|user_s_|users_|user_|my_|his_|her_|their_|is_|has_a_|has_an_)+")


def normalise(attribute: str, *, of_being: bool = True) -> str:
    """Return the key that ``attribute`` is filed under; ``fact`` where it says nothing.

    ``of_being``: it is said of a person or a pet, so that a city is where they live.
    """
    spaced = _CAMEL.sub("_", unicodedata.normalize("NFKC", attribute))
    key = _NOT_IN_KEY.sub("_", wording.plain(spaced).casefold()).strip("_")[:MAX_KEY_CHARACTERS].strip("_")
    key = _MEANING.get(key) or _PREFIX.sub("", key) or key
    key = _ONE.sub(lambda found: found[0].replace("favorite", "favourite"), key)
    meaning = _MEANING.get(key)
    if meaning and (of_being or meaning not in _OF_BEINGS):
        return meaning
    return _MANY.get(key) or vocabulary.PEOPLE.get(key) or key or "fact"


def is_single(key: str) -> bool:
    """Tell whether an attribute has one value at a time."""
    key = key.removeprefix(_PLANNED)
    return key in _SINGLE_KEYS or _ONE.match(key) is not None


def has_times(key: str) -> bool:
    """Tell whether the moments in a sentence say when the fact is true."""
    return key not in _TIMELESS


def former(key: str) -> str:
    """Return the key of what was so once."""
    return f"{_FORMER}{key}" if is_single(key) or key in _STATES - {"language"} else key


def planned(key: str) -> str:
    """Return the key of what is to be so, and is not yet."""
    may_change = has_times(key) and (is_single(key) or key in _STATES - {"likes"})
    return f"{_PLANNED}{key}" if may_change and not key.startswith((_FORMER, _PLANNED, _NOT)) else key


def present(key: str) -> str:
    """Return the key of the same now."""
    return key.removeprefix(_FORMER).removeprefix(_PLANNED)


def denied(key: str) -> str:
    """Return the key of what is not so."""
    return f"{_NOT}{key}"


def opposite(key: str) -> str:
    """Return the key that says the contrary of the same value."""
    return key.removeprefix(_NOT) if key.startswith(_NOT) else denied(key)
