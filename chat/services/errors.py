"""The endings of a reply that are ours rather than the model server's, in words for people."""

from chat.llm.errors import SENTENCES as MODEL_SENTENCES
from chat.llm.errors import LLMError

SENTENCES = {
    "too_slow": "The answer took longer than a quarter of an hour, so it was ended. Try again.",
    "internal": "Something went wrong on our side; the operator finds it in the server's log. Try again.",
    "interrupted": "The server was restarted while it answered. What it had said is kept; try again for the rest.",
}


def is_retryable(code: str) -> bool:
    """Tell whether asking again may help without anything else being changed first."""
    return code in SENTENCES or (code in MODEL_SENTENCES and LLMError(code).retryable)
