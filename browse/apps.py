"""The one application of the project."""

from django.apps import AppConfig
from django.core.checks import register


class BrowseConfig(AppConfig):
    name = "browse"
    verbose_name = "Open Images"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the check of the index."""
        from browse.checks import check_index  # noqa: PLC0415  (it needs the models)

        register(check_index)
