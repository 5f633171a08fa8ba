"""What tells two of one name apart, "Alice the dentist", and nicknames, "everybody calls him Bob". Pure."""

import re

from chat.services.memory import wording

MAX_CHARACTERS = 100

# Lower case only: "Winnie the Pooh" and "Bank of England" are whole names.
_WHICH = re.compile(
    r"(?P<which>(?:the|my|our) (?-i:[a-z][\w-]*)(?: (?:from|at) (?:work|school|university|church"
    r"|the (?-i:[a-z][\w-]*)))?"
    r"|(?:from|at) (?:work|school|university|college|church|uni|the (?-i:[a-z][\w-]*)|my (?-i:[a-z][\w-]*))"
    r"|next door|upstairs|downstairs"
    r"|(?:die|der|das|meine?) (?-i:[A-ZÄÖÜ]?[a-zäöüß]{3,}(?:in|er|e|t|or|ist))(?![^\W_])|(?:von|aus) der (?:Arbeit"
    r"|Schule|Uni)|vom (?:Sport|Verein|Kurs)|von nebenan"
    r"|(?:la|le|ma|mon) (?-i:[a-zéèê]{3,})|du (?:travail|lycée|bureau)|de l'(?:école|université)"
    r"|(?:la|el|mi) (?-i:[a-zñáéíóú]{3,})|del (?:trabajo|colegio)|de la (?:escuela|universidad|oficina)"
    r"|fra (?:jobben|skolen|kontoret)|(?-i:[a-zæøå]{3,}(?:en|a|legen))"
    r"|dal lavoro|del lavoro|do trabalho|da escola|с работы|из школы)",
    re.IGNORECASE,
)
_NORDIC_NOUN = re.compile(r"^[a-zæøå]+(?:en|a)$")
_END = re.compile(r"(?:\s*[,.;:!?)]|\s+(?:is|was|has|had|lives|works|likes|loves|moved|and|said|says|called|quit"
    r"|got|told|hat|ist|war|wohnt|arbeitet|mag|und|est|a|habite|et"
                  r"|es|tiene|vive|trabaja|y|er|har|bor|jobber|liker|og)(?![^\W_])|\s*$)", re.IGNORECASE)  # fmt: skip
_CALLS = re.compile(
    r"(?<![^\W_])(?:calls? (?:him|her|them|it)|called \w+ by|nicknamed?|goes by|known as|for short|short for|a\.?k\.?a"
    r"|nenn(?:t|en) (?:ihn|sie|ihm)|(?:ihn|sie) (?:alle )?(?:nur )?\w+ nennen|spitzname|genannt|rufname"
    r"|l'appell\w+|surnom\w*|(?:le|la|lo) (?:dicen|llaman|llamamos|decimos)|apodo|apodad[oa]|kall(?:er|es) (?:ham"
    r"|henne|den)|kalles|kallenavn"
    r"|(?:lo|la) chiam\w+|soprannom\w+|apelido|(?:o|a) chamam|chamam-n[oa]|прозвищ\w+|все зовут|кличк\w+)(?![^\W_])"
    r"|外号|昵称|绰号|(?:都|大家)叫[他她它]|あだ名|呼ばれて|ニックネーム",
    re.IGNORECASE,
)
NICKNAME = "nickname"
_KEYS = frozenset(
    {
        "name",
        "called",
        "is called",
        "nickname",
        "nick name",
        "alias",
        "aliases",
        "known as",
        "also known as",
        "goes by",
        "called by",
    }
)


def split(name: str) -> tuple[str, str]:
    """Return "Alice" and "the dentist" of "Alice the dentist"; the whole name and "" where it has no such part."""
    for found in re.finditer(r"\s*[,(]\s*|\s+", name):
        rest = _WHICH.match(name, found.end())
        if found.start() and rest and not name[rest.end() :].strip(" )") and not _is_nordic_guess(rest["which"]):
            return name[: found.start()], rest["which"][:MAX_CHARACTERS]
    return name, ""


def after(name: str, text: str) -> str:
    """Return what ``text`` says right behind ``name`` to tell whom it means; "" where it says nothing."""
    plain = wording.plain(text)
    for found in re.finditer(rf"(?<![^\W_]){re.escape(wording.plain(name))}(?![^\W_])", plain, re.IGNORECASE):
        gap = re.match(r"\s*[,(]\s*|\s+", plain[found.end() :])
        start = found.end() + (gap.end() if gap else 0)
        which = _WHICH.match(plain, start) if gap else None
        if which and _END.match(plain, which.end()) and not _is_nordic_guess(which["which"]):
            return which["which"][:MAX_CHARACTERS]
    return ""


def _is_nordic_guess(which: str) -> bool:
    """ "Alice tannlegen" means the dentist; any other lower-case word that ends so may be a verb."""
    return _NORDIC_NOUN.match(which) is not None and which not in _NORDIC_NOUNS


_NORDIC_NOUNS = frozenset(
    {"tannlegen", "legen", "naboen", "sjefen", "læreren", "kollegaen", "venninnen", "vennen", "sykepleieren"}
)


def says_nickname(attribute: str, sentence: str) -> bool:
    """Tell whether an operation on a name gives one more name, and not the first."""
    key = wording.fold(attribute.replace("_", " "))
    return key in _KEYS and (
        _CALLS.search(wording.plain(sentence)) is not None or key in {"nickname", "nick name", "alias", "aliases"}
    )
