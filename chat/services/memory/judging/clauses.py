"""What a piece of a message does: state, ask, suppose, request, deny; and of whom it speaks. Pure.

A sentence is looked at as it was typed. The tables know the languages the memory is tried in; where they know
nothing, a piece counts as stated, and the model's judgement stands.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from chat.services.memory import wording
from chat.services.memory.judging import cues, persons
from chat.services.memory.judging.persons import Relation

Standing = Literal["stated", "question", "hypothetical", "request", "quoted"]

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
        cuts = [0, *(found.end() for found in cues.SENTENCE_END.finditer(self.part)), len(self.part)]
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
    if cues.ASKS.search(said) and not _is_told(before, place, said):
        return "question"
    if cues.SUPPOSES.search(before) or cues.SUPPOSES.match(place.text) or _supposes_all(place):
        return "hypothetical"
    if cues.REQUESTS.match(said) and _goes_on_asking(before, place):
        return "request"
    return "stated"


def _goes_on_asking(before: str, place: Place) -> bool:
    """Tell whether a request is not over yet: what follows a mere "and" says nothing new unless it is of somebody."""
    ends = list(cues.CLAUSE_END.finditer(before))
    if not ends:
        return True
    clause = before[ends[-1].end() :] + place.text
    return ends[-1][0].strip().isalpha() and _subject(clause) is None


def sentences(part: str) -> list[Place]:
    """Return the sentences of a typed part, in their order."""
    plain = wording.plain(part)
    cuts = sorted({0, *(found.end() for found in cues.SENTENCE_END.finditer(plain)), len(plain)})
    return [Place(plain, start, end) for start, end in pairwise(cuts) if plain[start:end].strip()]


def only_asks(sentence: Place) -> bool:
    """Tell whether a sentence asks or requests, and no part of it states something: "What should I wear?"."""
    kind = standing(sentence)
    said = sentence.text.strip()
    if kind == "request":
        return not persons.is_first(cues.REQUESTS.sub("", said, count=1).removeprefix(" me "))
    if kind != "question":
        return False
    return not persons.is_first(said) or (
        cues.INVERTED.match(said) is not None and not cues.CLAUSE_END.search(said.rstrip("?？؟ "))
    )


def _is_spoken(place: Place) -> bool:
    """Tell whether the place lies within quotation marks around more than a name."""
    return any(
        found.start() < place.start + 1 and place.end - 1 < found.end() and len(found[0].split()) >= _MANY_WORDS
        for found in cues.SPOKEN.finditer(place.part)
    )


def _is_told(before: str, place: Place, sentence: str) -> bool:
    """Tell whether a question tells what is quoted: after "did you know", or as the statement that it begins with."""
    opening = cues.TELLING.search(before)
    if opening is not None or _opens_by_telling(place.text):
        return True
    rest = sentence[len(before.lstrip()) + len(place.text) :]
    ends_before = re.match(r"\s*[,;:–—-]|\s+(?:and|but|so|und|aber|et|mais|y|pero|og|men)\s", rest, re.IGNORECASE)
    return not before.strip() and ends_before is not None and not cues.INVERTED.match(place.text.lstrip("¿ "))


def _opens_by_telling(text: str) -> bool:
    """Tell whether a quote holds its own "Did you know", as models like to quote it."""
    words = text.split()
    return any(cues.TELLING.fullmatch(" ".join(words[:length])) for length in range(2, min(6, len(words))))


def _supposes_all(place: Place) -> bool:
    """Tell whether the quote begins where a supposing sentence does."""
    sentence = place.sentence.text
    return place.start == place.sentence.start and cues.SUPPOSES.match(sentence) is not None


def clause_of(text: str, value: str) -> str:
    """Return the clause of ``text`` that has ``value``; all of it where none has."""
    wanted = wording.fold(value)
    clauses = [clause for clause in cues.CLAUSE_END.split(text) if clause.strip()]
    return next((clause for clause in clauses if wanted and wanted in wording.fold(clause)), text)


def goes_on(place: Place) -> bool:
    """Tell whether the words at ``place`` go on with somebody named before: after "she", "and", or a comma."""
    before = place.part[: place.start].rstrip()
    return cues.CLAUSE_END.search(f"{before} "[-8:]) is not None or persons.is_third(
        before.split()[-1] if before else ""
    )


def is_denied(text: str, value: str) -> bool:
    """Tell whether ``text`` says that it is not so: "not Google", "I don't have a dog"."""
    clause = clause_of(text, value)
    return cues.NEGATES.search(cues.NOT_ONLY.sub(" ", clause)) is not None


def negates(text: str) -> bool:
    return cues.NEGATES.search(cues.NOT_ONLY.sub(" ", text)) is not None


def is_against(text: str) -> bool:
    """Tell whether ``text`` says that somebody does not like something."""
    return negates(text) or cues.AGAINST.search(text) is not None


def says_it_ended(text: str) -> bool:
    """Tell whether ``text`` says that something is over, or is not so."""
    return negates(text) or any(cue.search(text) is not None for cue in (cues.ENDS, cues.OVER))


def is_left(text: str, value: str) -> bool:
    """Tell whether ``text`` names something only as what is over: "our dog died", "from Oslo to Bergen"."""
    if any(cue.search(text) is not None for cue in (cues.ENDS, cues.OVER)):
        return True
    return is_moved_from(text, value)


def is_moved_from(text: str, value: str) -> bool:
    """Tell whether ``text`` names ``value`` as what was left for something else: "from Oslo to Bergen"."""
    return re.search(cues.LEAVES.format(re.escape(wording.fold(value))), wording.fold(text)) is not None


def is_past(text: str) -> bool:
    """Tell whether ``text`` is about what was, and not about what has come of it."""
    return cues.PAST.search(text) is not None and cues.NOW.search(text) is None


def says_now(text: str) -> bool:
    """Tell whether ``text`` puts something in the place of something else."""
    return cues.NOW.search(text) is not None


def speaker_of(text: str, value: str) -> Literal["first", "third"] | Relation | None:
    """Return of whom the clause with ``value`` speaks; a clause without a subject goes on with the one before it."""
    wanted = wording.fold(value)
    subject: Literal["first", "third"] | Relation | None = None
    for clause in cues.CLAUSE_END.split(text):
        subject = _subject(clause) or subject or _of_a_thing(clause)
        if wanted and wanted in wording.fold(clause):
            return subject
    return subject


def _subject(clause: str) -> Literal["first", "third"] | Relation | None:
    relation = persons.subject(clause)
    if relation is not None:
        return relation
    if persons.is_third(clause.strip()) and len(clause.split()) > 1:
        return "third"
    return "first" if persons.is_first(clause) else None


def _of_a_thing(clause: str) -> Literal["third"] | None:
    return "third" if cues.THAT.match(clause.strip()) else None
