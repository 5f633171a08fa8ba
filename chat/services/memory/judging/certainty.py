"""Whether something is said with doubt: "maybe", "ich glaube", "peut-être". Pure."""

import re
from typing import Literal

from chat.services.memory import wording
from chat.services.memory.judging import cues

Certainty = Literal["sure", "unsure"]

_DOUBT = re.compile(
    r"(?<![^\W_])(?:maybe|perhaps|probably|possibly|presumably|supposedly|apparently|might|may(?= (?:be|have|not"
    r"|also|well|become|move|get|start))"
    r"|could be|(?:i'm|i am|we're|not) (?:not )?(?:entirely |quite |completely |so |really )?(?:sure"
    r"|certain)(?<!am sure)(?<!i'm sure)(?<!are sure)(?<!'re sure)(?<!am certain)(?<!i'm certain)"
    r"|(?:i|we) (?:think|guess|suppose|believe|assume|reckon|suspect)(?! (?:in|of|about)(?![^\W_]))"
    r"|as far as i (?:know|remember)|if i remember"
    r"|(?:i|we) (?:have )?heard(?: that)?|rumou?r has it|they say|not a hundred percent"
    r"|vielleicht|möglicherweise|wahrscheinlich|vermutlich|eventuell|angeblich|anscheinend|könnte sein|(?:ich"
    r"|wir) (?:glaube|denke|vermute|meine)"
    r"|(?:glaube|denke|vermute) ich|glaub(?: ich)?|(?:mir )?nicht (?:ganz )?sicher|soweit ich weiß|ich habe gehört"
    r"|peut-être|probablement|sans doute|apparemment|(?:je|j') ?(?:crois|pense|suppose|imagine)(?! (?:à|en)(?![^\W_]))"
    r"|(?:il )?me semble|pas (?:tout à fait |très )?sûre?|si je me souviens|il paraît|j'ai entendu dire|on dit"
    r"|quizás?|tal vez|a lo mejor|probablemente|posiblemente|(?:yo )?(?:creo|supongo|pienso)(?! (?:en|comprar"
    r"|ir))(?= que)|creo|supongo"
    r"|no estoy (?:muy )?segur[oa]|me parece|que yo sepa|he oído|dicen que|por lo visto"
    r"|forse|probabilmente|magari|(?:penso|credo|suppongo)(?= che| di)|non sono sicur[oa]|mi sembra"
    r"|ho sentito(?: dire)?|pare che"
    r"|talvez|provavelmente|acho que|creio que|suponho|não tenho certeza|parece que|ouvi dizer"
    r"|kanskje|muligens|sannsynligvis|antakelig|trolig|(?:jeg|vi) (?:tror|antar)(?! på)|tror jeg"
    r"|ikke (?:helt )?sikker|visstnok|jeg (?:har )?hørt(?:e)?"
    r"|возможно|может быть|наверное|наверно|вероятно|кажется|я думаю|думаю|по-моему|не уверен[а]?|вроде(?: бы)?"
    r"|слышала? что|говорят)(?![^\W_])"
    r"|也许|可能|大概|或许|好像|我觉得|我猜|应该是|不确定|听说|たぶん|多分|かもしれ|おそらく|と思い?ま?す|と思う|らしい|気がする",
    re.IGNORECASE,
)
# "I think, …" and "…, I guess": a clause that says no more than that.
MAX_WORDS_OF_DOUBT = 4


def of(sentence: str, *, value: str) -> Certainty:
    """Return how surely that part of ``sentence`` is said which has ``value``."""
    clauses = [clause for clause in cues.CLAUSE_END.split(wording.plain(sentence)) if clause.strip()]
    wanted = wording.fold(value)
    place = next((n for n, clause in enumerate(clauses) if wanted and wanted in wording.fold(clause)), None)
    if place is None:
        return "unsure" if _DOUBT.search(wording.plain(sentence)) else "sure"
    beside = [*clauses[max(place - 1, 0) : place], *clauses[place + 1 : place + 2]]
    near = [clauses[place], *(clause for clause in beside if len(clause.split()) <= MAX_WORDS_OF_DOUBT)]
    return "unsure" if any(_DOUBT.search(clause) for clause in near) else "sure"
