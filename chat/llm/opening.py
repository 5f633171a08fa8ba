"""The beginning of a call: a response that has begun, after at most one retry."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

import openai

from chat.llm import capabilities, transport
from chat.llm.capabilities import Capabilities
from chat.llm.complaints import Complaint
from chat.llm.endpoints import Endpoint
from chat.llm.errors import LLMError
from chat.llm.patience import Patience

logger = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS: Final = 10
_RETRY_SECONDS: Final = 0.5
_RETRIED: Final = frozenset({"rate_limited", "upstream_error", "unreachable"})
_ABOUT_FIELDS: Final = frozenset({400, 422})

Response = openai.AsyncAPIResponse[openai.AsyncStream[Any]]
# Makes the fields of a request for what a server is known to take.
Build = Callable[[Capabilities], dict[str, Any]]


@dataclass(frozen=True)
class _Refusal:
    error: LLMError
    complaint: Complaint | None


async def open_stream(stack: AsyncExitStack, endpoint: Endpoint, build: Build, patience: Patience) -> Response:
    """This function will return a response whose body has not been read; `stack` closes it.

    A passing fault is retried once: nothing has been said by then. A 400 about a field is answered by asking
    without that field, which is remembered for this server; such a request was never billed.
    Raises: LLMError.
    """
    taken = capabilities.of(endpoint)
    retried = False
    while True:
        fields = build(taken)
        outcome = await _attempt(stack, endpoint, fields, patience)
        if not isinstance(outcome, _Refusal):
            capabilities.remember(endpoint, taken)
            return outcome
        fewer = _give_up(taken, outcome.complaint, fields)
        if fewer is not None:
            taken = fewer
        elif not retried and _passes_soon(outcome.error):
            retried = True
            await asyncio.sleep(_RETRY_SECONDS if outcome.error.wait is None else outcome.error.wait)
        else:
            logger.info("No answer from %s: %s", endpoint, outcome.error.code)
            raise outcome.error


async def _attempt(
    stack: AsyncExitStack, endpoint: Endpoint, fields: dict[str, Any], patience: Patience
) -> Response | _Refusal:
    completions = transport.client_for(endpoint).chat.completions
    opening = completions.with_streaming_response.create(**fields, stream=True, extra_headers=transport.HEADERS)
    try:
        return await patience.wait(stack.enter_async_context(opening))
    except openai.APIStatusError as error:
        return _Refusal(transport.translate(error), transport.complaint_of(error))
    except transport.FOREIGN as error:
        return _Refusal(transport.translate(error), None)


def _give_up(taken: Capabilities, complaint: Complaint | None, fields: dict[str, Any]) -> Capabilities | None:
    if complaint is None or complaint.status not in _ABOUT_FIELDS:
        return None
    return capabilities.without(taken, complaint, fields)


def _passes_soon(error: LLMError) -> bool:
    return error.code in _RETRIED and error.retryable and (error.wait or 0) <= LONGEST_WAIT_SECONDS
