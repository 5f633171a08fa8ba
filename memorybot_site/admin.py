"""The administration as a whole: its name, and its pages in the order in which they are needed."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest

SECTIONS = {
    "People": ("User", "Invitation", "EmailAddress", "Group"),
    "Conversations": ("Conversation", "Message"),
    "Memory": ("Entity", "Fact", "FactSource", "MemoryRun", "MemoryChange"),
}


class Site(AdminSite):
    site_title = site_header = "MemoryBot"
    index_title = "Administration"
    empty_value_display = "–"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the pages by what they are about; which application a model is of says nothing to people."""
        apps: list[Any] = super().get_app_list(request, app_label)
        pages = {model["object_name"]: (app, model) for app in apps for model in app["models"]}
        sections = []
        for name, wanted in SECTIONS.items():
            found = [pages[page] for page in wanted if page in pages]
            if found:
                sections.append({**found[0][0], "name": name, "models": [model for _app, model in found]})
        return sections
