"""The other ways to serve that docs/deploy.md shows: uvicorn, pages under gunicorn, a proxy in front."""

import json
import uuid
from urllib.parse import urlencode

import pytest

from tests.scripted_model import ScriptedModel
from tests.server import ALICE, PASSWORD, Server, StartServer
from tests.visitor import Visitor, read_frame

pytestmark = pytest.mark.server


@pytest.fixture
def model(scripted_model: ScriptedModel) -> ScriptedModel:
    scripted_model.reset()
    return scripted_model


async def ask(socket, text: str) -> dict:
    await socket.send(json.dumps({"type": "turn.send", "client_id": str(uuid.uuid4()), "text": text}))
    return await read_frame(socket, "turn.accepted")


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_pages_styles_and_a_turn_over_the_socket(
    start_server: StartServer, model: ScriptedModel, kind: str
) -> None:
    model.script(reply="Good day.")
    server = start_server(kind=kind, model_url=model.base_url)
    alice = server.sign_in(ALICE)
    page = alice.get("/")
    assert page.status == 200
    async with alice.socket() as socket:
        accepted = await ask(socket, "Hello!")
        done = await read_frame(socket, "turn.done")
    assert (done["reply"], done["status"]) == (accepted["reply"]["id"], "complete")
    assert server.rows("SELECT text FROM chat_message WHERE role = 'assistant'") == [("Good day.",)]


async def test_without_a_session_or_from_elsewhere_uvicorn_lets_no_socket_in(start_server: StartServer) -> None:
    from websockets.exceptions import ConnectionClosedError, InvalidStatus

    server = start_server(kind="uvicorn")
    with pytest.raises(ConnectionClosedError) as closed:
        async with server.visitor().socket() as socket:
            await socket.recv()
    assert closed.value.rcvd.code == 4401
    with pytest.raises(InvalidStatus) as refused:
        async with server.sign_in().socket(origin="https://elsewhere.example"):
            pass
    assert refused.value.response.status_code == 403


async def test_uvicorn_ends_in_mid_answer_and_the_next_start_tells_what_became_of_it(
    start_server: StartServer, model: ScriptedModel
) -> None:
    model.script(reply="word " * 2000, rate=20)
    server = start_server(kind="uvicorn", model_url=model.base_url)
    alice = server.sign_in()
    async with alice.socket() as socket:
        accepted = await ask(socket, "Tell me much.")
        shown = (await read_frame(socket, "turn.delta"))["text"]
        server.stop(seconds=15)
    server.start()
    # Orphans are ended within ten seconds of a start; cookies hold.
    async with alice.socket() as socket:
        follow = {"type": "conversation.follow", "conversation": accepted["conversation"], "after": 0}
        for _ in range(12):
            await socket.send(json.dumps(follow))
            state = await read_frame(socket, "conversation.state")
            if state["running"] is None:
                break
            await read_frame(socket, "turn.done", seconds=12)
    reply = state["messages"][-1]
    assert reply["status"] == "interrupted"
    assert reply["error"]["retryable"] is True
    assert reply["text"].startswith(shown)


async def test_pages_under_gunicorn_with_the_socket_in_another_process(
    start_server: StartServer, model: ScriptedModel
) -> None:
    pages = start_server(kind="gunicorn", model_url=model.base_url)
    live = start_server(kind="uvicorn", beside=pages, model_url=model.base_url)
    alice = pages.sign_in(ALICE)
    assert alice.get("/").status == 200
    async with live.socket_of(alice) as socket:
        accepted = await ask(socket, "Hello from another process!")
        await read_frame(socket, "turn.done")
    page = alice.get(f"/c/{accepted['conversation']}/")
    assert page.status == 200
    assert "Hello from another process!" in page.text


@pytest.mark.redis
async def test_what_a_page_under_gunicorn_changes_is_told_over_the_socket_of_another_process(
    start_server: StartServer, model: ScriptedModel
) -> None:
    pages = start_server(kind="gunicorn", model_url=model.base_url)
    live = start_server(kind="uvicorn", beside=pages, model_url=model.base_url)
    alice = pages.sign_in(ALICE)
    async with live.socket_of(alice) as socket:
        conversation = (await ask(socket, "Hello!"))["conversation"]
        await read_frame(socket, "turn.done")
        answer = alice.post(f"/c/{conversation}/rename/", {"title": "Greetings"}, form="/")
        assert answer.status == 204
        while (frame := await read_frame(socket, "conversation.updated")).get("title") != "Greetings":
            pass
        assert frame["conversation"] == conversation


@pytest.fixture
def behind_a_proxy(start_server: StartServer) -> Server:
    return start_server(MEMORYBOT_URL="https://chat.example.org", DJANGO_ALLOWED_HOSTS="")


PROXIED = {"Host": "chat.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


def test_behind_a_proxy_cookies_are_for_https_and_forms_are_taken(behind_a_proxy: Server) -> None:
    visitor = Visitor(behind_a_proxy.url)
    page = visitor.send("/accounts/login/", None, PROXIED)
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-memorybot-csrf=")
    assert "; Secure" in cookie
    fields = {"login": ALICE, "password": PASSWORD, "csrfmiddlewaretoken": page.token}
    headers = {**PROXIED, "Cookie": cookie.partition(";")[0], "Origin": "https://chat.example.org"}
    answer = visitor.send("/accounts/login/", urlencode(fields).encode(), headers)
    assert (answer.status, answer.headers["Location"]) == (302, "/")


def test_behind_a_proxy_plain_requests_go_to_https_but_for_the_health_checks(behind_a_proxy: Server) -> None:
    visitor = Visitor(behind_a_proxy.url)
    answer = visitor.send("/", None, {"Host": "chat.example.org"})
    assert (answer.status, answer.headers["Location"]) == (301, "https://chat.example.org/")
    for path in ("/healthz", "/readyz"):
        assert visitor.get(path).text == "ok"
