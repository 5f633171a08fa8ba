from collections.abc import AsyncIterator

import pytest_asyncio

from chat.llm import capabilities, client, listing, transport
from chat.llm.client import Endpoint
from tests.scripted_model import ScriptedModel


@pytest_asyncio.fixture
async def endpoint(model: ScriptedModel) -> AsyncIterator[Endpoint]:
    """The scripted server, as the application reaches it with the site's key."""
    capabilities.forget()
    listing.forget()
    yield await client.endpoint_for(model="", key=None)
    await transport.close()
