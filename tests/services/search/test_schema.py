"""The index tables and their triggers, made and taken away by migrations."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.utils import ProgrammingError

from chat.models import Message
from chat.services import search
from tests.services.memory.remembered import say, talk

TRIGGERS = {"chat_search_fact_delete", "chat_search_message_delete"}


def names_in_schema() -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION"
                " SELECT relname FROM pg_class WHERE relname LIKE 'chat_search%%' UNION"
                " SELECT indexname FROM pg_indexes WHERE tablename = 'chat_entityalias' UNION"
                " SELECT proname FROM pg_proc WHERE proname LIKE 'chat_search%%'"
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_after_all_migrations_the_triggers_stand():
    """A migration that alters chat_message or chat_fact on SQLite makes the table anew and has to make them again."""
    assert names_in_schema() >= TRIGGERS


@pytest.mark.django_db(transaction=True)
def test_the_migration_can_be_taken_back_and_applied_again(alice):
    before = names_in_schema()
    executor = MigrationExecutor(connection)
    executor.migrate([("chat", "0001_initial")])
    try:
        left = {name for name in names_in_schema() if "search" in name or "trigrams" in name}
    finally:
        call_command("migrate", "chat", verbosity=0)
    assert left == set()
    assert names_in_schema() == before
    message = say(talk(alice), "The boat is blue.")
    assert [hit.id for hit in search.find("message", owner_id=alice.pk, text="boat", limit=5)] == [message.pk]


@pytest.mark.django_db(transaction=True)
def test_emptying_a_table_empties_its_index(alice):
    say(talk(alice), "The boat is blue.")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE chat_message CASCADE")
        else:
            Message.objects.all().delete()
        cursor.execute("SELECT count(*) FROM chat_search_message")
        assert cursor.fetchone() == (0,)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_role_that_may_not_install_the_extension_is_told_what_to_do():
    migration = MigrationLoader(connection).get_migration("chat", "0002_search")
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE powerless")
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        cursor.execute("SET ROLE powerless")
    try:
        with connection.schema_editor() as editor, pytest.raises(ProgrammingError, match="CREATE EXTENSION pg_trgm"):
            migration.operations[0].code(None, editor)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP ROLE powerless")
            cursor.execute("CREATE EXTENSION pg_trgm")
            cursor.execute("CREATE INDEX entityalias_trigrams ON chat_entityalias USING gin (normalised gin_trgm_ops)")
