"""Full text over messages and facts: one interface, an index of SQLite or of PostgreSQL behind it.

Rows of the index are written by ``put`` in the transaction that writes what they index, and vanish with it by
triggers of the database.
"""

from chat.services.search.index import Hit, Kind, drop, find, put
from chat.services.search.names import Name, named

__all__ = ["Hit", "Kind", "Name", "drop", "find", "named", "put"]
