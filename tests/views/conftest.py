from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.chromium import chromium  # noqa: F401


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    """How often somebody may try is counted in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()
