"""Whatever watches over the process asks without signing in."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def test_alive_touches_no_database(client: Client):
    response = client.get("/healthz")
    assert (response.status_code, response.content, response["Content-Type"]) == (200, b"ok", "text/plain")


@pytest.mark.django_db
def test_ready_with_everything_applied(client: Client):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_not_ready_names_the_migration_that_is_missing(client: Client):
    MigrationRecorder(connection).record_unapplied("chat", "0001_initial")
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"not migrated: chat.0001_initial")


@pytest.mark.django_db
def test_not_ready_while_the_database_does_not_answer(client: Client):
    def refuse(*_arguments: object) -> None:
        raise OperationalError("could not connect to server at 10.0.0.5")

    with connection.execute_wrapper(refuse):
        response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"the database does not answer")


@pytest.mark.django_db
def test_a_balancer_that_speaks_http_is_not_sent_to_https(client: Client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
