"""The one application of the project."""

from django.apps import AppConfig


class BrowseConfig(AppConfig):
    name = "browse"
    verbose_name = "Open Images"
    default_auto_field = "django.db.models.BigAutoField"
