"""Administration of the data set: looked at here, changed by imports and by curators' verdicts only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from browse import picture_admin  # noqa: F401 - registers its models
from browse.image_ids import IMAGE_ID, key_from_image_id
from browse.models import Annotation, DatasetState, Image, Import, ImportFile, Label
from browse.query.values import Query
from browse.search import SearchError, current_engine

if TYPE_CHECKING:
    _ImageAdmin = admin.ModelAdmin[Image]
    _LabelAdmin = admin.ModelAdmin[Label]
    _ImportAdmin = admin.ModelAdmin[Import]
    _FileInline = admin.TabularInline[ImportFile, Import]
    _StateAdmin = admin.ModelAdmin[DatasetState]
    _Paginator = Paginator[Image]
else:
    _ImageAdmin = _LabelAdmin = _ImportAdmin = _StateAdmin = admin.ModelAdmin
    _FileInline, _Paginator = admin.TabularInline, Paginator


class ReadOnly:
    """For models that nobody edits by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class EnginePaginator(_Paginator):
    """Pages of all images by the facet index: any page at once, and nine million rows never counted."""

    @cached_property
    def _filtered(self) -> bool:
        return isinstance(self.object_list, QuerySet) and bool(self.object_list.query.where)

    @cached_property
    def count(self) -> int:
        """How many images there are; a search for one ImageID is counted by its key."""
        if self._filtered:
            return len(self.object_list)
        try:
            return current_engine().count(Query())
        except SearchError:
            return 0

    def page(self, number: int | str) -> Page[Image]:
        """One page in ImageID order."""
        if self._filtered or not isinstance(self.object_list, QuerySet):
            return super().page(number)
        valid = self.validate_number(number)
        keys = current_engine().page(Query(), number=valid, size=self.per_page).keys
        return Page(self.object_list.filter(pk__in=keys), valid, self)


@admin.register(Image)
class ImageAdmin(ReadOnly, _ImageAdmin):
    """Found by ImageID; every annotation on the image's page."""

    list_display = ("shown_id", "subset", "title", "shown_author", "license")
    list_select_related = ("author", "license")
    ordering = ("id",)
    sortable_by = ()
    search_fields = ("id",)
    search_help_text = "A whole ImageID: 16 hex digits"
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    paginator = EnginePaginator
    actions = None
    readonly_fields = ("shown_id", "on_site", "annotations")
    exclude = ("id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Image], search_term: str
    ) -> tuple[QuerySet[Image], bool]:
        """The one image with this ImageID; nothing is ever searched without an index."""
        term = search_term.strip().lower()
        if not term:
            return queryset, False
        return queryset.filter(pk__in=[key_from_image_id(term)] if IMAGE_ID.fullmatch(term) else []), False

    @admin.display(description="ImageID")
    def shown_id(self, image: Image) -> str:
        return image.image_id

    @admin.display(description="author")
    def shown_author(self, image: Image) -> str:
        return image.credited_name

    @admin.display(description="on the site")
    def on_site(self, image: Image) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("browse:image", args=[image.image_id]), image.image_id)

    @admin.display(description="annotations")
    def annotations(self, image: Image) -> SafeString:
        rows = Annotation.objects.filter(image=image).select_related("label", "source")
        ordered = sorted(rows, key=lambda row: (-row.confidence, row.label.mid, row.source.name))
        lines = ((row.label.name, row.label.mid, row.source.name, f"{row.confidence / 100:g}") for row in ordered)
        return format_html_join("", "<div>{} <small>{}</small>: {} {}</div>", lines) or format_html("none")


@admin.register(Label)
class LabelAdmin(ReadOnly, _LabelAdmin):
    """Found by name or MID."""

    list_display = ("name", "mid", "in_dictionary")
    list_filter = ("in_dictionary",)
    search_fields = ("name", "mid")
    search_help_text = "Part of a name or MID"
    ordering = ("name", "mid")
    actions = None


class FileInline(ReadOnly, _FileInline):
    """Files of an import."""

    model = ImportFile
    fields = ("name", "kind", "rows_read")
    extra = 0


@admin.register(Import)
class ImportAdmin(ReadOnly, _ImportAdmin):
    """Imports, with their files, counts and rejects to download."""

    list_display = ("id", "started", "finished", "status", "rows")
    list_filter = ("status",)
    ordering = ("-id",)
    actions = None
    inlines = (FileInline,)
    fields = ("started", "finished", "status", "options", "summary", "rejects")
    readonly_fields = ("rejects",)

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
            raise Http404("The rejects file is not there any more.") from error
        return FileResponse(file, as_attachment=True, filename=f"import-{pk}-rejects.csv")

    @admin.display(description="rows")
    def rows(self, record: Import) -> str:
        counts = record.summary.get("rows", {})
        return ", ".join(f"{outcome} {count:,}" for outcome, count in counts.items())

    @admin.display(description="rejects")
    def rejects(self, record: Import) -> SafeString:
        if not record.rejects_path:
            return format_html("none")
        return format_html('<a href="{}">CSV</a>', reverse("admin:browse_import_rejects", args=[record.pk]))


@admin.register(DatasetState)
class DatasetStateAdmin(ReadOnly, _StateAdmin):
    """Which index generation is in use."""

    list_display = ("generation", "revision", "is_sample", "switched")
    actions = None
