"""A conversation as a file. To add a format: a renderer beside this file, and its row in ``FORMATS``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chat.models import Conversation, User
from chat.services.exports import as_html, as_json, as_markdown, as_text, filenames, reading


@dataclass(frozen=True)
class Format:
    content_type: str
    whole_tree: bool
    render: Callable[[reading.Head, Iterator[reading.Batch]], Iterator[str]]


FORMATS = {
    "txt": Format("text/plain; charset=utf-8", whole_tree=False, render=as_text.render),
    "md": Format("text/markdown; charset=utf-8", whole_tree=False, render=as_markdown.render),
    "json": Format("application/json", whole_tree=True, render=as_json.render),
    "html": Format("text/html; charset=utf-8", whole_tree=False, render=as_html.render),
}


@dataclass(frozen=True)
class Export:
    """A file to send. ``chunks`` reads the database piece by piece, as it is asked for more."""

    filename: str
    content_type: str
    chunks: Iterator[str]


def conversation(found: Conversation, *, user: User, extension: str) -> Export:
    """Return ``found`` as a file: its current branch, or as json the whole tree.

    Raises: KeyError for a format that there is not.
    """
    chosen = FORMATS[extension]
    head, batches = reading.read(found, user=user, whole_tree=chosen.whole_tree)
    filename = filenames.of_title(found.title, extension=extension)
    return Export(filename, chosen.content_type, chosen.render(head, batches))
