"""Which turns are worth asking a model what they teach. Pure, and it lets through what it is not sure of."""

import re
from collections.abc import Sequence
from typing import Literal

from chat.services.memory import wording
from chat.services.memory.judging import clauses, typed
from chat.services.memory.judging.vocabulary import PLEASANTRIES

Verdict = Literal["teaches", "asks", "trivial", "pasted"]

_LONGEST_PHRASE = max(len(phrase.split()) for phrase in PLEASANTRIES)
_WORDS = re.compile(r"[^\s.,;:!?…。，！？、؟،¿¡()\"*~—–]+")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
# Longer than any chain of pleasantries.
_MOST_WORDS = 16


def verdict(message: str, pasted: typed.Spans = ()) -> Verdict:
    """Tell whether a message may teach something, only asks, is a mere pleasantry, or only pasted text or code."""
    if typed.is_pasted(message, pasted):
        return "pasted"
    if is_trivial(typed.text(message, pasted)):
        return "trivial"
    return "asks" if only_asks(typed.parts(message, pasted)) else "teaches"


def only_asks(parts: Sequence[str]) -> bool:
    """Tell whether all that was typed are questions and requests that say nothing of the person on the way."""
    sentences = [sentence for part in parts for sentence in clauses.sentences(part) if not is_trivial(sentence.text)]
    return all(clauses.only_asks(sentence) for sentence in sentences)


def is_trivial(text: str) -> bool:
    """Tell whether ``text`` is made of greetings, thanks and acknowledgements alone, or has no words at all."""
    said = [word for word in _WORDS.findall(wording.plain(text).casefold()) if _LETTER_OR_DIGIT.search(word)]
    if len(said) > _MOST_WORDS:
        return False
    while said:
        length = next((n for n in range(_LONGEST_PHRASE, 0, -1) if " ".join(said[:n]) in PLEASANTRIES), 0)
        if not length:
            return False
        said = said[length:]
    return True
