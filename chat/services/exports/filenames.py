"""Titles as file names that every system takes and none misreads."""

import re
import unicodedata
from urllib.parse import quote

MAX_NAME_BYTES = 150
# Also in front of an extension Windows takes these for devices.
RESERVED = {"con", "prn", "aux", "nul", *(f"{device}{n}" for device in ("com", "lpt") for n in "0123456789¹²³")}
# What joins letters of Persian and Indic words and emoji belongs to a name; what turns writing round does not.
JOINERS = "\u200c\u200d"


def of_title(title: str, *, extension: str) -> str:
    """Return the name of the file that holds a conversation called ``title``."""
    name = "".join(_kept(character) for character in unicodedata.normalize("NFC", title))
    name = _shortened(" ".join(name.split())).strip(f". -_{JOINERS}")
    if not name or name.split(".")[0].strip().lower() in RESERVED:
        name = f"Chat {name}".strip()
    return f"{name}.{extension}"


def _kept(character: str) -> str:
    if character in '<>:"/\\|?*':
        return "-"
    unseen = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return " " if unseen and character not in JOINERS else character


def _shortened(name: str) -> str:
    return name.encode()[:MAX_NAME_BYTES].decode(errors="ignore")


def disposition(filename: str) -> str:
    """Return the header that makes a browser save a file under its name.

    Source: RFC 6266, appendix D: the plain form for old readers, then the exact one. Some readers decode ``%``
    in the plain form, so it has none.
    """
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
