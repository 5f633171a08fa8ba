"""The running summary: which messages of a branch have slid out of the verbatim window and are to be folded in."""

from collections.abc import Sequence
from dataclasses import dataclass

from chat import prompt
from chat.models import Conversation, Message
from chat.services import branches

# One call folds in no more than this; the rest waits for the next.
MAX_MESSAGES = 40


@dataclass(frozen=True)
class Fold:
    """What one learning call folds in: ``messages``, oldest first, into ``summary``; then it reaches to ``upto_id``."""

    summary: str
    messages: tuple[Message, ...]
    upto_id: int


def is_due(conversation: Conversation, branch: Sequence[int]) -> bool:
    """Tell whether something slid out of the window of the next turn that the summary does not have.

    Shapes: ``branch`` are the ids of questions and answers by turns, from the root to the newest answer.
    """
    first, last = _span(conversation, branch)
    return first < last


def fold(conversation: Conversation, branch: Sequence[int], *, max_tokens: int) -> Fold | None:
    """Return what to fold before the next turn of ``branch``, or None where everything out of the window is in.

    What does not fit into ``max_tokens`` is left for the next call, but one turn at least is taken. A summary of
    another branch is begun anew.
    """
    first, last = _span(conversation, branch)
    if first >= last:
        return None
    messages = branches.messages_of(branch[first : min(last, first + MAX_MESSAGES)])
    taken = messages[: _fitting(messages, max_tokens)]
    return Fold(conversation.summary if first else "", tuple(taken), taken[-1].pk)


def _span(conversation: Conversation, branch: Sequence[int]) -> tuple[int, int]:
    start = 2 * prompt.window_start(turns=len(branch) // 2, k=conversation.k)
    reached = branch.index(conversation.summary_upto_id) + 1 if conversation.summary_upto_id in branch else 0
    return reached, start


def _fitting(messages: Sequence[Message], max_tokens: int) -> int:
    """Return how many of ``messages`` fit, in whole turns."""
    room = max_tokens
    for end in range(2, len(messages) + 1, 2):
        room -= sum(prompt.estimate_tokens(message.text) for message in messages[end - 2 : end])
        if room < 0:
            return max(end - 2, 2)
    return len(messages)
