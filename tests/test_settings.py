"""Settings: a wrong one stops the start with one sentence, the examples are complete and right."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from memorybot_site.environment import site_name

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a-key-for-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz"
READERS = {"text", "secret", "boolean", "number", "choice", "names", "host_names", "folder", "web_address"}
READERS |= {"mail_address", "model_file", "embedder"}


def manage(*arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    blank = dict.fromkeys(example_names(), "")
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=ROOT,
        env={**kept, **blank, **values},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def example_names() -> list[str]:
    return re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)


def names_read() -> tuple[set[str], set[str]]:
    """The names that settings.py and environment.py ask for, and those among them that may come from a file."""
    read, from_file = set(), set()
    for path in (ROOT / "memorybot_site" / "settings.py", ROOT / "memorybot_site" / "environment.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
                reader = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                if reader in READERS:
                    read.add(str(call.args[0].value))
                if reader == "secret":
                    from_file.add(str(call.args[0].value))
    return read, from_file


def test_the_example_lists_every_setting_that_is_read_and_no_other() -> None:
    assert sorted(names_read()[0]) == sorted(example_names())


def test_each_example_has_a_sentence_above_it_which_says_whether_it_may_come_from_a_file() -> None:
    from_file = names_read()[1]
    for block in (ROOT / ".env.example").read_text(encoding="utf-8").split("\n\n"):
        for name in re.findall(r"^([A-Z_]+)=", block, re.MULTILINE):
            assert re.search(r"^# \S.*\.$", block, re.MULTILINE), name
            assert ("; or a file." in block) == (name in from_file), name


def test_the_configuration_page_tells_of_every_setting() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert [name for name in example_names() if f"`{name}`" not in page] == []


def test_the_suite_sets_every_setting_itself() -> None:
    text = (ROOT / "tests" / "environment.py").read_text(encoding="utf-8")
    assert [name for name in example_names() if f'"{name}"' not in text] == []


def test_the_example_as_it_stands_needs_only_a_secret(tmp_path: Path) -> None:
    example = dict(
        line.split("=", 1)
        for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
        if "=" in line and line[0] != "#"
    )
    done = manage("check", **{**example, "DJANGO_SECRET_KEY": SECRET, "MEMORYBOT_DATA_DIR": str(tmp_path)})
    assert done.returncode == 0, done.stderr


WRONG: list[tuple[str, dict[str, str], str]] = [
    ("no secret", {"DJANGO_SECRET_KEY": ""}, "DJANGO_SECRET_KEY is not set"),
    ("short secret", {"DJANGO_SECRET_KEY": "short"}, "at least 50 random characters"),
    ("dull secret", {"DJANGO_SECRET_KEY": "ab" * 40}, "at least 50 random characters"),
    ("django's secret", {"DJANGO_SECRET_KEY": "django-insecure-" + SECRET}, "at least 50 random characters"),
    ("secret file that is not there", {"DJANGO_SECRET_KEY_FILE": "/nowhere/key"}, "/nowhere/key"),
    ("debug", {"DJANGO_DEBUG": "maybe"}, "allowed are true and false"),
    ("debug on a public host", {"DJANGO_DEBUG": "1", "DJANGO_ALLOWED_HOSTS": "example.org"}, "turn DJANGO_DEBUG off"),
    (
        "debug at a public address",
        {"DJANGO_DEBUG": "1", "MEMORYBOT_URL": "https://example.org"},
        "turn DJANGO_DEBUG off",
    ),
    ("debug on every address", {"DJANGO_DEBUG": "1", "HOST": "0.0.0.0"}, "turn DJANGO_DEBUG off"),
    ("hosts", {"DJANGO_ALLOWED_HOSTS": "https://example.org"}, "host names without scheme"),
    ("port in words", {"PORT": "eighty"}, "a whole number from 0 to 65535"),
    ("port too high", {"PORT": "65536"}, "a whole number from 0 to 65535"),
    ("address without scheme", {"MEMORYBOT_URL": "chat.example.org"}, "such as https://chat.example.org"),
    ("address with path", {"MEMORYBOT_URL": "https://example.org/chat"}, "such as https://chat.example.org"),
    ("address with bad port", {"MEMORYBOT_URL": "https://example.org:x"}, "such as https://chat.example.org"),
    ("data folder", {"MEMORYBOT_DATA_DIR": "/dev/null/x"}, "MEMORYBOT_DATA_DIR is /dev/null/x"),
    ("database scheme", {"DATABASE_URL": "mysql://h/n"}, "sqlite:/// or postgres://"),
    ("database port", {"DATABASE_URL": "postgres://u:secret@h:x/n"}, "DATABASE_URL cannot be read"),
    ("database without a name", {"DATABASE_URL": "postgres://u:secret@h"}, "DATABASE_URL names no database"),
    ("database in memory", {"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL names no database"),
    ("database without a folder", {"DATABASE_URL": "sqlite:////nowhere/x.sqlite3"}, "a folder that is not there"),
    ("redis", {"REDIS_URL": "localhost:6379"}, "REDIS_URL cannot be read"),
    ("redis port", {"REDIS_URL": "redis://localhost:x"}, "REDIS_URL cannot be read"),
    ("sign-up", {"MEMORYBOT_SIGNUP": "anybody"}, "allowed are closed, invite, open"),
    ("mail scheme", {"EMAIL_URL": "pigeon://secret@h"}, "EMAIL_URL cannot be read"),
    ("mail port", {"EMAIL_URL": "smtp://u:secret@h:x"}, "EMAIL_URL cannot be read"),
    ("mail without server", {"EMAIL_URL": "smtp://"}, "EMAIL_URL names no mail server"),
    ("sender", {"MEMORYBOT_FROM_EMAIL": "MemoryBot"}, "MEMORYBOT_FROM_EMAIL is 'MemoryBot'"),
    ("model server", {"OPENAI_BASE_URL": "localhost:11434/v1"}, "such as http://localhost:11434/v1"),
    ("model server with a key in it", {"OPENAI_BASE_URL": "https://a:b@h/v1"}, "such as http://localhost:11434/v1"),
    ("key file", {"OPENAI_API_KEY_FILE": "/nowhere/key"}, "/nowhere/key"),
    ("local model", {"MEMORYBOT_LOCAL_MODEL": "/nowhere.gguf"}, "the path of a GGUF file"),
    (
        "model that is not allowed",
        {"OPENAI_MODEL": "a", "MEMORYBOT_MODELS": "b,c"},
        "which MEMORYBOT_MODELS does not list",
    ),
    ("embedder", {"MEMORYBOT_EMBEDDINGS": "on"}, "allowed are built-in, off and endpoint:"),
    ("embedder without a name", {"MEMORYBOT_EMBEDDINGS": "endpoint:"}, "allowed are built-in, off and endpoint:"),
    ("embedder without a server", {"MEMORYBOT_EMBEDDINGS": "endpoint:bge-m3"}, "set OPENAI_API_KEY or OPENAI_BASE_URL"),
    ("silence", {"MEMORYBOT_SILENCE_SECONDS": "0"}, "a whole number from 1 to 900"),
    ("silence in parts", {"MEMORYBOT_SILENCE_SECONDS": "1.5"}, "a whole number from 1 to 900"),
]


@pytest.mark.parametrize(("values", "sentence"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_setting_stops_the_start_with_one_sentence(
    values: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    done = manage("check", **{"DJANGO_SECRET_KEY": SECRET, "MEMORYBOT_DATA_DIR": str(tmp_path), **values})
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(r"MemoryBot cannot start: [^\n]+\.\n", done.stderr), done.stderr
    assert sentence in done.stderr
    assert "secret@" not in done.stderr


def test_a_line_of_env_that_cannot_be_read_is_named_but_not_repeated(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# fine\n\nexport PORT=1\nOPENAI_API_KEY = sk-secret\n", encoding="utf-8")
    done = read_env_file(tmp_path / ".env")
    assert done.returncode == 1
    assert f"line 4 of {tmp_path / '.env'} is neither NAME=value nor a comment" in done.stderr
    assert "sk-secret" not in done.stderr


def test_an_env_file_that_is_no_text_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read (UnicodeDecodeError)." in read_env_file(tmp_path / ".env").stderr


def read_env_file(path: Path) -> subprocess.CompletedProcess[str]:
    program = (
        f"import pathlib; from memorybot_site import environment; environment.read_file(pathlib.Path({str(path)!r}))"
    )
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_secret_may_come_from_a_file_and_may_begin_with_any_character(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"${SECRET}\n", encoding="utf-8")
    program = "from django.conf import settings; print(settings.SECRET_KEY)"
    done = manage(
        "shell", "-v0", "-c", program, DJANGO_SECRET_KEY_FILE=str(tmp_path / "key"), MEMORYBOT_DATA_DIR=str(tmp_path)
    )
    assert done.stdout.strip() == f"${SECRET}", done.stderr


def test_check_deploy_is_clean_with_the_production_example(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    lines = (ROOT / "docs" / "production.env").read_text(encoding="utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if line and line[0] != "#")
    for name in values:
        if name.endswith("_FILE"):
            values[name] = str(tmp_path / "secret")
    values["MEMORYBOT_DATA_DIR"] = str(tmp_path)
    done = manage("check", "--deploy", "--fail-level", "WARNING", **values)
    assert done.returncode == 0, done.stderr
    assert "0 silenced" in done.stdout


def test_check_deploy_says_what_is_missing_without_an_address(tmp_path: Path) -> None:
    done = manage("check", "--deploy", DJANGO_SECRET_KEY=SECRET, MEMORYBOT_DATA_DIR=str(tmp_path))
    assert "(chat.W001) People reach this site over plain http" in done.stderr


def test_check_deploy_says_that_several_processes_need_redis(tmp_path: Path) -> None:
    values = {"DJANGO_SECRET_KEY": SECRET, "MEMORYBOT_DATA_DIR": str(tmp_path), "DATABASE_URL": "postgres://h/n"}
    assert "(chat.W002) Without REDIS_URL" in manage("check", "--deploy", **values).stderr


def test_the_sqlite_of_this_python_can_search(tmp_path: Path) -> None:
    done = manage("check", "--database", "default", DJANGO_SECRET_KEY=SECRET, MEMORYBOT_DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("https://Chat.Example.org:443/", "https://chat.example.org"),
        ("http://chat.example.org:8443", "http://chat.example.org:8443"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_the_address_is_taken_as_browsers_write_it(tmp_path: Path, given: str, taken: str) -> None:
    program = "from django.conf import settings; print(settings.MEMORYBOT_URL)"
    values = {"DJANGO_SECRET_KEY": SECRET, "MEMORYBOT_DATA_DIR": str(tmp_path), "MEMORYBOT_URL": given}
    assert manage("shell", "-v0", "-c", program, **values).stdout.strip() == taken


def test_sites_on_one_redis_have_names_of_their_own() -> None:
    names = {site_name(SECRET, "one"), site_name(SECRET, "two"), site_name(SECRET + "x", "one")}
    assert len(names) == 3
    assert site_name(SECRET, "one") in names
    assert not [name for name in names if SECRET in name]
