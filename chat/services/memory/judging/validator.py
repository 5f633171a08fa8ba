"""The model proposes, code disposes: which of the proposed operations may change the memory, and which not, and why.

Pure. What is accepted here is settled against the store, as it is at that moment, by ``settlement``.
"""

from dataclasses import replace

from chat.services.memory.judging.hearing import Court
from chat.services.memory.judging.subjects import SubjectError
from chat.services.memory.judging.verdicts import Accepted, Judgement, Known, Refused, RefusedError, Spoken
from chat.services.memory.learner.proposal import Proposal

MAX_OPERATIONS = 12
MAX_RETIREMENTS = 3


def judge(proposal: Proposal, *, spoken: Spoken, known: Known) -> Judgement:
    """Return which operations of ``proposal`` may take effect, and why the others may not."""
    court = Court(spoken, known)
    refused = []
    for operation in proposal.operations:
        try:
            court.hear(operation)
        except RefusedError as error:
            refused.append(Refused(operation, error.reason))
        except SubjectError as error:
            refused.append(Refused(operation, error.code))
    return Judgement(tuple(_limited(court.accepted)), tuple(refused), tuple(court.introduced))


def _limited(accepted: list[Accepted]) -> list[Accepted]:
    """Let more than a turn's share wait for review."""
    limited = []
    retirements = 0
    for place, operation in enumerate(accepted):
        retirements += operation.verb == "retire"
        is_over = place >= MAX_OPERATIONS or (operation.verb == "retire" and retirements > MAX_RETIREMENTS)
        limited.append(replace(operation, for_review=is_over))
    return limited
