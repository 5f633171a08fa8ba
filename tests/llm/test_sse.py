"""The reader of server-sent events does not care where the network cut them."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from chat.llm.sse import Event, EventReader

STREAM = (
    b": hello\n\n"
    b'data: {"text": "f\xc3\xbcnf"}\n\n'
    b"event: error\r\ndata: one\r\ndata: two\r\n\r\n"
    b"id: 7\nretry: 10\n\n"
    b"data:[DONE]\n\n"
    b"data: never ended"
)
EVENTS = [
    Event(b"", b'{"text": "f\xc3\xbcnf"}'),
    Event(b"error", b"one\ntwo"),
    Event(b"", b"[DONE]"),
]


@given(st.lists(st.integers(min_value=0, max_value=len(STREAM)), max_size=20))
def test_events_are_the_same_wherever_the_stream_is_cut(cuts: list[int]) -> None:
    borders = [0, *sorted(cuts), len(STREAM)]
    reader = EventReader()

    events = [event for start, end in itertools.pairwise(borders) for event in reader.feed(STREAM[start:end])]

    assert events == EVENTS
    assert (reader.rest(), reader.stray) == (b"data: never ended", b"")


def test_the_first_line_of_something_else_is_kept() -> None:
    reader = EventReader()

    assert list(reader.feed(b"<!doctype html>\n<title>Sign in</title>\n")) == []
    assert reader.stray == b"<!doctype html>"
