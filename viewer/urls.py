"""Addresses: the admin site, and everything else in browse."""

from django.contrib import admin
from django.urls import include, path

from viewer.probes import PROBES

admin.site.site_header = "Open Images"
admin.site.site_title = "Open Images"
admin.site.index_title = "Administration"

urlpatterns = [
    path("admin/", admin.site.urls),
    *(path(address.lstrip("/"), view) for address, view in PROBES.items()),
    path("", include("browse.urls")),
]

handler400 = "viewer.errors.bad_request"
handler403 = "viewer.errors.permission_denied"
handler404 = "viewer.errors.page_not_found"
handler500 = "viewer.errors.server_error"
