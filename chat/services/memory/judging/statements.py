"""Sentences that stand alone: who "I" and "my sister" are is said in them. Pure."""

import re

from chat.services.memory import wording
from chat.services.memory.judging.persons import Relation

_I = re.compile(
    r"^(?:i'm|i am)\b|^(?:i've|i have)\b|^(?:i'll|i will)\b|^(?:i'd|i would)\b|^i\b|^(?:my|our)\b|^we\b", re.IGNORECASE
)
_AUXILIARY = frozenset(
    {"can", "could", "will", "would", "should", "must", "may", "might", "cannot", "can't", "used", "won't"}
)
_IRREGULAR = {
    "am": "is",
    "are": "is",
    "have": "has",
    "do": "does",
    "don't": "doesn't",
    "go": "goes",
    "was": "was",
    "were": "was",
    "had": "had",
    "did": "did",
}
_USER = re.compile(r"^(?:the )?user(?P<own>'s)?\s+", re.IGNORECASE)
# How the person is called in statements, by language; the rest of the sentence can be said of somebody else.
_USER_ELSEWHERE = re.compile(
    r"^(?:der nutzer|die nutzerin|der benutzer|l'utilisateur|l'utilisatrice|el usuario|la usuaria|brukeren|用户"
    r"|ユーザーは?)\s*",
    re.IGNORECASE,
)
_NO_END = re.compile(r"[^.!?…。！？]$")
_OF_USER = (
    (re.compile(r"^(?:my|our) ", re.IGNORECASE), "The user's {noun} is {name}."),
    (re.compile(r"^(?:mein|unser)", re.IGNORECASE), "{noun} des Nutzers: {name}."),
    (re.compile(r"^(?:mon|ma|mes|notre) ", re.IGNORECASE), "{noun} de l'utilisateur : {name}."),
    (re.compile(r"^(?:min|mitt|mine|vår|vårt) |(?: min| mi| vår)$", re.IGNORECASE), "{noun} av brukeren: {name}."),
    (re.compile(r"^(?:mi|mis|nuestr[oa]) ", re.IGNORECASE), "{noun} del usuario: {name}."),
    (re.compile(r"^[我私]"), "用户的{noun}：{name}。"),
)
_PLAIN = {
    "name": "{whose}'s name is {value}",
    "lives_in": "{whose} lives in {value}",
    "hometown": "{whose} comes from {value}",
    "employer": "{whose} works at {value}",
    "occupation": "{whose} works as {value}",
    "age": "{whose} is {value} years old",
    "likes": "{whose} likes {value}",
    "dislikes": "{whose} dislikes {value}",
    "language": "{whose} speaks {value}",
    "allergy": "{whose} is allergic to {value}",
    "owns": "{whose} owns {value}",
}
_POSSESSIVE = re.compile(r"^\S+ ")


def about_user(statement: str, own_name: str = "") -> str:
    """Return ``statement`` with the person called "The user", where it is English and calls them otherwise."""
    text = wording.plain(" ".join(statement.split())).strip('"')
    if own_name and (found := re.match(rf"{re.escape(own_name)}('s)?\s+", text, re.IGNORECASE)):
        text = f"The user{found[1] or ''} {text[found.end() :]}"
    elif found := _I.match(text):
        text = _from_first(found[0].casefold(), text[found.end() :].strip())
    elif found := _USER.match(text):
        text = f"The user{found['own'] or ''} {text[found.end() :]}"
    return ended(text)


def _from_first(opening: str, rest: str) -> str:
    if opening in {"my", "our"}:
        return f"The user's {rest}"
    known = {"i'm": "is", "i am": "is", "i've": "has", "i have": "has", "i'll": "will", "i will": "will"}
    if opening in known:
        return f"The user {known[opening]} {rest}"
    if opening in {"i'd", "i would"}:
        return f"The user would {rest}"
    verb, _, tail = rest.partition(" ")
    return f"The user {third_person(verb)} {tail}".rstrip()


def third_person(verb: str) -> str:
    """Return the form of an English verb after "she"; past tenses and adverbs as they are."""
    folded = verb.casefold()
    if folded in _AUXILIARY or folded.endswith(("ed", "ly", "s")):
        return verb
    if folded in _IRREGULAR:
        return _IRREGULAR[folded]
    if folded.endswith(("ch", "sh", "x", "z", "o")):
        return f"{verb}es"
    if folded.endswith("y") and folded[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def about_other(statement: str, *, name: str, relation: Relation | None) -> str | None:
    """Return a statement that a model made of the person as one about somebody else; None where that fails."""
    text = wording.plain(" ".join(statement.split()))
    if relation is not None and {relation.noun, relation.key} & set(wording.words(text)):
        return ended(_without_my(text, name, relation))
    found = _USER.match(text) or _USER_ELSEWHERE.match(text)
    if found is None:
        return ended(text) if wording.fold(name) in wording.fold(text) else None
    if "own" in found.groupdict() and found["own"]:
        return None
    rest = text[found.end() :]
    return ended(f"{named(name, relation)} {rest}")


def _without_my(text: str, name: str, relation: Relation) -> str:
    """Return a statement about "my sister" so that it stands alone."""
    if not text.casefold().startswith(relation.phrase.casefold()):
        return text
    return named(name, relation) + text[len(relation.phrase) :]


def named(name: str, relation: Relation | None) -> str:
    """Return how somebody is called in a statement: "my sister" is the user's."""
    if relation is None or wording.fold(name) != wording.fold(relation.phrase):
        return name
    return re.sub(r"^(?:my|our) ", "The user's ", relation.phrase, flags=re.IGNORECASE)


def is_relation(relation: Relation, name: str) -> str:
    """Return that ``name`` is the person's sister, in the language of "my sister"."""
    noun = _POSSESSIVE.sub("", relation.phrase) if not wording.is_unspaced(relation.phrase) else relation.noun
    for possessive, pattern in _OF_USER:
        if possessive.search(relation.phrase):
            noun = noun if pattern.startswith("The") else noun[:1].upper() + noun[1:]
            return pattern.format(noun=noun, name=name)
    return f"{relation.phrase}: {name}."


def ended(text: str) -> str:
    """Return ``text`` with a capital letter and a full stop."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    if _NO_END.search(text):
        return f"{text}。" if wording.is_unspaced(text[-1]) else f"{text}."
    return text


def as_said(clause: str, whose: str) -> str:
    """Return the words themselves as a statement, for where the model's own would say that it is so now.

    ``whose`` is "The user" or a name.
    """
    said = wording.plain(" ".join(clause.split())).strip(' ".')
    if whose == "The user" and _I.match(said):
        return about_user(said)
    return ended(f'{whose}: "{said}"')


def of_value(attribute: str, value: str, whose: str) -> str:
    """Return a plain statement of what a fact says, for where the model's own says more than was said.

    ``whose`` is "The user" or a name.
    """
    pattern = _PLAIN.get(attribute, "{whose}'s {attribute} is {value}")
    return ended(pattern.format(whose=whose, attribute=attribute.replace("_", " "), value=value))
