"""llama.cpp's own OpenAI-compatible server, in this process, on this machine only."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx2

from chat.llm.endpoints import LOCAL_MODEL
from chat.llm.model_file import OTHER_WAYS, ModelFileError, megabytes

# Two slots share this, so that a long conversation may use more than half of it.
CONTEXT_TOKENS: Final = 8192
ANSWER_TOKENS: Final = 2048  # a small model may repeat itself for ever
SLOTS: Final = 2  # an answer and what is learned from the one before it
# A closed connection is noticed between batches: at 20 tokens a second, 128 of them are already seven seconds.
BATCH_TOKENS: Final = 128
PROMPT_CACHE_MIB: Final = 512

# Beyond the file itself: context, buffers, and (for speed) the weights once more in the processor's own order.
_LEAN_BYTES: Final = 500_000_000
_FAST_BYTES: Final = 1_100_000_000
_SPARE_BYTES: Final = 300_000_000

_WARMING_SECONDS: Final = 300


@dataclass(frozen=True)
class Running:
    """The server while it runs; it ends when nothing refers to it any more, or with the process."""

    base_url: str
    api_key: str = field(repr=False)
    server: Any = field(repr=False)


def start(path: Path) -> Running:
    """This function will load the model and return when the server answers.

    The key keeps other users of the machine, and web pages, from reading along. Raises: ModelFileError.
    """
    try:
        import xllamacpp
    except ImportError:
        raise ModelFileError(
            f"The built-in model needs the package xllamacpp: pip install -r requirements-local.txt. {OTHER_WAYS}"
        ) from None
    lean = _has_to_be_lean(path)
    key = secrets.token_urlsafe(24)
    try:
        server = xllamacpp.Server(_parameters(xllamacpp.CommonParams(), path, key=key, lean=lean))
    except RuntimeError:
        raise ModelFileError(f"llama.cpp cannot load {path.name}: it is no whole GGUF file. {OTHER_WAYS}") from None
    return Running(base_url=f"{server.listening_address}/v1", api_key=key, server=server)


def warm(running: Running, text: str) -> None:
    """This function will have the model read what prompts begin with, so that the first answer begins sooner.

    Raises: httpx2.HTTPError.
    """
    messages = [{"role": "system", "content": text}, {"role": "user", "content": "Hello"}]
    body = {"model": LOCAL_MODEL, "messages": messages, "max_tokens": 1}
    headers = {"Authorization": f"Bearer {running.api_key}"}
    with httpx2.Client(trust_env=False, timeout=_WARMING_SECONDS, headers=headers) as client:
        client.post(f"{running.base_url}/chat/completions", json=body).raise_for_status()


def _parameters(parameters: Any, path: Path, *, key: str, lean: bool) -> Any:
    parameters.model.path = str(path)
    parameters.model_alias = {LOCAL_MODEL}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [key]
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.verbosity = 0
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = SLOTS
    parameters.kv_unified = True
    parameters.n_predict = ANSWER_TOKENS
    parameters.n_batch = parameters.n_ubatch = BATCH_TOKENS
    parameters.cache_ram_mib = PROMPT_CACHE_MIB
    # One thread more than there are idle cores is forty times slower: the others wait for it at every layer.
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = max(1, _cores() - 1)
    # Saves 600 MB, costs a fifth of the speed.
    parameters.no_extra_bufts = lean
    return parameters


def _has_to_be_lean(path: Path) -> bool:
    size = path.stat().st_size
    available = available_memory()
    if available is None:
        return False
    needed = size + _LEAN_BYTES
    if available < needed:
        raise ModelFileError(
            f"The built-in model needs {megabytes(needed)} MB of memory, and {megabytes(available)} MB are free. "
            f"{OTHER_WAYS}"
        )
    return available < size + _FAST_BYTES + _SPARE_BYTES


def available_memory() -> int | None:
    """This function will return how many bytes a new process may use; None where the system does not say."""
    limits = [limit for limit in (_free_on_machine(), _free_in_container()) if limit is not None]
    return min(limits, default=None)


def _free_on_machine() -> int | None:
    fields = _fields(Path("/proc/meminfo"))
    return fields["MemAvailable:"] * 1024 if "MemAvailable:" in fields else None


def _free_in_container() -> int | None:
    group = Path("/sys/fs/cgroup")
    try:
        limit = int((group / "memory.max").read_text())
        used = int((group / "memory.current").read_text())
    except (OSError, ValueError):
        return None
    return limit - used + _fields(group / "memory.stat").get("inactive_file", 0)


def _fields(path: Path) -> dict[str, int]:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return {}
    return {name: int(value) for name, value, *_ in (line.split() for line in lines) if value.isdigit()}


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
