"""Strict readers for settings from the environment: a wrong value stops the start with one sentence."""

import os
import re
import sys
from collections.abc import Collection
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
# As many as `check --deploy` asks for.
MIN_SECRET_CHARACTERS, MIN_SECRET_DISTINCT = 50, 8

LINE = re.compile(r"\A(export )?\w+=|\A#|\A\Z", re.ASCII)
HOST_NAME = re.compile(r"\A(\*|\.?[\w-]+(\.[\w-]+)*|\[[0-9a-f:.]+\])\Z", re.ASCII | re.IGNORECASE)

env = environ.Env()


def stop(sentence: str) -> NoReturn:
    """End the process before anything has started."""
    sys.exit(f"MemoryBot cannot start: {sentence}")


def read_file(path: Path) -> None:
    """Take from ``.env`` what the environment does not say itself. A line that cannot be read is not passed over."""
    if not path.exists():
        return
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{path} cannot be read ({type(error).__name__}).")
    for number, line in enumerate(lines, start=1):
        if not LINE.match(line):
            stop(f"line {number} of {path} is neither NAME=value nor a comment that begins with #.")
    env.read_env(path)


def version(changelog: Path) -> str:
    """The newest version that the changelog tells of."""
    found = re.search(r"^## (\d+\.\d+\.\d+)", changelog.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else stop(f"{changelog} names no version.")


def text(name: str, default: str = "") -> str:
    """An empty value counts as none."""
    return str(env.ENVIRON.get(name, "")).strip() or default


def secret(name: str) -> str:
    """A value from the variable itself, or from the file that ``<name>_FILE`` names."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{name}_FILE names {path}, which cannot be read ({type(error).__name__}).")


def secret_key() -> str:
    value = secret("DJANGO_SECRET_KEY")
    if not value:
        stop("DJANGO_SECRET_KEY is not set; give it a long random value (`make run` writes one into .env).")
    if (
        len(value) < MIN_SECRET_CHARACTERS
        or len(set(value)) < MIN_SECRET_DISTINCT
        or value.startswith("django-insecure")
    ):
        stop(
            f"DJANGO_SECRET_KEY is too weak; it needs at least {MIN_SECRET_CHARACTERS} random characters, "
            "for example from `python -c 'import secrets; print(secrets.token_urlsafe(50))'`."
        )
    return value


def boolean(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        stop(f"{name} is {value!r}; allowed are true and false.")
    return value in TRUE


def number(name: str, *, default: int, low: int, high: int) -> int:
    value = text(name) or str(default)
    if not value.isdecimal() or not low <= int(value) <= high:
        stop(f"{name} is {value!r}; allowed is a whole number from {low} to {high}.")
    return int(value)


def choice(name: str, *, default: str, allowed: Collection[str]) -> str:
    value = text(name) or default
    if value not in allowed:
        stop(f"{name} is {value!r}; allowed are {', '.join(sorted(allowed))}.")
    return value


def names(name: str, default: str = "") -> list[str]:
    """A comma-separated list; blanks are dropped."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def host_names(name: str) -> list[str]:
    for value in (found := names(name)):
        if not HOST_NAME.match(value):
            stop(f"{name} names {value!r}; allowed are host names without scheme, port and path, such as example.org.")
    return found


def folder(name: str, default: Path) -> Path:
    """A folder that can be written to; it is made if it is not there."""
    path = Path(text(name) or default).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        stop(f"{name} is {path}, which is no folder and cannot be made one.")
    if not os.access(path, os.W_OK | os.X_OK):
        stop(f"{name} is {path}, a folder that cannot be written to.")
    return path


def web_address(name: str, *, example: str) -> str:
    """An http(s) address as browsers write it, without a trailing slash, or an empty string.

    It has a path only if ``example`` has one.
    """
    value = text(name).rstrip("/")
    if value and not _is_web_address(value, with_path=bool(urlsplit(example).path)):
        stop(f"{name} is {value!r}; allowed is an address such as {example}.")
    parts = urlsplit(value)
    default_port = ":443" if parts.scheme == "https" else ":80"
    return parts._replace(netloc=parts.netloc.lower().removesuffix(default_port)).geturl()


def _is_web_address(value: str, *, with_path: bool) -> bool:
    try:
        parts = urlsplit(value)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    has_extras = parts.username or parts.query or parts.fragment or (parts.path and not with_path)
    return parts.scheme in {"http", "https"} and has_host and not has_extras and not re.search(r"\s", value)


def mail_address(name: str, default: str) -> str:
    value = text(name, default)
    if not re.search(r"\A([^@<>\r\n]*<)?[^@<>\s]+@[^@<>\s]+>?\Z", value):
        stop(f"{name} is {value!r}; allowed is an address such as MemoryBot <memorybot@example.org>.")
    return value


def model_file(name: str) -> str:
    """``auto``, ``on``, ``off`` or the path of a file."""
    value = text(name, "auto")
    if value not in {"auto", "on", "off"} and not Path(value).is_file():
        stop(f"{name} is {value!r}; allowed are auto, on, off and the path of a GGUF file.")
    return value


def embedder(name: str) -> str:
    """``built-in``, ``off`` or ``endpoint:`` and the name of a model of the model server."""
    value = text(name, "built-in")
    if value not in {"built-in", "off"} and not re.search(r"\Aendpoint:\S{1,191}\Z", value):
        stop(
            f"{name} is {value!r}; allowed are built-in, off and endpoint: with the name of a model of the server,"
            " such as endpoint:text-embedding-3-small."
        )
    return value


def database(default: str) -> dict[str, Any]:
    value = secret("DATABASE_URL") or default
    if not value.startswith(("sqlite:///", "postgres://", "postgresql://")):
        stop("DATABASE_URL has to begin with sqlite:/// or postgres://.")
    try:
        config: dict[str, Any] = env.db_url_config(value)
    except (ValueError, KeyError):
        stop("DATABASE_URL cannot be read; an example is postgres://user:password@host:5432/name.")
    if config["NAME"] in {"", ":memory:"}:
        stop(
            "DATABASE_URL names no database; examples are sqlite:////path/file and postgres://user:password@host/name."
        )
    if value.startswith("sqlite") and not Path(config["NAME"]).absolute().parent.is_dir():
        stop(f"DATABASE_URL names the file {config['NAME']}, in a folder that is not there.")
    if value.startswith("postgres"):
        _need("psycopg", "DATABASE_URL")
    return config


def redis_url() -> str:
    value = secret("REDIS_URL")
    if not value:
        return ""
    try:
        is_readable = value.startswith(("redis://", "rediss://", "unix://")) and urlsplit(value).port != 0
    except ValueError:
        is_readable = False
    if not is_readable:
        stop(
            "REDIS_URL cannot be read; it begins with redis://, rediss:// or unix://, such as redis://localhost:6379/0."
        )
    _need("channels_redis", "REDIS_URL")
    return value


def _need(package: str, name: str) -> None:
    if find_spec(package) is None:
        stop(f"{name} needs packages that are not installed: `pip install -r requirements-scale.txt` brings them.")


def site_name(secret_value: str, database_name: str) -> str:
    """Return a name for this site that the processes on its database share, and no other site has."""
    return f"memorybot-{sha256(f'{secret_value} {database_name}'.encode()).hexdigest()[:16]}"


def mail() -> dict[str, Any]:
    """Django's EMAIL_* settings; without EMAIL_URL mail is printed on the console."""
    value = secret("EMAIL_URL") or "consolemail://"
    try:
        config: dict[str, Any] = env.email_url_config(value)
    except Exception:  # noqa: BLE001  (django-environ raises its own and KeyError alike)
        stop("EMAIL_URL cannot be read; an example is smtp+tls://user:password@mail.example.org:587.")
    if config["EMAIL_BACKEND"].endswith("smtp.EmailBackend") and not config["EMAIL_HOST"]:
        stop("EMAIL_URL names no mail server; an example is smtp+tls://user:password@mail.example.org:587.")
    return {key: item for key, item in config.items() if key.startswith("EMAIL_") and item is not None}
