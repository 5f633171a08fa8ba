"""The learner's prompt: what never changes first, then what is known, then what was said. Pure."""

from chat.prompt import Message
from chat.services.memory.judging import language
from chat.services.memory.learner import examples
from chat.services.memory.learner.proposal import SELF_ID, Question

_TASK = """\
You keep the memory of a chat. From the NEW MESSAGE of the user you note each lasting fact that it states about the \
user, or about people, pets, places, organisations and things in the user's life. Answer with JSON in one line.
"""
_AS_LIST = """\
facts, one for each:
- quote: the words of the NEW MESSAGE that state it, copied exactly.
"""
_BY_PIECE = """\
facts: the NEW MESSAGE piece by piece; under each piece a list with every fact that it states, [] where it states none.
"""
_FIELDS = """\
- about: E0 is the user: all that is said of I, me, my, and the user's own name. Else the E id of one of the KNOWN, \
else the name as the message has it, or "my sister" and the like where it has no name.
- op: add. Or, with the F id of a KNOWN fact as about: update (it has changed), retire (it is no longer true), \
confirm (it is said again).
- attr: a short English key: name, lives_in, birthplace, hometown, birthday, age, employer, occupation, likes, \
dislikes, diet, condition, allergy, language, pet, sister, plans ...
- value: copied from the quote, not translated.
- text: one short sentence that stands alone, in the language of the NEW MESSAGE; the user is "The user", \
"Der Nutzer", "L'utilisateur", "El usuario" ... in it.
Greetings, questions, requests, wishes, "if", jokes, guesses, stories, and what the assistant said are no facts. \
Without facts: "facts":[].
title: 2 to 5 words on the subject, in the language of the message.
summary: only when asked for."""
# What an operator may put other words for (MEMORYBOT_MEMORY_INSTRUCTIONS). The same for every turn of everybody:
# read once, and then from the server's cache.
INSTRUCTIONS = f"{_TASK}{_AS_LIST}{_FIELDS}\n\nExamples:\n{examples.TEXT}"
# The built-in model tends to note the first thing that a message says; led from piece to piece, it notes more.
BY_PIECE = f"{_TASK}{_BY_PIECE}{_FIELDS}\n\nExamples:\n{examples.PIECEWISE}"


def messages(question: Question, *, of_operator: str = "") -> list[Message]:
    """Return what is sent: instructions and examples, which never change; what is known; what was said.

    ``of_operator`` takes the place of our own instructions.
    """
    ours = INSTRUCTIONS if question.pieces is None else BY_PIECE
    return [Message("system", of_operator or ours), Message("user", _asked(question))]


def _asked(question: Question) -> str:
    sections = [
        f"DATE: {question.date}",
        "KNOWN:\n" + "\n".join(_known(question)),
        _earlier(question.earlier),
        _to_fold(question) if question.wanted.summary else "",
        f"PASTED, not the user's words:\n{question.pasted}" if question.pasted else "",
        new_message(question.typed),
    ]
    return "\n".join(filter(None, sections))


def new_message(typed: str) -> str:
    """Return the line with what was typed; small models keep to a language that is named."""
    spoken = language.name_of(typed)
    return f"NEW MESSAGE ({spoken}): {typed}" if spoken else f"NEW MESSAGE: {typed}"


def _known(question: Question) -> list[str]:
    lines = []
    for entity in question.entities:
        names = ", ".join(dict.fromkeys([entity.name, *entity.aliases]))
        lines.append(f"{entity.id} the user" if entity.id == SELF_ID else f"{entity.id} {names} ({entity.kind})")
        lines += [
            f"{fact.id} {fact.attribute}: {fact.statement}" for fact in question.facts if fact.entity == entity.id
        ]
    return lines


def _earlier(turns: tuple[Message, ...]) -> str:
    if not turns:
        return ""
    return "EARLIER, only to understand the new message:\n" + "\n".join(_line(message) for message in turns)


def _to_fold(question: Question) -> str:
    told = "\n".join(_line(message) for message in question.leaving)
    before = question.summary or "nothing yet"
    words = question.wanted.summary_words
    return (
        f"SUMMARY SO FAR: {before}\nTO FOLD IN:\n{told}\n"
        f"As summary give the summary so far with what is to be folded in, in at most {words} words: what was asked,"
        " decided and answered, names and numbers exact."
    )


def _line(message: Message) -> str:
    return f"{'User' if message.role == 'user' else 'Assistant'}: {message.content}"
