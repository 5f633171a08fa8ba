"""The administrator's pages, in Django's admin."""

from chat.admin import conversations, learning, memory, people

__all__ = ["conversations", "learning", "memory", "people"]
