"""The memory leaves as a file and comes back from one. To add a format: a renderer, and its row in ``FORMATS``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from chat.models import User
from chat.services.exports import Export, filenames
from chat.services.memory.transfer import as_json, as_markdown


@dataclass(frozen=True)
class Format:
    content_type: str
    render: Callable[[User], Iterator[str]]


FORMATS = {
    "json": Format("application/json", as_json.render),
    "md": Format("text/markdown; charset=utf-8", as_markdown.render),
}


def export(user: User, *, extension: str) -> Export:
    """Return all that is remembered of ``user`` as a file, the memories of single chats included.

    Raises: KeyError for a format that there is not.
    """
    chosen = FORMATS[extension]
    filename = filenames.of_title(f"Memory {timezone.now():%Y-%m-%d}", extension=extension)
    return Export(filename, chosen.content_type, chosen.render(user))
