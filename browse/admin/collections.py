"""Collections: their names, their owners, and the first of their images."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, OuterRef, QuerySet, Subquery, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from browse.admin.common import HistoryAdmin, require, row_number, user_name
from browse.admin.subjects import subjects_of
from browse.curation.queue import MOST_COUNTED, counted
from browse.domain.bulk_job import UNFINISHED
from browse.models import BulkJob, Collection, CollectionDetails, CollectionItem

SHOWN = 24


class WithJobs(admin.SimpleListFilter):
    """All collections, or those with a bulk job that is not done: the first page counts these jobs."""

    title = "bulk jobs"
    parameter_name = "jobs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Besides all."""
        return [("unfinished", "Unfinished")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows."""
        jobs = BulkJob.objects.filter(state__in=UNFINISHED)
        return queryset.filter(pk__in=jobs.values("collection")) if self.value() else queryset


@admin.register(Collection)
class CollectionAdmin(HistoryAdmin):
    """Public ones are looked at here; of private ones of others nobody sees more than that they are there."""

    list_filter = (WithJobs,)
    list_display = ("shown_name", "by", "at", "is_public", "is_removed")
    search_fields = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the details that count."""
        newest = CollectionDetails.objects.filter(collection=OuterRef("pk")).order_by("-at", "-pk")
        names = ("name", "is_public", "is_removed", "description")
        found: QuerySet[Any] = (
            super()
            .get_queryset(request)
            .annotate(viewer=Value(user_name(request)), sees_all=Value(request.user.is_superuser, BooleanField()))
        )
        rows: QuerySet[Any] = found.annotate(**{f"now_{name}": Subquery(newest.values(name)[:1]) for name in names})
        return rows

    @admin.display(description="name")
    def shown_name(self, row: Any) -> str:
        return str(row.now_name or row.uid) if _is_open(row) else "private"

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
        if not _is_open(row):
            raise PermissionDenied
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


def _is_open(row: Any) -> bool:
    """Whether who looks may see what is in a collection: it is public, or their own, or they are a superuser."""
    return bool(row.now_is_public) or row.sees_all or row.by == row.viewer
