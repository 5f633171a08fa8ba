"""Asking a model in a test: what was said, what it cost, how it ended."""

from contextlib import aclosing
from dataclasses import dataclass

from chat.llm import client
from chat.llm.client import Endpoint, LLMError, Message, Usage

QUESTION = [Message("system", "Be brief."), Message("user", "Name seven words")]
SEVEN_WORDS = "one two three four five six seven"


@dataclass
class Outcome:
    text: str
    usage: Usage | None
    error: LLMError | None

    @property
    def code(self) -> str | None:
        return self.error.code if self.error else None


async def ask(endpoint: Endpoint, messages: list[Message] = QUESTION, *, temperature: float = 0) -> Outcome:
    outcome = Outcome("", None, None)
    try:
        async with aclosing(client.stream_reply(endpoint, messages, temperature=temperature)) as reply:
            async for piece in reply:
                assert outcome.usage is None, "the usage comes last"
                if isinstance(piece, str):
                    outcome.text += piece
                else:
                    outcome.usage = piece
    except LLMError as error:
        outcome.error = error
    return outcome
