"""What the tutorial's memory does, and ours has to do too."""

from django.test import override_settings

from tests.compare import windows
from tests.compare.bench import Bench, Row, Seen, expect
from tests.compare.mind import Line, fact, known_as

DEVEN = Line(
    "Deven is working on a hackathon project.",
    names="Deven",
    summaries={"Deven": "Deven is working on a hackathon project."},
    facts=[
        fact(
            "Deven is working on a hackathon project",
            "Deven",
            "works_on",
            "a hackathon project",
            "Deven is working on a hackathon project.",
        )
    ],
)
ABOUT_DEVEN = Line("What is Deven working on?", names="Deven")


async def finds_entities(bench: Bench) -> Seen:
    said = "Deven plays chess and Sam lives in Oslo."
    bench.teach(
        Line(
            said,
            names="Deven, Sam, Oslo",
            summaries={"Deven": "Deven plays chess.", "Sam": "Sam lives in Oslo.", "Oslo": "Sam lives in Oslo."},
            facts=[
                fact("Deven plays chess", "Deven", "plays", "chess", "Deven plays chess."),
                fact("Sam lives in Oslo", "Sam", "lives_in", "Oslo", "Sam lives in Oslo."),
            ],
        )
    )
    bench.theirs.say(said)
    await bench.ours.say(said)
    expect("their store", sorted(bench.theirs.store()), ["Deven", "Oslo", "Sam"])
    expect("our store", await bench.ours.store(), {"Deven": "Deven plays chess.", "Sam": "Sam lives in Oslo."})
    return Seen("kept Deven, Sam and Oslo", "kept Deven and Sam, and that Sam lives in Oslo")


async def resolves_pronouns(bench: Bench) -> Seen:
    """The model can only know who "he" is where the turn before stands in its prompt."""
    said = "He wants to add a map to it."
    bench.teach(
        DEVEN,
        Line(
            said,
            names=lambda asked: "Deven" if DEVEN.said in asked else "NONE",
            summaries={"Deven": "Deven is working on a hackathon project, and wants to add a map to it."},
            facts=lambda asked: [
                fact(
                    "He wants to add a map to it",
                    known_as(asked, "Deven") if DEVEN.said in asked else "He",
                    "plans",
                    "add a map",
                    "Deven wants to add a map to the hackathon project.",
                )
            ],
        ),
    )
    for line in (DEVEN.said, said):
        bench.theirs.say(line)
        await bench.ours.say(line)
    theirs, ours = bench.theirs.store(), await bench.ours.store()
    expect("who is in both stores", [list(theirs), list(ours)], [["Deven"], ["Deven"]])
    expect("the map is Deven's", ["map" in theirs["Deven"], "map" in ours["Deven"]], [True, True])
    return Seen('"He wants to add a map" went to Deven', '"He wants to add a map" went to Deven')


async def describes_in_a_sentence(bench: Bench) -> Seen:
    bench.teach(DEVEN)
    bench.theirs.say(DEVEN.said)
    await bench.ours.say(DEVEN.said)
    sentence = {"Deven": "Deven is working on a hackathon project."}
    expect("their store", bench.theirs.store(), sentence)
    expect("our store", await bench.ours.store(), sentence)
    return Seen(f'"{sentence["Deven"]}", by the model', f'"{sentence["Deven"]}", put together from the facts by code')


async def leaves_alone_what_is_not_new(bench: Bench) -> Seen:
    bench.teach(DEVEN, ABOUT_DEVEN)
    stores = []
    for line in (DEVEN.said, DEVEN.said, ABOUT_DEVEN.said):
        bench.theirs.say(line)
        await bench.ours.say(line)
        stores.append((bench.theirs.store(), await bench.ours.store()))
    expect("the stores after all three lines are those after the first", stores, stores[:1] * 3)
    expect("our facts by the messages that say them", [f.sources.count() for f in await bench.ours.facts()], [2])
    return Seen("the same summary, written again twice", "the same one fact, with the second line as one more source")


async def believes_the_human_only(bench: Bench) -> Seen:
    said, answered = "I met Deven today.", "Deven was born in Lyon."
    line = Line(
        said,
        answer=answered,
        names="Deven",
        summaries={"Deven": "The human met Deven today."},
        facts=[
            fact("I met Deven today", "E0", "met", "Deven", "The user met Deven."),
            fact("Deven was born in Lyon", "Deven", "birthplace", "Lyon", "Deven was born in Lyon."),
        ],
    )
    bench.teach(line)
    bench.theirs.say(said)
    asked = bench.prompt("summary")
    expect("the answer stands in what their summary is made of", answered in asked)
    expect("and is no part of the line it is told to take", asked.endswith(f"Human: {said}\nUpdated summary:"))
    await bench.ours.say(said)
    expect("Lyon in our store", [f.statement for f in await bench.ours.facts()], ["The user met Deven."])
    return Seen(
        "by the words of the prompt: the answer stands in it, for context",
        "by code: a fact quoted from the answer was proposed, and refused",
    )


async def shows_what_is_known(bench: Bench) -> Seen:
    bench.teach(DEVEN, ABOUT_DEVEN)
    bench.theirs.say(DEVEN.said)
    bench.theirs.say(ABOUT_DEVEN.said)
    expect("in their prompt", f"{{'Deven': '{DEVEN.summaries['Deven']}'}}" in bench.prompt("answer"))
    await bench.ours.say(DEVEN.said)
    await bench.ours.say(ABOUT_DEVEN.said, new_chat=True)
    expect("in our prompt", f"] {DEVEN.summaries['Deven']}" in bench.prompt("answer"))
    return Seen("Deven's summary stands in the prompt", "Deven's fact stands in the prompt, even in a new chat")


async def ignores_the_trivial(bench: Bench) -> Seen:
    said = "Hello! Thank you very much."
    bench.teach(Line(said))
    bench.theirs.say(said)
    expect("their calls", bench.calls(), ["extraction", "answer"])
    await bench.ours.say(said)
    expect("our calls", bench.calls(), ["answer"])
    expect("both stores", [bench.theirs.store(), await bench.ours.store()], [{}, {}])
    return Seen("nothing kept; a call to find that out", "nothing kept; no call to find that out")


async def keeps_conversations_apart(bench: Bench) -> Seen:
    bench.teach(DEVEN, ABOUT_DEVEN)
    bench.theirs.say(DEVEN.said)
    bench.theirs.new()
    expect("their next conversation", bench.theirs.store(), {})
    await bench.ours.say(DEVEN.said, memory="own")
    expect("the conversation's own store", list(await bench.ours.store(own=True)), ["Deven"])
    await bench.ours.say(ABOUT_DEVEN.said)
    expect("it knows Deven", f"] {DEVEN.summaries['Deven']}" in bench.prompt("answer"))
    expect("the person's store", await bench.ours.store(), {})
    await bench.ours.say(ABOUT_DEVEN.said, new_chat=True)
    expect("another conversation knows Deven", "hackathon" in bench.prompt("answer"), False)
    return Seen("always: each memory object has its own", "when wanted: *New chat with a clean memory*")


async def shows_and_clears_the_store(bench: Bench) -> Seen:
    of_self = Line("I like fjords.", facts=[fact("I like fjords", "E0", "likes", "fjords", "The user likes fjords.")])
    bench.teach(DEVEN, of_self)
    for line in (DEVEN, of_self):
        bench.theirs.say(line.said)
        await bench.ours.say(line.said)
    expect("their store", list(bench.theirs.store()), ["Deven"])
    bench.theirs.clear()
    expect("cleared", bench.theirs.store(), {})
    statements = [known.statement for known in await bench.ours.facts()]
    expect("our facts", statements, [DEVEN.summaries["Deven"], "The user likes fjords."])
    page = await bench.ours.page("/memory/")
    expect("the memory page shows them", [statement in page for statement in statements], [True, True])
    await bench.ours.say("forget Deven")
    await bench.ours.post(f"/memory/facts/{(await bench.ours.facts())[1].uuid}/delete/")
    expect("forgotten, deleted", await bench.ours.store(), {})
    await bench.ours.say("remember: I like tea.")
    expect("there is something again", bool(await bench.ours.store()))
    await bench.ours.post("/memory/clear/")
    expect("ours cleared", await bench.ours.store(), {})
    page = await bench.ours.page("/memory/")
    expect("the memory page shows them still", [statement in page for statement in statements], [False, False])
    return Seen(
        "`entity_store.store`; `clear()` for all of it",
        'the memory page; "forget Deven", Forget and Delete beside a fact, or "Delete everything"',
    )


async def follows_instructions(bench: Bench) -> Seen:
    told = "Answer in the style of a ship's log."
    bench.teach(DEVEN)
    bench.theirs.set_instructions(told)
    bench.theirs.say(DEVEN.said)
    expect("in all of theirs", all(told in call.prompt for call in bench.model.requests))
    await bench.ours.say(DEVEN.said)
    settings = {"model": "scripted", "k": "10", "temperature": "0", "memory_mode": "on", "instructions": told}
    status = await bench.ours.post(f"/c/{bench.ours.conversation}/settings/", **settings)
    expect("the conversation's settings are taken", status, 200)
    await bench.ours.say(ABOUT_DEVEN.said)
    expect("in ours", told in bench.prompt("answer"))
    operators = {
        "MEMORYBOT_INSTRUCTIONS": "You are a ship.",
        "MEMORYBOT_MEMORY_INSTRUCTIONS": "Note what is said of ships.",
    }
    with override_settings(**operators):
        await bench.ours.say(DEVEN.said, new_chat=True)
    begins = [
        bench.prompt(purpose).startswith(f"system: {text}")
        for purpose, text in zip(("answer", "learning"), operators.values(), strict=True)
    ]
    expect("the operator's begin both of ours", begins, [True, True])
    return Seen(
        "all three prompts can be replaced, in code",
        "the operator replaces those for answers and for learning, by setting; people and conversations add their own",
    )


KEEPS = [
    Row("Entities are found in the line", finds_entities),
    Row("Pronouns are resolved from the recent turns", resolves_pronouns),
    Row("A description of one sentence at the first mention", describes_in_a_sentence),
    Row("Nothing changes when nothing new was said", leaves_alone_what_is_not_new),
    Row("Only what the human said counts", believes_the_human_only),
    Row("What is known of the line's entities is before the model when it answers", shows_what_is_known),
    Row("The last k pairs go word for word", windows.keeps_the_last_pairs),
    Row("k can be changed at any time", windows.changes_k),
    Row("Trivial lines teach nothing", ignores_the_trivial),
    Row("A store for each conversation, when wanted", keeps_conversations_apart),
    Row("The store can be shown and cleared", shows_and_clears_the_store),
    Row("Instructions can be replaced", follows_instructions),
]
