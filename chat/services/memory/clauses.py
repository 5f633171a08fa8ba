"""What a piece of a message does: state, ask, suppose, request, deny; and of whom it speaks. Pure.

A sentence is looked at as it was typed. The tables know the languages the memory is tried in; where they know
nothing, a piece counts as stated, and the model's judgement stands.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from chat.services.memory import persons, wording
from chat.services.memory.persons import Relation

Standing = Literal["stated", "question", "hypothetical", "request", "quoted"]

_SENTENCE_END = re.compile(r"(?:[.!?…](?=[\s\"')]|$)|[。！？؟]|\n)+\s*")
_CLAUSE_END = re.compile(
    r"\s*[,;:，；：、–—]\s*|\s+-\s+|[.!?。！？\n]+\s*|\s+(?:and|but|while|whereas|und|aber|sondern|et|mais|y|pero"
    r"|sino|og|men|och)\s+",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?？؟][\s\"')»]*$|^\s*¿|[吗嗎呢][?？。]?\s*$|か[?？。]?\s*$")
_INVERTED = re.compile(
    r"^(?:do|does|did|am|is|are|was|were|can|could|will|would|shall|should|have|has|had|may|might|must"
    r"|what|who|whom|whose|which|when|where|why|how|was|wer|wen|wem|wessen|welche[rsnm]?|wann|wo|woher|wohin|warum"
    r"|wieso|wie"
    r"|est-ce|qu'est-ce|que|quoi|qui|quel(?:le)?s?|quand|où|pourquoi|comment|combien|qué|quién|cuál|cuándo|dónde"
    r"|cómo|cuánto"
    r"|hva|hvem|hvilken|hvilke|når|hvor|hvorfor|hvordan|vad|vem)(?![^\W_])"
    r"|^\S+ (?:i|you|he|she|we|they|ich|du|er|sie|wir|ihr|jeg|han|hun|vi|dere|jag)(?![^\W_])|^\S+-(?:je|tu|il|elle"
    r"|nous|vous|ils)\b",
    re.IGNORECASE,
)
# Questions that tell: "Did you know I moved to Oslo?", "Now that I live in Oslo, what …?"
_TELLING = re.compile(
    r"(?:(?:did|do) you know|did i (?:tell|mention)(?: to)?(?: you)?|have i (?:told|mentioned to)(?: you)?"
    r"|can you believe|guess what"
    r"|you know what|since|because|given|now|considering|wusstest du|weißt du(?: schon)?"
    r"|hab(?:e)? ich (?:dir )?(?:schon )?"
    r"(?:erzählt|gesagt)|da|weil|savais-tu|tu sais|tu savais|sais-tu|t'ai-je dit|comme|puisque|parce|sabías|sabes"
    r"|te (?:he )?(?:dicho|dije|conté)"
    r"|como|ya|porque|visste du|vet du|har jeg (?:sagt|fortalt)|siden|fordi|你知道|你知道吗)"
    r"[\s,:]*(?:that|dass|que|qu'|at)?[\s,:]*$",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(
    r"(?<![^\W_])(?:if|suppose|supposing|imagine|pretend|assume|assuming|let's say|what if|hypothetically|i wish"
    r"|if only|in case"
    r"|you are now|act as|role-?play|wenn|falls|angenommen|stell dir vor|nehmen wir an|ich wünschte"
    r"|si(?! i)|supposons|imagine|imaginons|admettons|supongamos|imagina|ojalá|hvis|dersom|tenk deg|anta"
    r"|om jeg var)(?![^\W_])"
    r"|如果|假如|假设|要是|もし",
    re.IGNORECASE,
)
_REQUESTS = re.compile(
    r"^(?:please |bitte |por favor,? |kindly |can you |could you )?(?:write|tell me|give|make|explain|translate|help"
    r"|show|list|find|recommend"
    r"|suggest|create|draft|generate|summari[sz]e|describe|compare|calculate|convert|fix|rewrite|correct|define|name"
    r"|let's|say"
    r"|schreib\w*|erzähl\w*|gib|erklär\w*|übersetz\w*|hilf|zeig\w*|nenn\w*|mach\w*|such\w*|empfiehl"
    r"|écri[st]|dis|donne|explique|traduis|aide|montre|fais|trouve|raconte|propose|escribe|dime|dame|explica|traduce"
    r"|ayúdame"
    r"|muéstrame|haz|busca|cuéntame|recomienda|skriv|fortell|gi|forklar|oversett|hjelp|vis|lag|finn"
    r"|anbefal)(?![^\W_])"
    r"|^(?:请|帮我|帮忙|告诉我|写|解释|翻译|给我)",
    re.IGNORECASE,
)
_NEGATES = re.compile(
    r"(?<![^\W_])(?:not|never|no longer|no more|none|nobody|nothing|neither|nor|without|cannot|\w+n't|no"
    r"|nicht|nie|niemals|kein(?:e[nrms]?)?|weder|ohne|pas|plus|jamais|aucune?|sans|ni|nunca|tampoco|jamás|sin"
    r"|ikke|aldri|ingen|inte|aldrig|non|mai|não|niet|geen|nie|не|нет|никогда)(?![^\W_])|[不没沒别非]|ない|ません",
    re.IGNORECASE,
)
_NOT_ONLY = re.compile(r"(?:not (?:only|just)|nicht nur|pas (?:seulement|que)|no s[óo]lo|ikke bare)", re.IGNORECASE)
_ENDS = re.compile(
    r"(?<![^\W_])(?:any ?more|no longer|used to|quit|left|sold|died|dead|passed away|broke(?:n)? up|divorced"
    r"|separated|stopped|gave up"
    r"|given up|ended|cancell?ed|lost|resigned|retired from|got rid of|wrong|mistake|gekündigt|verkauft|gestorben"
    r"|tot|getrennt"
    r"|geschieden|aufgehört|aufgegeben|verloren|mehr|falsch|quitté|vendu|morte?|décédée?|séparée?s?|divorcée?|arrêté"
    r"|perdu|ne|plus"
    r"|dejé|dejado|renuncié|vendí|vendido|murió|separado|divorciad[oa]|perdí|ya|sluttet|sluttede|solgt|solgte|død"
    r"|døde|skilt|mistet"
    r"|lenger)(?![^\W_])|不再|已经不|もう",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"(?<![^\W_])(?:any ?more|no longer|nicht mehr|kein\w* (?:\w+ )?mehr|ne \w+ plus|n'\w+ plus|ya no|ikke lenger"
    r"|ikke \w+ mer)(?![^\W_])"
    r"|不再|已经不|もう",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"(?<![^\W_])(?:used to|formerly|previously|in the past|back then|when i was|as a (?:child|kid|teenager)|früher"
    r"|damals|als kind"
    r"|ehemals|autrefois|avant|jadis|quand j'étais|antes|antiguamente|cuando era|før i tiden|tidligere"
    r"|da jeg var)(?![^\W_])"
    r"|(?<![^\W_])(?:i|we|he|she|ich|jeg|je|j') ?(?:lived|worked|studied|was born(?! )|was|had|wohnte|arbeitete"
    r"|lebte|war|hatte"
    r"|habitais|travaillais|étais|avais|bodde|jobbet|var|hadde)(?![^\W_])|(?<![^\W_])(?:vivía|trabajaba|tenía"
    r"|era)(?![^\W_])|以前|过去|曾经|昔",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"(?<![^\W_])(?:now|actually|currently|these days|instead|rather|anymore|jetzt|inzwischen|eigentlich|doch"
    r"|sondern|nun"
    r"|maintenant|actuellement|en fait|ahora|actualmente|en realidad|sino|nå|nu|egentlig)(?![^\W_])|现在|今は",
    re.IGNORECASE,
)
# What is no person, so nothing that follows is said of the one who speaks.
_THAT = re.compile(
    r"(?:it|it's|that|that's|this|these|those|there|das|dies|es|dort|ce|c'est|ça|cela|esto|eso|esta|det|dette|den"
    r"|the|a|an|der|die|ein|eine|le|la|les|un|une|el|los|las)(?![^\W_])"
    r"|[这那它]|これ|それ",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"\"[^\"\n]*\"|«[^»\n]*»|「[^」\n]*」|『[^』\n]*』")
_MANY_WORDS = 4


@dataclass(frozen=True)
class Place:
    """Where a quote stands: ``part`` is the typed part, in plain quotation marks; the offsets are its own."""

    part: str
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.part[self.start : self.end]

    @property
    def sentence(self) -> "Place":
        """Return the sentence, or sentences, that the place lies in."""
        cuts = [0, *(found.end() for found in _SENTENCE_END.finditer(self.part)), len(self.part)]
        start = max(cut for cut in cuts if cut <= self.start)
        end = min((cut for cut in cuts if cut >= self.end), default=len(self.part))
        return Place(self.part, start, end)


def standing(place: Place) -> Standing:
    """Tell whether the words at ``place`` are stated, or only asked, supposed, asked for, or somebody's speech."""
    sentence = place.sentence
    said = sentence.text.strip()
    before = place.part[sentence.start : place.start]
    if _is_spoken(place):
        return "quoted"
    if _ASKS.search(said) and not _is_told(before, place, said):
        return "question"
    if _SUPPOSES.search(before) or _SUPPOSES.match(place.text) or _supposes_all(place):
        return "hypothetical"
    if _REQUESTS.match(said) and not _CLAUSE_END.search(before):
        return "request"
    return "stated"


def sentences(part: str) -> list[Place]:
    """Return the sentences of a typed part, in their order."""
    plain = wording.plain(part)
    cuts = sorted({0, *(found.end() for found in _SENTENCE_END.finditer(plain)), len(plain)})
    return [Place(plain, start, end) for start, end in pairwise(cuts) if plain[start:end].strip()]


def only_asks(sentence: Place) -> bool:
    """Tell whether a sentence asks or requests, and no part of it states something: "What should I wear?"."""
    kind = standing(sentence)
    said = sentence.text.strip()
    if kind == "request":
        return not persons.is_first(_REQUESTS.sub("", said, count=1).removeprefix(" me "))
    if kind != "question":
        return False
    return not persons.is_first(said) or (
        _INVERTED.match(said) is not None and not _CLAUSE_END.search(said.rstrip("?？؟ "))
    )


def _is_spoken(place: Place) -> bool:
    """Tell whether the place lies within quotation marks around more than a name."""
    return any(
        found.start() < place.start + 1 and place.end - 1 < found.end() and len(found[0].split()) >= _MANY_WORDS
        for found in _SPOKEN.finditer(place.part)
    )


def _is_told(before: str, place: Place, sentence: str) -> bool:
    """Tell whether a question tells what is quoted: after "did you know", or as the statement that it begins with."""
    opening = _TELLING.search(before)
    if opening is not None or _opens_by_telling(place.text):
        return True
    rest = sentence[len(before.lstrip()) + len(place.text) :]
    ends_before = re.match(r"\s*[,;:–—-]|\s+(?:and|but|so|und|aber|et|mais|y|pero|og|men)\s", rest, re.IGNORECASE)
    return not before.strip() and ends_before is not None and not _INVERTED.match(place.text.lstrip("¿ "))


def _opens_by_telling(text: str) -> bool:
    """Tell whether a quote holds its own "Did you know", as models like to quote it."""
    words = text.split()
    return any(_TELLING.fullmatch(" ".join(words[:length])) for length in range(2, min(6, len(words))))


def _supposes_all(place: Place) -> bool:
    """Tell whether the quote begins where a supposing sentence does."""
    sentence = place.sentence.text
    return place.start == place.sentence.start and _SUPPOSES.match(sentence) is not None


def clause_of(text: str, value: str) -> str:
    """Return the clause of ``text`` that has ``value``; all of it where none has."""
    wanted = wording.fold(value)
    clauses = [clause for clause in _CLAUSE_END.split(text) if clause.strip()]
    return next((clause for clause in clauses if wanted and wanted in wording.fold(clause)), text)


def goes_on(place: Place) -> bool:
    """Tell whether the words at ``place`` go on with somebody named before: after "she", "and", or a comma."""
    before = place.part[: place.start].rstrip()
    return _CLAUSE_END.search(f"{before} "[-8:]) is not None or persons.is_third(before.split()[-1] if before else "")


def is_denied(text: str, value: str) -> bool:
    """Tell whether ``text`` says that it is not so: "not Google", "I don't have a dog"."""
    clause = clause_of(text, value)
    return _NEGATES.search(_NOT_ONLY.sub(" ", clause)) is not None


def negates(text: str) -> bool:
    return _NEGATES.search(_NOT_ONLY.sub(" ", text)) is not None


def says_it_ended(text: str) -> bool:
    """Tell whether ``text`` says that something is over, or is not so."""
    return _ENDS.search(text) is not None or negates(text)


def says_over(text: str) -> bool:
    """Tell whether ``text`` says that something was so, and is so no longer."""
    return _OVER.search(text) is not None


def is_past(text: str) -> bool:
    """Tell whether ``text`` is about what was, and not about what has come of it."""
    return _PAST.search(text) is not None and _NOW.search(text) is None


def says_now(text: str) -> bool:
    """Tell whether ``text`` puts something in the place of something else."""
    return _NOW.search(text) is not None


def speaker_of(text: str, value: str) -> Literal["first", "third"] | Relation | None:
    """Return of whom the clause with ``value`` speaks; a clause without a subject goes on with the one before it."""
    wanted = wording.fold(value)
    subject: Literal["first", "third"] | Relation | None = None
    for clause in _CLAUSE_END.split(text):
        subject = _subject(clause) or subject
        if wanted and wanted in wording.fold(clause):
            return subject
    return subject


def _subject(clause: str) -> Literal["first", "third"] | Relation | None:
    relation = persons.subject(clause)
    if relation is not None:
        return relation
    if persons.is_third(clause.strip()):
        return "third"
    if persons.is_first(clause):
        return "first"
    return "third" if _THAT.match(clause.strip()) else None
