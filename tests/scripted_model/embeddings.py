"""Embeddings in OpenAI's shape: texts that share words are near to each other."""

import re
from typing import Any
from zlib import crc32

from tests.scripted_model.log import Call

DIMENSIONS = 64


def answer(call: Call) -> dict[str, Any]:
    """Return a vector for each text of a call, in the contrary order: what counts is the index."""
    rows = [
        {"object": "embedding", "index": index, "embedding": vector(text)}
        for index, text in enumerate(call.body["input"])
    ]
    return {"object": "list", "data": rows[::-1], "model": call.body["model"], "usage": {"total_tokens": 1}}


def vector(text: str) -> list[float]:
    numbers = [0.01] * DIMENSIONS
    for word in re.findall(r"\w+", text.lower()):
        numbers[crc32(word.encode()) % DIMENSIONS] += 1.0
    return numbers
