"""A user's own key is nowhere but in the request (PROMISES P8)."""

import logging
import traceback

import pytest

from chat.llm import client
from chat.llm.client import Endpoint, LLMError
from chat.llm.endpoints import MAX_KEY_LENGTH
from tests.llm.asking import SEVEN_WORDS, ask
from tests.scripted_model import ScriptedModel

CANARY = "sk-CANARY-0123456789abcdef"
LEAKS = ("CANARY", "0123456789abcdef", "c2stQ0FOQVJZ")


@pytest.fixture
async def own_endpoint(endpoint: Endpoint) -> Endpoint:
    return await client.endpoint_for(model="", key=CANARY)


@pytest.mark.parametrize("fault", [None, "401-echo", "500", "rst-first", "rst", "cut", "stall-first", "endless-500"])
async def test_the_key_reaches_the_server_and_nothing_else(
    model: ScriptedModel, own_endpoint: Endpoint, settings, caplog: pytest.LogCaptureFixture, fault: str | None
) -> None:
    settings.MEMORYBOT_SILENCE_SECONDS = 0.3
    model.script(fault=fault, reply=SEVEN_WORDS)

    with caplog.at_level(logging.DEBUG):
        outcome = await ask(own_endpoint)

    assert model.requests[0].key == CANARY
    shown = [repr(own_endpoint), str(own_endpoint), caplog.text, *_everything_about(outcome.error)]
    assert not [leak for leak in LEAKS if any(leak in text for text in shown)]


def _everything_about(error: LLMError | None) -> list[str]:
    """What a log, a crash report with local variables, or a debugger would show."""
    if error is None:
        return []
    assert (error.__cause__, error.__context__) == (None, None)
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    return [str(error), repr(error), repr(error.args), repr(vars(error)), *report.format()]


async def test_the_key_is_not_in_what_listing_models_logs(
    model: ScriptedModel, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    model.script(fault="401-echo", on="models")

    with caplog.at_level(logging.DEBUG):
        names = await client.available_models(CANARY)

    assert names == ["scripted"]
    assert "CANARY" not in caplog.text


@pytest.mark.parametrize(
    "key",
    ["", "  ", "sk-\nX", "sk-\x00", "sk-ключ", "sk-…", "two words", "sk-\x7f", "x" * (MAX_KEY_LENGTH + 1), "\ud800"],
)
async def test_a_key_that_is_none_is_refused_before_any_call(model: ScriptedModel, key: str) -> None:
    with pytest.raises(LLMError) as caught:
        await client.endpoint_for(model="", key=key)

    assert (caught.value.code, model.requests) == ("wrong_key", [])
    assert not key.strip() or key not in str(caught.value)


async def test_spaces_around_a_pasted_key_are_dropped() -> None:
    endpoint = await client.endpoint_for(model="", key=f" {CANARY}\n")

    assert endpoint.api_key == CANARY


async def test_the_sites_organisation_does_not_go_with_a_users_key(
    model: ScriptedModel, own_endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-site")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-the-site")

    await ask(own_endpoint)

    assert not [name for name in model.requests[0].headers if name.startswith("openai-")]
