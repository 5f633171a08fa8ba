"""A model as the learner of golden turns: the scripted one for what the bench counts, and the built-in one."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from chat.llm import client
from chat.llm.client import Endpoint
from chat.services.memory.learner import asking
from tests import built_in_model
from tests.golden import judging, learner
from tests.golden.judging import Score
from tests.golden.turns import TURNS

# A handful: a call takes 5 to 20 seconds. `make bench-learning` asks about them all.
TRIED = ("Hello! My name is Ingrid", "I am vegetarian", "My sister lives in Bergen", "I don't have a dog any more")
HELLO, *_ = CHOSEN = [next(turn for turn in TURNS if turn.said.startswith(words)) for words in TRIED]
LEAST_RECALL = 0.75


async def test_what_a_model_proposes_is_judged_and_metered(model) -> None:
    model.script(schema="memory", json={"facts": list(HELLO.good), "title": "Ingrid"})

    answered = await learner.ask(await client.endpoint_for(model="", key=None), HELLO)

    assert answered.score == Score(right=2, wrong=(), missing=())
    assert answered.usage is not None
    assert answered.usage.completion > 0
    assert learner.from_row(answered.as_row(), {HELLO.name: HELLO}) == answered


async def test_what_the_gate_keeps_back_costs_no_call(model) -> None:
    question = next(turn for turn in TURNS if turn.said == "What is the capital of France?")

    answered = await learner.ask(await client.endpoint_for(model="", key=None), question)

    assert (answered.usage, answered.score, model.requests) == (None, Score(0, (), ()), [])


async def test_an_answer_that_is_junk_teaches_nothing_and_counts_as_missing(model) -> None:
    model.script(on="json", reply="I am sorry, I cannot do that.")

    answered = await learner.ask(await client.endpoint_for(model="", key=None), HELLO)

    assert (answered.score.right, answered.score.wrong, len(answered.score.missing)) == (0, (), 2)


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of the model's process."""
    folder = tmp_path_factory.mktemp("golden")
    with built_in_model.running(folder, warm=asking.BY_PIECE):
        yield folder


@pytest_asyncio.fixture
async def endpoint(data_folder: Path, settings) -> AsyncIterator[Endpoint]:
    async with built_in_model.reached(data_folder, settings) as found:
        yield found


@pytest.mark.local_model
async def test_the_built_in_model_learns_what_people_say_first(endpoint: Endpoint) -> None:
    scores = [(await learner.ask(endpoint, turn)).score for turn in CHOSEN]

    assert scores[0] == Score(right=2, wrong=(), missing=())
    assert [wrong for score in scores for wrong in score.wrong] == []
    assert judging.recall(scores) >= LEAST_RECALL
