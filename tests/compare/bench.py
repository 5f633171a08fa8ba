"""A row of the comparison: one check, made on both sides with the same lines and the same scripted answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.compare.mind import EXTRACTION, SUMMARY, Line, Mind
from tests.compare.ours import Ours
from tests.compare.theirs import Theirs
from tests.scripted_model import Call, ScriptedModel


class DoesNotHoldError(AssertionError):
    """A sentence with what was seen."""


@dataclass(frozen=True)
class Seen:
    """What was observed, as the table says it. ``missing`` is what ours does not do yet of what is to be kept."""

    theirs: str
    ours: str
    missing: str = ""


@dataclass(frozen=True)
class Row:
    subject: str
    check: Callable[["Bench"], Awaitable[Seen]]


class Bench:
    """Both sides, new for each row, and the scripted model between them."""

    def __init__(self, model: ScriptedModel, theirs: Theirs, ours: Ours) -> None:
        self.model, self.theirs, self.ours = model, theirs, ours
        model.reset()
        theirs.new()

    def teach(self, *lines: Line) -> None:
        """Let the model know these lines, and no others."""
        mind = Mind(*lines)
        self.model.script(reply=mind.reply)
        self.model.script(schema="memory", json=mind.proposal)

    def calls(self) -> list[str]:
        """What the model was asked for since the last time, in order."""
        calls = [purpose(call) for call in self.model.requests]
        self.model.requests.clear()
        return calls

    def prompt(self, wanted: str) -> str:
        """Return what was sent with the last call for a purpose."""
        return [call.prompt for call in self.model.requests if purpose(call) == wanted][-1]


def purpose(call: Call) -> str:
    if call.kind == "json":
        return "learning"
    if EXTRACTION in call.question:
        return "extraction"
    return "summary" if SUMMARY in call.question else "answer"


def expect(what: str, seen: object, wanted: object = True) -> None:
    """Raises: DoesNotHoldError, unless what was seen is what was wanted."""
    if seen != wanted:
        raise DoesNotHoldError(f"{what}: {seen!r} instead of {wanted!r}")
