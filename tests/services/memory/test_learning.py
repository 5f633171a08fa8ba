"""Learning from a turn, through the client and a scripted model on a real port."""

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer

from chat.live import publish
from chat.llm.errors import LLMError
from chat.models import Conversation, Fact, MemoryMode, MemoryRun, RunState
from chat.services.memory.learner import asking, learning, proposal
from tests.services.memory.lessons import statements, talk, turn
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db(transaction=True)

HELLO = "Hello! My name is Ingrid and I live in Norway."
FACTS = [
    fact("My name is Ingrid", "name", "Ingrid", "The user's name is Ingrid."),
    fact("I live in Norway", "lives_in", "Norway", "The user lives in Norway."),
]
FIVE = "Ada, Bo, Cy, Di and Ed work at Meta."


def run_of(owner, said, **kwargs) -> MemoryRun:
    return turn(talk(owner, **kwargs), said)


async def learn(run: MemoryRun, *, key: str | None = None) -> MemoryRun:
    await learning.learn(run.pk, attempt=run.attempts, key=key)
    return await MemoryRun.objects.select_related("reply").aget(pk=run.pk)


@pytest.fixture
def hello(alice) -> MemoryRun:
    return run_of(alice, HELLO)


async def test_one_call_teaches_titles_and_is_metered(hello, alice, model):
    model.script(schema="memory", json={"facts": FACTS, "title": "Ingrid from Norway"})

    run = await learn(hello)

    assert len(model.requests) == 1
    assert [fact.statement async for fact in Fact.objects.order_by("pk")] == [
        "The user's name is Ingrid.",
        "The user lives in Norway.",
    ]
    assert (run.state, run.model, run.error_code) == (RunState.DONE, "scripted", "")
    assert run.prompt_tokens
    assert run.completion_tokens
    assert (await Conversation.objects.aget()).title == "Ingrid from Norway"


async def test_open_pages_are_told_after_the_commit(hello, alice, model):
    model.script(schema="memory", json={"facts": FACTS, "title": "Ingrid"})
    layer = get_channel_layer()
    page = await layer.new_channel()
    await layer.group_add(publish.group_of(alice.pk), page)

    await learn(hello)

    frames = [(await layer.receive(page))["text"] for _ in range(2)]
    assert ["memory.updated" in frames[0], "conversation.updated" in frames[1]] == [True, True]


async def test_five_names_cost_one_call(alice, model):
    run = await _sync(run_of, alice, FIVE)
    facts = [
        fact(FIVE, "employer", "Meta", f"{name} works at Meta.", about=name, kind="person")
        for name in ("Ada", "Bo", "Cy", "Di", "Ed")
    ]
    model.script(schema="memory", json={"facts": facts, "title": "Five"})

    await learn(run)

    assert len(model.requests) == 1
    assert await Fact.objects.acount() == 5


async def test_a_trivial_turn_costs_no_call(alice, model):
    run = await learn(await _sync(run_of, alice, "Thanks a lot!"))

    assert (run.state, model.requests) == (RunState.SKIPPED, [])


async def test_a_question_is_asked_for_its_title_alone_and_once(alice, model):
    conversation = await _sync(talk, alice)
    model.script(schema="memory", json={"title": "Capital of France", "facts": FACTS})
    first = await learn(await _sync(turn, conversation, "What is the capital of France?"))
    second = await learn(await _sync(turn, conversation, "What is the capital of Spain?"))

    assert [call.body["response_format"]["json_schema"]["schema"]["required"] for call in model.requests] == [["title"]]
    assert (first.state, second.state) == (RunState.DONE, RunState.SKIPPED)
    assert not await Fact.objects.aexists()


@pytest.mark.parametrize("answer", [{"what": "ever"}, []])
async def test_junk_is_no_fault_of_the_turn(hello, model, answer):
    model.script(schema="memory", json=answer)

    run = await learn(hello)

    assert (run.state, run.error_code) == (RunState.DONE, "junk")
    assert not await Fact.objects.aexists()


async def test_an_answer_that_is_not_json_is_junk(hello, model):
    model.script(on="json", reply="I am sorry, I cannot do that.")

    run = await learn(hello)

    assert (run.state, run.error_code) == (RunState.DONE, "junk")


@pytest.mark.parametrize(("fault", "code"), [("401", "wrong_key"), ("429-quota", "quota"), ("500", "upstream_error")])
async def test_a_model_that_fails_leaves_the_run_claimed_for_another_try(hello, model, fault, code):
    model.script(on="json", fault=fault)

    with pytest.raises(LLMError) as error:
        await learning.learn(hello.pk, attempt=0, key=None)

    assert error.value.code == code
    assert (await MemoryRun.objects.aget()).state == RunState.RUNNING
    assert not await Fact.objects.aexists()


async def test_the_persons_own_key_pays_for_learning_from_their_turn(hello, model):
    model.script(schema="memory", json={"facts": [], "title": ""})

    await learn(hello, key="sk-my-own")

    assert model.requests[0].key == "sk-my-own"


async def test_a_memory_model_of_the_operators_choice_learns(hello, model, settings):
    settings.MEMORYBOT_MEMORY_MODEL = "scripted-large"
    model.script(schema="memory", json={"facts": [], "title": ""})

    run = await learn(hello)

    assert (model.requests[0].body["model"], run.model) == ("scripted-large", "scripted-large")


async def test_the_operator_replaces_the_instructions_and_the_checks_stay(alice, model, settings):
    settings.MEMORYBOT_MEMORY_INSTRUCTIONS = "Note what is said of ships."
    invented = fact("I own a ship", "owns", "a ship", "The user owns a ship.")
    model.script(schema="memory", json={"facts": [*FACTS, invented], "title": "x"})

    await learn(await _sync(run_of, alice, HELLO))

    assert model.requests[0].messages[0] == {"role": "system", "content": "Note what is said of ships."}
    assert await Fact.objects.acount() == 2


async def test_the_learner_reads_no_more_than_it_needs(alice, model):
    conversation = await _sync(talk, alice)
    for number in range(6):
        await _sync(turn_done, conversation, f"My number is {number}.", f"The answer {number}.")
    run = await _sync(turn, conversation, "See:\n```\nPASTED = 1\n```\nI live in Norway.")
    model.script(schema="memory", json={"facts": [], "title": ""})

    await learn(run)

    call = model.requests[0]
    fixed = len(asking.messages(_empty_question())) - 1
    asked = call.messages[-1]["content"]
    assert len(call.messages) == fixed + 1
    assert "My number is 3." in asked
    assert "My number is 2." not in asked
    assert asked.endswith("NEW MESSAGE (English): See:\nI live in Norway.")
    assert "PASTED, not the user's words:\n```\nPASTED = 1" in asked


async def test_nothing_of_one_person_is_in_the_prompt_of_another(alice, bob, model):
    model.script(schema="memory", json={"facts": FACTS, "title": "x"})
    await learn(await _sync(run_of, alice, HELLO))
    await learn(await _sync(run_of, bob, "I like Norway, it is so green. Ingrid is a nice name."))

    assert "The user lives in Norway." not in model.requests[1].prompt


async def test_a_clean_memory_is_shown_only_its_own_store(alice, model):
    model.script(schema="memory", json={"facts": FACTS, "title": "x"})
    await learn(await _sync(run_of, alice, HELLO))
    await learn(await _sync(run_of, alice, "I like Norway.", mode=MemoryMode.OWN))

    assert "The user lives in Norway." not in model.requests[1].prompt


async def test_what_is_known_is_offered_under_short_ids(alice, model):
    model.script(schema="memory", json={"facts": FACTS, "title": "x"})
    await learn(await _sync(run_of, alice, HELLO))
    await learn(await _sync(run_of, alice, "I moved to Bergen."))

    known = model.requests[1].messages[-1]["content"]
    assert "KNOWN:\nE0 the user\nF1 lives_in: The user lives in Norway.\nF2 name: The user's name is Ingrid." in known


async def test_learning_again_from_the_same_run_asks_nobody(hello, alice, model):
    model.script(schema="memory", json={"facts": FACTS, "title": "x"})
    await learn(hello)
    await learn(hello)

    assert len(model.requests) == 1
    assert await _sync(statements, alice) == ["The user's name is Ingrid.", "The user lives in Norway."]


def turn_done(conversation: Conversation, said: str, answer: str) -> None:
    run = turn(conversation, said, answer)
    run.state = RunState.DONE
    run.save()


def _empty_question() -> proposal.Question:
    return proposal.Question("", "", "", (), (), (), proposal.Wanted(True, True, False))


async def _sync(function, *args, **kwargs):
    return await sync_to_async(function)(*args, **kwargs)
