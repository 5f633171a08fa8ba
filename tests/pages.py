"""Reading pages as people do: their words, without the markup."""

import re
from html.parser import HTMLParser

from django.http import HttpResponse


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style", "template", "title"}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "template", "title"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words += data.split()


def words(response: HttpResponse) -> str:
    """What stands on a page, on one line."""
    reader = _Words()
    reader.feed(response.content.decode())
    joined = re.sub(r" ([.,;:?!)])", r"\1", " ".join(reader.words))
    return joined.replace("( ", "(")
