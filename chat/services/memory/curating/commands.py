"""``remember: …`` and ``forget …``: what a person tells the memory outright. It acts at once, without a model."""

import re
from dataclasses import dataclass
from typing import Literal

from chat.models import Conversation, Entity, Fact, FactStatus, MemoryMode, Message, User
from chat.models.memory import MemoryChange
from chat.protocol import Change
from chat.services import branches
from chat.services.memory import ledger, stores, suppression, wording
from chat.services.memory.curating import corrections, forgetting
from chat.services.memory.curating.answers import ANSWERS, Language
from chat.services.memory.judging import credentials, persons
from chat.services.memory.ledger import Cause, Content

NOTE = "note"
MAX_NOTE_CHARACTERS = 800
MAX_LISTED = 50
# A longer line that begins with "forget" is talk, such as "Forget the last draft and begin again with …".
MAX_FORGET_WORDS = 12

_COLON = r"\s*[:：]\s*"
_REMEMBER: dict[Language, str] = {
    "en": rf"(?:please )?(?:remember|don't forget|do not forget)"
    rf"(?:{_COLON}|,? (?:please )?that (?!time\b|day\b|night\b|when\b))",
    "de": rf"(?:bitte )?(?:merke?(?: dir)?(?: bitte)?|vergiss nicht)(?:{_COLON}|,? dass )",
    "fr": rf"(?:s'il te plaît,? )?(?:retiens|souviens-toi|rappelle-toi|n'oublie pas)(?:{_COLON}| que | qu')",
    "es": rf"(?:por favor,? )?(?:recuerda|no olvides)(?:{_COLON}| que )",
    "no": rf"(?:vær så snill å )?(?:husk|ikke glem)(?:{_COLON}| at )",
}
_FORGET: dict[Language, str] = {
    "en": rf"(?:please )?forget(?:{_COLON}| )",
    "de": rf"(?:bitte )?vergiss(?:{_COLON}|,? )(?!nicht\b)",
    "fr": rf"(?:s'il te plaît,? )?oublie(?:{_COLON}| )",
    "es": rf"(?:por favor,? )?olvida(?:{_COLON}| )",
    "no": rf"(?:vær så snill å )?glem(?:{_COLON}| )",
}
# "Forget it" means "never mind"; "forget the last answer" is about the talk, not about what is known.
_IDIOM = re.compile(
    r"(?:about )?(?:it|that|this|them|everything|all|nothing|never|what i (?:just )?said|(?:to|how|your|all|the|any|my)"
    r" (?:previous|last|above|earlier|instructions?|first|second|question|request|message|rules?)\b.*|to .*|how to .*"
    r"|es|das|alles|was ich gesagt habe|ça|cela|tout|ce que j'ai dit|lo|eso|todo|lo que dije|det|alt|det jeg sa)",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[?？؟]\s*$")


@dataclass(frozen=True)
class Command:
    """``subject`` is what is to be remembered or forgotten, in the person's words."""

    kind: Literal["remember", "forget"]
    subject: str
    language: Language


@dataclass(frozen=True)
class Done:
    """What a command did: the reply to show, and the changes that it shows as learned."""

    text: str
    changes: list[Change]


def parse(text: str) -> Command | None:
    """This function will return the command that a message is, or None for everything else.

    Only what stands at the very start counts; a question such as "Remember when …?" is none.
    """
    said = wording.plain(text).strip()
    if _QUESTION.search(said):
        return None
    for language, pattern in _REMEMBER.items():
        if found := re.match(pattern + r"(?=\S)(.+)", said, re.IGNORECASE | re.DOTALL):
            return Command("remember", found[1].strip(), language)
    for language, pattern in _FORGET.items():
        if found := re.match(pattern + r"(?=\S)(.+)", said, re.IGNORECASE):
            return _forget_command(found[1].strip(), said, language)
    return None


def _forget_command(subject: str, said: str, language: Language) -> Command | None:
    is_talk = "\n" in said or len(subject.split()) > MAX_FORGET_WORDS or _IDIOM.fullmatch(wording.trim(subject))
    return None if is_talk else Command("forget", subject, language)


def run(command: Command, *, user: User, conversation: Conversation, question: Message, reply: Message) -> Done:
    """This function will do what the person asks for, inside the caller's transaction, and say what it did.

    Where the conversation or the person has turned the memory off it says so, and writes nothing.
    """
    say = ANSWERS[command.language]
    if not user.memory_enabled:
        return Done(say["disabled"], [])
    if conversation.memory_mode not in {MemoryMode.ON, MemoryMode.OWN}:
        return Done(say[conversation.memory_mode], [])
    me = ledger.lock(stores.store_of(conversation))
    cause = Cause(by_user=True, reply=reply, message=question, quote=question.text.strip())
    if command.kind == "remember":
        return _remember(command, me, cause)
    return _forget(command, me, cause)


def _remember(command: Command, me: Entity, cause: Cause) -> Done:
    say = ANSWERS[command.language]
    subject = " ".join(command.subject.split())
    if credentials.found(subject):
        return Done(say["credential"], [])
    if len(subject) > MAX_NOTE_CHARACTERS:
        return Done(say["too_long"].format(limit=MAX_NOTE_CHARACTERS), [])
    change = _note(subject, say["noted"], me, cause)
    shown = say["remembered"].format(subject=subject)
    return Done(shown, [branches.change_of(change)] if change else [])


def _note(subject: str, pattern: str, me: Entity, cause: Cause) -> MemoryChange | None:
    """Keep the words as they are: about somebody known whom they begin with, else as the person's own."""
    about = None if persons.is_first(subject) else forgetting.entity_at_start(ledger.store_of_entity(me), subject)
    entity = about or me
    value = subject[: ledger.MAX_VALUE_CHARACTERS]
    known = Fact.objects.filter(entity=entity, attribute=NOTE, value=value, status="active").first()
    if known is not None:
        return ledger.confirm(known, cause)
    suppression.lift_all_of(entity, subject)
    ledger.touch([entity])
    statement = subject if about else pattern.format(subject=subject)
    return ledger.add(Content(entity, NOTE, value, statement), cause)


def _forget(command: Command, me: Entity, cause: Cause) -> Done:
    say = ANSWERS[command.language]
    facts = forgetting.facts_about(command.subject, me)
    if not facts:
        return Done(say["unknown"].format(subject=forgetting.topic(command.subject)), [])
    beside = forgetting.beside(command.subject, me)
    changes = [corrections.forget(fact, cause) for fact in facts]
    _keep_out(beside)
    lines = "\n".join(f"- {fact.statement}" for fact in facts[:MAX_LISTED]) + ("\n- …" if facts[MAX_LISTED:] else "")
    count = say["one"] if len(facts) == 1 else say["many"].format(count=len(facts))
    shown = say["forgotten"].format(subject=forgetting.topic(command.subject), count=count)
    return Done(f"{shown}\n\n{lines}", [branches.change_of(change) for change in changes])


def _keep_out(facts: list[Fact]) -> None:
    """What waits for review is dropped; neither that nor what was replaced long ago is learned again."""
    for fact in facts:
        if fact.status == FactStatus.PENDING:
            ledger.end_silently(fact, reason="forgotten")
    suppression.suppress(facts)
