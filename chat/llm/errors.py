"""Everything that can go wrong with a model, as one error with a code.

    LLMError
    ├─ nothing to ask        no_key · model_loading · unknown_model
    ├─ not let in            wrong_key · quota · rate_limited
    ├─ not reached           unreachable · not_a_model_server
    ├─ asked too much        too_long · refused
    ├─ no whole answer       silent · cut · empty · junk
    └─ their fault           upstream_error

The tree is a table of codes rather than of classes: a caller stores the code with the
reply and shows the sentence; nobody handles one branch differently from another.
"""

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from chat.llm.chunks import Usage

Code = Literal[
    "no_key",
    "model_loading",
    "unknown_model",
    "wrong_key",
    "quota",
    "rate_limited",
    "unreachable",
    "not_a_model_server",
    "too_long",
    "refused",
    "silent",
    "cut",
    "empty",
    "junk",
    "upstream_error",
]

SENTENCES: Final[dict[Code, str]] = {
    "no_key": (
        "There is no model to ask yet. Enter an API key of your own, or set OPENAI_API_KEY or OPENAI_BASE_URL "
        "on the server, or turn on the built-in model with MEMORYBOT_LOCAL_MODEL=on."
    ),
    "model_loading": "The model is still being loaded. Try again in a minute.",
    "unknown_model": "The model server does not offer this model. Choose another one for this conversation.",
    "wrong_key": "The model server did not accept the API key. Check the key, or enter another one.",
    "quota": "The account behind the API key has no credit left. Top it up with the provider, or use another key.",
    "rate_limited": "The model server is getting too many requests right now. Try again in a moment.",
    "unreachable": "The model server cannot be reached. Check that it is running and that its address is right.",
    "not_a_model_server": (
        "What answered is not a model server. Check OPENAI_BASE_URL: for most servers it ends in /v1."
    ),
    "too_long": "The conversation is too long for this model. Keep fewer turns, or choose a model with more room.",
    "refused": "The model's provider refused to answer this. Say it differently, or choose another model.",
    "silent": "The model stopped sending words, so the answer was given up. Try again.",
    "cut": "The model server closed the connection before the answer was complete. Try again.",
    "empty": "The model sent an empty answer. Try again, or choose another model.",
    "junk": "The model server sent something that is not an answer. Try again, or choose another model.",
    "upstream_error": "The model server failed on its side. Try again in a moment.",
}

_PASSING: Final[frozenset[Code]] = frozenset(
    {"model_loading", "rate_limited", "unreachable", "silent", "cut", "empty", "junk", "upstream_error"}
)


class LLMError(Exception):
    """A model gave no whole answer.

    `code` is stored, `message` is a sentence for the person who asked, `retryable` says whether the same
    request may succeed later. `wait` (seconds) is how long the server asked us to stay away, if it did. `usage` is
    what the call cost all the same, where that is known.
    Never holds a key, nor text that the server sent.
    """

    def __init__(
        self, code: Code, message: str | None = None, *, retryable: bool | None = None, wait: float | None = None
    ) -> None:
        self.code: Code = code
        self.message = message or SENTENCES[code]
        self.retryable = code in _PASSING if retryable is None else retryable
        self.wait = wait
        self.usage: Usage | None = None
        super().__init__(self.message)

    def __repr__(self) -> str:
        return f"LLMError({self.code!r}, {self.message!r})"
