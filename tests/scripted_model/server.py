"""The scripted server itself: routes, and the control over HTTP for when it runs in another process."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.scripted_model import embeddings, faults
from tests.scripted_model.completions import ClientGoneError, Completion
from tests.scripted_model.http import Connection, Protocol, Request
from tests.scripted_model.log import Call, Log
from tests.scripted_model.script import Rule, Script


@dataclass
class Server:
    """`rate` in tokens a second, `first_token_ms` in milliseconds; a rule may set its own."""

    rate: float = 1000
    first_token_ms: float = 0
    models: list[str] = field(default_factory=lambda: ["scripted", "scripted-large", "text-embedding-scripted"])
    script: Script = field(default_factory=Script)
    log: Log = field(default_factory=Log)

    async def listen(self, host: str, port: int) -> asyncio.Server:
        loop = asyncio.get_running_loop()

        def new_protocol() -> Protocol:
            return Protocol(asyncio.StreamReader(limit=2**24), self._serve, loop=loop)

        return await loop.create_server(new_protocol, host, port, backlog=1000)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer)
        while connection.is_open and (request := await connection.read_request()):
            await self._answer(connection, request)
        writer.close()

    async def _answer(self, connection: Connection, request: Request) -> None:
        if request.path in ("/script", "/log", "/reset", "/health"):
            await self._control(connection, request)
            return
        body = orjson.loads(request.content) if request.content else {}
        call = self.log.add(request.method, request.path, request.headers, body)
        connection.protocol.on_gone = lambda: _note_closed(call)
        try:
            await self._route(connection, call)
            await connection.flush()
        except ClientGoneError:
            connection.close()
        else:
            call.ended_at = time.monotonic()
        finally:
            connection.protocol.on_gone = None

    async def _route(self, connection: Connection, call: Call) -> None:
        rule = self.script.take(call)
        call.status = 200
        if rule.fault in faults.REFUSALS:
            refusal = faults.REFUSALS[rule.fault](call, rule)
            call.status = refusal.status
            await connection.respond(refusal.status, refusal.body, refusal.headers)
        elif call.kind == "models":
            await connection.respond(200, {"object": "list", "data": [_model(name) for name in self.models]})
        elif call.kind == "embeddings":
            await asyncio.sleep((rule.first_token_ms or 0) / 1000)
            await connection.respond(200, rule.json or embeddings.answer(call))
        elif call.kind == "other":
            call.status = 404
            await connection.respond(404, {"error": {"message": f"No such route: {call.path}", "type": "not_found"}})
        else:
            completion = Completion(connection, call, rule, rate=self.rate, first_token_ms=self.first_token_ms)
            await _complete(completion)

    async def _control(self, connection: Connection, request: Request) -> None:
        answer: Any = {"ok": True}
        if request.path == "/script":
            said = orjson.loads(request.content)
            for fields in said if isinstance(said, list) else [said]:
                self.script.add(Rule(**fields))
        elif request.path == "/log":
            answer = [call.as_dict() for call in self.log.calls]
        elif request.path == "/reset":
            self.script.rules.clear()
            self.log.calls.clear()
        await connection.respond(200, answer)


async def _complete(completion: Completion) -> None:
    fault = completion.rule.fault
    if fault is not None:
        await faults.STREAMS[fault](completion)
    elif completion.call.body.get("stream"):
        await completion.stream()
    else:
        await completion.whole()


def _note_closed(call: Call) -> None:
    if call.ended_at is None and call.closed_at is None:
        call.closed_at = time.monotonic()


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "scripted"}
