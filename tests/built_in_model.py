"""The real built-in model's process and the way to it, for tests marked ``local_model``."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from chat.llm import client, local, transport
from chat.llm.client import Endpoint
from tests.needs import model_folder

LOADING_SECONDS = 120


def give_model(data_folder: Path) -> None:
    """Put the fetched file where `make run` would have left it."""
    folder = data_folder / "models"
    folder.mkdir()
    for file in model_folder().glob("*.gguf"):
        (folder / file.name).symlink_to(file.resolve())


@contextmanager
def running(data_folder: Path, *, warm: str) -> Iterator[None]:
    """Serve the model, which reads ``warm`` first, and see it end at once."""
    give_model(data_folder)
    beginning = data_folder / "warm.txt"
    beginning.write_text(warm, encoding="utf-8")
    chosen = {"MEMORYBOT_DATA_DIR": data_folder, "MEMORYBOT_LOCAL_MODEL": "on"}
    with pytest.MonkeyPatch.context() as patch, override_settings(**chosen):
        for name, value in chosen.items():
            patch.setenv(name, str(value))
        process = local.ensure_running(warm=[beginning])
        assert process is not None
        yield
        process.terminate()
        assert process.wait(timeout=2) != 0
        assert local.status().state == "missing"


@asynccontextmanager
async def reached(data_folder: Path, settings: Any) -> AsyncIterator[Endpoint]:
    """Wait until it is loaded, and reach it as the application does."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    settings.MEMORYBOT_DATA_DIR, settings.MEMORYBOT_LOCAL_MODEL = data_folder, "on"
    async with asyncio.timeout(LOADING_SECONDS):
        found = await client.endpoint_for(model="", key=None)
    yield found
    await transport.close()
