"""What is logged when something fails: where and what kind, and nobody's words."""

import logging
from io import StringIO
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction

from chat.models import Entity, Fact

CITY = "Quexlingham"


@pytest.fixture
def lines(monkeypatch):
    """What the site's own configuration writes."""
    written = StringIO()
    monkeypatch.setattr("sys.stderr", written)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    dictConfig({**settings.LOGGING, "incremental": False})
    yield written
    root.handlers[:] = before
    root.setLevel(level)


def test_an_error_is_logged_with_its_kind_and_place_but_not_with_the_words_it_quotes(lines):
    try:
        try:
            int(CITY)
        except ValueError as error:
            raise KeyError(CITY) from error
    except KeyError:
        logging.getLogger("chat.test").exception("Something failed")

    log = lines.getvalue()
    assert CITY not in log.replace("int(CITY)", "").replace("KeyError(CITY)", "")
    for part in ("ERROR chat.test: Something failed", "builtins.ValueError", "builtins.KeyError", "test_logs.py"):
        assert part in log


@pytest.mark.django_db
def test_a_row_that_breaks_a_rule_is_not_shown(alice, lines):
    me = Entity.objects.create(owner=alice, kind="person", name="Ada")
    try:
        with transaction.atomic():
            Fact.objects.create(owner=alice, entity=me, attribute="home", value=CITY, statement="")
    except IntegrityError:
        logging.getLogger("chat.test").warning("A fact could not be stored", exc_info=True)

    assert "django.db.utils.IntegrityError" in lines.getvalue()
    assert CITY not in lines.getvalue().replace("value=CITY", "")


def test_what_tells_of_the_machine_is_shown(lines):
    try:
        raise OperationalError("connection refused")
    except OperationalError:
        logging.getLogger("chat.test").warning("The database cannot be reached just now", exc_info=True)

    assert "django.db.utils.OperationalError: connection refused" in lines.getvalue()
