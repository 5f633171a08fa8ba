"""What a model may write, made fit for the database and the page."""

import re
from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_UNFIT: Final = re.compile("[\x00\ud800-\udfff]")


class Joiner:
    """Joins surrogate halves that a server put into two chunks; replaces NUL and halves that stay alone."""

    def __init__(self) -> None:
        self._half = ""

    def take(self, text: str) -> str:
        """This function will return the fit part of what has come so far, keeping back half a character."""
        text = self._half + text
        self._half = ""
        if not _UNFIT.search(text):
            return text
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return joined.replace("\x00", REPLACEMENT)
