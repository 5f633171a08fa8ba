"""Gives what was said and what is known its vectors, in the background: text is found by its words until then."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from django.db import DatabaseError, transaction
from django.db.models import Max, Model, QuerySet

from chat.live import database
from chat.llm import embedder
from chat.llm.errors import LLMError
from chat.models import Fact, FactStatus, FactVector, MemoryMode, Message, MessageVector, Status
from chat.services.memory.recalling import lines, vectors

logger = logging.getLogger(__name__)

# Of a long message its beginning says what it is about. Units: words, and parts of so many words.
PART_WORDS = 90
MAX_PARTS = 2
# A short message says little without what it answers ("Rex!"): it has one more part, the two together.
SHORT_CHARACTERS = 120
ANSWERED_WORDS = 60
# Where nothing stands between words, characters bound it.
ANSWERED_CHARACTERS = 10 * ANSWERED_WORDS
# Texts between two looks at what is new, and seconds between those while there is nothing to do.
BATCH = 16
PAUSE_SECONDS = 0.05
POLL_SECONDS = 2
# Every so many looks all rows are looked at: something older may have been restored, or switched on again.
LOOKS_AT_NEW = 300
NEWEST_ROWS = 3_000

Row = TypeVar("Row", bound=Model)
Columns = TypeVar("Columns", bound=tuple[Any, ...])
Said = tuple[int, int, str, str | None]


async def fill_for_ever() -> None:
    """Fill in vectors as long as the process lives, where meaning is searched at all."""
    await asyncio.wrap_future(embedder.warm_up())
    looked = 0
    while embedder.is_enabled():
        try:
            done = await database.run(fill, BATCH, newest=looked % LOOKS_AT_NEW > 0)
        except DatabaseError:
            logger.warning("Vectors cannot be filled in just now", exc_info=True)
            done = 0
        except LLMError as error:
            logger.warning("Vectors cannot be filled in just now: %s", error.message)
            done = 0
        looked += not done
        # Between two batches requests get their turn.
        await asyncio.sleep(PAUSE_SECONDS if done else POLL_SECONDS)


def fill(limit: int, *, newest: bool = False) -> int:
    """Give at most ``limit`` messages and facts the vectors they lack, the newest first; return to how many.

    With ``newest`` only the last few thousand rows are looked at, which is quick. What is said while memory is off, or
    in a temporary chat, gets none. Two processes may do the same work; it is kept once.
    """
    by = embedder.name()
    messages = list(_those(_messages_without(), newest=newest)[:limit])
    facts = list(_those(_facts_without(), newest=newest)[: limit - len(messages)])
    if not messages and not facts:
        return 0
    said = [parts_of(text, answered or "") for _, _, text, answered in messages]
    packed = _packed([*said, *(parts_of(text) for _, _, text in facts)])
    rows = [MessageVector(message_id=pk, owner_id=o, parts=next(packed), embedder=by) for pk, o, *_ in messages]
    known = [FactVector(fact_id=pk, owner_id=owner, parts=next(packed), embedder=by) for pk, owner, _ in facts]
    with transaction.atomic():
        # What another embedder made.
        MessageVector.objects.filter(message__in=[row.message_id for row in rows]).exclude(embedder=by).delete()
        FactVector.objects.filter(fact__in=[row.fact_id for row in known]).exclude(embedder=by).delete()
        # What was deleted meanwhile must not come back as a vector without its text.
        standing = _standing(messages)
        MessageVector.objects.bulk_create([r for r in rows if r.message_id in standing], ignore_conflicts=True)
        believed = set(Fact.objects.filter(pk__in=[row.fact_id for row in known]).values_list("pk", flat=True))
        FactVector.objects.bulk_create([r for r in known if r.fact_id in believed], ignore_conflicts=True)
    return len(rows) + len(known)


def _those(rows: QuerySet[Row, Columns], *, newest: bool) -> QuerySet[Row, Columns]:
    if not newest:
        return rows
    last = rows.model._default_manager.aggregate(last=Max("pk"))["last"] or 0
    return rows.filter(pk__gt=last - NEWEST_ROWS)


def _standing(messages: Sequence[Said]) -> set[int]:
    """Return which of ``messages`` still say what they said, and answer what they answered."""
    rows = Message.objects.filter(pk__in=[pk for pk, *_ in messages]).exclude(text="")
    now = dict(rows.values_list("pk", "parent__text"))
    return {pk for pk, _, _, answered in messages if pk in now and now[pk] == answered}


def _messages_without() -> QuerySet[Message, Said]:
    """Shapes: id, owner, text, and the text that it answers."""
    learnt_of = Message.objects.exclude(vector__embedder=embedder.name()).filter(
        owner__memory_enabled=True,
        conversation__deleted_at=None,
        conversation__memory_mode__in=[MemoryMode.ON, MemoryMode.READ_ONLY, MemoryMode.OWN],
    )
    ended = learnt_of.exclude(status=Status.STREAMING).exclude(text="")
    return ended.order_by("-pk").values_list("pk", "owner_id", "text", "parent__text")


def _facts_without() -> QuerySet[Fact, tuple[int, int, str]]:
    lacking = Fact.objects.exclude(vector__embedder=embedder.name()).filter(
        owner__memory_enabled=True, status=FactStatus.ACTIVE
    )
    return lacking.order_by("-pk").values_list("pk", "owner_id", "statement")


def _packed(parts: Sequence[list[str]]) -> Iterator[bytes]:
    """Embed the parts of all texts, then yield the vectors of each text as its row holds them."""
    embedded = embedder.embed_all([part for of_text in parts for part in of_text])
    ends = np.cumsum([len(of_text) for of_text in parts])
    return (vectors.pack(of_text) for of_text in np.split(embedded, ends[:-1]))


def parts_of(text: str, answered: str = "") -> list[str]:
    """Return the first sentences of ``text`` in parts of about PART_WORDS words; of a short one also all of it behind
    the end of what it answers. Shapes: one to MAX_PARTS, and that.
    """
    parts = list(_parts(text))[:MAX_PARTS] or [text]
    if not answered or not is_short(text):
        return parts
    end = " ".join(answered[-ANSWERED_CHARACTERS:].split()[-ANSWERED_WORDS:])
    return [*parts, f"{end}\n{text}"]


def is_short(text: str) -> bool:
    """Tell whether ``text`` is embedded together with what it answers too."""
    return len(text) <= SHORT_CHARACTERS


def _parts(text: str) -> Iterator[str]:
    part: list[str] = []
    for sentence in filter(None, map(str.strip, lines.SENTENCE_END.split(text[: PART_WORDS * 40]))):
        if part and len(" ".join([*part, sentence]).split()) > PART_WORDS:
            yield " ".join(part)
            part = []
        part.append(sentence)
    if part:
        yield " ".join(part)
