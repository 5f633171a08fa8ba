"""Learning when processes die or meet: the same store as if nothing had happened (PROMISES: P7, P8)."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import psycopg
import pytest

from tests.e2e.test_faults import Tab
from tests.server import ALICE, BOB, Data, Server
from tests.services.memory.proposed import fact
from tests.visitor import Visitor

pytestmark = pytest.mark.server

PATIENCE_SECONDS = 40
SAID = ["I live in Oslo, and my sister Berit has a dog called Rex.", "I moved to Bergen. I like tea."]
FIRST = [
    fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo."),
    fact("my sister Berit has a dog called Rex", "pet", "Rex", "Berit has a dog called Rex.", about="Berit",
         kind="person"),
]  # fmt: skip
SECOND = [
    fact("I moved to Bergen", "lives_in", "Bergen", "The user lives in Bergen."),
    fact("I like tea", "likes", "tea", "The user likes tea."),
]
# Every row of the memory, without what differs from run to run: ids and times.
STORE = {
    "entities": "SELECT kind, name, disambiguator FROM chat_entity ORDER BY 1, 2",
    "aliases": "SELECT e.name, a.normalised FROM chat_entityalias a JOIN chat_entity e ON e.id = a.entity_id"
    " ORDER BY 1, 2",
    "facts": "SELECT e.name, f.attribute, f.value, f.statement, f.status, f.reason, n.statement FROM chat_fact f"
    " JOIN chat_entity e ON e.id = f.entity_id LEFT JOIN chat_fact n ON n.id = f.superseded_by_id ORDER BY 1, 2, 3",
    "sources": "SELECT f.statement, m.text, s.quote FROM chat_factsource s JOIN chat_fact f ON f.id = s.fact_id"
    " JOIN chat_message m ON m.id = s.message_id ORDER BY 1, 2, 3",
    "changes": "SELECT c.operation, f.statement, p.statement, m.text FROM chat_memorychange c"
    " JOIN chat_fact f ON f.id = c.fact_id LEFT JOIN chat_fact p ON p.id = c.previous_id"
    " JOIN chat_message r ON r.id = c.reply_id JOIN chat_message m ON m.id = r.parent_id ORDER BY c.id",
    "runs": "SELECT m.text, r.state FROM chat_memoryrun r JOIN chat_message a ON a.id = r.reply_id"
    " JOIN chat_message m ON m.id = a.parent_id ORDER BY m.position",
    "titles": "SELECT title, title_by FROM chat_conversation",
}  # fmt: skip


VISITORS: dict[tuple[Data, str], Visitor] = {}


def store(data: Data) -> dict[str, list[tuple[Any, ...]]]:
    return {name: data.rows(statement) for name, statement in STORE.items()}


def states(data: Data) -> list[str]:
    return [state for (state,) in data.rows("SELECT state FROM chat_memoryrun ORDER BY id")]


async def until(condition: Any, *, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, "never true"
        await asyncio.sleep(0.05)


async def visitor_of(server: Server, email: str) -> Visitor:
    """Somebody who is signed in, once for all processes on the same data."""
    if (server.data, email) not in VISITORS:
        VISITORS[server.data, email] = await asyncio.to_thread(server.sign_in, email)
    return VISITORS[server.data, email]


async def say(server: Server, text: str, conversation: str | None = None, *, email: str = "", key: str = "") -> str:
    """Say something, wait for the end of the answer, and return the conversation."""
    async with server.socket_of(await visitor_of(server, email or ALICE)) as socket:
        tab = Tab(socket)
        if key:
            await tab.send(type="key.set", key=key)
            await tab.until("key.accepted")
        accepted = await tab.begin(text, conversation=conversation)
        await tab.until("turn.done", reply=accepted["reply"]["id"])
    return accepted["conversation"]


def let_leases_run_out(data: Data) -> None:
    """As if half a minute had passed since the process died."""
    data.rows("UPDATE chat_memoryrun SET lease_until = '2000-01-01 00:00:00' WHERE state = 'running'")


def script(model: Any, **more: Any) -> None:
    model.script(match="I live in Oslo", schema="memory", json={"facts": FIRST, "title": "Moving"}, **more)
    model.script(match="I moved to Bergen", schema="memory", json={"facts": SECOND, "title": ""}, **more)


async def learn_all(server: Server, model: Any) -> dict[str, list[tuple[Any, ...]]]:
    """Hold the whole talk on a server that nothing happens to."""
    script(model)
    conversation = await say(server, SAID[0])
    await until(lambda: states(server.data) == ["done"])
    await say(server, SAID[1], conversation)
    await until(lambda: states(server.data) == ["done", "done"])
    return store(server.data)


@pytest.fixture(scope="module")
def expected(
    _prepared_data: Data, scripted_model: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[Any, ...]]]:
    """The store of somebody whose server never crashed."""
    data = Data(tmp_path_factory.mktemp("calm") / "data", like=_prepared_data)
    server = Server(data, kind="daphne", model_url=scripted_model.base_url, settings={})
    done = asyncio.run(learn_all(server.start(), scripted_model))
    server.kill()
    data.drop()
    assert sorted((row[3], row[4]) for row in done["facts"]) == [
        ("Berit has a dog called Rex.", "active"),
        ("The user likes tea.", "active"),
        ("The user lives in Bergen.", "active"),
        ("The user lives in Oslo.", "superseded"),
    ]
    return done


@contextmanager
def locked(data: Data) -> Iterator[None]:
    """Keep every writer of the memory waiting."""
    if data.database_url.startswith("postgres"):
        with psycopg.connect(data.database_url) as connection:
            connection.execute("LOCK TABLE chat_memoryrun IN EXCLUSIVE MODE")
            yield
        return
    connection = sqlite3.connect(data.folder / "memorybot.sqlite3", timeout=20, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("ROLLBACK")
    connection.close()


SLOW_SQLITE = """
CREATE VIEW for_ever AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000000)
SELECT max(i) AS i FROM n;
CREATE TRIGGER stuck AFTER INSERT ON chat_memorychange BEGIN SELECT i FROM for_ever; END;
"""
SLOW_POSTGRES = """
CREATE FUNCTION for_ever() RETURNS trigger AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; END' LANGUAGE plpgsql;
CREATE TRIGGER stuck AFTER INSERT ON chat_memorychange FOR EACH ROW EXECUTE FUNCTION for_ever();
"""
AT_WORK = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"


def is_stuck(data: Data) -> bool:
    """Tell whether somebody is in the middle of a transaction that writes."""
    if data.database_url.startswith("postgres"):
        return bool(data.rows(AT_WORK))
    for _ in range(5):
        connection = sqlite3.connect(data.folder / "memorybot.sqlite3", timeout=0, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            return False
        except sqlite3.OperationalError:
            time.sleep(0.1)
        finally:
            connection.close()
    return True


def make_writes_stick(data: Data) -> None:
    if data.database_url.startswith("postgres"):
        data.rows(SLOW_POSTGRES)
        return
    connection = sqlite3.connect(data.folder / "memorybot.sqlite3", timeout=20)
    connection.executescript(SLOW_SQLITE)
    connection.close()


def let_writes_go(data: Data) -> None:
    if data.database_url.startswith("postgres"):
        data.rows(AT_WORK.replace("SELECT pid", "SELECT pg_terminate_backend(pid)"))
        data.rows("DROP TRIGGER stuck ON chat_memorychange; DROP FUNCTION for_ever()")
        return
    data.rows("DROP TRIGGER stuck")
    data.rows("DROP VIEW for_ever")


async def crash_before_the_call(server: Server, model: Any) -> None:
    """The model is asked and has not answered."""
    script(model, fault="stall-before-headers", times=1)
    await say(server, SAID[0])
    await until(lambda: model.proposals)
    server.kill()


async def crash_after_the_call(server: Server, model: Any) -> None:
    """The model has answered, and nothing of it is written."""
    script(model, first_token_ms=1500)
    await say(server, SAID[0])
    await until(lambda: model.proposals)
    with locked(server.data):
        await until(lambda: model.proposals[0].ended_at)
        await asyncio.sleep(0.5)
        server.kill()


async def crash_within_the_write(server: Server, model: Any) -> None:
    """Entities and a first fact are written, and the transaction is open."""
    script(model)
    make_writes_stick(server.data)
    await say(server, SAID[0])
    await until(lambda: model.proposals)
    await until(lambda: is_stuck(server.data))
    server.kill()
    let_writes_go(server.data)


async def crash_after_the_commit(server: Server, model: Any) -> None:
    script(model)
    await say(server, SAID[0])
    await until(lambda: states(server.data) == ["done"])
    server.kill()


@pytest.mark.parametrize(
    "crash", [crash_before_the_call, crash_after_the_call, crash_within_the_write, crash_after_the_commit]
)
async def test_a_crash_of_the_learner_leaves_the_store_as_if_there_had_been_none(start_server, model, expected, crash):
    server = start_server(model_url=model.base_url)
    await crash(server, model)
    left = store(server.data)
    if crash is not crash_after_the_commit:
        assert (left["facts"], left["changes"], left["sources"]) == ([], [], [])
        assert states(server.data) == ["running"]
    model.server.script.rules.clear()
    script(model)
    let_leases_run_out(server.data)
    server.start()
    await until(lambda: states(server.data) == ["done"])
    (conversation,) = server.rows("SELECT uuid FROM chat_conversation")[0]
    await say(server, SAID[1], str(conversation))
    await until(lambda: states(server.data) == ["done", "done"])

    assert store(server.data) == expected


async def test_two_processes_learn_each_turn_once(start_server, model, expected):
    server = start_server(model_url=model.base_url)
    start_server(model_url=model.base_url, beside=server)
    assert await learn_all(server, model) == expected
    assert len(model.proposals) == len(SAID)


async def test_a_learner_that_was_given_up_for_dead_changes_nothing_when_it_goes_on(start_server, model, expected):
    server = start_server(model_url=model.base_url)
    script(model, first_token_ms=1500)
    conversation = await say(server, SAID[0])
    await until(lambda: model.proposals)
    server.pause()
    let_leases_run_out(server.data)
    beside = start_server(model_url=model.base_url, beside=server)
    await until(lambda: states(server.data) == ["done"])
    before = store(server.data)
    server.resume()
    await asyncio.sleep(2)

    assert store(server.data) == before
    assert len(model.proposals) == len([server, beside])
    await say(beside, SAID[1], conversation)
    await until(lambda: states(server.data) == ["done", "done"])
    assert store(server.data) == expected


async def test_one_persons_turns_are_learned_one_after_the_other_by_two_processes(start_server, model):
    server = start_server(model_url=model.base_url)
    beside = start_server(model_url=model.base_url, beside=server)
    model.script(schema="memory", json={"facts": [], "title": "x"}, first_token_ms=400)
    for email in (ALICE, BOB):
        await visitor_of(server, email)
    await asyncio.gather(
        *(say(process, f"I have {number} cats.") for number, process in enumerate([server, beside] * 3)),
        *(say(process, f"I have {number} dogs.", email=BOB) for number, process in enumerate([server, beside] * 2)),
    )
    await until(lambda: set(states(server.data)) == {"done"})
    calls = [(call.at, call.ended_at, "cats" in call.question) for call in model.proposals]

    assert [len([call for call in calls if call[2] is cats]) for cats in (True, False)] == [6, 4]
    for cats in (True, False):
        spans = sorted((at, ended) for at, ended, about in calls if about is cats)
        assert all(ended <= at for (_, ended), (at, _) in pairwise(spans))


async def test_a_run_whose_key_a_restart_has_lost_waits_and_goes_on_at_the_next_turn(start_server, model):
    key = "sk-canary-4711-of-alice"
    model.script(match="I live in Oslo", schema="memory", fault="stall-before-headers", times=1)
    server = start_server(model_url=model.base_url)
    conversation = await say(server, SAID[0], key=key)
    await until(lambda: model.proposals)
    server.kill()
    script(model)
    let_leases_run_out(server.data)
    server.data.rows("UPDATE chat_memoryrun SET not_before = '2000-01-01 00:00:00'")
    server.start()
    await until(lambda: states(server.data) == ["needs_key"])
    asked = len(model.proposals)
    await say(server, "What is the capital of France?", email=BOB)
    await say(server, SAID[1], conversation, key=key)
    await until(lambda: states(server.data)[0] == states(server.data)[-1] == "done")

    learned = [call.key for call in model.proposals[asked:] if call.question.endswith(tuple(SAID))]
    assert learned == [key, key]
    statements = [row[3] for row in store(server.data)["facts"] if row[4] == "active"]
    assert "The user lives in Bergen." in statements
    assert "Berit has a dog called Rex." in statements
    assert key not in server.log
    assert [
        path for path in server.data.folder.rglob("*") if path.is_file() and key.encode() in path.read_bytes()
    ] == []
