"""What a model server says when it refuses, read into one of our errors.

Its words are looked at and never passed on: a 401 repeats the key, and some servers repeat the prompt.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from chat.llm.errors import Code, LLMError

_LOOKED_AT: Final = 400  # characters; what follows is often the request itself
_REDIRECTS: Final = range(300, 400)
_CLIENT_ERRORS: Final = range(400, 500)


@dataclass(frozen=True, repr=False)
class Complaint:
    """The parts of an error body that tell one error from another. Not for showing: no repr.

    `status` is None for an error that arrived within a stream.
    """

    status: int | None
    kind: str
    param: str
    text: str

    def as_error(self, *, wait: float | None = None) -> LLMError:
        """This function will name the complaint with one of our codes. `wait` in seconds."""
        said = f"{self.kind} {self.text[:_LOOKED_AT]}"
        rule = next(rule for rule in _RULES if rule.fits(self.status, said))
        if rule.code == "rate_limited":
            return LLMError("rate_limited", _come_back(wait), wait=wait)
        return LLMError(rule.code, rule.sentence, retryable=rule.retryable, wait=wait)


@dataclass(frozen=True)
class _Rule:
    code: Code
    statuses: Collection[int] | None = None
    words: re.Pattern[str] | None = None
    sentence: str | None = None
    retryable: bool | None = None

    def fits(self, status: int | None, said: str) -> bool:
        if self.statuses is not None and (status is None or status not in self.statuses):
            return False
        return self.words is None or self.words.search(said) is not None


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# The first rule that fits wins; the last one fits everything.
_RULES: Final = (
    _Rule(
        "not_a_model_server",
        statuses=_REDIRECTS,
        sentence="The model server sent us elsewhere, which is not followed. Set OPENAI_BASE_URL to the final address.",
    ),
    _Rule("wrong_key", statuses={401}),
    _Rule("quota", words=_words(r"insufficient.?quota", r"credit balance", r"exceeded your current quota", r"billing")),
    _Rule("quota", statuses={402}),
    _Rule("refused", words=_words(r"content.?(filter|policy|management)", r"safety system", r"moderation")),
    _Rule(
        "wrong_key",
        statuses={403},
        sentence="The API key is not allowed to use this model here. Choose another model, or use another key.",
    ),
    _Rule("rate_limited", statuses={429}),
    _Rule("model_loading", words=_words(r"loading model", r"model is (still )?loading")),
    _Rule(
        "too_long",
        words=_words(r"context.?(length|window|size)", r"maximum context", r"too many tokens", r"prompt is too long"),
    ),
    _Rule(
        "unknown_model",
        words=_words(
            r"model.?not.?found",
            r"(no such|unknown|invalid|unsupported) model",
            r"model\b.{0,120}(not found|not available|not exist)",
        ),
    ),
    _Rule("wrong_key", words=_words(r"invalid.?api.?key", r"incorrect api key", r"authentication")),
    _Rule("rate_limited", words=_words(r"rate.?limit")),
    _Rule(
        "not_a_model_server",
        statuses={404, 405},
        sentence="The model server knows no such address. Check OPENAI_BASE_URL: for most servers it ends in /v1.",
    ),
    _Rule(
        "unreachable",
        statuses={407},
        sentence="The proxy before the model server asks for a sign-in. Check HTTPS_PROXY.",
        retryable=False,
    ),
    _Rule("too_long", statuses={413}),
    _Rule(
        "upstream_error",
        statuses=_CLIENT_ERRORS,
        sentence="The model server did not accept the request. Try another model, or tell the operator.",
        retryable=False,
    ),
    _Rule("upstream_error"),
)


def read(body: Any, *, status: int | None = None) -> Complaint:
    """This function will read an error body in the shapes that servers send.

    Shapes: {"error": {...}}, its inner object, {"detail": ...}, a bare string, or nothing.
    """
    if isinstance(body, dict) and isinstance(body.get("error"), dict | str):
        body = body["error"]
    if not isinstance(body, dict):
        return Complaint(status, kind="", param="", text=body if isinstance(body, str) else "")
    kind = f"{body.get('code') or ''} {body.get('type') or ''}"
    text = body.get("message") or body.get("detail") or ""
    return Complaint(status, kind=kind, param=str(body.get("param") or ""), text=str(text))


def _come_back(wait: float | None) -> str | None:
    if wait is None:
        return None
    amount = f"{round(wait)} seconds" if wait < 120 else f"{round(wait / 60)} minutes"
    return f"The model server is getting too many requests. It asks to try again in {amount}."
