"""A reply is complete only if the server said so; everything else ends with a reason (PROMISES P10)."""

import socket
import time

import pytest

from chat.llm import client
from chat.llm.client import Endpoint, Usage
from chat.llm.stream import MAX_REPLY_CHARACTERS
from tests.llm.asking import QUESTION, SEVEN_WORDS, ask
from tests.scripted_model import ScriptedModel
from tests.scripted_model.faults import A_MEGABYTE, REFUSALS, STREAMS

SILENCE_SECONDS = 1
SAID = "one two three"

# fault -> (code of the error, text that came before it, requests that were made)
BROKEN = {
    "cut": ("cut", SAID, 1),
    "close": ("cut", SAID, 1),
    "rst": ("cut", SAID, 1),
    "rst-first": ("unreachable", "", 2),
    "half-chunk": ("cut", SAID, 1),
    "no-finish": ("cut", SAID, 1),
    "malformed": ("junk", SAID, 1),
    "null": ("junk", SAID, 1),
    "wrong-types": ("junk", SAID, 1),
    "error-event": ("upstream_error", SAID, 1),
    "named-error-event": ("upstream_error", SAID, 1),
    "empty": ("empty", "", 1),
    "empty-body": ("cut", "", 1),
    "tool-calls": ("empty", "", 1),
    "stall-before-headers": ("silent", "", 1),
    "stall-first": ("silent", "", 1),
    "stall-middle": ("silent", SAID, 1),
    "ping-first": ("silent", "", 1),
    "ping-middle": ("silent", SAID, 1),
    "endless-event": ("junk", "", 1),
}
COMPLETE = ("split-code-point", "split-surrogates", "stall-end", "huge-token", "endless")

# fault -> (code, whether trying again may help, requests that were made)
REFUSED = {
    "401": ("wrong_key", False, 1),
    "401-echo": ("wrong_key", False, 1),
    "403": ("wrong_key", False, 1),
    "404-model": ("unknown_model", False, 1),
    "404-page": ("not_a_model_server", False, 1),
    "429-quota": ("quota", False, 1),
    "429-rate": ("rate_limited", True, 2),
    "400-context": ("too_long", False, 1),
    "400-other": ("upstream_error", False, 1),
    "400-json-schema": ("upstream_error", False, 1),
    "400-response-format": ("upstream_error", False, 1),
    "400-temperature": ("upstream_error", False, 2),
    "400-max-tokens": ("upstream_error", False, 1),
    "400-stream-options": ("upstream_error", False, 2),
    "500": ("upstream_error", True, 2),
    "503-loading": ("model_loading", True, 1),
    "307": ("not_a_model_server", False, 1),
    "html": ("not_a_model_server", False, 1),
    "json-error-200": ("upstream_error", True, 1),
    "packed": ("junk", True, 1),
    "endless-500": ("junk", True, 1),
}


def test_every_fault_of_the_scripted_server_has_a_row() -> None:
    assert {*BROKEN, *COMPLETE} == set(STREAMS)
    assert set(REFUSED) == set(REFUSALS)


@pytest.mark.parametrize("fault", BROKEN)
async def test_a_broken_stream_keeps_its_words_and_says_why(
    model: ScriptedModel, endpoint: Endpoint, settings, fault: str
) -> None:
    settings.MEMORYBOT_SILENCE_SECONDS = SILENCE_SECONDS if BROKEN[fault][0] == "silent" else 10
    model.script(fault=fault, reply=SEVEN_WORDS)

    outcome = await ask(endpoint)

    assert (outcome.code, outcome.text, len(model.requests)) == BROKEN[fault]
    assert outcome.usage is None
    await model.until(lambda: model.requests[-1].closed_at or model.requests[-1].ended_at)


@pytest.mark.parametrize("fault", REFUSED)
async def test_a_refusal_is_translated(model: ScriptedModel, endpoint: Endpoint, fault: str) -> None:
    model.script(fault=fault, on="any")

    outcome = await ask(endpoint)

    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.retryable, len(model.requests)) == REFUSED[fault]
    assert outcome.error.message.endswith(".")
    assert outcome.text == ""


async def test_a_whole_reply_ends_with_its_usage(model: ScriptedModel, endpoint: Endpoint) -> None:
    model.script(reply=SEVEN_WORDS)

    first, again = await ask(endpoint), await ask(endpoint)

    assert (first.text, first.error) == (SEVEN_WORDS, None)
    assert first.usage == Usage(prompt=10, cached=0, completion=7)
    assert again.usage == Usage(prompt=10, cached=10, completion=7)


async def test_the_usage_is_estimated_where_the_server_sends_none(model: ScriptedModel, endpoint: Endpoint) -> None:
    model.script(fault="stall-end", reply=SEVEN_WORDS)

    outcome = await ask(endpoint)

    assert (outcome.text, outcome.error) == (SEVEN_WORDS, None)
    assert outcome.usage == Usage(prompt=6, cached=0, completion=8)


@pytest.mark.parametrize(("finish", "code"), [("stop", None), ("length", None), ("content_filter", "refused")])
async def test_the_finish_reason_tells_how_it_ended(
    model: ScriptedModel, endpoint: Endpoint, finish: str, code: str | None
) -> None:
    model.script(reply=SEVEN_WORDS, finish=finish)

    outcome = await ask(endpoint)

    assert (outcome.code, outcome.text) == (code, SEVEN_WORDS)


@pytest.mark.parametrize("text", ["fünf 🎉👩‍👩‍👧 漢字 שלום", "e\u0301" * 100, "tab\tand\nlines\r\n\n"])
async def test_a_code_point_may_arrive_in_parts(model: ScriptedModel, endpoint: Endpoint, text: str) -> None:
    model.script(fault="split-code-point", tokens=[letter for letter in text if letter.isprintable()])

    outcome = await ask(endpoint)

    assert (outcome.code, outcome.text) == (None, "".join(letter for letter in text if letter.isprintable()))


async def test_halves_of_a_letter_are_joined_and_a_lone_half_is_replaced(
    model: ScriptedModel, endpoint: Endpoint
) -> None:
    model.script(fault="split-surrogates")

    outcome = await ask(endpoint)

    assert (outcome.code, outcome.text) == (None, "😀 \N{REPLACEMENT CHARACTER} a")


async def test_nul_never_gets_through(model: ScriptedModel, endpoint: Endpoint) -> None:
    model.script(tokens=["a\x00", "\x00b"])

    outcome = await ask(endpoint)

    assert outcome.text == "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b"


async def test_a_token_of_a_megabyte_is_taken(model: ScriptedModel, endpoint: Endpoint) -> None:
    model.script(fault="huge-token")

    outcome = await ask(endpoint)

    assert (outcome.code, outcome.text) == (None, "x" * A_MEGABYTE)


async def test_a_reply_without_end_is_ended(model: ScriptedModel, endpoint: Endpoint) -> None:
    model.script(fault="endless")

    outcome = await ask(endpoint)

    assert outcome.code == "junk"
    assert MAX_REPLY_CHARACTERS - 10_000 <= len(outcome.text) <= MAX_REPLY_CHARACTERS
    await model.until(lambda: model.requests[-1].closed_at)


async def test_slow_words_are_no_silence(model: ScriptedModel, endpoint: Endpoint, settings) -> None:
    settings.MEMORYBOT_SILENCE_SECONDS = SILENCE_SECONDS
    model.script(reply=SEVEN_WORDS, rate=1 / (SILENCE_SECONDS * 0.6))

    outcome = await ask(endpoint)

    assert (outcome.code, outcome.text) == (None, SEVEN_WORDS)


async def test_a_slow_reader_is_no_silence(model: ScriptedModel, endpoint: Endpoint, settings) -> None:
    settings.MEMORYBOT_SILENCE_SECONDS = SILENCE_SECONDS
    model.script(reply=SEVEN_WORDS)
    reply = client.stream_reply(endpoint, QUESTION, temperature=0)

    text = await anext(reply)
    time.sleep(SILENCE_SECONDS * 2)
    text += "".join([piece async for piece in reply if isinstance(piece, str)])

    assert text == SEVEN_WORDS


async def test_a_refused_connection_is_told_soon(endpoint: Endpoint) -> None:
    started = time.monotonic()

    outcome = await ask(_elsewhere(endpoint, f"http://127.0.0.1:{_closed_port()}/v1"))

    assert outcome.code == "unreachable"
    assert time.monotonic() - started < 10


async def test_an_unknown_host_is_told_soon(endpoint: Endpoint) -> None:
    outcome = await ask(_elsewhere(endpoint, "http://no-such-host.invalid/v1"))

    assert outcome.code == "unreachable"


async def test_a_plain_server_behind_https_is_told(model: ScriptedModel, endpoint: Endpoint) -> None:
    outcome = await ask(_elsewhere(endpoint, model.base_url.replace("http:", "https:")))

    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.retryable) == ("unreachable", False)
    assert "certificate" in outcome.error.message


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/v1", "http://[/v1", "nonsense"])
async def test_an_address_that_is_none_is_told(endpoint: Endpoint, address: str) -> None:
    outcome = await ask(_elsewhere(endpoint, address))

    assert outcome.code in ("unreachable", "not_a_model_server")


def _elsewhere(endpoint: Endpoint, base_url: str) -> Endpoint:
    return Endpoint(base_url=base_url, api_key=endpoint.api_key, model=endpoint.model, local=False)


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
