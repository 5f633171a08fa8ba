"""A long conversation: subjects that come back, questions and answers of different lengths, now and then a fact."""

import random
import re
from dataclasses import dataclass
from typing import Any

from tests.scripted_model import Call

SUBJECTS = [
    "sourdough bread, starter, oven, crust, rye flour",
    "apple tree, pruning, blossom, ladder, orchard",
    "night train, sleeping car, ticket, platform, Hamburg",
    "old bicycle, chain, gears, brake cable, saddle",
    "piano, scales, left hand, metronome, sonata",
    "tax return, receipts, deadline, deduction, form",
    "garden pond, frogs, pump, water lilies, algae",
    "half marathon, training plan, shoes, knee, warm-up",
    "Norwegian grammar, verbs, dialect, vocabulary, radio",
    "spreadsheet, formula, pivot table, column, chart",
    "wooden boat, varnish, hull, sail, harbour",
    "kitchen renovation, tiles, plumber, sink, budget",
    "school board, meeting, minutes, proposal, vote",
    "camera, aperture, tripod, long exposure, aurora",
    "beehive, honey, queen, smoker, swarm",
    "mortgage, interest rate, bank, instalment, insurance",
    "chess opening, bishop, pawn, endgame, clock",
    "knitting, wool, pattern, sleeve, needles",
    "telescope, Saturn, lens, mount, clear sky",
    "choir, alto, concert, rehearsal, Bach",
    "hiking tent, storm, poles, mountain hut, map",
    "Python script, loop, file, error message, library",
    "vegetable soup, leek, celery, stock, thyme",
    "book club, novel, chapter, narrator, ending",
    "greenhouse, tomatoes, heating, seedlings, compost",
]
QUESTIONS = [
    "What should I know about {0} before I begin with the {1}?",
    "Something is not right with the {2}. I looked at the {1} and the {3} and could not find it. What would you try?",
    "Could you compare two ways to deal with the {3}?",
    "I spent three hours on the {0} and got nowhere. The {2} still troubles me. Should I begin anew with the {1}?",
    "How long does the {4} take, roughly?",
    "I read that the {1} matters more than the {2}. Is that so?",
    "Give me a short checklist for the {0}, please: {1}, {2}, {3}, {4}.",
    "And what does it cost if I let somebody else do the {3}?",
]
SENTENCES = [
    "With the {0}, most people begin too fast and forget about the {1}.",
    "I would look at the {2} first, since everything else depends on it.",
    "The {3} can wait until the {1} is done.",
    "If the {4} troubles you again, take it apart, clean it, and try with a new one before you spend more on it.",
    "There are two schools here: one does the {1} by hand and the other lets the {2} do the work.",
    "Plan an afternoon for it, and keep a note of what you changed on the {3}.",
    "That depends on the season, on your patience, and on how the {4} was treated before.",
    "A good {2} costs more than you would think, and lasts three times as long.",
    "Many have asked the same about the {0}; the short answer is yes, and the long one is that it takes practice.",
]
NAMES = ["Anna", "Bjarne", "Cecilie", "Dag", "Eva", "Frode", "Greta", "Halvor", "Ida", "Jonas", "Kari", "Lars"]
LIKES = ["chess", "sailing", "jazz", "old maps", "rye bread", "astronomy", "cycling", "crime novels", "mushrooms"]
A_FACT_EVERY = 5  # turns
MAX_SUMMARY_WORDS = 250


@dataclass(frozen=True)
class Talk:
    said: str
    answer: str
    facts: tuple[dict[str, str], ...]


def talks(count: int) -> list[Talk]:
    """Return as many turns, always the same; no two questions are alike."""
    chance = random.Random(20)
    asked = [(subject.split(", "), question) for question in QUESTIONS for subject in SUBJECTS]
    chance.shuffle(asked)
    return [_talk(number, *asked[number], chance) for number in range(count)]


def _talk(number: int, subject: list[str], question: str, chance: random.Random) -> Talk:
    said = question.format(*subject)
    sentences = chance.sample(SENTENCES, chance.randint(2, 7))
    facts: tuple[dict[str, str], ...] = ()
    if number % A_FACT_EVERY == 0:
        who, what = NAMES[number // A_FACT_EVERY % len(NAMES)], chance.choice(LIKES)
        told = f"My friend {who} likes {what}"
        said = f"{told}. {said}"
        facts = (_fact(told, who, "likes", what, f"{who} likes {what}."),)
    return Talk(said, " ".join(sentences).format(*subject), facts)


def _fact(quote: str, about: str, attribute: str, value: str, text: str) -> dict[str, str]:
    return {
        "quote": quote,
        "about": about,
        "kind": "person",
        "op": "add",
        "attr": attribute,
        "value": value,
        "text": text,
    }


class Model:
    """Answers as scripted, learns what the lines tell, and folds what leaves the window into a full summary."""

    def __init__(self, turns: list[Talk]) -> None:
        self._turns = turns
        self.folds = 0

    def reply(self, call: Call) -> str:
        return next(turn.answer for turn in self._turns if call.question.endswith(turn.said))

    def proposal(self, call: Call) -> dict[str, Any]:
        turn = next(turn for turn in self._turns if call.question.endswith(f": {turn.said}"))
        whole = {"facts": turn.facts, "title": "Bread, boats and bees", "summary": self._summary(call.question)}
        return {name: whole[name] for name in call.body["response_format"]["json_schema"]["schema"]["required"]}

    def _summary(self, asked: str) -> str:
        found = re.search(r"SUMMARY SO FAR: (.*?)\nTO FOLD IN:\n(.*?)\nAs summary", asked, re.DOTALL)
        if found is None:
            return ""
        self.folds += 1
        return " ".join(f"{found[1]} {found[2]}".split()[-MAX_SUMMARY_WORDS:])
