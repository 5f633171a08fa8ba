"""The outbox of learning: who holds a run, what becomes of it, and which turns share a call."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from chat.llm.client import Usage
from chat.models import Fact, FactSource, MemoryRun, RunPurpose, RunState
from chat.services.memory.learner import apply, learning, outbox, runs
from chat.services.memory.learner.apply import Lesson
from tests.services.memory.lessons import exchange, statements, talk, turn
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db

OSLO = fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo.")
CAT = fact("I have a cat", "pet", "a cat", "The user has a cat.")
TEA = fact("I drink tea", "likes", "tea", "The user drinks tea.")


def waiting(conversation, said: str, **fields) -> MemoryRun:
    """Store an answered turn that is to be learned from."""
    run = MemoryRun(owner=conversation.owner, reply=exchange(conversation, said), state=RunState.PENDING, **fields)
    run.save()
    return run


def expire(run: MemoryRun) -> None:
    MemoryRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def lost_and_found(run: MemoryRun) -> tuple[outbox.Claimed, outbox.Claimed]:
    """Let a learner lose its run to another one."""
    first = outbox.claim(users_with_key=[])
    expire(run)
    outbox.release_expired()
    second = outbox.claim(users_with_key=[])
    assert first is not None
    assert second is not None
    return first, second


def lesson_of(claimed: outbox.Claimed, *facts) -> Lesson:
    material = learning.load(claimed.run_id, claimed.attempt)
    assert material is not None
    return learning.lesson_of(learning.prepare(material, learning.LARGE), {"facts": list(facts)})


# -- the fence --------------------------------------------------------------------------------------------------------


def test_who_lost_a_run_can_neither_renew_nor_put_off_nor_skip_nor_end_it(alice):
    run = waiting(talk(alice), "I live in Oslo.")
    first, second = lost_and_found(run)
    before = MemoryRun.objects.values().get()

    renewed = runs.renew(first.run_id, first.attempt)
    outbox.put_off(first, code="cut", is_final=True)
    learning.skip(first.run_id, first.attempt)
    ended = apply.end(first.run_id, RunState.DONE, Lesson(attempt=first.attempt))

    assert (renewed, ended, MemoryRun.objects.values().get()) == (False, False, before)
    assert runs.renew(second.run_id, second.attempt)


def test_what_a_lost_learner_learned_is_not_written_and_the_others_is(alice):
    run = waiting(talk(alice), "I live in Oslo.")
    first = outbox.claim(users_with_key=[])
    late = lesson_of(first, OSLO)
    expire(run)
    outbox.release_expired()
    second = outbox.claim(users_with_key=[])

    assert apply.apply(run.pk, late) == []
    assert not Fact.objects.exists()
    assert apply.apply(run.pk, lesson_of(second, OSLO)) != []
    assert statements(alice) == ["The user lives in Oslo."]
    assert apply.apply(run.pk, late) == []


def test_a_run_that_is_asked_for_again_is_fenced_off_from_all_its_earlier_learners(alice):
    waiting(talk(alice), "I live in Oslo.")
    first = outbox.claim(users_with_key=[])
    outbox.put_off(first, code="wrong_key", is_final=True)
    outbox.try_again([first.run_id])
    again = outbox.claim(users_with_key=[])

    assert (again.attempt > first.attempt, again.attempt % outbox.MAX_ATTEMPTS) == (True, 1)


def test_a_run_has_three_tries_then_it_is_given_up_and_three_more_when_asked_for_again(alice):
    run = waiting(talk(alice), "I live in Oslo.")
    states = []
    for _ in range(2):
        for _ in range(3):
            MemoryRun.objects.update(not_before=timezone.now())
            outbox.put_off(outbox.claim(users_with_key=[]), code="cut", is_final=False)
            states.append(MemoryRun.objects.get().state)
        outbox.try_again([run.pk])

    assert states == ["pending", "pending", "failed"] * 2


def test_a_learner_that_crashes_three_times_has_its_run_given_up(alice):
    run = waiting(talk(alice), "I live in Oslo.")
    for _ in range(3):
        assert outbox.claim(users_with_key=[]) is not None
        expire(run)
        outbox.release_expired()

    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "crashed")


# -- the order --------------------------------------------------------------------------------------------------------


def test_turns_go_before_what_is_learned_afterwards_and_that_in_the_order_of_what_was_said(alice):
    chat = talk(alice)
    old = [waiting(chat, said, purpose=RunPurpose.LATER) for said in ("I live in Oslo.", "I have a cat.")]
    MemoryRun.objects.filter(pk=old[0].pk).update(created_at=timezone.now() + timedelta(hours=1))
    new = waiting(talk(alice), "I drink tea.")
    order = []
    while (claimed := outbox.claim(users_with_key=[])) is not None:
        order.append(claimed.run_id)
        learning.skip(claimed.run_id, claimed.attempt)

    assert order == [new.pk, old[0].pk, old[1].pk]


def test_a_turn_waits_while_the_next_one_is_answered_but_not_for_ever(alice):
    chat = talk(alice)
    run = waiting(chat, "I live in Oslo.")
    MemoryRun.objects.create(owner=alice, reply=exchange(chat, "And I have a cat."))

    assert outbox.claim(users_with_key=[]) is None
    MemoryRun.objects.filter(pk=run.pk).update(not_before=timezone.now() - timedelta(seconds=outbox.SHARING_SECONDS))
    assert outbox.claim(users_with_key=[]).run_id == run.pk


# -- one call for more turns ------------------------------------------------------------------------------------------


def test_turns_that_wait_together_are_learned_from_in_one_call_each_with_its_own_source(alice):
    chat = talk(alice)
    said = ["I live in Oslo.", "What is the capital of France?", "I have a cat."]
    all_three = [waiting(chat, text) for text in said]
    claimed = outbox.claim(users_with_key=[])
    material = learning.load(claimed.run_id, claimed.attempt)
    task = learning.prepare(material, learning.LARGE)
    events = apply.apply(claimed.run_id, learning.lesson_of(task, {"facts": [CAT, OSLO]}))

    assert task.question.typed == "I live in Oslo.\n\nI have a cat."
    sources = FactSource.objects.order_by("message__position").values_list("message__text", "fact__statement")
    assert list(sources) == [
        ("I live in Oslo.", "The user lives in Oslo."),
        ("I have a cat.", "The user has a cat."),
    ]
    states = [MemoryRun.objects.get(pk=run.pk).state for run in all_three]
    assert states == [RunState.DONE, RunState.PENDING, RunState.DONE]
    assert {event.reply for event in events} == {str(all_three[0].reply.uuid), str(all_three[2].reply.uuid)}


def test_a_later_turn_corrects_an_earlier_one_of_the_same_call(alice):
    chat = talk(alice)
    for text in ("I live in Oslo.", "I moved to Bergen."):
        waiting(chat, text)
    claimed = outbox.claim(users_with_key=[])
    bergen = fact("I moved to Bergen", "lives_in", "Bergen", "The user lives in Bergen.")
    apply.apply(claimed.run_id, lesson_of(claimed, OSLO, bergen))

    assert statements(alice) == ["The user lives in Bergen."]
    assert statements(alice, status="superseded") == ["The user lives in Oslo."]


def test_a_quote_from_one_turn_does_not_support_a_fact_with_the_words_of_the_next(alice):
    chat = talk(alice)
    for text in ("I live in Oslo.", "I have a cat."):
        waiting(chat, text)
    claimed = outbox.claim(users_with_key=[])
    both = fact("I live in Oslo. I have a cat", "pet", "a cat", "The user has a cat.")
    apply.apply(claimed.run_id, lesson_of(claimed, both))

    assert statements(alice) == []


@pytest.mark.parametrize("why", ["another branch", "another day", "own key", "tried before", "the built-in model"])
def test_what_does_not_belong_together_goes_alone(alice, why):
    chat = talk(alice)
    first, second = waiting(chat, "I live in Oslo."), waiting(chat, "I have a cat.", own_key=why == "own key")
    question = second.reply.parent
    if why == "another branch":
        question.parent = None
    if why == "another day":
        question.created_at += timedelta(days=1)
    question.save()
    if why == "tried before":
        MemoryRun.objects.filter(pk=first.pk).update(attempts=1)
    claimed = outbox.claim(users_with_key=[])
    material = learning.load(claimed.run_id, claimed.attempt)
    task = learning.prepare(material, learning.SMALL if why == "the built-in model" else learning.LARGE)

    assert [heard.run_id for heard in task.heard] == [first.pk]


def test_one_call_learns_from_a_few_turns_only(alice):
    chat = talk(alice)
    for number in range(6):
        waiting(chat, f"I have {number} cats.")
    claimed = outbox.claim(users_with_key=[])
    task = learning.prepare(learning.load(claimed.run_id, claimed.attempt), learning.LARGE)

    assert len(task.heard) == 4


def test_a_turn_that_was_ended_meanwhile_is_not_learned_from_by_the_shared_call(alice):
    chat = talk(alice)
    waiting(chat, "I live in Oslo.")
    second = waiting(chat, "I have a cat.")
    claimed = outbox.claim(users_with_key=[])
    lesson = lesson_of(claimed, OSLO, CAT)
    MemoryRun.objects.filter(pk=second.pk).update(state=RunState.SKIPPED)
    apply.apply(claimed.run_id, lesson)

    assert statements(alice) == ["The user lives in Oslo."]


# -- the meter --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
async def test_the_meter_of_a_run_counts_every_call_also_those_whose_answer_was_junk(alice, model):
    run = await sync_to_async(turn)(await sync_to_async(talk)(alice), "I drink tea.")
    model.script(on="json", reply="I would rather not say.")
    await learning.learn(run.pk, attempt=0, key=None)

    run = await MemoryRun.objects.aget()
    tokens = ["I", " would", " rathe", "r", " not", " say."]
    assert run.error_code == "junk"
    assert (run.prompt_tokens, run.completion_tokens) == (model.proposals[0].prompt_tokens, len(tokens))


def test_the_meter_adds_up_over_the_tries(alice):
    run = waiting(talk(alice), "I drink tea.")
    for usage in (Usage(100, 10, 5), None, Usage(20, 2, 1)):
        MemoryRun.objects.update(not_before=timezone.now())
        outbox.put_off(outbox.claim(users_with_key=[]), code="cut", is_final=False, usage=usage)

    run.refresh_from_db()
    assert (run.prompt_tokens, run.cached_tokens, run.completion_tokens) == (120, 12, 6)
