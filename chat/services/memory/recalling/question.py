"""A question as recall looks at it: whose it is, what it says, whom it names, and what it means."""

from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from functools import cached_property

from chat.llm import embedder
from chat.llm.embedder import Vector
from chat.services.memory.recalling.speakers import Speakers
from chat.services.memory.stores import Store
from chat.services.search import words

# The answer does not wait longer for the meaning of its question.
DEADLINE_SECONDS = 0.15


@dataclass(frozen=True)
class Question:
    """Shapes: ``exclude`` are ids of messages that stand in the prompt anyway; ``embedding`` is None where meaning is
    not searched.
    """

    store: Store
    text: str
    previous: str
    exclude: frozenset[int]
    speakers: Speakers
    embedding: Future[Vector | None] | None

    @property
    def both(self) -> str:
        return f"{self.previous}\n{self.text}"

    @cached_property
    def vector(self) -> Vector | None:
        """What the question means; None if that is not known, or not in time."""
        if self.embedding is None:
            return None
        try:
            return self.embedding.result(DEADLINE_SECONDS)
        except TooLate:
            # Nobody waits for it any more: the embedder has others to do.
            self.embedding.cancel()
            return None


def ask(store: Store, *, text: str, previous: str, exclude: frozenset[int], speakers: Speakers) -> Question:
    """Return the question, with its embedding begun beside what is looked up meanwhile."""
    # "Hi" is near to every greeting; there is nothing in it to look for.
    says_something = bool(words.informative(text))
    embedding = embedder.begin(speakers.without_names(text)) if embedder.is_enabled() and says_something else None
    return Question(store, text, previous, exclude, speakers, embedding)
