"""All that a person said, while it is so little that nothing has to be chosen."""

from chat import prompt
from chat.models import Message
from chat.services.memory.recalling import lines, past, standing
from chat.services.memory.recalling.question import Question

# Above so many their words do not fit anyway.
MAX_MESSAGES = 80


def whole(question: Question, tokens: int) -> list[Message] | None:
    """Return every message that may be recalled for ``question``, the oldest first; None where they cost more than
    ``tokens`` together. Two queries.
    """
    ids = standing.some(question, MAX_MESSAGES + 1)
    if len(ids) > MAX_MESSAGES:
        return None
    messages = sorted(standing.read(ids), key=lambda message: (message.created_at, message.pk))
    said = past.distinct(question, messages)
    return said if sum(map(cost, said)) <= tokens else None


def line_of(message: Message) -> str:
    return lines.of_whole_message(message.role, message.text, message.created_at)


def cost(message: Message) -> int:
    """Return how many tokens a message takes as a line of the prompt."""
    return prompt.estimate_tokens(line_of(message)) + lines.TOKENS_PER_LINE
