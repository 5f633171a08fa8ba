"""What a test needs of the machine, by its markers: skipped with a plain reason where it is missing, never in CI."""

import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""


def model_folder() -> Path:
    """Where the built-in model's file lies once `make run` or `make test-local-model` has fetched it."""
    return Path(os.environ.get("MEMORYBOT_TEST_MODELS") or ROOT / "var" / "models")


def _without_chromium() -> str:
    return "" if CHROMIUM else "Chromium is not installed"


def _without_postgres() -> str:
    is_there = os.environ["DATABASE_URL"].startswith("postgres")
    return "" if is_there else "this run is not on PostgreSQL (make test-postgres)"


def _without_sqlite() -> str:
    return "" if _without_postgres() else "this run is not on SQLite"


def _without_redis() -> str:
    return "" if os.environ["REDIS_URL"] else "there is no Redis in this run (make test-postgres)"


def _without_model() -> str:
    return (
        "" if list(model_folder().glob("*.gguf")) else "the built-in model was not fetched yet (make test-local-model)"
    )


MISSING: dict[str, Callable[[], str]] = {
    "browser": _without_chromium,
    "postgres": _without_postgres,
    "sqlite": _without_sqlite,
    "redis": _without_redis,
    "local_model": _without_model,
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, missing in MISSING.items():
        if item.get_closest_marker(marker) and (reason := missing()):
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI everything is installed: what would be skipped has failed."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped in CI: {call.excinfo.value if call.excinfo else report.longrepr}"
    return report
