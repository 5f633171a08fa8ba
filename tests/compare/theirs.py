"""The other side: LangChain's chain, asked through a pipe."""

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from types import TracebackType
from typing import Any, Self

HERE = Path(__file__).resolve().parent
VENV = HERE.parent.parent / ".venv-compare"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
REQUIREMENTS = HERE / "requirements.txt"
TUTORIALS_K = 3


class ChainError(Exception):
    """What the chain raised, by its class's name: whoever asked it has no answer."""


class Theirs:
    """The chain's process. Everything but ``new`` is about the newest conversation."""

    def __init__(self, base_url: str) -> None:
        # Nothing of a developer's environment: no key, no proxy, no tracing to anywhere.
        self._process = subprocess.Popen(
            [str(PYTHON), "-I", str(HERE / "chain.py"), base_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], "LANGSMITH_TRACING": "false"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def new(self, k: int = TUTORIALS_K) -> None:
        self._ask("new", k=k)

    def say(self, text: str) -> str:
        """Raises: ChainError."""
        said: str = self._ask("say", text=text)
        return said

    def say_async(self, text: str) -> str:
        said: str = self._ask("say_async", text=text)
        return said

    def store(self) -> dict[str, str]:
        store: dict[str, str] = self._ask("store")
        return store

    def said(self) -> list[str]:
        said: list[str] = self._ask("said")
        return said

    def set_k(self, k: int) -> None:
        self._ask("set_k", k=k)

    def set_instructions(self, text: str) -> None:
        self._ask("set_instructions", text=text)

    def clear(self) -> None:
        self._ask("clear")

    def _ask(self, name: str, **fields: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": name, **fields}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            sys.exit("The process of LangChain's side ended; its reason stands above.")
        answer = json.loads(line)
        if "error" in answer:
            raise ChainError(answer["error"])
        return answer["result"]


def install() -> None:
    """Make .venv-compare, once for each state of the lock."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == digest:
        return
    print("Installing LangChain in .venv-compare, once; this may take a minute …", flush=True)
    venv.create(VENV, with_pip=True, symlinks=True, clear=VENV.exists())
    options = ["-qq", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    done = subprocess.run([str(PYTHON), "-m", "pip", "install", *options, f"-r{REQUIREMENTS}"], check=False)
    if done.returncode:
        sys.exit("LangChain could not be installed (pip's reason stands above); is PyPI within reach?")
    STAMP.write_text(digest)
