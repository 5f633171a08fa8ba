"""Invented amounts and invented words."""

import random
from dataclasses import dataclass

CONSONANTS, VOWELS = "bdfghjklmnprstv", "aeiou"
# The smaller, the more even; at 0.6 a word in four is one of the ten most common ones.
EVENNESS = 0.6


@dataclass(frozen=True)
class Amount:
    messages: int
    facts: int


class Words:
    """A vocabulary in which, as in any language, a few words are in every text and most are rare."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._words = [a + b + a2 + b2 for a in CONSONANTS for b in VOWELS for a2 in CONSONANTS for b2 in VOWELS]
        chance.shuffle(self._words)

    def one(self) -> str:
        return self._words[min(int(self._chance.paretovariate(EVENNESS)), len(self._words)) - 1]

    def sentence(self, words: int) -> str:
        return " ".join(self.one() for _ in range(words)).capitalize() + "."


def amounts(*, users: int, messages: int, facts: int) -> list[Amount]:
    """Share out what is wanted as it is in life: few people have most of it."""
    weights = [1 / (rank + 1) for rank in range(users)]
    shares = [weight / sum(weights) for weight in weights]
    return [Amount(2 * round(messages * share / 2), round(facts * share)) for share in shares]
