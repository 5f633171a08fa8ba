"""What of the conversation itself the model is shown: the last k pairs word for word."""

from collections.abc import Sequence
from itertools import takewhile

from tests.compare.bench import Bench, Seen, expect, purpose
from tests.compare.mind import Line

SMALL_TALK = [Line(f"Line {number} is about nothing much.", answer=f"Answer {number}.") for number in range(1, 13)]


async def keeps_the_last_pairs(bench: Bench) -> Seen:
    *before, last = SMALL_TALK[:10]
    bench.teach(*SMALL_TALK)
    bench.theirs.new(k=3)
    for line in (*before, last):
        bench.theirs.say(line.said)
    expect("their pairs word for word", _pairs(bench, before), 3)
    for line in (*before, last):
        await bench.ours.say(line.said, k=3)
    kept = _pairs(bench, before)
    expect("our pairs word for word are k, or a step more", kept in {3, 4})
    expect("what is older", "Earlier in this conversation, in short:\nThey talked." in bench.prompt("answer"))
    return Seen(
        "k = 3: the last 3, and nothing of what is older", f"k = 3: the last {kept}, and a summary of what is older"
    )


async def changes_k(bench: Bench) -> Seen:
    bench.teach(*SMALL_TALK)
    bench.theirs.new(k=3)
    theirs, ours = [], []
    for number, line in enumerate(SMALL_TALK):
        k = 3 if number < 9 else 6
        bench.theirs.set_k(k)
        bench.theirs.say(line.said)
        theirs.append(_pairs(bench, SMALL_TALK[:number]))
        await bench.ours.say(line.said, k=k)
        ours.append(_pairs(bench, SMALL_TALK[:number]))
    expect("their pairs before and after", theirs[8:10], [3, 6])
    expect("our pairs before and after are k, or a step more", [ours[8] in {3, 4}, ours[9] in {6, 7, 8}], [True, True])
    return Seen("3, then 6: from 3 pairs to 6 at once", f"3, then 6: from {ours[8]} pairs to {ours[9]} at once")


def _pairs(bench: Bench, before: Sequence[Line]) -> int:
    """How many of the pairs ``before`` the question, counted from the newest, the last answer's prompt has in full."""
    call = [call for call in bench.model.requests if purpose(call) == "answer"][-1]
    if len(call.messages) == 1:
        shown = call.question.split("Current conversation:\n")[1].split("\nLast line:")[0].splitlines()
    else:
        shown = [message["content"] for message in call.messages[1:-1]]
    told = [text for line in before for text in (line.said, line.answer)]
    pairs = zip(reversed(shown), reversed(told), strict=False)
    return len(list(takewhile(lambda pair: pair[0].endswith(pair[1]), pairs))) // 2
