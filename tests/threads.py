"""Several people at the same moment."""

import threading
from collections.abc import Callable
from functools import partial

from django.db import connections


def together(*actions: Callable[[], object]) -> None:
    """Begin all ``actions`` at once and wait for them."""
    line = threading.Barrier(len(actions))
    threads = [threading.Thread(target=partial(_act, line, action)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _act(line: threading.Barrier, action: Callable[[], object]) -> None:
    line.wait()
    try:
        action()
    finally:
        connections.close_all()
