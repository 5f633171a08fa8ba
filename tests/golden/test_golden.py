"""The golden turns: what the gate may keep from a model, and how well the built-in model learns."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from chat.llm import client
from chat.llm.client import Endpoint
from chat.services.memory import asking, gate, proposal
from tests import built_in_model
from tests.golden import judging
from tests.golden.judging import TURNS, Score

# A handful by default: a call takes 5 to 20 seconds. "all" for the whole set.
WHICH = os.environ.get("MEMORYBOT_GOLDEN", "core")
LEAST_PRECISION, LEAST_RECALL = 0.85, 0.7


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn["said"][:40])
def test_the_gate_keeps_nothing_from_the_model_that_teaches(turn):
    assert gate.verdict(turn["said"]) == "teaches" or turn["teaches"] == []


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn["said"][:40])
def test_an_empty_proposal_teaches_nothing(turn):
    assert judging.judge(turn, {"facts": [], "title": ""}).accepted == ()


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of the model's process."""
    folder = tmp_path_factory.mktemp("golden")
    with built_in_model.running(folder, warm=asking.INSTRUCTIONS):
        yield folder


@pytest_asyncio.fixture
async def endpoint(data_folder: Path, settings) -> AsyncIterator[Endpoint]:
    async with built_in_model.reached(data_folder, settings) as found:
        yield found


@pytest.mark.local_model
async def test_the_built_in_model_learns_what_it_should(endpoint: Endpoint) -> None:
    turns = [turn for turn in TURNS if WHICH == "all" or "core" in turn]

    scores = [await learned(endpoint, turn) for turn in turns]

    print(judging.report(scores))
    for turn, score in zip(turns, scores, strict=True):
        if score.wrong or score.missing:
            print(f"{turn['said']!r}: wrong {list(score.wrong)}, missing {list(score.missing)}")
    assert scores[0] == Score(right=2, wrong=(), missing=()), "the first thing that people say"
    assert judging.precision(scores) >= LEAST_PRECISION
    assert judging.recall(scores) >= LEAST_RECALL


async def learned(endpoint: Endpoint, turn: dict[str, Any]) -> Score:
    """Ask the model what a turn teaches, unless the gate would not, and compare."""
    if gate.verdict(turn["said"]) != "teaches":
        return judging.score(turn, judging.judge(turn, {"facts": []}))
    question = judging.question_of(turn)
    answer, _usage = await client.complete_json(
        endpoint,
        asking.messages(question),
        schema=proposal.schema(question.wanted, is_bounded=endpoint.local),
        name=proposal.SCHEMA_NAME,
        max_tokens=proposal.max_tokens(question.wanted),
    )
    return judging.score(turn, judging.judge(turn, answer))
