"""Learning from a turn: after the answer, off its path, with one call to a model at most."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction

from chat import prompt
from chat.live import database, publish
from chat.llm import client
from chat.llm.errors import LLMError
from chat.models import Conversation, MemoryRun, Message, Role, RunState, TitleBy
from chat.services import branches
from chat.services.memory import apply, asking, candidates, gate, proposal, stores, summary, typed, validator
from chat.services.memory.apply import Lesson
from chat.services.memory.candidates import Limits
from chat.services.memory.proposal import Question, Wanted
from chat.services.memory.verdicts import Known, Spoken

JUNK = "junk"
# Tokens of a message that is folded into the summary.
MIN_FOLDED = 60


@dataclass(frozen=True)
class Sizes:
    """How much is put before the model, and may come back. Units: tokens, but for ``known``, ``turns``, ``max_facts``
    and ``summary_words``.
    """

    known: Limits
    turns: int
    question: int
    answer: int
    typed: int
    pasted: int
    fold: int
    summary: int
    max_facts: int
    summary_words: int


LARGE = Sizes(Limits(entities=8, facts=24), turns=3, question=400, answer=150, typed=4000, pasted=400, fold=6000,
              summary=700, max_facts=20, summary_words=250)  # fmt: skip
# The built-in model reads 20 to 30 tokens a second, writes 6 to 15, and has room for some 4,000.
SMALL = Sizes(Limits(entities=3, facts=6), turns=1, question=80, answer=50, typed=400, pasted=50, fold=600,
              summary=250, max_facts=8, summary_words=120)  # fmt: skip


@dataclass(frozen=True)
class Material:
    """What a run learns from. ``branch`` are the ids of its messages, from the root to the answer."""

    owner_id: int
    conversation: Conversation
    question: Message
    branch: tuple[int, ...]
    model: str


@dataclass(frozen=True)
class Task:
    """One call: what is asked, and what its answer is judged by."""

    question: Question
    known: Known
    spoken: Spoken
    summary_upto_id: int | None


async def learn(run_id: int, *, key: str | None) -> None:
    """This function will learn from the turn of a claimed run and tell the open pages what it learned.

    What teaches nothing ends the run without a call. An answer that is no proposal ends it too, with the code
    "junk": the turn is none the worse for it.
    Raises: LLMError when the model cannot be asked; the run goes on being claimed then.
    """
    material = await database.run(load, run_id)
    if material is None:
        return
    endpoint = await client.endpoint_for(model=material.model, key=key)
    task = await database.run(prepare, material, SMALL if endpoint.local else LARGE)
    if not task.question.wanted.anything:
        await database.run(skip, run_id)
        return
    lesson = await _ask(endpoint, task)
    for event in await database.run(apply.apply, run_id, lesson):
        await publish.to_user(material.owner_id, event)


async def _ask(endpoint: client.Endpoint, task: Task) -> Lesson:
    wanted = task.question.wanted
    try:
        answer, usage = await client.complete_json(
            endpoint,
            asking.messages(task.question, of_operator=settings.MEMORYBOT_MEMORY_INSTRUCTIONS),
            schema=proposal.schema(wanted, is_bounded=endpoint.local),
            name=proposal.SCHEMA_NAME,
            max_tokens=proposal.max_tokens(wanted),
        )
    except LLMError as error:
        if error.code != JUNK:
            raise
        return Lesson(model=endpoint.model, error_code=JUNK)
    return replace(
        lesson_of(task, answer),
        model=endpoint.model,
        prompt_tokens=usage.prompt,
        cached_tokens=usage.cached,
        completion_tokens=usage.completion,
    )


def lesson_of(task: Task, answer: dict[str, Any]) -> Lesson:
    """Return what code accepts of a model's answer."""
    wanted = task.question.wanted
    try:
        found = proposal.parse(answer)
    except proposal.JunkError:
        return Lesson(error_code=JUNK)
    return Lesson(
        judgement=validator.judge(found, spoken=task.spoken, known=task.known) if wanted.facts else apply.NOTHING,
        title=found.title if wanted.title else "",
        summary=found.summary if wanted.summary else "",
        summary_upto_id=task.summary_upto_id,
    )


def load(run_id: int) -> Material | None:
    """Return what a running run learns from; None, and the run ended, where there is nothing or nobody may."""
    run = MemoryRun.objects.select_related("reply__conversation__owner", "reply__parent").filter(pk=run_id).first()
    if run is None or run.state != RunState.RUNNING or run.reply.parent is None:
        return None
    conversation = run.reply.conversation
    if not apply.may_learn(conversation):
        skip(run_id)
        return None
    question = run.reply.parent
    material = Material(
        owner_id=run.owner_id,
        conversation=conversation,
        question=question,
        branch=tuple(branches.Tree(conversation.pk).path(run.reply_id)),
        model=settings.MEMORYBOT_MEMORY_MODEL or conversation.model,
    )
    if not _wanted(material, LARGE).anything:
        skip(run_id)
        return None
    return material


def _wanted(material: Material, sizes: Sizes) -> Wanted:
    verdict = gate.verdict(material.question.text)
    return Wanted(
        facts=verdict == "teaches",
        title=material.conversation.title_by == TitleBy.NOBODY and verdict != "trivial",
        summary=summary.is_due(material.conversation, material.branch),
        max_facts=sizes.max_facts,
        summary_words=sizes.summary_words,
    )


@transaction.atomic
def skip(run_id: int) -> None:
    """End a run that teaches nothing."""
    apply.end(run_id, RunState.SKIPPED, Lesson())


def prepare(material: Material, sizes: Sizes) -> Task:
    """Gather what the one call is told: candidates, the last turns, the message, and what slid out of the window."""
    question = material.question
    before = material.branch[:-2][-2 * sizes.turns :]
    earlier = [message for message in branches.messages_of(before) if message.text]
    parts = typed.parts(question.text)
    said = _cut("\n".join(parts), sizes.typed)
    known = candidates.gather(stores.store_of(material.conversation), text=said, earlier=earlier, limits=sizes.known)
    fold = summary.fold(material.conversation, material.branch, max_tokens=sizes.fold)
    before_it = tuple(typed.text(m.text) for m in earlier if m.role == Role.USER)
    spoken = Spoken(question.text, before_it, on=question.created_at.date())
    asked = Question(
        date=question.created_at.date().isoformat(),
        typed=said,
        pasted=_cut(_pasted(question.text, parts), sizes.pasted),
        earlier=tuple(_shown(message, sizes) for message in earlier),
        entities=known.entities,
        facts=known.facts,
        wanted=_wanted(material, sizes),
        summary=_cut(fold.summary, sizes.summary) if fold else "",
        leaving=tuple(_folded(fold.messages, sizes.fold)) if fold else (),
    )
    return Task(asked, known, spoken, fold.upto_id if fold else None)


def _pasted(message: str, parts: Sequence[str]) -> str:
    """Return what of a message was not typed."""
    for part in parts:
        message = message.replace(part, "", 1)
    return message.strip()


def _shown(message: Message, sizes: Sizes) -> prompt.Message:
    if message.role == Role.USER:
        return prompt.Message("user", _cut(typed.text(message.text), sizes.question))
    return prompt.Message("assistant", _cut(message.text, sizes.answer))


def _folded(messages: Sequence[Message], room: int) -> list[prompt.Message]:
    """Return messages to fold; one that is longer than its share is cut."""
    share = max(room // max(1, len(messages)), MIN_FOLDED)
    return [
        prompt.Message("user" if message.role == Role.USER else "assistant", _cut(message.text, share))
        for message in messages
        if message.text
    ]


def _cut(text: str, tokens: int) -> str:
    """Return the beginning of ``text`` that costs about ``tokens``."""
    cost = prompt.estimate_tokens(text)
    return text if cost <= tokens else text[: len(text) * tokens // cost]
