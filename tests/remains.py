"""Looks for words everywhere they could be left: every column of every table, index, file, export and log line.

Knows no table by name: a table that is added is searched too. In the files of SQLite also what is deleted but not yet
overwritten would be found, in whatever encoding.
"""

import base64
import json
from collections.abc import Collection, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client

from chat.models import Conversation
from chat.services.search import words

FORMATS = ("txt", "md", "json", "html")


def found(*wanted: str) -> list[str]:
    """Return the places that hold one of the words, whatever its case and also as its stem; none where all is gone."""
    needles = _needles(wanted)
    return sorted({*_in_tables(needles), *_in_files(needles)})


def _needles(wanted: Collection[str]) -> list[bytes]:
    texts = {word.casefold() for word in wanted} | {words.stem(word.casefold()) for word in wanted if word.isalpha()}
    return [encoded for text in texts for encoded in (text.encode(), json.dumps(text)[1:-1].encode())]


def _in_tables(needles: Collection[bytes]) -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor, include_views=False):
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    if any(needle in form for form in _forms(value) for needle in needles):
                        yield f"{table}.{column}"


def _forms(value: object) -> Iterator[bytes]:
    """A value as bytes, and what is packed in it: sessions are signed base64."""
    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
    yield raw if isinstance(value, bytes | memoryview) else str(value).casefold().encode()
    for part in raw.split(b":"):
        try:
            yield base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)).lower()
        except ValueError:
            continue


def _in_files(needles: Collection[bytes]) -> Iterator[str]:
    """The files of the database itself, byte by byte, and whatever else lies in the data folder."""
    folders = [Path(settings.MEMORYBOT_DATA_DIR)]
    if connection.vendor == "sqlite":
        connection.close()
        folders.append(Path(str(connection.settings_dict["NAME"])).parent)
    for path in {path for folder in folders for path in folder.rglob("*") if path.is_file()}:
        content = path.read_bytes().lower()
        if any(needle in content for needle in needles):
            yield path.name


def in_exports(client: Client, *wanted: str) -> list[str]:
    """Return the exports of the client's conversations that hold one of the words."""
    needles = _needles(wanted)
    places = []
    for chat in Conversation.objects.filter(owner_id=client.session["_auth_user_id"], deleted_at=None):
        for extension in FORMATS:
            response = client.get(f"/c/{chat.uuid}/export.{extension}")
            content = b"".join(response) if response.streaming else response.content
            places += [f"export.{extension}" for needle in needles if needle in content.lower()]
    return sorted(set(places))
