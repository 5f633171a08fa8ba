"""The administrator's pages, in Django's admin."""
