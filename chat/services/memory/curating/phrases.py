"""What the memory's fields mean, in the words that people use."""

from datetime import datetime

from chat.models import EntityChange, EntityKind, EntityOperation, Fact
from chat.services.memory.curating import teaching

_REASONS = {
    "said_otherwise": "something else was said",
    "said_otherwise_since": "something else was said",
    "said_to_be_over": "it was said to be over",
    "said_to_be_over_since": "it was said to be over",
    "said_more_exactly": "it was said more exactly",
    "said_plainly": "it was said plainly later",
    "came_true": "it came true",
    "edited_away": "the message that said it was changed",
    "edited": "corrected by hand",
    "forgotten": "forgotten",
    "undone": "taken back",
    "merged": "two entries were put together, and both had one",
}
_SENSITIVE = {
    "health": "About health: a sensitive thing",
    "belief": "About religion or politics: a sensitive thing",
    "intimate": "About intimate life: a sensitive thing",
    "origin": "About ethnic origin: a sensitive thing",
    "money": "About money: a sensitive thing",
    "law": "About trouble with the law: a sensitive thing",
}
_ORIGINS = {"typed": "Said in a message", "import": "From an import", "hand": "Written by hand"}


def why(reason: str) -> str:
    """Return why a fact ended; empty where that says nothing to a person."""
    if reason.startswith(teaching.IN_BIN):
        return "the chat that said it was deleted"
    return _REASONS.get(reason, "")


def notes(fact: Fact) -> list[str]:
    """Return what there is to know of a fact beside what it says: certainty, who says so, whether it is sensitive."""
    told = [
        _SENSITIVE.get(fact.sensitivity, ""),
        "Said with doubt" if fact.certainty == "unsure" else "",
        f"According to {fact.attributed_to}" if fact.attributed_to else "",
    ]
    return [note for note in told if note]


def origin(fact: Fact) -> str:
    return _ORIGINS.get(fact.origin, "")


def day(given: str) -> str:
    """Return a date of a fact as people write it: "2024", "May 2024" or "3 May 2024", as exact as it was said."""
    for length, pattern, written in (
        (4, "%Y", "{0:%Y}"),
        (7, "%Y-%m", "{0:%B %Y}"),
        (10, "%Y-%m-%d", "{0.day} {0:%B %Y}"),
    ):
        if len(given) == length:
            try:
                return written.format(datetime.strptime(given, pattern))  # noqa: DTZ007  (a day, no moment)
            except ValueError:
                return given
    return given


def truth(fact: Fact) -> str:
    """Return when a fact was true in the world, where that was said; else empty."""
    since, until = day(fact.valid_from), day(fact.valid_to)
    if since and until:
        return f"True from {since} to {until}"
    if since:
        return f"True since {since}"
    return f"True until {until}" if until else ""


def of_change(change: EntityChange) -> str:
    """Return what a change of an entity did, in a sentence with names as they were."""
    names = {"entity": change.entity.name, "other": change.other.name if change.other else "", **_names(change)}
    who, other = names["entity"], names["other"]
    if change.operation == EntityOperation.MERGED:
        return f"“{other}” and “{who}” were put together"
    if change.operation == EntityOperation.SPLIT:
        moved = change.detail.get("statement")
        return f"“{moved}” was moved from “{who}” to “{other}”" if moved else f"“{other}” was split off from “{who}”"
    return _of_rename(change, who, other)


def _names(change: EntityChange) -> dict[str, str]:
    names = change.detail.get("names", {})
    return {key: str(names[key]) for key in ("entity", "other") if names.get(key)}


def _of_rename(change: EntityChange, who: str, other: str) -> str:
    detail = change.detail
    after = detail.get("after", {})
    if "maybe_same_as_id" in after:
        return f"“{who}” and “{other}” are not the same"
    if "pinned" in after:
        return f"“{who}” was pinned" if after["pinned"] else f"“{who}” is no longer pinned"
    if detail.get("alias"):
        return f"“{detail['alias']}” {'no longer means' if detail.get('removed') else 'means'} “{who}” too"
    told = [f"is now called “{after['name']}”"] if "name" in after else []
    if "disambiguator" in after:
        told.append(
            f"is told apart by “{after['disambiguator']}”" if after["disambiguator"] else "needs no telling apart"
        )
    if "kind" in after:
        told.append(f"is now filed as {EntityKind(after['kind']).label.lower()}")
    return f"“{who}” {', '.join(told) or 'was changed'}"
