"""Imports, with their files and rejects, and which index is in use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from browse.admin.lists import BoundedList, ReadOnly
from browse.dataset.nodes import node_name
from browse.models import DatasetState, Import, ImportFile

if TYPE_CHECKING:
    _FileInline = admin.TabularInline[ImportFile, Import]
else:
    _FileInline = admin.TabularInline


class FileInline(ReadOnly, _FileInline):
    """Files of an import."""

    model = ImportFile
    fields = ("name", "kind", "rows_read")
    extra = 0


def _indented(value: object) -> SafeString:
    return format_html('<pre class="wrapped">{}</pre>', json.dumps(value, indent=2, ensure_ascii=False))


@admin.register(Import)
class ImportAdmin(ReadOnly, BoundedList):
    """Imports, with their files, counts and rejects to download."""

    list_display = ("id", "started", "finished", "status", "rows")
    list_filter = ("status",)
    ordering = ("-id",)
    actions = None
    inlines = (FileInline,)
    fields = ("started", "finished", "status", "rows", "rejects", "shown_options", "shown_summary")
    readonly_fields = ("rows", "rejects", "shown_options", "shown_summary")

    def get_urls(self) -> list[URLPattern]:
        """The usual ones, and an import's rejects."""
        own = path("<int:pk>/rejects.csv", self.admin_site.admin_view(self.download), name="browse_import_rejects")
        return [own, *super().get_urls()]

    def download(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The rejects file."""
        if not self.has_view_permission(request):
            raise Http404
        record = get_object_or_404(Import, pk=pk)
        try:
            file = Path(record.rejects_path).open("rb")  # noqa: SIM115 - FileResponse closes it
        except OSError as error:
            raise Http404(_where_rejects_lie(record) or "The rejects file no longer exists.") from error
        return FileResponse(file, as_attachment=True, filename=f"import-{pk}-rejects.csv")

    @admin.display(description="rows")
    def rows(self, record: Import) -> str:
        counts = record.summary.get("rows", {})
        return ", ".join(f"{outcome} {count:,}" for outcome, count in counts.items())

    @admin.display(description="options")
    def shown_options(self, record: Import) -> SafeString:
        return _indented(record.options)

    @admin.display(description="summary")
    def shown_summary(self, record: Import) -> SafeString:
        return _indented(record.summary)

    @admin.display(description="rejects")
    def rejects(self, record: Import) -> SafeString:
        if not record.rejects_path:
            return format_html("none")
        if elsewhere := _where_rejects_lie(record):
            return format_html("{}", elsewhere)
        return format_html('<a href="{}">CSV</a>', reverse("admin:browse_import_rejects", args=[record.pk]))


def _where_rejects_lie(record: Import) -> str:
    """Where the file is, if that is on another node; nothing where it should be here."""
    node = record.summary.get("node", "")
    if not node or node == node_name() or Path(record.rejects_path).exists():
        return ""
    return f"{record.rejects_path} on node {node}"


@admin.register(DatasetState)
class DatasetStateAdmin(ReadOnly, BoundedList):
    """Which index generation is in use."""

    list_display = ("generation", "revision", "is_sample", "switched")
    actions = None
