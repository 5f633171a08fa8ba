"""Frames as data: what is taken, what is refused and how it is said."""

import json
import uuid
from dataclasses import fields
from pathlib import Path

import pytest

from chat import protocol

ROOT = Path(__file__).resolve().parent.parent
ID = "6f1c0f4e-0d0a-4a8e-9d41-0f6a2b7c8d9e"


def refused(frame: object) -> protocol.FrameError:
    text = frame if isinstance(frame, str) else json.dumps(frame)
    with pytest.raises(protocol.FrameError) as raised:
        protocol.parse(text)
    return raised.value


def test_a_send_is_read_with_its_options_and_ref():
    request = protocol.parse(
        json.dumps(
            {
                "type": "turn.send",
                "ref": "r1",
                "client_id": ID,
                "conversation": None,
                "text": "Hello 👋🏽",
                "options": {"model": "m", "k": 3, "temperature": 1, "memory": "own"},
            }
        )
    )

    assert request == protocol.Request(
        protocol.TurnSend(
            client_id=uuid.UUID(ID),
            text="Hello 👋🏽",
            options=protocol.Options(model="m", k=3, temperature=1.0, memory="own"),
        ),
        "r1",
    )


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("", "bad_frame"),
        ("not json", "bad_frame"),
        ("[]", "bad_frame"),
        ("null", "bad_frame"),
        ("[" * 100_000, "bad_frame"),
        ('{"type": "ping", "n": NaN}', "bad_frame"),
        ({}, "unknown_type"),
        ({"type": "turn.explode"}, "unknown_type"),
        ({"type": ["turn.send"]}, "unknown_type"),
        ({"type": "turn.send", "client_id": "x", "text": "hi"}, "bad_frame"),
        ({"type": "turn.send", "client_id": 7, "text": "hi"}, "bad_frame"),
        ({"type": "turn.send", "client_id": ID}, "bad_frame"),
        ({"type": "turn.send", "client_id": ID, "text": ["hi"]}, "bad_frame"),
        ({"type": "turn.send", "client_id": ID, "text": " \n\t"}, "empty"),
        ({"type": "turn.send", "client_id": ID, "text": "x" * 32_001}, "too_long"),
        ({"type": "turn.send", "client_id": ID, "text": "a\0b"}, "bad_text"),
        (f'{{"type": "turn.send", "client_id": "{ID}", "text": "a\\ud800b"}}', "bad_text"),
        ({"type": "turn.send", "client_id": ID, "text": "x" * 300_000}, "too_large"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "options": []}, "bad_frame"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "options": {"k": 2}}, "bad_option"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "options": {"k": True}}, "bad_option"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "options": {"k": 3.5}}, "bad_option"),
        (
            f'{{"type": "turn.send", "client_id": "{ID}", "text": "hi", "options": {{"temperature": 1e999}}}}',
            "bad_option",
        ),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "options": {"temperature": -1}}, "bad_option"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "options": {"memory": "always"}}, "bad_option"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "options": {"memory": {}}}, "bad_option"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "options": {"model": "x" * 201}}, "bad_option"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "conversation": "../../etc/passwd"}, "bad_frame"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "pasted": {}}, "bad_frame"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "pasted": [[0]]}, "bad_frame"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "pasted": [[0, True]]}, "bad_frame"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "pasted": [["0", "1"]]}, "bad_frame"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "pasted": [[1, 1]]}, "bad_frame"),
        ({"type": "turn.send", "client_id": ID, "text": "hi", "pasted": [[-1, 1]]}, "bad_frame"),
        ({"type": "turn.send", "client_id": ID, "text": "👋🏽", "pasted": [[0, 3]]}, "bad_frame"),
        ({"type": "turn.send", "client_id": ID, "text": "hello", "pasted": [[2, 4], [0, 1]]}, "bad_frame"),
        ({"type": "turn.send", "client_id": ID, "text": "hello", "pasted": [[0, 3], [2, 4]]}, "bad_frame"),
        (
            {"type": "turn.send", "client_id": ID, "text": "x" * 200, "pasted": [[n, n + 1] for n in range(51)]},
            "bad_frame",
        ),
        ({"type": "turn.edit", "message": ID, "client_id": ID, "text": "hi", "pasted": [[0, 9]]}, "bad_frame"),
        ({"type": "turn.stop"}, "bad_frame"),
        ({"type": "conversation.follow", "conversation": ID, "after": -1}, "bad_frame"),
        ({"type": "conversation.follow", "conversation": ID, "after": 2**63}, "bad_frame"),
        ({"type": "key.set", "key": "a\nb"}, "bad_key"),
        ({"type": "key.set", "key": "schlüssel"}, "bad_key"),
        ({"type": "key.set", "key": 5}, "bad_key"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_code_and_a_sentence(frame, code):
    error = refused(frame)

    assert error.code == code
    assert error.message.endswith(".")


@pytest.mark.parametrize("frame", [{"type": "turn.send"}, {"type": "turn.edit", "message": ID}])
@pytest.mark.parametrize("pasted", [[], [[0, 2]], [[0, 1], [1, 2]]])
def test_what_was_pasted_is_read_in_code_points(frame, pasted):
    request = protocol.parse(json.dumps({**frame, "client_id": ID, "text": "👋🏽", "pasted": pasted}))

    assert request.frame.pasted == pasted


def test_a_refusal_repeats_what_the_page_needs_to_find_its_message():
    error = refused({"type": "turn.send", "ref": "r9", "client_id": ID, "text": ""})

    assert (error.ref, error.client_id) == ("r9", ID)


def test_a_key_is_in_no_representation_of_its_frame():
    assert "sk-secret" not in repr(protocol.parse('{"type": "key.set", "key": "sk-secret"}'))


def test_changed_fields_of_a_conversation_stand_flat_in_the_frame():
    event = protocol.ConversationUpdated(conversation=ID, seq=4, changed={"title": "Norway", "title_by": "machine"})

    assert protocol.dump(event) == {
        "type": "conversation.updated",
        "conversation": ID,
        "seq": 4,
        "title": "Norway",
        "title_by": "machine",
    }


def examples() -> dict[str, dict]:
    """The JSON examples of docs/protocol.md by their type."""
    page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    blocks = [block.split("```")[0] for block in page.split("```json\n")[1:]]
    return {frame["type"]: frame for frame in map(json.loads, blocks)}


def test_the_page_on_the_protocol_has_an_example_of_every_frame_and_no_other():
    assert set(examples()) == {*protocol.CLIENT_FRAMES, *protocol.SERVER_FRAMES}


@pytest.mark.parametrize("kind", protocol.CLIENT_FRAMES)
def test_every_example_from_the_client_is_taken(kind):
    assert type(protocol.parse(json.dumps(examples()[kind])).frame) is protocol.CLIENT_FRAMES[kind]


@pytest.mark.parametrize("kind", set(protocol.SERVER_FRAMES) - {"conversation.updated"})
def test_every_example_from_the_server_has_the_fields_of_the_code(kind):
    names = {item.name for item in fields(protocol.SERVER_FRAMES[kind])}

    assert set(examples()[kind]) - {"ref"} == {"type", *names}


def test_the_page_on_the_protocol_names_every_error_code():
    page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")

    assert [code for code in protocol.ErrorCode.__args__ if f"`{code}`" not in page] == []
