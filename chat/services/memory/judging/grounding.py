"""Whether what a model wrote stands in what was said: quotes word for word, names and numbers exactly. Pure."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from chat.services.memory import wording
from chat.services.memory.judging import vocabulary
from chat.services.memory.judging.clauses import Place

_ELLIPSIS = re.compile(r"^[\s.…]+|[\s…]+$")
_NUMBER = re.compile(r"\d+(?:[.,:/\-]\d+)*")
_HAN_DIGITS = "一二三四五六七八九"
_HAN_NUMBER = re.compile(f"[{_HAN_DIGITS}]?十[{_HAN_DIGITS}]?")
_ANSWERS = frozenset({"yes", "no", "true", "false", "ja", "nein", "oui", "non", "sí", "si", "nei", "是", "否"})


def find(quote: str, parts: Sequence[str]) -> Place | None:
    """Return where ``quote`` stands in the typed parts, whatever its case and spaces; None where it does not."""
    tokens = wording.plain(_ELLIPSIS.sub("", quote)).strip("\"'“”„«»").split()
    if not any(character.isalnum() for token in tokens for character in token):
        return None
    before = _no_letter(tokens[0][0], r"(?<!{})")
    after = _no_letter(tokens[-1][-1], r"(?!{})")
    pattern = re.compile(before + r"\s+".join(map(re.escape, tokens)) + after, re.IGNORECASE)
    for part in parts:
        plain = wording.plain(part)
        if found := pattern.search(plain):
            return Place(plain, found.start(), found.end())
    return None


def _no_letter(edge: str, pattern: str) -> str:
    """No quote begins or ends within a word, in scripts that have spaces between words."""
    is_letter = edge.isalnum() and not wording.is_unspaced(edge)
    return pattern.format(rf"[^\W_{wording.UNSPACED}]") if is_letter else ""


def _of_han(number: str) -> int:
    """Return a number up to 99 that is written in Chinese: 三十二."""
    tens, _, ones = number.partition("十")
    return 10 * (_HAN_DIGITS.find(tens) + 1 if tens else 1) + (_HAN_DIGITS.find(ones) + 1 if ones else 0)


@dataclass(frozen=True)
class Sources:
    """The words that a statement may take its names and numbers from."""

    texts: tuple[str, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(word for text in self.texts for word in wording.words(text))

    @cached_property
    def folded(self) -> str:
        return "\n".join(wording.fold(text) for text in self.texts)

    @cached_property
    def numbers(self) -> frozenset[int]:
        """All whole numbers that were said, in digits, in words, or as the name of a month."""
        digits = {
            int(digit) for text in self.texts for digit in re.findall(r"\d+", unicodedata.normalize("NFKC", text))
        }
        spelled = {vocabulary.NUMBERS[word] for word in self.words if word in vocabulary.NUMBERS}
        months = {
            number for month, number in vocabulary.MONTHS.items() if any(word.startswith(month) for word in self.words)
        }
        grouped = {int(re.sub(r"\D", "", found)) for text in self.texts for found in re.findall(r"\d[\d.,' ]*\d", text)}
        han = {_of_han(found) for text in self.texts for found in _HAN_NUMBER.findall(text)}
        return frozenset(digits | spelled | months | grouped | han)


def has_name(name: str, sources: Sources) -> bool:
    """Tell whether all words of ``name`` were said."""
    if wording.is_unspaced(name):
        return wording.fold(name) in sources.folded
    return bool(wording.words(name)) and all(_is_said(word, sources.words) for word in wording.words(name))


def has_value(value: str, sources: Sources) -> bool:
    """Tell whether ``value`` was said: its numbers and names exactly, of its other words one at least."""
    if wording.is_unspaced(value):
        return wording.fold(value) in sources.folded or _shares_pair(value, sources)
    if _is_joined(value):
        return wording.fold(value) in sources.folded
    if not _has_numbers(value, sources) or made_up(value, sources) or not _may_begin(value, sources):
        return False
    return touches(value, sources)


def _is_joined(text: str) -> bool:
    """Tell whether ``text`` is in a script whose words carry endings, or signs that are no letters: Korean, Hindi."""
    return any("\uac00" <= character <= "\ud7a3" or unicodedata.category(character)[0] == "M" for character in text)


def touches(value: str, sources: Sources) -> bool:
    """Tell whether at least one word or number of ``value`` was said, in one form or another."""
    if wording.is_unspaced(value):
        return _shares_pair(value, sources) or wording.fold(value) in sources.folded
    if _is_joined(value):
        return wording.fold(value) in sources.folded
    if any(_is_number_said(number, sources.numbers) for number in _NUMBER.findall(value)):
        return True
    said = [word for word in wording.words(value) if not word.isdigit()]
    if not said or wording.fold(value) in _ANSWERS:
        return True
    return any(wording.is_akin(word, other) for word in said for other in sources.words if len(word) > 1)


def _may_begin(value: str, sources: Sources) -> bool:
    """Tell whether the first word of a value is no made-up name, such as "Deutsche" before a bank that was said."""
    first = value.split()[0]
    if not first[:1].isupper():
        return True
    return all(any(wording.is_akin(word, other) for other in sources.words) for word in wording.words(first))


def has_statement(statement: str, sources: Sources) -> bool:
    """Tell whether the names and numbers in ``statement`` were said."""
    return _has_numbers(statement, sources) and not made_up(statement, sources)


def made_up(text: str, sources: Sources) -> list[str]:
    """Return the names in ``text`` that nobody said: capital letters anywhere but at its beginning."""
    tokens = wording.plain(text).split()
    names = [token for token in tokens[1:] if token.strip("\"'([{<«„")[:1].isupper()]
    return [name for name in names if not _is_known(name, sources)]


def names_in(value: str) -> list[str]:
    """Return the words of ``value`` that are written as names."""
    return [word for word in wording.plain(value).split() if word[:1].isupper() and wording.words(word)]


def _is_known(name: str, sources: Sources) -> bool:
    found = wording.words(name)
    return all(word in vocabulary.STATED or _is_said(word, sources.words) for word in found)


def _is_said(word: str, said: Collection[str]) -> bool:
    return word in said or any(wording.is_inflected(word, other) for other in said)


def _has_numbers(text: str, sources: Sources) -> bool:
    found = _NUMBER.findall(unicodedata.normalize("NFKC", text))
    return all(_is_number_said(number, sources.numbers) for number in found)


def _is_number_said(number: str, said: Collection[int]) -> bool:
    return int(re.sub(r"\D", "", number)) in said or all(int(part) in said for part in re.findall(r"\d+", number))


def _shares_pair(value: str, sources: Sources) -> bool:
    folded = wording.fold(value)
    return any(folded[i : i + 2] in sources.folded for i in range(len(folded) - 1))
