"""The one application of the project, and the administration with its own door."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.core.checks import register


class BrowseConfig(AppConfig):
    name = "browse"
    verbose_name = "Open Images"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks of index and history."""
        from browse.checks import check_history, check_index  # noqa: PLC0415  (they need the models)

        register(check_index)
        register(check_history)


class ViewerAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "browse.admin_site.ViewerAdminSite"
