"""Strict readers for settings from the environment: a wrong value stops the start with one sentence."""

import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
MIN_SECRET_CHARACTERS, MIN_SECRET_DISTINCT = 32, 8

env = environ.Env()


def stop(sentence: str) -> NoReturn:
    """End the process before anything has started."""
    sys.exit(f"MemoryBot cannot start: {sentence}")


def text(name: str, default: str = "") -> str:
    return str(env.str(name, default=default)).strip()


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


def web_address(name: str) -> str:
    """An http(s) address without a trailing slash, or an empty string."""
    value = text(name).rstrip("/")
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  (reading it checks it)
    except ValueError:
        stop(f"{name} is {value!r}; allowed is an address such as https://example.org/v1.")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        stop(f"{name} is {value!r}; allowed is an address such as https://example.org/v1.")
    return value


def database(default: str) -> dict[str, Any]:
    value = secret("DATABASE_URL") or default
    schemes = ("sqlite:///", "postgres://", "postgresql://")
    if not value.startswith(schemes):
        stop("DATABASE_URL has to begin with sqlite:/// or postgres://.")
    try:
        config: dict[str, Any] = env.db_url_config(value)
    except (ValueError, KeyError):
        stop("DATABASE_URL cannot be read; an example is postgres://user:password@host:5432/name.")
    if not config.get("NAME"):
        stop("DATABASE_URL names no database; an example is postgres://user:password@host:5432/name.")
    return config


def redis_url() -> str:
    value = secret("REDIS_URL")
    if value and not value.startswith(("redis://", "rediss://", "unix://")):
        stop("REDIS_URL has to begin with redis://, rediss:// or unix://.")
    return value


def mail() -> dict[str, Any]:
    """Django's EMAIL_* settings; without EMAIL_URL mail is printed on the console."""
    value = secret("EMAIL_URL") or "consolemail://"
    try:
        config: dict[str, Any] = env.email_url_config(value)
    except Exception:  # noqa: BLE001  (django-environ raises its own and KeyError alike)
        stop("EMAIL_URL cannot be read; an example is smtp+tls://user:password@mail.example.org:587.")
    return {key: item for key, item in config.items() if key.startswith("EMAIL_") and item is not None}
