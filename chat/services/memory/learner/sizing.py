"""How much is put before the learner, and may come back, by the size of the model; and the cutting to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from chat import prompt
from chat.models import Message, Role
from chat.services.memory.judging import typed
from chat.services.memory.learner import sharing
from chat.services.memory.learner.candidates import Limits

# Tokens of a message that is folded into the summary.
MIN_FOLDED = 60


@dataclass(frozen=True)
class Sizes:
    """How much is put before the model, and may come back. Units: tokens, but for ``known``, ``shared`` (turns that
    are learned from in one call), ``turns`` (before them), ``max_facts`` and ``summary_words``; with ``by_piece`` each
    piece of a message is answered by itself.
    """

    known: Limits
    shared: int
    turns: int
    question: int
    answer: int
    typed: int
    pasted: int
    fold: int
    summary: int
    max_facts: int
    summary_words: int
    by_piece: bool = False


LARGE = Sizes(Limits(entities=8, facts=24), shared=sharing.MOST, turns=3, question=400, answer=150, typed=4000,
              pasted=400, fold=6000, summary=700, max_facts=20, summary_words=250)  # fmt: skip
# The built-in model reads 20 to 30 tokens a second, writes 6 to 15, and has room for some 4,000.
SMALL = Sizes(Limits(entities=3, facts=6), shared=1, turns=1, question=80, answer=50, typed=400, pasted=50, fold=600,
              summary=250, max_facts=8, summary_words=120, by_piece=True)  # fmt: skip


def shown(message: Message, sizes: Sizes) -> prompt.Message:
    """Return a message before the new one as it is shown for reference: of the person's, what was typed."""
    if message.role == Role.USER:
        return prompt.Message("user", cut(typed.text(message.text, message.pasted), sizes.question))
    return prompt.Message("assistant", cut(message.text, sizes.answer))


def folded(messages: Sequence[Message], room: int) -> list[prompt.Message]:
    """Return messages to fold; one that is longer than its share is cut."""
    share = max(room // max(1, len(messages)), MIN_FOLDED)
    return [
        prompt.Message("user" if message.role == Role.USER else "assistant", cut(message.text, share))
        for message in messages
        if message.text
    ]


def cut(text: str, tokens: int) -> str:
    """Return the beginning of ``text`` that costs about ``tokens``."""
    cost = prompt.estimate_tokens(text)
    return text if cost <= tokens else text[: len(text) * tokens // cost]
