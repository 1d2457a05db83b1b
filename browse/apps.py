"""The one application of the project, and the administration with its own door."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class BrowseConfig(AppConfig):
    name = "browse"
    verbose_name = "Open Images"
    default_auto_field = "django.db.models.BigAutoField"


class ViewerAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "browse.admin_site.ViewerAdminSite"
