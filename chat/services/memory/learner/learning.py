"""Learning from a turn: after the answer, off its path, with one call to a model at most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction

from chat.live import database, publish
from chat.llm import client
from chat.llm.errors import LLMError
from chat.models import Conversation, Message, Role, RunPurpose, RunState, TitleBy
from chat.services import branches
from chat.services.memory import stores
from chat.services.memory.judging import grounding, typed, validator
from chat.services.memory.judging.verdicts import Known, Spoken
from chat.services.memory.learner import apply, asking, candidates, pieces, proposal, runs, sharing, sizing, summary
from chat.services.memory.learner.apply import Lesson, Shared
from chat.services.memory.learner.proposal import Operation, Question, Wanted
from chat.services.memory.learner.sharing import Turn
from chat.services.memory.learner.sizing import LARGE, SMALL, Sizes

JUNK = "junk"


@dataclass(frozen=True)
class Material:
    """What a run learns from: its turn, and those behind it that may share the call.

    Shapes: ``branch`` are the ids of its messages, from the root to the last turn's answer.
    """

    owner_id: int
    conversation: Conversation
    turns: tuple[Turn, ...]
    branch: tuple[int, ...]
    model: str
    attempt: int
    facts_alone: bool

    @property
    def question(self) -> Message:
        return self.turns[0].question

    def limited(self, turns: tuple[Turn, ...]) -> "Material":
        return replace(self, turns=turns, branch=self.branch[: self.branch.index(turns[-1].reply_id) + 1])


@dataclass(frozen=True)
class Heard:
    """One turn's words, by which code judges what is quoted from them."""

    run_id: int
    spoken: Spoken

    @property
    def parts(self) -> list[str]:
        return typed.parts(self.spoken.message, self.spoken.pasted)


@dataclass(frozen=True)
class Task:
    """One call: what is asked, and what its answer is judged by."""

    question: Question
    known: Known
    heard: tuple[Heard, ...]
    summary_upto_id: int | None
    attempt: int


async def learn(run_id: int, *, attempt: int, key: str | None) -> None:
    """This function will learn from the turn of a claimed run and tell the open pages what it learned.

    What teaches nothing ends the run without a call. An answer that is no proposal ends it too, with the code
    "junk": the turn is none the worse for it.
    Raises: LLMError when the model cannot be asked; the run goes on being claimed then.
    """
    material = await database.run(load, run_id, attempt)
    if material is None:
        return
    endpoint = await client.endpoint_for(model=material.model, key=key)
    task = await database.run(prepare, material, SMALL if endpoint.local else LARGE)
    if not task.question.wanted.anything:
        await database.run(skip, run_id, attempt)
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
            schema=proposal.schema(wanted, is_bounded=endpoint.local, pieces=task.question.pieces),
            name=proposal.SCHEMA_NAME,
            max_tokens=proposal.max_tokens(wanted, task.question.pieces),
        )
    except LLMError as error:
        if error.code != JUNK:
            raise
        return Lesson(attempt=task.attempt, model=endpoint.model, error_code=JUNK, usage=error.usage)
    return replace(lesson_of(task, answer), model=endpoint.model, usage=usage)


def lesson_of(task: Task, answer: dict[str, Any]) -> Lesson:
    """Return what code accepts of a model's answer."""
    wanted = task.question.wanted
    try:
        found = proposal.parse(answer)
    except proposal.JunkError:
        return Lesson(attempt=task.attempt, error_code=JUNK)
    taught = [Shared(heard.run_id, apply.NOTHING) for heard in task.heard]
    if wanted.facts:
        operations = _by_turn(found.operations, task.heard)
        taught = [
            Shared(
                heard.run_id,
                validator.judge(replace(found, operations=tuple(own)), spoken=heard.spoken, known=task.known),
            )
            for heard, own in zip(task.heard, operations, strict=True)
        ]
    return Lesson(
        judgement=taught[0].judgement,
        attempt=task.attempt,
        shared=tuple(taught[1:]),
        title=found.title if wanted.title else "",
        summary=found.summary if wanted.summary else "",
        summary_upto_id=task.summary_upto_id,
    )


def _by_turn(operations: Sequence[Operation], heard: Sequence[Heard]) -> list[list[Operation]]:
    """Return each turn's operations: those whose quote stands in it, or in none, which the last one has judged."""
    own: list[list[Operation]] = [[] for _ in heard]
    words = [turn.parts for turn in heard]
    for operation in operations:
        places = (place for place, parts in enumerate(words) if grounding.find(operation.quote, parts))
        own[next(places, -1)].append(operation)
    return own


def load(run_id: int, attempt: int = 0) -> Material | None:
    """Return what a held run learns from; None, and the run ended, where there is nothing or nobody may."""
    run = runs.held(run_id, attempt).select_related("reply__conversation__owner", "reply__parent").first()
    if run is None or run.reply.parent is None:
        return None
    conversation = run.reply.conversation
    tree = branches.Tree(conversation.pk)
    turns = sharing.together(run, tree)
    material = Material(
        owner_id=run.owner_id,
        conversation=conversation,
        turns=turns,
        branch=tuple(tree.path(turns[-1].reply_id)),
        model=settings.MEMORYBOT_MEMORY_MODEL or conversation.model,
        attempt=attempt,
        facts_alone=run.purpose == RunPurpose.LATER,
    )
    alone = material.limited(turns[:1])
    if not runs.may_learn(run) or not _wanted(alone, LARGE).anything:
        skip(run_id, attempt)
        return None
    return material


def _wanted(material: Material, sizes: Sizes) -> Wanted:
    verdicts = {turn.verdict for turn in material.turns}
    goes_on = not material.facts_alone
    return Wanted(
        facts="teaches" in verdicts,
        title=goes_on and material.conversation.title_by == TitleBy.NOBODY and verdicts != {"trivial"},
        summary=goes_on and summary.is_due(material.conversation, material.branch),
        max_facts=sizes.max_facts,
        summary_words=sizes.summary_words,
    )


@transaction.atomic
def skip(run_id: int, attempt: int) -> None:
    """End a run that teaches nothing."""
    runs.end(run_id, attempt, RunState.SKIPPED)


def prepare(material: Material, sizes: Sizes) -> Task:
    """Gather what the one call is told: candidates, the last turns, the message, and what slid out of the window."""
    material = material.limited(sharing.fitting(material.turns, most=sizes.shared, tokens=sizes.typed))
    turns, question = material.turns, material.question
    before = material.branch[: material.branch.index(question.pk)][-2 * sizes.turns :]
    earlier = [message for message in branches.messages_of(before) if message.text]
    said = sizing.cut("\n\n".join(turn.typed for turn in turns), sizes.typed)
    known = candidates.gather(stores.store_of(material.conversation), text=said, earlier=earlier, limits=sizes.known)
    fold = summary.fold(material.conversation, material.branch, max_tokens=sizes.fold)
    asked = Question(
        date=question.created_at.date().isoformat(),
        typed=said,
        pasted=sizing.cut("\n\n".join(filter(None, map(_pasted, turns))), sizes.pasted),
        earlier=tuple(sizing.shown(message, sizes) for message in earlier),
        entities=known.entities,
        facts=known.facts,
        wanted=_wanted(material, sizes),
        summary=sizing.cut(fold.summary, sizes.summary) if fold else "",
        leaving=tuple(sizing.folded(fold.messages, sizes.fold)) if fold else (),
        pieces=pieces.of(said) if _goes_by_piece(sizes) else None,
    )
    return Task(asked, known, tuple(_heard(turns, earlier)), fold.upto_id if fold else None, material.attempt)


def _goes_by_piece(sizes: Sizes) -> bool:
    """Who writes instructions of their own writes them for the one list of facts."""
    return sizes.by_piece and not settings.MEMORYBOT_MEMORY_INSTRUCTIONS


def _heard(turns: Sequence[Turn], earlier: Sequence[Message]) -> Iterator[Heard]:
    """Yield each turn's words; those before it are the person's own words too."""
    before = [typed.text(message.text, message.pasted) for message in earlier if message.role == Role.USER]
    for turn in turns:
        said = turn.question
        spoken = Spoken(said.text, tuple(before), said.pasted, said.created_at.date())
        yield Heard(turn.run_id, spoken)
        before.append(turn.typed)


def _pasted(turn: Turn) -> str:
    """Return what of a message was not typed."""
    message = turn.question.text
    for part in turn.parts:
        message = message.replace(part, "", 1)
    return message.strip()
