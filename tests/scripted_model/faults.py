"""Everything a model server does wrong, by name."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.scripted_model.completions import Completion
from tests.scripted_model.log import Call
from tests.scripted_model.script import Rule

A_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Refusal:
    status: int
    body: object
    headers: dict[str, str] = field(default_factory=dict)


def _error(status: int, message: str, kind: str = "invalid_request_error", code: str | None = None) -> Refusal:
    return Refusal(status, {"error": {"message": message, "type": kind, "param": None, "code": code}})


def _rate_limit(call: Call, rule: Rule) -> Refusal:
    headers = {} if rule.retry_after is None else {"Retry-After": rule.retry_after}
    message = "Rate limit reached for requests"
    return Refusal(429, {"error": {"message": message, "type": "requests", "code": "rate_limit_exceeded"}}, headers)


def _echoed_key(call: Call, rule: Rule) -> Refusal:
    return _error(401, f"Incorrect API key provided: {call.key}.", code="invalid_api_key")


def _unknown_model(call: Call, rule: Rule) -> Refusal:
    model = call.body.get("model")
    return _error(404, f"The model `{model}` does not exist or you do not have access to it.", code="model_not_found")


def _unsupported(param: str, message: str) -> Callable[[Call, Rule], Refusal]:
    def refuse(call: Call, rule: Rule) -> Refusal:
        return Refusal(
            400, {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": None}}
        )

    return refuse


def _always(refusal: Refusal) -> Callable[[Call, Rule], Refusal]:
    return lambda call, rule: refusal


REFUSALS: dict[str, Callable[[Call, Rule], Refusal]] = {
    "401": _always(_error(401, "Incorrect API key provided.", code="invalid_api_key")),
    "401-echo": _echoed_key,
    "403": _always(_error(403, "Your key may not use this model.", "permission_error")),
    "404-model": _unknown_model,
    "404-page": _always(Refusal(404, "<html><body><h1>Not Found</h1></body></html>")),
    "429-quota": _always(_error(429, "You exceeded your current quota.", "insufficient_quota", "insufficient_quota")),
    "429-rate": _rate_limit,
    "400-context": _always(
        _error(400, "This model's maximum context length is 8192 tokens.", code="context_length_exceeded")
    ),
    "400-other": _always(_error(400, "Invalid value for 'messages'.")),
    "400-json-schema": _unsupported("response_format", "response_format of type json_schema is not supported."),
    "400-response-format": _unsupported("response_format", "response_format is not supported."),
    "400-temperature": _unsupported("temperature", "Unsupported value: 'temperature' does not support 0."),
    "400-max-tokens": _unsupported("max_tokens", "Unsupported parameter: use 'max_completion_tokens' instead."),
    "400-stream-options": _unsupported("stream_options", "Unrecognized request argument: stream_options"),
    "500": _always(_error(500, "The server had an error.", "server_error")),
    "503-loading": _always(_error(503, "Loading model", "unavailable_error")),
    "307": _always(Refusal(307, b"", {"Location": "http://127.0.0.1:9/elsewhere"})),
    "html": _always(Refusal(200, "<!doctype html><title>Sign in</title><p>Please sign in to this network.")),
    "json-error-200": _always(_error(200, "The model is overloaded.", "overloaded_error")),
    "packed": _always(Refusal(200, b"\x1f\x8b\x08", {"Content-Encoding": "gzip"})),
    "endless-500": _always(Refusal(500, b"x" * (8 * A_MEGABYTE))),
}


async def _close_without_end(completion: Completion) -> None:
    """A proxy that times out: a well-formed end of the response, in the middle of the answer."""
    await _some_words(completion)
    completion.connection.end_stream()


async def _close_connection(completion: Completion) -> None:
    await _some_words(completion)
    completion.connection.close()


async def _reset(completion: Completion) -> None:
    await _some_words(completion)
    await asyncio.sleep(0.05)  # so that what was said arrives before the reset throws it away
    completion.connection.reset()


async def _reset_at_once(completion: Completion) -> None:
    completion.connection.reset()


async def _half_chunk(completion: Completion) -> None:
    await _some_words(completion)
    completion.raw(b'data: {"id": "chatcmpl-1", "choices": [{"index": 0, "del')
    completion.connection.close()


async def _done_without_finish(completion: Completion) -> None:
    await _some_words(completion)
    completion.done()


def _odd(content: bytes) -> Callable[[Completion], Awaitable[None]]:
    async def send(completion: Completion) -> None:
        await _some_words(completion)
        completion.raw(content)
        await completion.stay_silent()

    return send


async def _empty(completion: Completion) -> None:
    await completion.begin()
    completion.finish("stop")
    completion.done()


async def _empty_body(completion: Completion) -> None:
    await completion.connection.begin_stream()
    completion.connection.end_stream()


async def _stall_first(completion: Completion) -> None:
    await completion.connection.begin_stream()
    await completion.stay_silent()


async def _ping_first(completion: Completion) -> None:
    await completion.connection.begin_stream()
    await completion.stay_silent(pings=True)


async def _stall_before_headers(completion: Completion) -> None:
    await completion.stay_silent()


async def _stall_middle(completion: Completion) -> None:
    await _some_words(completion)
    await completion.stay_silent()


async def _ping_middle(completion: Completion) -> None:
    await _some_words(completion)
    await completion.stay_silent(pings=True)


async def _stall_end(completion: Completion) -> None:
    """All said and finished, but neither usage nor the end of the stream comes."""
    await completion.begin()
    await completion.say(completion.pieces)
    completion.finish("stop")
    await completion.stay_silent()


async def _split_code_point(completion: Completion) -> None:
    """Every byte of every event in a network write of its own."""
    await completion.begin()
    for piece in completion.pieces:
        event = b'data: {"choices":[{"index":0,"delta":{"content":"%b"}}]}\n\n' % piece.encode()
        for byte in event:
            completion.raw(bytes([byte]))
            await completion.connection.flush()
            await asyncio.sleep(0)
    completion.finish("stop")
    completion.done()


async def _split_surrogates(completion: Completion) -> None:
    """A letter outside the basic plane as two escaped halves in two chunks, then a half that stays alone."""
    await completion.begin()
    for half in (rb"\ud83d", rb"\ude00", rb" \ud83d", b" a"):
        completion.raw(b'data: {"choices":[{"index":0,"delta":{"content":"%b"}}]}\n\n' % half)
    completion.finish("stop")
    completion.done()


async def _huge_token(completion: Completion) -> None:
    await completion.begin()
    await completion.say(["x" * A_MEGABYTE])
    completion.finish("stop")
    completion.done()


async def _endless(completion: Completion) -> None:
    await completion.begin()
    while not completion.connection.protocol.gone:
        completion.event(completion.chunk({"content": "x" * 10_000}))
        await completion.connection.flush()


async def _endless_event(completion: Completion) -> None:
    await completion.begin()
    completion.raw(b"data: ")
    while not completion.connection.protocol.gone:
        completion.raw(b"x" * 10_000)
        await completion.connection.flush()


async def _tool_calls(completion: Completion) -> None:
    await completion.begin()
    function = {"name": "look_up", "arguments": "{}"}
    completion.event(completion.chunk({"tool_calls": [{"index": 0, "id": "call_1", "function": function}]}))
    completion.finish("tool_calls")
    completion.done()


async def _some_words(completion: Completion) -> None:
    await completion.begin()
    await completion.say(completion.pieces[: completion.rule.after])


STREAMS: dict[str, Callable[[Completion], Awaitable[None]]] = {
    "cut": _close_without_end,
    "close": _close_connection,
    "rst": _reset,
    "rst-first": _reset_at_once,
    "half-chunk": _half_chunk,
    "no-finish": _done_without_finish,
    "malformed": _odd(b'data: {"choices": [{]}\n\n'),
    "null": _odd(b"data: null\n\n"),
    "wrong-types": _odd(b'data: {"choices": [{"delta": {"content": 7}}]}\n\n'),
    "error-event": _odd(b'data: {"error": {"message": "overloaded", "type": "server_error"}}\n\n'),
    "named-error-event": _odd(b'event: error\ndata: {"message": "overloaded"}\n\n'),
    "empty": _empty,
    "empty-body": _empty_body,
    "stall-before-headers": _stall_before_headers,
    "stall-first": _stall_first,
    "stall-middle": _stall_middle,
    "stall-end": _stall_end,
    "ping-first": _ping_first,
    "ping-middle": _ping_middle,
    "split-code-point": _split_code_point,
    "split-surrogates": _split_surrogates,
    "huge-token": _huge_token,
    "endless": _endless,
    "endless-event": _endless_event,
    "tool-calls": _tool_calls,
}
