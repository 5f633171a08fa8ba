"""Who says so, where it is not the person: "my doctor says …", "according to Anna …". Pure.

What somebody says is about whom they say it, so the words of saying are taken off before the subject is looked for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from chat.services.memory import wording
from chat.services.memory.judging import persons, statements, vocabulary
from chat.services.memory.judging.clauses import Place
from chat.services.memory.learner.proposal import SELF_ID, KnownEntity, Operation

MAX_WHO_CHARACTERS = 200

_WHO = r"(?P<who>[^\s,.;:!?]{1,40}(?:[ ][^\s,.;:!?]{1,40}){0,3}?)"
_THAT = r"(?:,? ?(?:that|dass|que|qu'|che|at|что)(?![^\W_])|:|,)?\s*"
_SAYING = re.compile(
    rf"(?<![^\W_]){_WHO}\s+(?:(?:just |also |always |once |has |had )?(?:says?|said|told (?:me|us)|tells (?:me|us)"
    rf"|claims?|claimed|thinks|mentioned|reckons"
    rf"|insists|suggested|recommends?|recommended|advised (?:me|us)|believes)"
    rf"|(?:ha(?:t|st) (?:mir |uns )?(?:gesagt|erzählt|empfohlen)|sagte?|meinte?|behauptete?|erzählte?|empfiehlt"
    rf"|empfahl)(?: mir| uns)?"
    rf"|(?:m'as?|nous as?|as?) (?:dit|raconté|conseillé)|(?:me |nous )?dit|prétend|pense|affirme|(?:me )?conseille"
    rf"|(?:me |nos )?(?:ha dicho|dijo|dice|contó|comentó|recomendó|recomienda)|cree|afirma|asegura"
    rf"|(?:mi |ci )?(?:ha detto|dice|ha raccontato|sostiene|consiglia)"
    rf"|(?:me |nos )?(?:disse|diz|contou|recomendou)|afirma"
    rf"|(?:sier|sa|fortalte|forteller|mener|påstår|anbefalte|anbefaler)(?: til)?(?: meg| oss)?"
    rf"|(?:мне |нам )?(?:говорит|сказала?|рассказала?|считает|утверждает|советует|посоветовала?))(?![^\W_]){_THAT}",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    rf"(?<![^\W_])(?:according to|laut|nach angaben von|selon|d'après|según|secondo|segundo|de acordo com|ifølge"
    rf"|по словам|согласно)\s+{_WHO}"
    rf"(?=\s*[,;:.!?]|\s+(?:has|have|is|are|was|should|must|hat|haben|ist|sind|soll|sollte|wohnt|arbeitet|har|er"
    rf"|bør|skal|bor)(?![^\W_])|$)\s*,?\s*",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(
    r",\s*(?:(?:says|said|sagt|sagte|dit|a dit|dice|dijo|diz|disse|sier|sa|говорит"
    r"|сказала?)\s+(?P<who>[^,.;:!?\n]{1,60})|(?P<first>[^,.;:!?\n]{1,60})\s+(?:says|said|sagt))\s*[.!?]?\s*$",
    re.IGNORECASE,
)
_HAN = re.compile(
    r"(?P<who>我?的?[^，。！？\s我你]{1,8})(?:告诉我|跟我说|对我说|说过?|認為|认为|建议)[，:：]?|(?:据|根据"
    r"|按照)(?P<by>[^，。]{1,12}?)(?:说|的说法)?[，,]"
)
_JAPANESE = re.compile(r"(?P<who>[^、。]{1,12})によると、?|(?P<by>[^、。]{1,12})[がは](?=.*と言って)")
_ASSISTANT = re.compile(
    r"^(?:you|the assistant|chatgpt|claude|memorybot|the bot|the ai|du|tu|vous|usted|tú|você|den|ты|вы|你"
    r"|あなた)$",
    re.IGNORECASE,
)
# Where the verb alone says that it was the assistant.
_YOU_SAID = re.compile(
    rf"(?<![^\W_])(?:(?:me |nos )?(?:dijiste|has dicho)|(?:mi |ci )hai detto|(?:me )?disseste)(?![^\W_]){_THAT}",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s(?:and|but|because|und|aber|weil|et|mais|y|pero|og|men|i|и)\s")
# "As you said" and "wie Anna sagt" say it oneself, too.
_AS = re.compile(r"^(?:as|like|wie|comme|como|come|som|как)(?![^\W_])", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:and|but|also|then|well|so|und|aber|et|mais|y|pero|og|men|because|now|today"
    r"|yesterday)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Said:
    """``who`` said ``content``; the offsets of the content are those of the sentence."""

    who: str
    content: str
    start: int
    end: int

    @property
    def by_assistant(self) -> bool:
        return _ASSISTANT.fullmatch(self.who) is not None

    def within(self, place: Place) -> str:
        """Return what is said, up to the end of ``place``."""
        start = place.sentence.start
        return place.part[start + self.start : min(place.end, start + self.end)]


def of(sentence: str) -> Said | None:
    """Return who is said to say what ``sentence`` states; None where the person says it themselves."""
    text = wording.plain(sentence)
    if (yours := _YOU_SAID.search(text)) is not None:
        return Said("you", text[yours.end() :], yours.end(), len(text))
    for pattern in (_ACCORDING, _SAYING, _HAN, _JAPANESE):
        for found in pattern.finditer(text):
            who = _who(found)
            if who and wording.words(text[found.end() :]):
                return Said(who, text[found.end() :], found.end(), len(text))
    for pattern in (_AFTERWARDS, _ACCORDING):
        behind = pattern.search(text)
        if behind is not None and (who := _who(behind)):
            return Said(who, text[: behind.start()], 0, behind.start())
    return None


def over(place: Place) -> Said | None:
    """Return who is said to say the words at ``place``."""
    said = of(place.sentence.text)
    begin = place.sentence.start
    is_over = said is not None and place.end > begin + said.start and place.start < begin + said.end
    return said if is_over else None


def refiled(operation: Operation, said: Said, clause: str, entities: Mapping[str, KnownEntity]) -> Operation:
    """Return ``operation`` about whom it is said, not about who says it; the statement without the words of saying."""
    entity = entities.get(operation.about.upper())
    names = (entity.name, *entity.aliases) if entity else (operation.about,)
    by_themselves = any(is_called(said.who, name) for name in names) and persons.is_first(clause)
    told = of(operation.statement)
    statement = statements.ended(told.content) if told else operation.statement
    return replace(operation, about=SELF_ID if by_themselves else operation.about, statement=statement)


def is_called(who: str, name: str) -> bool:
    """Tell whether ``who`` is somebody of that name: "my sister Anna" is Anna."""
    wanted = wording.words(name)
    return bool(wanted) and set(wanted) <= set(wording.words(who))


def _who(found: re.Match[str]) -> str:
    """Return who is named: somebody of "my …", or a name; "" where it is the person, or only a pronoun or a thing."""
    named = next((part for part in found.groupdict().values() if part), "")
    who = wording.trim(_LEADING.sub("", _JOINED.split(named)[-1]))[:MAX_WHO_CHARACTERS]
    if _ASSISTANT.fullmatch(who):
        return who
    if relations := persons.relations(who):
        return who[relations[-1].start :]
    if not who or _AS.match(who):
        return ""
    if persons.is_first(who) or persons.is_third(who):
        return ""
    is_somebody = wording.fold(who).split()[-1] in vocabulary.PEOPLE or re.match(
        r"^(?:the|der|die|le|la|el|il"
        r"|o) \w+$",
        who,
    )
    is_name = who[:1].isupper() or wording.is_unspaced(who)
    return who if is_name or is_somebody else ""
