"""The shape of the code: imports point down, functions and files stay short, the locks are consistent."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("chat", "memorybot_site", "scripts", "static/js", "static/css", "templates")
SUFFIXES = {".py", ".js", ".css", ".html", ".sh"}
MAX_FILE_LINES = 500
LONG_FUNCTION_LINES = 50
MAX_LONG_FUNCTIONS_PERCENT = 3
# Older ones have known holes, or lack something that we rely on.
FLOORS = {
    "django": (5, 2, 19),
    "channels": (4, 3, 2),
    "daphne": (4, 2, 3),
    "openai": (3, 54, 0),
    "django-allauth": (65, 21, 1),
    "django-csp": (4, 0),
    "whitenoise": (6, 12, 0),
    "twisted": (26, 10, 0),
    "nh3": (0, 3, 0),
    "cryptography": (46, 0, 0),
}
LOCKS = ["requirements.txt", "requirements-local.txt", "requirements-scale.txt", "requirements-dev.txt"]


def source_files() -> list[Path]:
    found = [path for name in SHIPPED for path in (ROOT / name).rglob("*") if path.suffix in SUFFIXES]
    return [path for path in found if not {"migrations", "__pycache__"} & set(path.parts)]


def function_lengths() -> Iterator[tuple[int, str]]:
    for path in source_files():
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield (node.end_lineno or node.lineno) - node.lineno + 1, f"{path.relative_to(ROOT)}::{node.name}"


def pinned(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9_.-]+)==(\S+)", text, re.MULTILINE))


def test_imports_keep_to_their_layers() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_few_functions_are_long() -> None:
    lengths = list(function_lengths())
    long = sorted((found for found in lengths if found[0] > LONG_FUNCTION_LINES), reverse=True)
    assert len(long) * 100 <= len(lengths) * MAX_LONG_FUNCTIONS_PERCENT, long


def test_no_source_file_is_too_long() -> None:
    counted = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in source_files()
    }
    assert {name: lines for name, lines in counted.items() if lines > MAX_FILE_LINES} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_version_and_a_hash(lock: str) -> None:
    for block in re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").strip()):
        assert re.match(r"[a-z0-9_.-]+==\S+( ; [^\n]+)? \\\n    --hash=sha256:[0-9a-f]{64}", block), block[:80]


def test_the_locks_agree() -> None:
    everything = pinned("requirements-dev.txt")
    for lock in LOCKS:
        assert {name: version for name, version in pinned(lock).items() if everything.get(name) != version} == {}


def test_the_lock_keeps_above_the_floors() -> None:
    locked = pinned("requirements.txt")
    below = {
        name: locked[name]
        for name, floor in FLOORS.items()
        if tuple(int(part) for part in locked[name].split(".")[: len(floor)]) < floor
    }
    assert below == {}


def test_nothing_that_is_committed_names_a_place_of_one_machine() -> None:
    places = re.compile("/(root|home/[a-z]+|Users/[a-z]+|opt/pypi[a-z-]*|work/[a-z.]+)/")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is not a clone")
    for name in listed.stdout.split("\0"):
        path = ROOT / name
        if name and path.is_file() and b"\0" not in (content := path.read_bytes()):
            assert not places.search(content.decode("utf-8", "replace")), name
