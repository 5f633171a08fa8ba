"""What the learner is asked, in one call, and what it proposes. Pure; who checks it is the validator."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from chat.prompt import Message
from chat.services.memory import examples, language, wording

Verb = Literal["add", "update", "retire", "confirm"]
SELF_ID = "E0"
SCHEMA_NAME = "memory"

KINDS = ("self", "person", "pet", "organisation", "place", "work", "project", "event", "topic", "other")
# More than these is no answer to one message; the validator keeps far fewer.
MAX_OPERATIONS = 60
MAX_TITLE_CHARACTERS = 80
MAX_SUMMARY_WORDS = 250
MAX_SUMMARY_CHARACTERS = 2500

FACT_TOKENS = 700
TITLE_TOKENS = 40
SUMMARY_TOKENS = 450

INSTRUCTIONS = """\
You keep the memory of a chat. From the NEW MESSAGE of the user you note each lasting fact that it states about the \
user, or about people, pets, places, organisations and things in the user's life. Answer with JSON in one line.
facts, one for each:
- quote: the words of the NEW MESSAGE that state it, copied exactly.
- about: E0 is the user: all that is said of I, me, my, and the user's own name. Else the E id of one of the KNOWN, \
else the name as the message has it, or "my sister" and the like where it has no name.
- op: add. Or, with the F id of a KNOWN fact as about: update (it has changed), retire (it is no longer true), \
confirm (it is said again).
- attr: a short English key: name, lives_in, birthday, age, employer, occupation, likes, dislikes, diet, allergy, \
pet, sister, plans ...
- value: copied from the quote, not translated.
- text: one short sentence that stands alone, in the language of the NEW MESSAGE; the user is "The user", \
"Der Nutzer", "L'utilisateur", "El usuario" ... in it.
Greetings, questions, requests, wishes, "if", jokes, guesses, stories, and what the assistant said are no facts. \
Without facts: "facts":[].
title: 2 to 5 words on the subject, in the language of the message.
summary: only when asked for."""


@dataclass(frozen=True)
class KnownEntity:
    """An entity that the turn may touch, under the id that the model may call it by."""

    id: str
    entity_id: int
    kind: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownFact:
    """``entity`` is the id of a KnownEntity."""

    id: str
    fact_id: int
    entity: str
    attribute: str
    value: str
    statement: str


@dataclass(frozen=True)
class Wanted:
    """What the one call is asked for."""

    facts: bool
    title: bool
    summary: bool

    @property
    def anything(self) -> bool:
        return self.facts or self.title or self.summary


@dataclass(frozen=True)
class Question:
    """Everything the learner reads.

    Shapes: ``earlier`` are the last turns, for reference only; ``typed`` and ``pasted`` are the parts of the new
    message; ``leaving`` are the messages to fold into ``summary``, oldest first.
    """

    date: str
    typed: str
    pasted: str
    earlier: tuple[Message, ...]
    entities: tuple[KnownEntity, ...]
    facts: tuple[KnownFact, ...]
    wanted: Wanted
    summary: str = ""
    leaving: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One thing that the model would change. ``about`` is an id that it was offered, or a name."""

    verb: Verb
    about: str
    kind: str
    attribute: str
    value: str
    statement: str
    quote: str


@dataclass(frozen=True)
class Proposal:
    operations: tuple[Operation, ...]
    title: str
    summary: str


class JunkError(Exception):
    """An answer that is no proposal at all."""


def schema(wanted: Wanted) -> dict[str, Any]:
    """Return the JSON schema of the answer: all properties required, none else, as strict servers want it."""
    text = {"type": "string"}
    fact = _object(
        quote=text,
        about=text,
        kind={"type": "string", "enum": list(KINDS)},
        op={"type": "string", "enum": list(get_args(Verb))},
        attr=text,
        value=text,
        text=text,
    )
    parts: dict[str, Any] = {}
    if wanted.facts:
        parts["facts"] = {"type": "array", "items": fact}
    if wanted.title:
        parts["title"] = text
    if wanted.summary:
        parts["summary"] = text
    return _object(**parts)


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def max_tokens(wanted: Wanted) -> int:
    """Return how long the answer may get."""
    return FACT_TOKENS * wanted.facts + TITLE_TOKENS * wanted.title + SUMMARY_TOKENS * wanted.summary


def messages(question: Question) -> list[Message]:
    """Return what is sent: instructions and examples, which never change; what is known; what was said."""
    return [Message("system", INSTRUCTIONS), *examples.MESSAGES, Message("user", _asked(question))]


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
    return (
        f"SUMMARY SO FAR: {before}\nTO FOLD IN:\n{told}\n"
        f"As summary give the summary so far with what is to be folded in, in at most {MAX_SUMMARY_WORDS} words:"
        " what was asked, decided and answered, names and numbers exact."
    )


def _line(message: Message) -> str:
    return f"{'User' if message.role == 'user' else 'Assistant'}: {message.content}"


def parse(answer: dict[str, Any]) -> Proposal:
    """Return the proposal in a model's answer; entries that are none are left out.

    Raises: JunkError where the answer has none of the parts.
    """
    if not answer.keys() & {"facts", "title", "summary"}:
        raise JunkError
    entries = answer.get("facts")
    found = [_operation(entry) for entry in entries[:MAX_OPERATIONS]] if isinstance(entries, list) else []
    return Proposal(
        tuple(operation for operation in found if operation is not None),
        _title(_text(answer.get("title"))),
        " ".join(_text(answer.get("summary")).split())[:MAX_SUMMARY_CHARACTERS],
    )


def _operation(entry: object) -> Operation | None:
    if not isinstance(entry, dict):
        return None
    verb: Any = entry.get("op")
    kind = _text(entry.get("kind"))
    return Operation(
        verb=verb if verb in get_args(Verb) else "add",
        about=_text(entry.get("about")),
        kind=kind if kind in KINDS else "other",
        attribute=_text(entry.get("attr")),
        value=_text(entry.get("value")),
        statement=_text(entry.get("text")),
        quote=_text(entry.get("quote")),
    )


def _text(value: object) -> str:
    """Models write numbers where text was asked for; NUL and lone surrogates cannot be stored."""
    text = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return text.replace("\0", "").encode("utf-8", "ignore").decode().strip()


def _title(text: str) -> str:
    first = next(iter(text.splitlines()), "")
    return wording.trim(first.replace("#", ""))[:MAX_TITLE_CHARACTERS].strip()
