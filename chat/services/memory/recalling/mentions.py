"""Which names of a store stand in a text."""

import re
from collections.abc import Collection, Iterator

from chat.services import search
from chat.services.memory import stores
from chat.services.memory.stores import Store
from chat.services.search import words

# Names are looked for in the beginning and the end of a long text, where the question is.
MAX_WORDS_READ = 400
MAX_NAME_WORDS = 4
# Of scripts without spaces, every part of this length may be a name.
MIN_NAME_CHARACTERS, MAX_NAME_CHARACTERS = 2, 8
MAX_RUN_READ = 200

_WORD = re.compile(rf"[^\W{words.UNSPACED}]+(?:['’.&+#\-]+[^\W{words.UNSPACED}]+)*[+#]*")
_RUN = re.compile(f"[{words.UNSPACED}]+")
_BEFORE_SENTENCE = re.compile(r"(^|[.!?…:\n])[\s\"'“„«(]*$")


def entity_ids(store: Store, text: str) -> list[int]:
    """Return the entities of ``store``, but the person, that ``text`` names, in the order of their ids.

    A name that nearly stands there counts where the word is no name itself.
    """
    names = possible_names(text)
    aliases = search.named(**store.columns, names=names, words=[name for name in names if " " not in name])
    return sorted({alias.entity_id for alias in aliases if _is_said(alias, text)})


def entity_ids_of(store: Store, names: Collection[str]) -> list[int]:
    """Return the entities of ``store``, but the person, that have one of the normalised ``names``."""
    return sorted({alias.entity_id for alias in search.named(**store.columns, names=names)})


def _is_said(alias: search.Name, text: str) -> bool:
    """Tell a name from a common word: Will is meant where it is written so inside a sentence."""
    if not words.is_stop_word(alias.normalised):
        return True
    written = re.finditer(rf"\b{re.escape(alias.text)}\b", text)
    return alias.text != alias.normalised and any(not _BEFORE_SENTENCE.search(text[: at.start()]) for at in written)


def possible_names(text: str) -> list[str]:
    """Return every part of ``text`` that could be a name, normalised, each once, in their order."""
    parts = (stores.normalise(part) for part in [*_of_words(text), *_of_runs(text)])
    return [name for name in dict.fromkeys(parts) if name]


def _of_words(text: str) -> Iterator[str]:
    found = list(_WORD.finditer(text))
    for side in _ends(found):
        for first in range(len(side)):
            for last in side[first : first + MAX_NAME_WORDS]:
                yield text[side[first].start() : last.end()]


def _ends(found: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    half = MAX_WORDS_READ // 2
    return [found] if len(found) <= MAX_WORDS_READ else [found[:half], found[-half:]]


def _of_runs(text: str) -> Iterator[str]:
    letters = 0
    for run in _RUN.findall(text):
        if letters >= MAX_RUN_READ:
            return
        part = run[: MAX_RUN_READ - letters]
        letters += len(part)
        for start in range(len(part)):
            for end in range(start + MIN_NAME_CHARACTERS, min(len(part), start + MAX_NAME_CHARACTERS) + 1):
                yield part[start:end]
