"""The scripted server by hand and from another process: its pace, its log, its control over HTTP."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx2
import pytest

from tests.needs import ROOT

ASKED = {"model": "any", "messages": [{"role": "user", "content": "Hello"}]}


@pytest.fixture(scope="module")
def server() -> Iterator[httpx2.Client]:
    command = [sys.executable, "-m", "tests.scripted_model", "--port", "0", "--rate", "20", "--first-token-ms", "200"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    assert found is not None
    with httpx2.Client(base_url=found[0], trust_env=False) as client:
        yield client
    process.terminate()
    process.communicate()


@pytest.fixture(autouse=True)
def _nothing_scripted(server: httpx2.Client) -> None:
    server.post("/reset")


def test_it_streams_at_its_pace(server: httpx2.Client) -> None:
    server.post("/script", json={"tokens": ["a", "b", "c", "d", "e", "f"]})
    started = time.monotonic()

    with server.stream("POST", "/v1/chat/completions", json=ASKED | {"stream": True}) as response:
        lines = [line for line in response.iter_lines() if line]

    assert 0.2 + 5 / 20 <= time.monotonic() - started < 2
    assert lines[-1] == "data: [DONE]"
    assert re.findall(r'"content":"(.)"', "".join(lines)) == list("abcdef")


def test_it_answers_whole(server: httpx2.Client) -> None:
    answer = server.post("/v1/chat/completions", json=ASKED).json()

    assert answer["choices"] == [
        {"index": 0, "message": {"role": "assistant", "content": "You said: Hello"}, "finish_reason": "stop"}
    ]
    assert answer["usage"]["prompt_tokens_details"] == {"cached_tokens": 0}


def test_the_newest_rule_that_fits_answers_until_it_is_used_up(server: httpx2.Client) -> None:
    server.post("/script", json=[{"reply": "always"}, {"match": "Hell", "reply": "once", "times": 1}])

    answers = [server.post("/v1/chat/completions", json=ASKED).json() for _ in range(2)]

    assert [answer["choices"][0]["message"]["content"] for answer in answers] == ["once", "always"]


def test_it_logs_every_request(server: httpx2.Client) -> None:
    server.post("/script", json={"fault": "429-rate", "retry_after": "7"})
    refused = server.post("/v1/chat/completions", json=ASKED, headers={"Authorization": "Bearer sk-1"})
    server.get("/v1/models")

    log = server.get("/log").json()

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")
    assert [(call["kind"], call["status"], call["question"]) for call in log] == [
        ("reply", 429, "Hello"),
        ("models", 200, ""),
    ]
    assert log[0]["headers"]["authorization"] == "Bearer sk-1"
    assert log[0]["body"] == ASKED
