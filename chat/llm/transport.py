"""The one HTTP client of an event loop, and what foreign exceptions mean."""

import asyncio
import re
import ssl
import time
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from typing import Final
from weakref import WeakKeyDictionary

import httpx2
import openai

from chat.llm import complaints
from chat.llm.endpoints import Endpoint
from chat.llm.errors import LLMError

CONNECT_SECONDS: Final = 4  # twice, with the retry, and still within 10 seconds
MAX_ERROR_BYTES: Final = 4 * 1024 * 1024

FOREIGN: Final = (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError)

# The organisation and project of the environment belong to the server's key, not to a user's own.
HEADERS: Final = {"OpenAI-Organization": openai.omit, "OpenAI-Project": openai.omit}

# A proxy from the environment is for the internet, never for a model on this machine.
OWN_MACHINE: Final = ("all://localhost", "all://127.0.0.1", "all://[::1]")

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, openai.AsyncOpenAI] = WeakKeyDictionary()


def client_for(endpoint: Endpoint) -> openai.AsyncOpenAI:
    """This function will return the shared client, told where to go and with which key.

    A fresh client per call costs 37 ms and its own connections; a copy with other options costs nothing.
    """
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        _clients[loop] = _new_client()
    return _clients[loop].with_options(api_key=endpoint.api_key, base_url=endpoint.base_url)


async def close() -> None:
    """This function will close the connections of the running event loop."""
    client = _clients.pop(asyncio.get_running_loop(), None)
    if client is not None:
        await client.close()


def _new_client() -> openai.AsyncOpenAI:
    http_client = openai.DefaultAsyncHttpxClient(
        follow_redirects=False,
        # No read limit: what counts is new text, which the reader of the stream watches.
        timeout=httpx2.Timeout(connect=CONNECT_SECONDS, read=None, write=30, pool=30),
        headers={"Accept-Encoding": "identity"},
        mounts=dict.fromkeys(OWN_MACHINE),
        event_hooks={"response": [_limit_size]},
    )
    return openai.AsyncOpenAI(
        api_key="none",
        base_url="http://127.0.0.1/v1",
        max_retries=0,
        timeout=http_client.timeout,
        http_client=http_client,
    )


async def _limit_size(response: httpx2.Response) -> None:
    """Packed bodies may unpack to anything, and we asked for plain ones; a body that is no stream is small."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx2.DecodingError("packed", request=response.request)
    stream = response.stream
    if not response.is_success and isinstance(stream, httpx2.AsyncByteStream):
        response.stream = _Limited(stream)


class _Limited(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._stream:
            size += len(piece)
            if size > MAX_ERROR_BYTES:
                raise httpx2.DecodingError("too large")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


def translate(error: BaseException) -> LLMError:
    """This function will say what a foreign exception means, without repeating a word of it."""
    if isinstance(error, openai.APIStatusError):
        return complaint_of(error).as_error(wait=_retry_after(error.response.headers))
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError | OSError):
        return _not_reached(error)
    return LLMError("upstream_error")


def complaint_of(error: openai.APIStatusError) -> complaints.Complaint:
    """This function will read the body of an error response."""
    return complaints.read(error.body, status=error.status_code)


def _not_reached(error: BaseException) -> LLMError:
    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) and len(causes) < 10:
        causes.append(cause)
    if any(isinstance(cause, httpx2.DecodingError) for cause in causes):
        return LLMError("junk")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return LLMError(
            "unreachable",
            "The model server's certificate is not trusted here. Check OPENAI_BASE_URL and the clock of the server.",
            retryable=False,
        )
    if any(isinstance(cause, httpx2.ProxyError) for cause in causes):
        return LLMError(
            "unreachable",
            "The proxy before the model server refused to pass us on. Check HTTPS_PROXY.",
            retryable=False,
        )
    return LLMError("unreachable")


def _retry_after(headers: httpx2.Headers) -> float | None:
    """Seconds that the server asks us to wait. Source: RFC 9110, 10.2.3; what is neither number nor date is ignored."""
    said = headers.get("retry-after", "")
    if re.fullmatch(r"\d{1,9}(\.\d+)?", said.strip()):
        return float(said)
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
