"""Learning afterwards: what is offered, what it takes, in which order it is done, and who may."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.models import Conversation, Fact, FactSource, MemoryMode, MemoryRun, RunPurpose, RunState
from chat.services import conversations, replies
from chat.services.memory.learner import apply, costs, learning, outbox, relearning
from chat.services.memory.learner.relearning import Choice, Progress, RelearningError
from tests.services.memory.lessons import exchange, statements, talk
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db

OSLO = fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo.")
BERGEN = fact("I moved to Bergen", "lives_in", "Bergen", "The user lives in Bergen.")
ALL = Choice()


def said(conversation: Conversation, text: str, *, days_ago: int = 0, state: str = "", pasted=()):
    """A turn of some days ago, with a run that ended so."""
    reply = exchange(conversation, text)
    when = timezone.now() - timedelta(days=days_ago)
    conversation.messages.filter(pk__in=[reply.pk, reply.parent_id]).update(created_at=when)
    conversation.messages.filter(pk=reply.parent_id).update(pasted=list(pasted))
    if state:
        MemoryRun.objects.create(owner=conversation.owner, reply=reply, state=state, attempts=2)
    return reply


def learn_next(*facts) -> str | None:
    """Do what the outbox does next, and return what was asked about."""
    claimed = outbox.claim(users_with_key=[])
    if claimed is None:
        return None
    task = learning.prepare(learning.load(claimed.run_id, claimed.attempt), learning.LARGE)
    apply.apply(claimed.run_id, learning.lesson_of(task, {"facts": list(facts), "title": "x", "summary": "y"}))
    return task.question.typed


def test_what_nothing_was_learned_from_is_offered_with_its_count_and_dates(alice, bob):
    old, new = talk(alice), talk(alice)
    said(old, "I live in Oslo.", days_ago=400)
    said(old, "I have a cat.", days_ago=300, state=RunState.FAILED)
    said(new, "I like tea.", state=RunState.SKIPPED)
    for state in (RunState.DONE, RunState.PENDING, RunState.NEEDS_KEY, RunState.WAITING):
        said(new, "I like it.", state=state)
    said(talk(alice, mode=MemoryMode.TEMPORARY), "I live in Rome.")
    said(talk(bob), "I am Bob.")
    binned = talk(alice)
    said(binned, "I live in Paris.")
    Conversation.objects.filter(pk=binned.pk).update(deleted_at=timezone.now())

    offers, has_more = relearning.offers(alice)

    assert [(offer.uuid, offer.turns, (offer.last - offer.first).days) for offer in offers] == [
        (new.uuid, 1, 0),
        (old.uuid, 2, 100),
    ]
    assert not has_more


def test_the_offer_takes_few_queries_however_many_chats_there_are(alice):
    for _ in range(60):
        said(talk(alice), "I live in Oslo.")
    with CaptureQueriesContext(connection) as queries:
        offers, has_more = relearning.offers(alice)

    assert (len(queries), len(offers), has_more) == (2, 50, True)


@pytest.mark.parametrize("mode", [MemoryMode.OFF, MemoryMode.READ_ONLY])
def test_a_chat_whose_memory_is_off_is_learned_from_only_where_it_is_chosen_itself(alice, mode):
    chat = talk(alice, mode=mode)
    said(chat, "I live in Oslo.")

    assert [offer.is_off for offer in relearning.offers(alice)[0]] == [True]
    with pytest.raises(RelearningError, match="nothing in there"):
        relearning.begin(alice, ALL)
    assert relearning.begin(alice, Choice(frozenset([chat.uuid]))) == 1
    assert learn_next(OSLO) == "I live in Oslo."
    assert statements(alice) == ["The user lives in Oslo."]


def test_a_temporary_chat_is_never_learned_from(alice):
    chat = talk(alice, mode=MemoryMode.TEMPORARY)
    said(chat, "I live in Oslo.")

    with pytest.raises(RelearningError, match="nothing in there"):
        relearning.begin(alice, Choice(frozenset([chat.uuid])))
    assert relearning.offers(alice)[0] == []


def test_nothing_begins_while_memory_is_off_for_the_person_or_somebody_elses_chat_is_named(alice, bob):
    said(talk(alice), "I live in Oslo.")
    with pytest.raises(RelearningError, match="nothing in there"):
        relearning.begin(bob, Choice(frozenset([Conversation.objects.get().uuid])))
    alice.memory_enabled = False
    with pytest.raises(RelearningError, match="Memory is off"):
        relearning.begin(alice, ALL)


def test_it_goes_from_the_oldest_to_the_newest_and_only_the_facts_are_taken(alice):
    later, earlier = talk(alice), talk(alice)
    said(later, "I moved to Bergen.", days_ago=2)
    said(earlier, "I live in Oslo.", days_ago=900, state=RunState.FAILED)
    assert relearning.begin(alice, ALL) == 2

    order = [learn_next(OSLO), learn_next(BERGEN), learn_next()]

    assert order == ["I live in Oslo.", "I moved to Bergen.", None]
    assert statements(alice) == ["The user lives in Bergen."]
    assert {chat.title for chat in Conversation.objects.all()} == {""}
    assert (
        FactSource.objects.get(fact__value="Oslo").message.created_at.date()
        == earlier.messages.first().created_at.date()
    )
    assert relearning.progress(alice) == Progress(done=2, failed=0, left=0, is_waiting=False)
    assert relearning.offers(alice)[0] == []


def test_the_learner_is_told_the_day_it_was_said(alice):
    chat = talk(alice)
    said(chat, "I moved to Oslo yesterday.", days_ago=400)
    relearning.begin(alice, ALL)
    claimed = outbox.claim(users_with_key=[])
    task = learning.prepare(learning.load(claimed.run_id, claimed.attempt), learning.LARGE)

    assert task.question.date == (timezone.now() - timedelta(days=400)).date().isoformat()


def test_a_range_of_days_is_kept_to(alice):
    chat = talk(alice)
    for days_ago in (10, 20, 30):
        said(chat, f"I lived in Oslo {days_ago} days ago.", days_ago=days_ago)
    today = datetime.now(UTC).date()
    choice = Choice(None, today - timedelta(days=25), today - timedelta(days=15))

    assert costs.estimate(alice, choice).turns == relearning.begin(alice, choice) == 1


def test_turns_of_today_go_first(alice):
    said(talk(alice), "I live in Oslo.", days_ago=9)
    relearning.begin(alice, ALL)
    MemoryRun.objects.create(owner=alice, reply=exchange(talk(alice), "I like tea."), state=RunState.PENDING)

    assert [learn_next(), learn_next(), learn_next()] == ["I like tea.", "I live in Oslo.", None]


def test_what_teaches_nothing_was_a_command_or_was_pasted_is_not_noted(alice):
    chat = talk(alice)
    said(chat, "Thanks!")
    said(chat, "remember: I like tea")
    said(chat, "I live in Oslo.", pasted=[[0, 15]])
    said(chat, "What is the capital of France?")

    assert costs.estimate(alice, ALL).turns == 0
    with pytest.raises(RelearningError):
        relearning.begin(alice, ALL)


def test_stopping_leaves_what_is_learned_and_offers_the_rest_again(alice):
    chat = talk(alice)
    said(chat, "I live in Oslo.", days_ago=20)
    said(chat, "I moved to Bergen.", days_ago=10)
    relearning.begin(alice, ALL)
    learn_next(OSLO)
    running = outbox.claim(users_with_key=[])
    late = learning.lesson_of(
        learning.prepare(learning.load(running.run_id, running.attempt), learning.LARGE), {"facts": [BERGEN]}
    )
    relearning.stop(alice)

    assert apply.apply(running.run_id, late) == []
    assert statements(alice) == ["The user lives in Oslo."]
    assert relearning.progress(alice).left == 0
    assert [offer.turns for offer in relearning.offers(alice)[0]] == [1]
    assert relearning.begin(alice, ALL) == 1


def test_one_at_a_time(alice):
    chat = talk(alice)
    said(chat, "I live in Oslo.", days_ago=20)
    relearning.begin(alice, ALL)
    said(chat, "I like tea.")

    with pytest.raises(RelearningError, match="already"):
        relearning.begin(alice, ALL)


@pytest.mark.parametrize("by", ["settings", "turn"])
def test_a_change_of_the_mode_ends_what_was_begun_there_also_in_the_middle(alice, by):
    chat = talk(alice)
    said(chat, "I live in Oslo.", days_ago=2)
    relearning.begin(alice, ALL)
    claimed = outbox.claim(users_with_key=[])
    task = learning.prepare(learning.load(claimed.run_id, claimed.attempt), learning.LARGE)
    if by == "settings":
        conversations.change_settings(user=alice, conversation=chat, changes={"memory_mode": MemoryMode.OFF})
    else:
        replies._changed_options(chat, replies.Options(memory=MemoryMode.OFF))
    apply.apply(claimed.run_id, learning.lesson_of(task, {"facts": [OSLO]}))

    assert not Fact.objects.exists()
    assert MemoryRun.objects.get().state == RunState.SKIPPED


def test_who_pays_for_turns_with_a_key_of_their_own_pays_for_this_too(alice):
    chat = talk(alice)
    said(chat, "I live in Oslo.", days_ago=2)
    MemoryRun.objects.create(owner=alice, reply=said(chat, "Thanks."), state=RunState.DONE, own_key=True)
    relearning.begin(alice, ALL)
    MemoryRun.objects.update(not_before=timezone.now() - timedelta(hours=1))
    outbox.release_expired()

    assert outbox.claim(users_with_key=[]) is None
    assert relearning.progress(alice) == Progress(done=0, failed=0, left=1, is_waiting=True)
    assert outbox.claim(users_with_key=[alice.pk]) is not None


def test_the_estimate_counts_what_the_learner_will_ask(alice):
    chat = talk(alice)
    for _ in range(5):
        said(chat, "I live in Oslo. " * 20, days_ago=3)
    said(chat, "I have a cat.", days_ago=2)
    said(chat, "Thanks!", days_ago=2)
    found = costs.estimate(alice, ALL)
    relearning.begin(alice, ALL)
    calls = []
    while (claimed := outbox.claim(users_with_key=[])) is not None:
        task = learning.prepare(learning.load(claimed.run_id, claimed.attempt), learning.LARGE)
        calls.append(sum(len(m.content) for m in learning.asking.messages(task.question)) // 4)
        apply.apply(claimed.run_id, learning.lesson_of(task, {"facts": []}))

    assert (found.read, found.turns, found.calls, found.is_cut) == (7, 6, 3, False)
    assert len(calls) == found.calls
    assert abs(found.prompt_tokens - sum(calls)) < 0.3 * sum(calls)


def test_an_estimate_goes_by_ones_own_meter_where_there_is_one(alice):
    chat = talk(alice)
    for _ in range(10):
        reply = said(chat, "I like tea.", days_ago=1)
        MemoryRun.objects.create(owner=alice, reply=reply, state=RunState.DONE, completion_tokens=40)
    said(talk(alice), "I live in Oslo.")

    assert costs.estimate(alice, ALL).completion_tokens == 40


def test_the_meter_is_summed_by_day_and_model_for_the_person_alone(alice, bob):
    day = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for owner, model, tokens in (
        (alice, "a", 10),
        (alice, "a", 5),
        (alice, "b", 1),
        (bob, "a", 100),
        (alice, "", None),
    ):
        MemoryRun.objects.create(
            owner=owner, reply=said(talk(owner), "I like tea."), state=RunState.DONE, model=model, finished_at=day,
            prompt_tokens=tokens, cached_tokens=tokens and tokens // 5, completion_tokens=tokens and 2 * tokens,
        )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(costs, "METERED_DAYS", 10_000)
        found = costs.metered(alice)

    assert [(d.day, d.model, d.runs, d.prompt_tokens, d.cached_tokens, d.completion_tokens) for d in found] == [
        (date(2026, 3, 1), "a", 2, 15, 3, 30),
        (date(2026, 3, 1), "b", 1, 1, 0, 2),
    ]


def test_what_is_begun_is_all_of_the_purpose_later(alice):
    said(talk(alice), "I live in Oslo.", state=RunState.FAILED)
    relearning.begin(alice, ALL)

    assert MemoryRun.objects.values_list("purpose", "state", "attempts").get() == (
        RunPurpose.LATER,
        RunState.PENDING,
        3,
    )
