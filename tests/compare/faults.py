"""What is wrong with the tutorial's memory: shown to happen there, and to be absent here."""

from django.utils import timezone

from tests.compare.bench import Bench, Row, Seen, expect
from tests.compare.keeps import DEVEN
from tests.compare.mind import EXTRACTION, SUMMARY, Line, fact
from tests.compare.theirs import ChainError

NOT_NAMES = ("None", "NONE.", "")


async def takes_none_for_a_name(bench: Bench) -> Seen:
    said = "The weather is nice in the mountains."
    kept: list[str] = []
    for name in NOT_NAMES:
        claims = [
            fact("The weather is nice in the mountains", about, "weather", "nice", "The weather is nice.", kind="place")
            for about in (name, "the mountains")
        ]
        bench.teach(Line(said, names=name, summaries={name: "The weather is nice."}, facts=claims))
        bench.theirs.new()
        bench.theirs.say(said)
        kept += bench.theirs.store()
        await bench.ours.say(said)
    expect("their entities", kept, list(NOT_NAMES))
    expect("our entities", await bench.ours.entities(), ["the mountains"])
    return Seen(
        'entities called "None", "NONE." and ""',
        "facts about all three were proposed, and refused; the same about the mountains was kept",
    )


async def splits_a_name(bench: Bench) -> Seen:
    said = "Smith, John plays chess."
    claimed = fact("Smith, John plays chess", "Smith, John", "plays", "chess", "Smith, John plays chess.")
    bench.teach(
        Line(
            said,
            names="Smith, John",
            summaries={name: f"{name} plays chess." for name in ("Smith", "John")},
            facts=[claimed],
        )
    )
    bench.theirs.say(said)
    await bench.ours.say(said)
    expect("their entities", list(bench.theirs.store()), ["Smith", "John"])
    expect("our entities", await bench.ours.entities(), ["Smith, John"])
    return Seen("two entities: Smith; John", "one entity: Smith, John")


async def tells_cases_apart(bench: Bench) -> Seen:
    lines = [("Alice plays chess.", "Alice", "chess"), ("alice also plays tennis.", "alice", "tennis")]
    lines.append(("ALICE plays the piano too.", "ALICE", "piano"))
    bench.teach(
        *(
            Line(
                said,
                names=name,
                summaries={name: f"{name} plays {what}."},
                facts=[fact(said.rstrip("."), name, "plays", what, f"{name} plays {what}.")],
            )
            for said, name, what in lines
        )
    )
    for said, _, _ in lines:
        bench.theirs.say(said)
        await bench.ours.say(said)
    expect("their entities", list(bench.theirs.store()), ["Alice", "alice", "ALICE"])
    expect("our entities", await bench.ours.entities(), ["Alice"])
    expect("our facts", [f.value for f in await bench.ours.facts()], ["chess", "tennis", "piano"])
    return Seen("three people: Alice, alice, ALICE", "one Alice with three facts")


async def loses_the_answer_after_it_was_made(bench: Bench) -> Seen:
    bench.teach(DEVEN)
    bench.model.script(match=SUMMARY, fault="500")
    bench.model.script(schema="memory", fault="500")
    expect("their caller gets an error", _failed(bench, DEVEN.said))
    answered = [call.sent for call in bench.model.requests if call.sent][-1]
    expect("the model had answered", answered, DEVEN.answer)
    turn = await bench.ours.say(DEVEN.said)
    expect("our turn", (turn.status, turn.text), ("complete", DEVEN.answer))
    expect("what is to be learned waits", await bench.ours.runs(), [("pending", 1)])
    bench.teach(DEVEN)
    await bench.ours.try_learning_again()
    expect("our store", list(await bench.ours.store()), ["Deven"])
    return Seen("the model had answered; the caller gets the error instead", "answered; learned at the second try")


def _failed(bench: Bench, said: str) -> bool:
    try:
        bench.theirs.say(said)
    except ChainError:
        return True
    return False


async def fails_before_the_answer(bench: Bench) -> Seen:
    bench.teach(DEVEN)
    bench.model.script(match=EXTRACTION, fault="500")
    bench.model.script(schema="memory", fault="500")
    expect("their caller gets an error", _failed(bench, DEVEN.said))
    expect("their calls", set(bench.calls()), {"extraction"})
    expect("their buffer", bench.theirs.said(), [])
    turn = await bench.ours.say(DEVEN.said)
    expect("our turn", (turn.status, turn.text), ("complete", DEVEN.answer))
    expect("the first of our calls", bench.calls()[0], "answer")
    bench.teach(DEVEN)
    await bench.ours.try_learning_again()
    return Seen("no answer, and the line is not even kept", "answered: no call to a model goes before the answer's")


async def forgets_when_asynchronous(bench: Bench) -> Seen:
    bench.teach(DEVEN)
    expect("their answer", bench.theirs.say_async(DEVEN.said), DEVEN.answer)
    expect("their calls", bench.calls(), ["extraction", "answer"])
    expect("their store", bench.theirs.store(), {})
    await bench.ours.say(DEVEN.said)
    expect("our store", list(await bench.ours.store()), ["Deven"])
    return Seen(
        "`apredict`: the name is found and paid for, the store stays empty", "there is no other path; it is kept"
    )


async def keeps_nothing_without_a_name(bench: Bench) -> Seen:
    told = Line(
        "I am vegetarian.", facts=[fact("I am vegetarian", "E0", "diet", "vegetarian", "The user is vegetarian.")]
    )
    bench.teach(told)
    bench.theirs.say(told.said)
    await bench.ours.say(told.said)
    expect("their store", bench.theirs.store(), {})
    await bench.ours.say("What could I cook tonight?", new_chat=True)
    expect("in our prompt, in a new chat", "] The user is vegetarian." in bench.prompt("answer"))
    return Seen('"I am vegetarian." leaves nothing', "kept, and before the model in the next chat")


async def keeps_no_history(bench: Bench) -> Seen:
    oslo, bergen = "Deven lives in Oslo.", "Deven moved to Bergen."
    bench.teach(
        Line(
            oslo,
            names="Deven",
            summaries={"Deven": oslo},
            facts=[fact("Deven lives in Oslo", "Deven", "lives_in", "Oslo", oslo)],
        ),
        Line(
            bergen,
            names="Deven",
            summaries={"Deven": "Deven lives in Bergen."},
            facts=[fact("Deven moved to Bergen", "Deven", "lives_in", "Bergen", "Deven lives in Bergen.")],
        ),
    )
    for said in (oslo, bergen):
        bench.theirs.say(said)
        await bench.ours.say(said)
    expect("their store, whole", bench.theirs.store(), {"Deven": "Deven lives in Bergen."})
    facts = await bench.ours.facts()
    seen = [(f.value, f.status, f.sources.all()[0].quote, f.learned_at.date()) for f in facts]
    today = timezone.now().date()
    wanted = [
        ("Oslo", "superseded", "Deven lives in Oslo", today),
        ("Bergen", "active", "Deven moved to Bergen", today),
    ]
    expect("our facts", seen, wanted)
    return Seen(
        "a text, written over: no date, no source, Oslo is gone",
        "two dated facts with their quotes: Bergen in the place of Oslo",
    )


async def costs_more_with_each_name(bench: Bench) -> Seen:
    names = ["Deven", "Sam", "Alice", "Bob", "Carol"]
    theirs, ours = [], []
    for count in range(1, len(names) + 1):
        line = _line_with(names[:count])
        bench.teach(line)
        bench.calls()
        bench.theirs.say(line.said)
        theirs.append(len(bench.calls()))
        await bench.ours.say(line.said)
        ours.append(len(bench.calls()))
    expect("their calls", theirs, [3, 4, 5, 6, 7])
    expect("our calls", ours, [2, 2, 2, 2, 2])
    expect("our entities", await bench.ours.entities(), names)
    return Seen(_listed(theirs), _listed(ours))


def _line_with(names: list[str]) -> Line:
    said = " and ".join(f"{name} plays chess" for name in names)
    return Line(
        f"{said}.",
        names=", ".join(names),
        summaries={name: f"{name} plays chess." for name in names},
        facts=[fact(f"{name} plays chess", name, "plays", "chess", f"{name} plays chess.") for name in names],
    )


def _listed(counts: list[int]) -> str:
    return f"{', '.join(map(str, counts))} calls for one to five names"


FAULTS = [
    Row('"None", "NONE." or "" becomes an entity', takes_none_for_a_name),
    Row('"Smith, John" is split in two', splits_a_name),
    Row("Upper and lower case make different people", tells_cases_apart),
    Row("A failed summary call loses the finished answer", loses_the_answer_after_it_was_made),
    Row("A failed extraction prevents an answer", fails_before_the_answer),
    Row("The asynchronous path writes nothing, and says nothing", forgets_when_asynchronous),
    Row("Facts without a proper noun are never kept", keeps_nothing_without_a_name),
    Row("No dates, no source, no old values", keeps_no_history),
    Row("The cost grows with the number of names", costs_more_with_each_name),
]
