"""The full-text indexes, kept by the database itself when what they index is deleted.

SQLite drops a table's triggers when Django rebuilds the table to alter it: a migration that alters chat_message or
chat_fact has to make the triggers again (tests/services/search/test_schema.py fails until it does).
"""

from django.db import migrations
from django.db.utils import ProgrammingError

INDEXED = {"message": "chat_message", "fact": "chat_fact"}

# The words come cut and folded; "ascii" then only splits at spaces, whatever the script. Marks do not count in the rank.
SQLITE = [
    statement
    for kind, table in INDEXED.items()
    for statement in (
        f"CREATE VIRTUAL TABLE chat_search_{kind} USING fts5(marks, words, tokenize = 'ascii')",
        f"INSERT INTO chat_search_{kind} (chat_search_{kind}, rank) VALUES ('rank', 'bm25(0.0, 1.0)')",
        f"CREATE VIRTUAL TABLE chat_search_{kind}_terms USING fts5vocab('chat_search_{kind}', 'row')",
        f"CREATE TRIGGER chat_search_{kind}_delete AFTER DELETE ON {table}"
        f" BEGIN DELETE FROM chat_search_{kind} WHERE rowid = OLD.id; END",
    )
]
SQLITE_REVERSE = [
    statement
    for kind in INDEXED
    for statement in (
        f"DROP TRIGGER IF EXISTS chat_search_{kind}_delete",
        f"DROP TABLE chat_search_{kind}_terms",
        f"DROP TABLE chat_search_{kind}",
    )
]

POSTGRESQL = [
    "CREATE INDEX entityalias_trigrams ON chat_entityalias USING gin (normalised gin_trgm_ops)",
    # One function for all indexes: it takes the name of the index from the trigger.
    """
    CREATE FUNCTION chat_search_forget() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'TRUNCATE' THEN
            EXECUTE format('TRUNCATE %I', TG_ARGV[0]);
        ELSE
            EXECUTE format('DELETE FROM %I WHERE object_id = $1', TG_ARGV[0]) USING OLD.id;
        END IF;
        RETURN NULL;
    END $$
    """,
    *(
        statement
        for kind, table in INDEXED.items()
        for statement in (
            f"CREATE TABLE chat_search_{kind} (object_id bigint PRIMARY KEY, words text NOT NULL, vector tsvector NOT NULL)",
            f"CREATE INDEX chat_search_{kind}_vector ON chat_search_{kind} USING gin (vector)",
            f"CREATE TRIGGER chat_search_{kind}_delete AFTER DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION chat_search_forget('chat_search_{kind}')",
            f"CREATE TRIGGER chat_search_{kind}_truncate AFTER TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION chat_search_forget('chat_search_{kind}')",
        )
    ),
]
POSTGRESQL_REVERSE = [
    *(
        statement
        for kind, table in INDEXED.items()
        for statement in (
            f"DROP TRIGGER chat_search_{kind}_truncate ON {table}",
            f"DROP TRIGGER chat_search_{kind}_delete ON {table}",
            f"DROP TABLE chat_search_{kind}",
        )
    ),
    "DROP FUNCTION chat_search_forget()",
    # The extension stays: others may use it.
    "DROP INDEX entityalias_trigrams",
]
NO_RIGHT = (
    "MemoryBot needs PostgreSQL's extension pg_trgm, and this role may not install it. Let the database's owner or a"
    " superuser run CREATE EXTENSION pg_trgm in this database once, then migrate again."
)


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        _install_trigrams(schema_editor)
        _execute(schema_editor, POSTGRESQL)
    else:
        _execute(schema_editor, SQLITE)


def remove(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    _execute(schema_editor, POSTGRESQL_REVERSE if postgresql else SQLITE_REVERSE)


def _install_trigrams(schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone():
            return
        try:
            cursor.execute("CREATE EXTENSION pg_trgm")
        except ProgrammingError as error:
            raise ProgrammingError(NO_RIGHT) from error


def _execute(schema_editor, statements):
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial")]

    operations = [migrations.RunPython(create, remove)]
