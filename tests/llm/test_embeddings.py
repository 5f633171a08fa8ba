"""Vectors from the model server: asked with the operator's key, checked, and never waited for too long."""

import numpy as np
import pytest

from chat.llm import embedder, embeddings
from chat.llm.errors import LLMError
from tests.scripted_model import ScriptedModel


@pytest.fixture(autouse=True)
def _named(settings, model) -> None:
    settings.MEMORYBOT_EMBEDDINGS = "endpoint:nomic-embed-text"


def rows(*vectors: object) -> dict[str, object]:
    return {"object": "list", "model": "x", "data": [{"index": i, "embedding": v} for i, v in enumerate(vectors)]}


def test_texts_come_back_as_vectors_of_length_one_in_their_order(model: ScriptedModel) -> None:
    one, two = embedder.embed_all(["a red boat", "taxes"])
    assert [one.shape, one.dtype, round(float(np.linalg.norm(one)), 5)] == [(64,), np.float32, 1.0]
    (call,) = model.requests
    assert (call.path, call.body) == (
        "/v1/embeddings",
        {"model": "nomic-embed-text", "input": ["a red boat", "taxes"], "encoding_format": "float"},
    )
    assert call.key == "sk-the-servers-key"
    again = embedder.embed("the boat is red")
    assert float(one @ again) > 0.5 > float(two @ again)
    assert (embedder.is_enabled(), embedder.name()) == (True, "nomic-embed-text")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("401-echo", "wrong_key"),
        ("404-model", "unknown_model"),
        ("429-quota", "quota"),
        ("500", "upstream_error"),
        ("307", "not_a_model_server"),
        ("packed", "junk"),
        ("endless-500", "junk"),
    ],
)
def test_a_refusal_is_one_of_our_errors_and_no_redirect_is_followed(
    model: ScriptedModel, fault: str, code: str
) -> None:
    model.script(on="embeddings", fault=fault)
    with pytest.raises(LLMError) as caught:
        embedder.embed("a boat")
    assert caught.value.code == code
    assert "sk-the-servers-key" not in str(caught.value)
    assert len(model.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"object": "list"},
        rows(),
        rows([1.0], [2.0]),
        rows([]),
        rows([0.0, 0.0]),
        rows(["a", "b"]),
        rows(None),
        rows([[1.0], [2.0]]),
        rows([1.0] * (embeddings.MAX_DIMENSIONS + 1)),
        rows([1.0] * 2_000_000),
    ],
)
def test_what_is_no_vector_is_refused(model: ScriptedModel, answer: object) -> None:
    model.script(on="embeddings", json=answer)
    with pytest.raises(LLMError) as caught:
        embedder.embed("a boat")
    assert caught.value.code == "junk"


def test_of_a_text_that_is_too_long_the_beginning_is_taken(model: ScriptedModel) -> None:
    model.script(on="embeddings", fault="400-context", times=3)
    assert len(embedder.embed_all(["word " * 2_000, "boat"])) == 2
    sent = [[len(text) for text in call.body["input"]] for call in model.requests]
    assert sent == [[4_000, 4], [4_000], [2_000], [1_000], [4]]


def test_without_a_server_there_is_nothing_to_ask(settings) -> None:
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    with pytest.raises(LLMError) as caught:
        embedder.embed("a boat")
    assert caught.value.code == "no_key"


def test_the_vector_of_a_question_is_none_where_the_server_gives_none(model: ScriptedModel, caplog) -> None:
    model.script(on="embeddings", fault="500")
    assert embedder.begin("a boat").result(5) is None
    assert "Recall goes on without the meaning" in caplog.text
