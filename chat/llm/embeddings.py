"""Sentences as vectors from the model server: the other way than the embedder in this process."""

import time
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, TypeAlias

import httpx2
import numpy as np
import openai
from django.conf import settings
from numpy.typing import NDArray

from chat.llm import transport
from chat.llm.endpoints import PLACEHOLDER_KEY, Endpoint, check_key, remote_url
from chat.llm.errors import LLMError

Vectors: TypeAlias = NDArray[np.float32]

# A part of a message is about 90 words; more than this of one is not sent.
MAX_CHARACTERS: Final = 4_000
LEAST_CHARACTERS: Final = 200
MAX_DIMENSIONS: Final = 8_192
# Vectors written out in JSON: 32 of 4,096 numbers of 24 characters.
MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
ANSWER_SECONDS: Final = 10


def embed(texts: Sequence[str], *, model: str) -> Vectors:
    """This function will return ``texts`` as vectors of length 1, made by ``model`` of the operator's server.

    It goes with the operator's key, never with a user's own, and waits for ANSWER_SECONDS at most. Of a text that is
    too long for the model the beginning is taken.
    Shapes: (texts, dimensions of the model).
    Raises: LLMError; "junk" when what came is not one vector for each text.
    """
    endpoint = _endpoint(model)
    given = [text[:MAX_CHARACTERS] for text in texts]
    try:
        return _asked(endpoint, given)
    except LLMError as error:
        if error.code != "too_long":
            raise
    return np.concatenate([_shortened(endpoint, text) for text in given])


def _shortened(endpoint: Endpoint, text: str) -> Vectors:
    """Return one text as a vector, or as much of it as the model takes."""
    while True:
        try:
            return _asked(endpoint, [text])
        except LLMError as error:
            if error.code != "too_long" or len(text) < LEAST_CHARACTERS:
                raise
        text = text[: len(text) // 2]


def _asked(endpoint: Endpoint, given: list[str]) -> Vectors:
    client = _client().with_options(api_key=endpoint.api_key, base_url=endpoint.base_url)
    try:
        # Not all servers know the packed format that this client would ask for by itself.
        answer = client.embeddings.create(
            model=endpoint.model, input=given, encoding_format="float", extra_headers=transport.HEADERS
        )
        return _checked([row.embedding for row in sorted(answer.data, key=lambda row: row.index)], len(given))
    except transport.FOREIGN as error:
        raise transport.translate(error) from error
    except (TypeError, ValueError, AttributeError) as error:
        # The client does not check what it was sent.
        raise LLMError("junk") from error


def _endpoint(model: str) -> Endpoint:
    if not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL):
        raise LLMError("no_key")
    return Endpoint(remote_url(), check_key(settings.OPENAI_API_KEY or PLACEHOLDER_KEY), model, local=False)


def _checked(rows: Sequence[Sequence[float]], wanted: int) -> Vectors:
    """Return the vectors at length 1. Raises: LLMError("junk"), ValueError where the rows are of several lengths."""
    vectors = np.array(rows, dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != wanted or not 0 < vectors.shape[1] <= MAX_DIMENSIONS:
        raise LLMError("junk")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and lengths.all()):
        raise LLMError("junk")
    checked: Vectors = vectors / lengths
    return checked


@cache
def _client() -> openai.OpenAI:
    """Return the one client of the process; threads may share it."""
    http_client = openai.DefaultHttpxClient(
        follow_redirects=False,
        timeout=httpx2.Timeout(ANSWER_SECONDS, connect=transport.CONNECT_SECONDS),
        headers={"Accept-Encoding": "identity"},
        mounts=dict.fromkeys(transport.OWN_MACHINE),
        event_hooks={"response": [_limit_size]},
    )
    return openai.OpenAI(
        api_key="none",
        base_url="http://127.0.0.1/v1",
        max_retries=0,
        timeout=http_client.timeout,
        http_client=http_client,
    )


def _limit_size(response: httpx2.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx2.DecodingError("packed", request=response.request)
    if isinstance(response.stream, httpx2.SyncByteStream):
        response.stream = _Limited(response.stream)


class _Limited(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream
        self._until = time.monotonic() + ANSWER_SECONDS

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._stream:
            size += len(piece)
            if size > MAX_ANSWER_BYTES:
                raise httpx2.DecodingError("too large")
            if time.monotonic() > self._until:
                raise httpx2.ReadTimeout("too slow")
            yield piece

    def close(self) -> None:
        self._stream.close()
