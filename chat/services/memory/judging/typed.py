"""What the person wrote with their own hands in a message, and what they only passed on. Pure.

Fenced code, lines quoted with ``>``, forwarded mail, and the text that a request such as "Translate this:" is about
are somebody else's words or no words at all, and so is what the page saw being pasted: they teach nothing about the
person.
"""

import re
from collections.abc import Sequence

# [start, end) of what was pasted, in code points, in order.
Spans = Sequence[Sequence[int]]
# Stands where something was pasted. No message can hold it: frames with it are refused.
_CUT = "\0"

_FENCE = re.compile(r"^\s*(```|~~~)")
_QUOTED = re.compile(r"^\s*(>|＞)")
_FORWARDED = re.compile(
    r"^\s*(-{2,}\s*(original|forwarded|urspr\w+|weitergeleitet\w*|message d|mensaje|videresendt)\b.*"
    r"|begin forwarded message:|(on|am|le|el|den)\b.{6,80}\b(wrote|schrieb.*|a écrit|escribió|skrev.*)\s*:)\s*$",
    re.IGNORECASE,
)
_MAIL_HEADER = re.compile(
    r"^\s*\**(from|to|cc|bcc|sent|date|subject|reply-to|von|an|gesendet|betreff|datum|de|à|envoyé|objet|para|asunto"
    r"|fecha|fra|til|emne|dato)\**\s*:\s*\S",
    re.IGNORECASE,
)
_WORKED_ON = re.compile(
    r"\b(translat\w+|summari[sz]\w*|proofread\w*|rewrite|rephrase|reword|paraphrase|shorten|correct|fix|improve|edit"
    r"|polish"
    r"|explain|review|analy[sz]e|check|reply to|answer|respond to|übersetz\w*|korrigier\w*|fass\w*|verbesser\w*"
    r"|erklär\w*|antwort\w*|traduis\w*|résum\w*|corrige\w*|reformule\w*|expliqu\w*|traduc\w*|resum\w*|explica\w*"
    r"|oversett\w*|oppsummer\w*|rett\w*|forklar\w*)\b[^:\n]{0,80}:",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?。！？]\s+")
_NO_WORDS = re.compile(r"[\W_]*")


def parts(message: str, pasted: Spans = ()) -> list[str]:
    """Return the typed parts of a message, in their order; what was passed on stands between them."""
    kept: list[list[str]] = [[]]
    fence = ""
    lines = _without(pasted, message).splitlines()
    for number, line in enumerate(lines):
        opening = _FENCE.match(line)
        if fence or opening or _QUOTED.match(line):
            fence = _next_fence(fence, opening)
            kept.append([])
            continue
        if _FORWARDED.match(line) or _is_mail_header(lines, number):
            break
        if request := _WORKED_ON.search(line):
            kept[-1].append(_before_request(line[: request.start()]))
            break
        kept[-1].append(line)
    found = [piece for part in kept for piece in "\n".join(part).split(_CUT)]
    return [part for part in found if not _NO_WORDS.fullmatch(part)]


def _without(pasted: Spans, message: str) -> str:
    for start, end in reversed(pasted):
        message = f"{message[:start]}{_CUT}{message[end:]}"
    return message


def begins_typed(message: str, pasted: Spans) -> bool:
    """Tell whether the first word of a message was typed."""
    return not _without(pasted, message).lstrip().startswith(_CUT)


def text(message: str, pasted: Spans = ()) -> str:
    """Return what was typed as one text."""
    return "\n".join(parts(message, pasted))


def is_pasted(message: str, pasted: Spans = ()) -> bool:
    """Tell whether a message has words, and none of them typed."""
    return not parts(message, pasted) and not _NO_WORDS.fullmatch(message)


def _before_request(beginning: str) -> str:
    """Return the sentences that stand on the line before a request, which says nothing of the person."""
    ends = [found.end() for found in _SENTENCE_END.finditer(beginning)]
    return beginning[: ends[-1]] if ends else ""


def _next_fence(fence: str, opening: re.Match[str] | None) -> str:
    if opening is None:
        return fence
    return opening[1] if not fence else "" if opening[1] == fence else fence


def _is_mail_header(lines: list[str], number: int) -> bool:
    """Two header lines in a row: a person who types writes no such thing."""
    following = lines[number + 1 : number + 2]
    return bool(_MAIL_HEADER.match(lines[number])) and any(_MAIL_HEADER.match(line) for line in following)
