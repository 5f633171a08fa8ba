"""Why a fact waits for review, and why a decision was not carried out, in sentences for people. Pure."""

_NEUTRAL = "It was said in a chat, and was not taken for certain."

_SENTENCES = {
    "locked": "It would change something that you have set by hand.",
    "too_many": "One message said a great deal at once; this was more than is kept without asking.",
    "sensitive": "It is a sensitive matter, and you are asked before such things are kept.",
    "unsure": "You did not sound sure of it.",
    "hearsay": "Somebody else says so, not you.",
    "planned": "It is to end, but you did not say when.",
}

GONE = "One of them is not there any more."
GONE_MANY = "{count} of them are not there any more."
DECIDED = "“{statement}” was decided before."
ENDED_BEFORE = "“{statement}”: what it would have ended is no longer held to be true."
TAKEN = "“{statement}” would now take the place of “{other}”. Look at it again."


def sentence(code: str) -> str:
    """Return why a fact with this reason waits; a neutral sentence for a code that is not known."""
    return _SENTENCES.get(code, _NEUTRAL)
