"""The short ways of the turns' files: what a turn teaches, and what a model proposed, each in one line.

A claim is ``[who[ (kind, alias)]: ][add|update|retire|confirm ]attribute = value[ or other value]``; nobody named means
the person. A line of a proposal is ``quote | claim | statement``, a known fact ``claim | statement``.
"""

import re
from dataclasses import dataclass

from chat.services.memory.learner.proposal import SELF_ID

_CLAIM = re.compile(
    r"^(?:(?P<about>[^:=(]+?)(?: \((?P<kind>[^)]*)\))?: )?(?:(?P<op>add|update|retire|confirm) )?"
    r"(?P<attribute>\w+) = (?P<value>.*)$",
    re.DOTALL,
)
_ID = re.compile(r"^([EF])\d+$")
ANYBODY = "*"


@dataclass(frozen=True)
class Claim:
    """``about`` is "self" for the person. ``values`` are ways to say the same; ``kinds`` the kind, then aliases."""

    about: str
    op: str
    attribute: str
    values: tuple[str, ...]
    kinds: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.op} {self.about}.{self.attribute} = {' or '.join(self.values)!r}"


def claim(text: str) -> Claim:
    """Return the claim that ``text`` is; mere words are anything about anybody that has them."""
    found = _CLAIM.match(text)
    if found is None:
        return Claim(ANYBODY, ANYBODY, ANYBODY, (text,))
    about = found["about"] or "self"
    return Claim(
        "self" if about == "user" else about,
        found["op"] or "add",
        found["attribute"],
        tuple(found["value"].split(" or ")),
        tuple((found["kind"] or "").split(", ")) if found["kind"] else (),
    )


def entry(text: str) -> dict[str, str]:
    """Return one entry of a proposal, as it comes over the wire."""
    quote, claimed, statement = text.split(" | ")
    found = claim(claimed)
    is_self = found.about == "self"
    kind = found.kinds[0] if found.kinds else "self" if is_self or _ID.match(found.about) else "person"
    return {
        "quote": quote,
        "about": SELF_ID if is_self else found.about,
        "kind": kind,
        "op": found.op,
        "attr": found.attribute,
        "value": " or ".join(found.values),
        "text": statement,
    }
