"""What the documents say is there is there."""

import re
from pathlib import Path

from django.conf import settings

from chat.models.conversations import Channel

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_make_command_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z -]+):", read("Makefile"), re.MULTILINE))
    targets = {target for line in targets for target in line.split()}
    for path in DOCUMENTS:
        named = set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)(?=[`\s]|$)", "\n".join(code(path))))
        assert named <= targets, path.name


def test_every_management_command_in_the_documents_exists() -> None:
    ours = {path.stem for path in (ROOT / "chat" / "management" / "commands").glob("*.py")}
    djangos = {"check", "migrate", "collectstatic", "createsuperuser", "shell", "makemigrations", "help", "dbshell"}
    for path in DOCUMENTS:
        named = set(re.findall(r"manage\.py ([a-z_]+)", "\n".join(code(path))))
        assert named <= ours | djangos, path.name


def test_every_link_between_documents_leads_somewhere() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (path.parent / target).exists(), f"{path.name} → {target}"


def test_the_architecture_names_every_folder_and_every_requirement() -> None:
    page = read("docs/architecture.md")
    folders = [path for path in (ROOT / "chat").rglob("*") if path.is_dir() and path.name != "__pycache__"]
    assert [path.name for path in folders if f"`chat/{path.relative_to(ROOT / 'chat')}/`" not in page] == []
    for lock in ("requirements.in", "requirements-local.in", "requirements-scale.in", "requirements-dev.in"):
        for name in re.findall(r"^([a-z][a-z0-9-]*)", read(lock), re.MULTILINE):
            assert f"`{name}`" in page, name


def test_every_reason_of_a_receipt_has_words_on_the_page_and_in_the_protocol() -> None:
    page, protocol = read("static/js/view/reasons.js"), read("docs/protocol.md")
    assert [why for why in Channel.values if f"  {why}: " not in page or f"`{why}`" not in protocol] == []


def test_the_version_is_the_changelogs() -> None:
    assert f"\n## {settings.VERSION}" in read("CHANGELOG.md")


def code(path: Path) -> list[str]:
    """What stands in a document as code, in lines and in blocks."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)
    return blocks + re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
