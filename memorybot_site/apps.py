"""The administration, in our order and under our name."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "memorybot_site.admin.Site"
