"""`manage.py bench_recall` on a small history."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chat.llm import embedder
from chat.management import recall_bench
from chat.models import Conversation, Message, User
from chat.services.memory.recalling.question import DEADLINE_SECONDS

pytestmark = pytest.mark.django_db


def turn(number: int, text: str, *, role: str = "user", date: str = "2024-01-10") -> dict[str, object]:
    return {"id": f"t{number}", "session": date, "date": date, "role": role, "speaker": role.title(), "text": text}


HISTORY = {
    "conversations": [
        {
            "id": "one",
            "turns": [
                turn(1, "My boat Aurora lies in the harbour."),
                turn(2, "How nice!", role="assistant"),
                turn(3, "I sold the house.", date="2024-02-11"),
            ],
            "questions": [
                {"id": "q1", "class": "plain", "question": "Where is the boat Aurora?", "evidence": ["t1"]},
                {"id": "q2", "class": "other", "question": "What about the zeppelin?", "evidence": ["t3"]},
                {"id": "q3", "class": "other", "question": "Nothing is asked for?", "evidence": []},
            ],
        }
    ]
}


def test_it_prints_shares_of_evidence_and_leaves_nothing(tmp_path, alice):
    data, dump, out = tmp_path / "history.json", tmp_path / "out.jsonl", StringIO()
    data.write_text(json.dumps(HISTORY), encoding="utf-8")

    call_command("bench_recall", data=[data], dump=dump, compare=True, stdout=out)

    table = out.getvalue().splitlines()
    assert table[2].startswith("| **recall** | 2 | 50.0 | 50.0 | 50.0 | 50.0 | 50.0 | 50.0 | 50.0 |")
    assert any(line.startswith("| **words alone** | 2 | 50.0 |") for line in table)
    assert any(line.startswith("| **without span_words** | 2 |") for line in table)
    assert any(line.startswith("| **without what a short one answers** | 2 |") for line in table)
    assert any(line.startswith("| plain | 1 | 100.0 |") for line in table)
    lines = [json.loads(line) for line in dump.read_text(encoding="utf-8").splitlines()]
    assert lines[0] == {"id": "q1", "ranking": ["t1"], "packed": {"500": ["t1"], "1000": ["t1"], "2000": ["t1"]}}
    assert [line["id"] for line in lines] == ["q1", "q2"]
    assert [User.objects.exclude(pk=alice.pk).count(), Conversation.objects.count(), Message.objects.count()] == [
        0,
        0,
        0,
    ]


@pytest.mark.parametrize("speaker", [{}, {"speaker": ""}, {"speaker": "user"}])
def test_talk_of_one_side_without_names_is_measured_too(tmp_path, speaker):
    plain = {"id": "t1", "session": 1, "date": "2024-01-10", "role": "user", "text": "My boat Aurora is a ketch."}
    question = {"id": "q1", "class": "plain", "question": "Which kind of boat is Aurora?", "evidence": ["t1"]}
    data, out = tmp_path / "history.json", StringIO()
    conversation = {"id": "one", "turns": [plain | speaker], "questions": [question]}
    data.write_text(json.dumps({"conversations": [conversation]}), encoding="utf-8")
    call_command("bench_recall", data=[data], stdout=out)
    assert "| **recall** | 1 | 100.0 | 100.0 |" in out.getvalue()


@pytest.mark.parametrize("content", [None, "no json", "[]", "{}"])
def test_a_file_that_is_no_such_data_is_told(tmp_path, content):
    data = tmp_path / "bad.json"
    if content is not None:
        data.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=r"bad\.json cannot be read"):
        call_command("bench_recall", data=[data], stdout=StringIO())


def test_how_good_recall_is_does_not_depend_on_what_else_the_machine_does(settings):
    settings.MEMORYBOT_EMBEDDINGS = "built-in"
    dog = {"id": "q1", "class": "plain", "question": "Do I have a dog?", "evidence": ["t1"]}
    history = {"turns": [turn(1, "Our golden retriever chewed on my shoes."), turn(2, "Taxes are due.")]}
    with recall_bench.loaded(history, embed=True) as known:
        waiting = [embedder.begin("many words " * 100) for _ in range(int(DEADLINE_SECONDS * 400))]
        (answer,) = recall_bench.answers(known, [dog], recall_bench.recall())
        assert all(future.done() for future in waiting)
    assert answer.ranking[0] == "t1"
    assert answer.milliseconds > DEADLINE_SECONDS * 1000
