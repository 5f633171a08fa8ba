"""Markdown of a model or a person as HTML that may stand in any page: nothing in it runs, nothing is loaded."""

from collections.abc import Sequence

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "code": {"class"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}}
SCHEMES = {"http", "https", "mailto"}
REL = "noopener noreferrer nofollow"
# What is nested deeper is left out: no list that people read has as many levels, and each costs time.
MAX_NESTING = 30


def to_html(text: str) -> SafeString:
    """Return ``text`` as HTML: parsed once, sanitised last.

    Raw HTML stays visible text, images become links, links open nothing but http, https and mailto.
    """
    # It has passed the sanitiser.
    return mark_safe(_sanitiser.clean(_parser.render(text)))  # noqa: S308


def _links_for_images(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = _without_images(token.children)


def _without_images(tokens: Sequence[Token]) -> list[Token]:
    found: list[Token] = []
    in_link = False
    for token in tokens:
        if token.type == "image":
            found += _image_link(token, in_link=in_link)
            continue
        in_link = token.type == "link_open" or (in_link and token.type != "link_close")
        found.append(token)
    return found


def _image_link(image: Token, *, in_link: bool) -> list[Token]:
    address = str(image.attrGet("src") or "")
    text = Token("text", "", 0, content=image.content or address)
    if in_link:
        return [text]
    return [Token("link_open", "a", 1, attrs={"href": address}), text, Token("link_close", "a", -1)]


def _alignment_without_style(state: StateCore) -> None:
    """A page's policy blocks style attributes; the alignment of a column is said as an attribute of its own."""
    for token in state.tokens:
        style = token.attrs.pop("style", None)
        if isinstance(style, str):
            token.attrSet("align", style.removeprefix("text-align:"))


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802  (the library's name)
        """What names no place of its own, like ``/admin/``, would lead into this site: it stays text."""
        return url.lower().startswith(tuple(f"{scheme}:" for scheme in SCHEMES))


def _make_parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "breaks": True, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    parser.core.ruler.push("links_for_images", _links_for_images)
    parser.core.ruler.push("alignment_without_style", _alignment_without_style)
    return parser


_parser = _make_parser()
_sanitiser = nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=REL)
