"""Which server answers, and with which model."""

import pytest

from chat.llm import client
from chat.llm.client import LLMError
from chat.llm.endpoints import OPENAI_URL
from tests.scripted_model import ScriptedModel

OWN_KEY = "sk-of-alice"


async def test_a_users_own_key_goes_to_openai(settings) -> None:
    settings.OPENAI_BASE_URL = settings.OPENAI_API_KEY = ""

    endpoint = await client.endpoint_for(model="gpt-x", key=OWN_KEY)

    assert (endpoint.base_url, endpoint.api_key, endpoint.model) == (OPENAI_URL, OWN_KEY, "gpt-x")


async def test_a_users_own_key_goes_to_the_sites_server_if_there_is_one(settings) -> None:
    settings.OPENAI_BASE_URL = "https://models.example.org/v1/"

    endpoint = await client.endpoint_for(model="", key=OWN_KEY)

    assert (endpoint.base_url, endpoint.api_key) == ("https://models.example.org/v1", OWN_KEY)
    assert endpoint.model == settings.OPENAI_MODEL


async def test_without_an_own_key_the_sites_key_is_used() -> None:
    endpoint = await client.endpoint_for(model="", key=None)

    assert (endpoint.api_key, endpoint.model, endpoint.local) == ("sk-the-servers-key", "scripted", False)


async def test_a_server_without_sign_in_gets_a_placeholder(model: ScriptedModel, settings) -> None:
    settings.OPENAI_API_KEY = ""

    endpoint = await client.endpoint_for(model="llama3", key=None)
    async for _ in client.stream_reply(endpoint, [client.Message("user", "Hello")], temperature=0):
        pass

    assert model.requests[0].key == "none"


async def test_without_any_server_it_says_what_to_do(settings) -> None:
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    settings.MEMORYBOT_LOCAL_MODEL = "off"

    with pytest.raises(LLMError) as caught:
        await client.endpoint_for(model="", key=None)

    assert caught.value.code == "no_key"
    assert "OPENAI_API_KEY" in caught.value.message


@pytest.mark.parametrize("key", [None, OWN_KEY])
async def test_only_listed_models_are_offered(settings, key: str | None) -> None:
    settings.MEMORYBOT_MODELS = ["small", "large"]
    settings.MEMORYBOT_MEMORY_MODEL = "cheap"

    chosen = [(await client.endpoint_for(model=name, key=key)).model for name in ("", "large", "cheap")]
    with pytest.raises(LLMError) as caught:
        await client.endpoint_for(model="expensive", key=key)

    assert chosen == ["small", "large", "cheap"]
    assert caught.value.code == "unknown_model"
    assert await client.available_models(key) == ["small", "large"]


async def test_the_servers_chat_models_are_offered_and_kept_for_a_while(model: ScriptedModel, endpoint) -> None:
    names = [await client.available_models(None), await client.available_models(None)]

    assert names == [["scripted", "scripted-large"]] * 2
    assert [call.kind for call in model.requests] == ["models"]


async def test_the_built_in_model_can_stand_beside_a_server(model: ScriptedModel, endpoint, settings) -> None:
    settings.MEMORYBOT_LOCAL_MODEL = "on"

    assert await client.available_models(None) == ["scripted", "scripted-large", "built-in"]
    assert await client.available_models(OWN_KEY) == ["scripted", "scripted-large"]
    assert (await client.endpoint_for(model="", key=None)).local is False


@pytest.mark.parametrize("fault", ["404-page", "html", "500", "401"])
async def test_a_server_that_lists_nothing_leaves_the_default(model: ScriptedModel, endpoint, fault: str) -> None:
    model.script(fault=fault, on="models")

    assert await client.available_models(None) == ["scripted"]


async def test_a_proxy_of_the_environment_is_not_for_this_machine(
    model: ScriptedModel, endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    pieces = [piece async for piece in client.stream_reply(endpoint, [client.Message("user", "Hi")], temperature=0)]

    assert "".join(map(str, pieces[:-1])) == "You said: Hi"
