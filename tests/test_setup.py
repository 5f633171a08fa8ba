"""What `make` does before anything runs: the Makefile and `scripts/setup.py`, in a folder of their own, offline."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["requirements.txt", "requirements-local.txt", "requirements-scale.txt", "requirements-dev.txt"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The parts of a clone that set it up, with requirements that need nothing."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup.py", tmp_path / "scripts")
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in LOCKS:
        (tmp_path / name).write_text("# nothing\n", encoding="utf-8")
    return tmp_path


def make(project: Path, *arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=project,
        env={**kept, **values},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def installed(project: Path) -> list[str]:
    return sorted(json.loads((project / ".venv" / "installed.json").read_text()))


def test_the_first_time_it_makes_everything_and_the_second_time_nothing(project: Path) -> None:
    first = make(project, "setup-run", f"PYTHON={sys.executable}")
    assert first.returncode == 0, first.stderr
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert first.stdout.splitlines() == [
        f"Making .venv with Python {version} …",
        "Installing what MemoryBot needs, once; this may take a minute …",
    ]
    secret = (project / ".env").read_text()
    second = make(project, "setup-run")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert (project / ".env").read_text() == secret


def test_env_is_written_once_with_a_secret_that_only_its_owner_can_read(project: Path) -> None:
    make(project, "setup-run", f"PYTHON={sys.executable}")
    assert (project / ".env").stat().st_mode & 0o777 == 0o600
    assert re.search(r"^DJANGO_SECRET_KEY=[\w-]{60,}$", (project / ".env").read_text(), re.MULTILINE)


def test_it_installs_as_little_as_the_settings_allow(project: Path) -> None:
    make(project, "setup-run", f"PYTHON={sys.executable}", OPENAI_API_KEY="sk-mine")
    assert installed(project) == ["requirements.txt"]
    make(project, "setup-run", OPENAI_API_KEY="sk-mine", MEMORYBOT_LOCAL_MODEL="on")
    assert installed(project) == ["requirements-local.txt", "requirements.txt"]
    with (project / ".env").open("a") as file:
        file.write('DATABASE_URL="postgres://localhost/memorybot"\n')
    make(project, "setup-run")
    assert installed(project) == ["requirements-local.txt", "requirements-scale.txt", "requirements.txt"]


def test_a_changed_lock_is_installed_and_what_pip_says_comes_with_advice(project: Path) -> None:
    make(project, "setup-run", f"PYTHON={sys.executable}")
    (project / "requirements.txt").write_text("./nothing.whl --hash=sha256:00\n", encoding="utf-8")
    done = make(project, "setup-run")
    assert done.returncode != 0
    assert "MemoryBot cannot be set up: pip could not install the requirements" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_python_that_is_too_old_or_not_there_is_said_in_one_sentence(project: Path) -> None:
    old = project / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for python in (str(old), "no-such-python"):
        done = make(project, "run", f"PYTHON={python}")
        assert done.returncode != 0
        first, *rest = done.stderr.splitlines()
        assert first == (
            f"MemoryBot needs Python 3.11 or newer, and {python} is not; "
            "name one, for example: make run PYTHON=python3.12"
        )
        assert rest[1:] == []


def test_without_a_target_it_lists_what_there_is(project: Path) -> None:
    assert re.search(r"^make run +install what is missing and serve", make(project).stdout, re.MULTILINE)
