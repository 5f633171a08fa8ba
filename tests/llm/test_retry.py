"""Nobody pays twice: one retry at most, before the first token, after ten seconds at most (PROMISES P6)."""

import time
from email.utils import formatdate

import pytest

from chat.llm.client import Endpoint
from tests.llm.asking import SEVEN_WORDS, ask
from tests.scripted_model import ScriptedModel


@pytest.mark.parametrize("fault", ["500", "rst-first", "429-rate"])
async def test_a_passing_fault_is_retried_once(model: ScriptedModel, endpoint: Endpoint, fault: str) -> None:
    model.script(reply=SEVEN_WORDS)
    model.script(fault=fault, times=1)

    outcome = await ask(endpoint)

    assert (outcome.code, outcome.text, len(model.requests)) == (None, SEVEN_WORDS, 2)


async def test_two_faults_in_a_row_are_told(model: ScriptedModel, endpoint: Endpoint) -> None:
    model.script(reply=SEVEN_WORDS)
    model.script(fault="500", times=2)

    first, second = await ask(endpoint), await ask(endpoint)

    assert (first.code, second.code, second.text) == ("upstream_error", None, SEVEN_WORDS)
    assert [call.status for call in model.requests] == [500, 500, 200]


@pytest.mark.parametrize("retry_after", ["0", "1", "garbage", "-5", "", "9" * 40, None])
async def test_a_short_wait_is_kept(model: ScriptedModel, endpoint: Endpoint, retry_after: str | None) -> None:
    model.script(reply=SEVEN_WORDS)
    model.script(fault="429-rate", retry_after=retry_after, times=1)

    outcome = await ask(endpoint)

    assert outcome.code is None
    waited = model.requests[1].at - model.requests[0].at
    assert (0.4 < waited < 3) or retry_after == "0"


@pytest.mark.parametrize(("retry_after", "told"), [("3600", "60 minutes"), ("11", "11 seconds")])
async def test_a_long_wait_is_told_at_once(
    model: ScriptedModel, endpoint: Endpoint, retry_after: str, told: str
) -> None:
    model.script(fault="429-rate", retry_after=retry_after)
    started = time.monotonic()

    outcome = await ask(endpoint)

    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.retryable) == ("rate_limited", True)
    assert told in outcome.error.message
    assert len(model.requests) == 1
    assert time.monotonic() - started < 1


async def test_a_wait_may_be_a_date(model: ScriptedModel, endpoint: Endpoint) -> None:
    model.script(fault="429-rate", retry_after=formatdate(time.time() + 600, usegmt=True))

    outcome = await ask(endpoint)

    assert outcome.error is not None
    assert "10 minutes" in outcome.error.message
    assert len(model.requests) == 1


@pytest.mark.parametrize("fault", ["rst", "cut", "error-event"])
async def test_nothing_is_retried_after_the_first_token(model: ScriptedModel, endpoint: Endpoint, fault: str) -> None:
    model.script(fault=fault, reply=SEVEN_WORDS)

    await ask(endpoint)

    assert len(model.requests) == 1
