"""The administrator's pages, in Django's admin."""

from chat.admin import conversations, entities, facts, learning, people, sources

__all__ = ["conversations", "entities", "facts", "learning", "people", "sources"]
