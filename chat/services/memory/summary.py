"""The running summary: which messages of a branch have slid out of the verbatim window and are to be folded in."""

from collections.abc import Sequence
from dataclasses import dataclass

from chat import prompt
from chat.models import Conversation, Message


@dataclass(frozen=True)
class Fold:
    """What one learning call folds in: ``messages``, oldest first, into ``summary``; then it reaches to ``upto_id``."""

    summary: str
    messages: tuple[Message, ...]
    upto_id: int


def due(conversation: Conversation, branch: Sequence[Message], *, max_tokens: int) -> Fold | None:
    """Return what to fold before the next turn of ``branch``, or None where everything out of the window is in.

    What does not fit into ``max_tokens`` is left for the next call, but one turn at least is taken. A summary of
    another branch is begun anew.

    Shapes: ``branch`` is questions and answers by turns from the root to the newest answer.
    """
    start = 2 * prompt.window_start(turns=len(branch) // 2, k=conversation.k)
    reached = next((i + 1 for i, message in enumerate(branch) if message.pk == conversation.summary_upto_id), 0)
    if reached >= start:
        return None
    end = _fitting(branch, reached, start, max_tokens)
    return Fold(conversation.summary if reached else "", tuple(branch[reached:end]), branch[end - 1].pk)


def _fitting(branch: Sequence[Message], first: int, last: int, max_tokens: int) -> int:
    """Return where to stop, at the end of a turn."""
    room = max_tokens
    for end in range(first + 2, last + 1, 2):
        room -= sum(prompt.estimate_tokens(message.text) for message in branch[end - 2 : end])
        if room < 0:
            return max(end - 2, first + 2)
    return last
