"""Who speaks of whom in a few words: the person of themselves, or of "my sister". Pure.

Tables for the languages the memory is tried in; what no table knows is left to the model's judgement.
"""

import re
from dataclasses import dataclass

from chat.services.memory import wording
from chat.services.memory.judging import vocabulary

_FIRST = re.compile(
    r"(?<![^\W_])(?:(?-i:I)|i'(?:m|ve|d|ll)"
    r"|i(?= (?:am|have|had|was|live|lived|work|like|love|hate|think|moved|got|do|don't|can|will|just|also|want|need"
    r"|use|play"
    r"|speak|eat|drive|own|study|went|bought|started|used|still|no|never|really|now)\b)|me|my|mine|myself|we"
    r"|we'(?:re|ve)|our|ours|us"
    r"|ich|mir|mich|mein(?:e[nrms]?)?|wir|uns|unser(?:e[nrms]?)?|unsere"
    r"|je|j'\w+|moi|m'\w+|mon|ma|mes|nous|notre|nos|yo|mi|mis|conmigo|soy|tengo|vivo|trabajo|estudio|hablo|estoy"
    r"|abito|lavoro|sono|moro|trabalho|estudo|sou|tenho|mieszkam|pracuję|jestem|nosotr[oa]s"
    r"|nuestr[oa]s?"
    r"|jeg|meg|min|mitt|mine|oss|vår|vårt|våre|jag|mig|io|mio|mia|miei|eu|meu|minha|ik|mijn|mij|mam|mój|moja"
    r"|я|меня|мне|мой|моя|моё|мои|мы|наш|наша)(?![^\W_])|[我私僕俺]|저는|나는|제가|내가|我们",
    re.IGNORECASE,
)
_THIRD = re.compile(
    r"^(?:he|she|they|his|her|their|er|sie|seine?|ihre?|il|elle|ils|elles|él|ella|ellos|han|hun|de|hans"
    r"|hennes)(?![^\W_])"
    r"|^[他她它]|^彼女?",
    re.IGNORECASE,
)
_ANY_THIRD = re.compile(
    r"(?<![^\W_])(?:he|she|him|her|his|hers|they|them|their|er|sie|ihn|ihm|ihr|lui|elle|il|él|ella|le|han|hun|ham"
    r"|henne)(?![^\W_])"
    r"|[他她]",
    re.IGNORECASE,
)
_NAMING = re.compile(
    r"(?:my (?:full |first )?name is|my name's|my name:|i am called|i'm called|call me|i go by"
    r"|i am|i'm"
    r"|ich hei(?:ß|ss)e|mein name ist|nenn mich|ich bin(?: der| die)?|je m'appelle|mon (?:pré)?nom est"
    r"|appelle-moi|je suis|moi c'est"
    r"|me llamo|mi nombre es|soy|llámame|jeg heter|navnet mitt er|mitt navn er|jeg er|jag heter|mi chiamo"
    r"|il mio nome è"
    r"|meu nome é|me chamo|ik heet|mijn naam is|меня зовут|моё имя|мое имя|我叫|我的名字是|我的名字叫|私の名前は)\s*",
    re.IGNORECASE,
)

_KEY_OF = vocabulary.PEOPLE | vocabulary.PETS
_AGE = (
    r"(?:(?:best|good|close|older|elder|younger|little|big|twin|eldest|oldest|youngest|late|ex|new|old"
    r"|beste[rn]?|guter?|ältere[rn]?|jüngere[rn]?|kleine[rn]?|große[rn]?|meilleure?|grande?|petite?|lille|store) )?"
)


def _called(pattern: str, language: int) -> re.Pattern[str]:
    """Return ``pattern`` with the nouns of one language, the longest first."""
    found = "|".join(map(re.escape, sorted(vocabulary.nouns(language), key=len, reverse=True)))
    return re.compile(pattern.replace("NOUN", f"(?P<noun>{found})").replace("AGE", _AGE), re.IGNORECASE)


_RELATIONS = [
    _called(rf"(?<![^\W_])(?P<phrase>(?:{possessive}) AGE(?:ex-)?NOUN)(?![^\W_-])", language)
    for language, possessive in enumerate(
        (
            "my|our",
            "mein(?:e[nrms]?)?|unser(?:e[nrms]?)?",
            "mon|ma|mes|notre|nos",
            "mi|mis|nuestr[oa]",
            "min|mitt|mine|vår|vårt",
        ),
        start=1,
    )
] + [
    # "Søsteren min", and scripts without spaces.
    _called(r"(?<![^\W_])(?P<phrase>NOUN(?:en|a|n|i)? (?:min|mi|vår))(?![^\W_])", 5),
    _called(r"(?P<phrase>[我私](?:的|の)?NOUN)", 6),
    _called(r"(?<![^\W_])(?P<phrase>(?:мо[йяюе]|моего|моей|моему|наш|наша|нашей) AGENOUN)(?![^\W_-])", 7),
]


@dataclass(frozen=True)
class Relation:
    """Somebody by what they are to the person: ``phrase`` "meine Schwester", ``noun`` "schwester", ``key`` "sister"."""

    phrase: str
    noun: str
    key: str
    kind: str
    start: int
    end: int


def is_first(text: str) -> bool:
    """Tell whether the person speaks of themselves in ``text``."""
    return _FIRST.search(wording.plain(text)) is not None


def is_third(text: str) -> bool:
    """Tell whether ``text`` begins with "he", "she" and the like."""
    return _THIRD.search(wording.plain(text)) is not None


def is_user(name: str) -> bool:
    """Tell whether ``name`` is a word for the person who speaks."""
    return wording.fold(name) in vocabulary.SPEAKER


def mentions_third(text: str) -> bool:
    """Tell whether ``text`` has a "he", "her" and the like anywhere."""
    return _ANY_THIRD.search(wording.plain(text)) is not None


def names_self(name: str, text: str) -> bool:
    """Tell whether the person gives themselves ``name`` in ``text``: "My name is …"."""
    folded = wording.plain(text)
    wanted = wording.fold(name)
    return bool(wanted) and any(
        re.match(re.escape(wanted) + r"(?![^\W_]|'s)", wording.fold(folded[found.end() :]))
        for found in _NAMING.finditer(folded)
    )


def is_phrase(name: str) -> bool:
    """Tell whether ``name`` only says who somebody is to the person, such as "my sister"."""
    return any(found.start == 0 and found.end == len(name) for found in relations(name))


def relations(text: str) -> list[Relation]:
    """Return everybody whom ``text`` calls "my …", in their order."""
    folded = wording.plain(text)
    found = [match for pattern in _RELATIONS for match in pattern.finditer(folded)]
    return [_relation(match) for match in sorted(found, key=re.Match.start)]


def subject(text: str) -> Relation | None:
    """Return the "my sister" that ``text`` begins with, after "and" and the like."""
    first = next(iter(relations(text)), None)
    if first is None:
        return None
    before = wording.words(wording.plain(text)[: first.start])
    return first if len(before) <= 1 else None


def relation_to(name: str, text: str) -> Relation | None:
    """Return what ``name`` is to the person by the words of ``text``: "my sister Alice", "Alice is my sister"."""
    folded = wording.plain(text)
    for found in relations(text):
        after, before = folded[found.end :], folded[: found.start]
        if _INTRODUCED.sub("", after).casefold().startswith(wording.plain(name).casefold()) or re.search(
            rf"(?<![^\W_]){re.escape(wording.plain(name))}{_IS}$", before, re.IGNORECASE
        ):
            return found
    return None


# Between "my sister" and her name, and between the name and "my sister".
_INTRODUCED = re.compile(
    r"^(?:'s name is|'s name's|'s called|,? (?:is|who is|is called|named|is named|called|whose name is)"
    r"(?: called| named)?|,|,? (?:heißt|heisst|namens|ist)|,? (?:s'appelle|qui s'appelle|est|nommée?)"
    r"|,? (?:se llama|que se llama|es|llamad[oa])|,? (?:heter|som heter|er)"
    r"|叫|名叫|的名字叫|的名字是)?[\s,]*",
    re.IGNORECASE,
)
_LONGEST_PHRASE = 4  # words: "the user's elder sister"
# A name as it is written after "my sister": capitals in scripts that have them.
_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞŁŚŽČŠĐА-Я][\w'’-]*(?: [A-ZÀ-ÖØ-Þ][\w'’-]*){0,2}|[\u3400-\u9fff]{2,4}")
_IS = r"(?:,| is| ist| est| es| er|,? who is|是)?\s*"


def _relation(match: re.Match[str]) -> Relation:
    noun = match["noun"].casefold()
    kind = "pet" if noun in vocabulary.PETS else "person"
    return Relation(match["phrase"], noun, _KEY_OF.get(noun, noun), kind, match.start(), match.end())


def name_after(relation: Relation, text: str) -> str:
    """Return the name that ``text`` gives right after "my sister"; "" where it gives none."""
    after = wording.plain(text)[relation.end :]
    found = _INTRODUCED.match(after)
    rest = after[found.end() :] if found else after
    name = _NAME.match(rest)
    is_given = found is not None and (found[0].strip() or not wording.is_unspaced(relation.phrase))
    return name[0] if name and is_given else ""


def relation_called(name: str, text: str) -> Relation | None:
    """Return the relation of ``text`` that ``name`` means: "my sister", "sister", "the user's sister"."""
    folded = wording.fold(name)
    if len(folded.split()) > _LONGEST_PHRASE:
        return None
    last = folded.rsplit(" ", 1)[-1]
    for found in relations(text):
        is_same = wording.is_unspaced(folded) and folded.endswith(found.noun)
        if is_same or {folded, last, _KEY_OF.get(last)} & {wording.fold(found.phrase), found.noun, found.key}:
            return found
    return None
