"""How log lines are written: what people say is nobody's log."""

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType

from django.db import InterfaceError, OperationalError

# Their messages tell of machines and files. Others may quote what was stored or parsed: PostgreSQL shows a whole row
# that breaks a constraint, and the errors of Python show the value that was wrong.
OF_MACHINES = (OSError, OperationalError, InterfaceError)

_Info = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class QuietFormatter(logging.Formatter):
    """Shows of an error its kind and where it came up, and its message only where that cannot hold anybody's words."""

    def formatException(self, ei: _Info) -> str:  # noqa: N802  (the name is logging's)
        return "\n".join(_chain(ei[1])) if ei[1] is not None else ""


def _chain(error: BaseException) -> Iterator[str]:
    """Yield the lines of an error, after those of what caused it."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _chain(before)
        yield "Which led to:"
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    yield f"{kind}: {error}" if isinstance(error, OF_MACHINES) else kind
