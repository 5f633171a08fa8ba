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
from chat.models import MemoryRun, Message, Role, RunState, TitleBy
from chat.services import branches
from chat.services.memory import apply, candidates, gate, proposal, stores, summary, typed, validator
from chat.services.memory.apply import Lesson
from chat.services.memory.candidates import Limits
from chat.services.memory.proposal import Question, Wanted
from chat.services.memory.verdicts import Known, Spoken

JUNK = "junk"


@dataclass(frozen=True)
class Sizes:
    """How much is put before the model. Units: characters, but for ``turns`` and ``known``."""

    known: Limits
    turns: int
    question: int
    answer: int
    typed: int
    pasted: int
    fold: int


LARGE = Sizes(Limits(entities=8, facts=24), turns=3, question=1500, answer=600, typed=16_000, pasted=1500, fold=24_000)
# The built-in model reads 20 to 30 tokens a second, and has room for some 4,000.
SMALL = Sizes(Limits(entities=3, facts=6), turns=1, question=300, answer=200, typed=2000, pasted=200, fold=3000)


@dataclass(frozen=True)
class Material:
    """What a run learns from. ``branch`` goes from the root to the answer."""

    owner_id: int
    branch: tuple[Message, ...]
    model: str
    has_title: bool

    @property
    def question(self) -> Message:
        return self.branch[-2]


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
            proposal.messages(task.question),
            schema=proposal.schema(wanted),
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
    run = MemoryRun.objects.select_related("reply__conversation__owner").filter(pk=run_id).first()
    if run is None or run.state != RunState.RUNNING:
        return None
    conversation = run.reply.conversation
    if not apply.may_learn(conversation):
        skip(run_id)
        return None
    tree = branches.Tree(conversation.pk)
    branch = tuple(branches.messages_of(tree.path(run.reply_id)))
    material = Material(
        owner_id=run.owner_id,
        branch=branch,
        model=settings.MEMORYBOT_MEMORY_MODEL or conversation.model,
        has_title=conversation.title_by != TitleBy.NOBODY,
    )
    if not _wanted(material, has_fold=summary.due(conversation, branch, max_characters=0) is not None).anything:
        skip(run_id)
        return None
    return material


def _wanted(material: Material, *, has_fold: bool) -> Wanted:
    verdict = gate.verdict(material.question.text)
    return Wanted(
        facts=verdict == "teaches",
        title=not material.has_title and verdict != "trivial",
        summary=has_fold,
    )


@transaction.atomic
def skip(run_id: int) -> None:
    """End a run that teaches nothing."""
    apply.end(run_id, RunState.SKIPPED, Lesson())


def prepare(material: Material, sizes: Sizes) -> Task:
    """Gather what the one call is told: candidates, the last turns, the message, and what slid out of the window."""
    question = material.question
    conversation = material.branch[-1].conversation
    earlier = [message for message in material.branch[:-2][-2 * sizes.turns :] if message.text]
    parts = typed.parts(question.text)
    said = "\n".join(parts)
    store = stores.store_of(conversation)
    known = candidates.gather(store, text=said[: sizes.typed], earlier=earlier, limits=sizes.known)
    fold = summary.due(conversation, material.branch, max_characters=sizes.fold)
    spoken = Spoken(question.text, tuple(typed.text(m.text) for m in earlier if m.role == Role.USER))
    asked = Question(
        date=question.created_at.date().isoformat(),
        typed=said[: sizes.typed],
        pasted=_pasted(question.text, parts)[: sizes.pasted],
        earlier=tuple(_shown(earlier, sizes)),
        entities=known.entities,
        facts=known.facts,
        wanted=_wanted(material, has_fold=fold is not None),
        summary=fold.summary if fold else "",
        leaving=tuple(_folded(fold.messages, sizes.fold)) if fold else (),
    )
    return Task(asked, known, spoken, fold.upto_id if fold else None)


def _pasted(message: str, parts: Sequence[str]) -> str:
    """Return what of a message was not typed."""
    for part in parts:
        message = message.replace(part, "", 1)
    return message.strip()


def _shown(messages: Sequence[Message], sizes: Sizes) -> list[prompt.Message]:
    return [
        prompt.Message("user", typed.text(message.text)[: sizes.question])
        if message.role == Role.USER
        else prompt.Message("assistant", message.text[: sizes.answer])
        for message in messages
    ]


def _folded(messages: Sequence[Message], room: int) -> list[prompt.Message]:
    """Return messages to fold; one that is too long for its share is cut."""
    share = room // max(1, len(messages))
    return [
        prompt.Message("user" if message.role == Role.USER else "assistant", message.text[: max(share, 300)])
        for message in messages
        if message.text
    ]
