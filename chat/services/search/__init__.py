"""Full text over messages and facts: one interface, an index of SQLite or of PostgreSQL behind it.

Rows of the index are written by ``put`` in the transaction that writes what they index, and vanish with it by
triggers of the database.
"""

from chat.services.search.index import Counted, Hit, Kind, count, drop, find, put
from chat.services.search.names import Name, named
from chat.services.search.scoring import cover

__all__ = ["Counted", "Hit", "Kind", "Name", "count", "cover", "drop", "find", "named", "put"]
