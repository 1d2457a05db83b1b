"""The one application of the project, and the administration with its own door."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.core.checks import register


class BrowseConfig(AppConfig):
    name = "browse"
    verbose_name = "Open Images"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the administration's screens, and the checks of database, index, history and file modes."""
        from browse.admin import screens  # noqa: F401, PLC0415  (they need the models)
        from browse.dataset import checks  # noqa: PLC0415  (they need the models)

        for check in (
            checks.check_connection,
            checks.check_database,
            checks.check_index,
            checks.check_history,
            checks.check_modes,
            checks.check_keys,
        ):
            register(check)


class ViewerAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "browse.admin.site.ViewerAdminSite"
