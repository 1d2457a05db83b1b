"""Collections: their names, their owners, and the first of their images."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from browse.admin.common import HistoryAdmin, require, row_number
from browse.admin.subjects import subjects_of
from browse.curation.queue import MOST_COUNTED, counted
from browse.models import BulkJob, Collection, CollectionDetails, CollectionItem

SHOWN = 24


@admin.register(Collection)
class CollectionAdmin(HistoryAdmin):
    """Looked at here; changed on the site by those whose they are."""

    list_display = ("shown_name", "by", "at", "is_public", "is_removed")
    search_fields = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the details that count."""
        newest = CollectionDetails.objects.filter(collection=OuterRef("pk")).order_by("-at", "-pk")
        names = ("name", "is_public", "is_removed", "description")
        found: QuerySet[Any] = super().get_queryset(request)
        rows: QuerySet[Any] = found.annotate(**{f"now_{name}": Subquery(newest.values(name)[:1]) for name in names})
        return rows

    @admin.display(description="name")
    def shown_name(self, row: Any) -> str:
        return str(row.now_name or row.uid)

    @admin.display(description="public", boolean=True)
    def is_public(self, row: Any) -> bool:
        return bool(row.now_is_public)

    @admin.display(description="removed", boolean=True)
    def is_removed(self, row: Any) -> bool:
        return bool(row.now_is_removed)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One collection: its first images with credit, what it was called, and its bulk jobs."""
        require(request, "browse.view_collection")
        row = self.get_queryset(request).filter(pk=row_number(object_id)).first()
        if row is None:
            raise Http404
        items = CollectionItem.objects.filter(collection=row)
        inside = items.newest().filter(added=True)
        keys = list(inside.order_by("image_key").values_list("image_key", flat=True)[:SHOWN])
        context = {
            **self.admin_site.each_context(request),
            "title": f"Collection {row.now_name}",
            "opts": self.opts,
            "row": row,
            "count": counted(inside).text,
            "most": MOST_COUNTED,
            "subjects": list(subjects_of(keys, size="s").values()),
            "details": CollectionDetails.objects.filter(collection=row).order_by("-at", "-pk")[:SHOWN],
            "jobs": BulkJob.objects.filter(collection=row).order_by("-pk")[:SHOWN],
        }
        return TemplateResponse(request, "admin/browse/collection/page.html", context)
