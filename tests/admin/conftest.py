from tests.chromium import chromium  # noqa: F401
