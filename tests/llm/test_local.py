"""The built-in model's process as others see it: how far it is, and that it never outlives what it should."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from chat.llm import client, local, model_server
from chat.llm.client import LLMError
from chat.llm.local import LocalStatus
from chat.llm.model_file import ModelFileError
from tests.llm.model_sources import CONTENT, Sources, serving
from tests.needs import ROOT

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(autouse=True)
def _built_in_model(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process and those that it starts use the built-in model, in a folder of this test."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    settings.MEMORYBOT_LOCAL_MODEL = "auto"
    settings.MEMORYBOT_DATA_DIR = tmp_path
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("MEMORYBOT_LOCAL_MODEL", "auto")
    monkeypatch.setenv("MEMORYBOT_DATA_DIR", str(tmp_path))


@pytest.fixture
def sources() -> Iterator[Sources]:
    with serving() as both:
        yield both


@pytest.fixture
def start(sources: Sources) -> Iterator[Start]:
    processes: list[subprocess.Popen[str]] = []

    def start_one(*flags: str) -> subprocess.Popen[str]:
        fields = json.dumps(asdict(sources.file()))
        command = [sys.executable, "-m", "tests.llm.model_process_alone", fields, *flags]
        processes.append(
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        )
        return processes[-1]

    yield start_one
    for process in processes:
        process.kill()
        process.communicate()


def _wait_for(state: str, *, seconds: float = 60) -> LocalStatus:
    deadline = time.monotonic() + seconds
    while (status := local.status()).state != state:
        assert time.monotonic() < deadline, status
        time.sleep(0.02)
    return status


def test_a_model_that_is_not_wanted_is_off(settings) -> None:
    settings.OPENAI_API_KEY = "sk-of-the-site"

    assert (local.is_enabled(), local.status().state, local.ensure_running()) == (False, "off", None)


@pytest.mark.parametrize(
    ("choice", "key", "wanted"), [("auto", "", True), ("auto", "sk", False), ("on", "sk", True), ("off", "", False)]
)
def test_the_setting_decides(settings, choice: str, key: str, wanted: bool) -> None:
    settings.MEMORYBOT_LOCAL_MODEL, settings.OPENAI_API_KEY = choice, key

    assert local.is_enabled() is wanted


def test_before_the_first_start_it_is_missing() -> None:
    assert local.status().state == "missing"
    assert "manage.py localmodel" in local.status().message


def test_a_damaged_status_counts_as_missing() -> None:
    local.folder().mkdir()
    (local.folder() / "status.json").write_text('{"state": "rea')

    assert local.status().state == "missing"


def test_while_it_is_fetched_it_says_how_far_it_is(sources: Sources, start: Start) -> None:
    sources.hub = "slow"
    start()

    status = _wait_for("downloading")

    assert 0 < status.done < status.total == len(CONTENT)
    assert status.message == "Fetching the built-in model, once: 1 of 1 MB."
    assert (local.folder() / "status.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_signal_ends_it_at_once(sources: Sources, start: Start, signum: signal.Signals) -> None:
    sources.hub = "slow"
    process = start()
    _wait_for("downloading")

    process.send_signal(signum)

    assert process.wait(timeout=10) != 0
    assert local.status().state == "missing"


def test_it_ends_when_its_parent_dies(sources: Sources, start: Start) -> None:
    sources.hub = "slow"
    parent = start("--orphan")
    _wait_for("downloading")

    parent.kill()

    _wait_for("missing", seconds=3)


def test_a_second_one_stands_by_and_takes_over(sources: Sources, start: Start) -> None:
    sources.hub = "slow"
    first = start()
    _wait_for("downloading")
    second = start()
    assert second.stdout is not None
    assert second.stdout.readline() == "Another process serves the built-in model; this one stands by.\n"

    first.kill()
    first.wait()

    _wait_for("downloading")
    assert second.poll() is None


def test_a_file_that_is_no_model_is_told(sources: Sources, start: Start) -> None:
    sources.hub = "up"
    process = start()

    said, _ = process.communicate(timeout=90)

    assert process.returncode == 1
    assert "llama.cpp cannot load tiny.gguf" in said
    assert local.status().state == "failed"
    assert "OPENAI_API_KEY" in local.status().message


async def test_a_turn_waits_for_the_model_and_hears_why_it_failed(sources: Sources, start: Start) -> None:
    sources.hub = "up"
    waiting = asyncio.create_task(client.endpoint_for(model="", key=None))
    await asyncio.sleep(0.1)
    start()

    with pytest.raises(LLMError) as caught:
        await waiting

    assert caught.value.code == "unreachable"
    assert "llama.cpp cannot load" in caught.value.message


async def test_the_only_model_to_choose_is_the_built_in_one() -> None:
    assert await client.available_models(None) == ["built-in"]
    with pytest.raises(LLMError) as caught:
        await client.endpoint_for(model="gpt-x", key=None)
    assert caught.value.code == "no_key"


async def test_a_users_own_key_goes_past_it() -> None:
    endpoint = await client.endpoint_for(model="built-in", key="sk-of-alice")

    assert (endpoint.local, endpoint.model) == (False, "scripted")


def test_the_command_is_started_where_it_is_missing(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    junk = tmp_path / "junk.gguf"
    junk.write_bytes(CONTENT)
    settings.MEMORYBOT_LOCAL_MODEL = str(junk)
    monkeypatch.setenv("MEMORYBOT_LOCAL_MODEL", str(junk))

    process = local.ensure_running()

    assert process is not None
    assert process.wait(timeout=90) == 1
    assert "cannot load junk.gguf" in local.status().message


def test_the_command_says_when_the_model_is_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMORYBOT_LOCAL_MODEL", "off")

    done = subprocess.run(
        [sys.executable, "manage.py", "localmodel"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "MEMORYBOT_LOCAL_MODEL=on" in done.stderr


def test_without_its_package_it_says_which_one(
    sources: Sources, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('not installed')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    sources.hub = "up"

    said, _ = start().communicate(timeout=90)

    assert "requirements-local.txt" in said
    assert local.status().state == "failed"


def test_without_memory_it_says_what_is_needed(tmp_path: Path) -> None:
    available = model_server.available_memory()
    if available is None:
        pytest.skip("this system does not say how much memory is free")
    giant = tmp_path / "giant.gguf"
    with giant.open("wb") as file:
        file.truncate(available)

    with pytest.raises(ModelFileError, match=r"needs [\d,]+ MB of memory, and [\d,]+ MB are free"):
        model_server.start(giant)
