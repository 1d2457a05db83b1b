"""Labels: what the data set calls them, and what curators say of them instead."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from browse.admin.common import HistoryAdmin, require, row_number, run_and_report, user_name
from browse.admin.history_page import history_page, of_label
from browse.admin.lists import BoundedList, ReadOnly
from browse.curation.actions import note_label
from browse.models import DatasetState, Label, LabelNote, Verdict
from browse.models.curation import RULING_COLUMNS, rulings
from browse.presentation.parts.shares import measured
from browse.requests.posted import Posted
from browse.search import SearchError, consistently, current_version, label_comparison_of
from browse.search.blind import current_reader
from browse.search.labels import rows_with
from browse.search.names import names_of

LATELY = 20


@admin.register(Label)
class LabelAdmin(ReadOnly, BoundedList):
    """Found by name or MID; a page for each, with the form for what curators say of it."""

    list_display = ("name", "mid", "in_dictionary", "shown_note")
    list_filter = ("in_dictionary",)
    search_fields = ("name", "mid")
    search_help_text = "Words of a name, the data set's or curators', or part of a MID"
    ordering = ("name", "mid")
    sortable_by = ("name", "mid", "in_dictionary")
    actions = None

    def get_urls(self) -> list[URLPattern]:
        """The usual ones, and that of the form."""
        own = path("<int:pk>/note", self.admin_site.admin_view(require_POST(self.note)), name="browse_label_note")
        return [own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Label]:
        """With the newest note's display name and mark, in the same query."""
        newest = (
            "SELECT {} FROM browse_labelnote n WHERE n.mid = browse_label.mid ORDER BY n.at DESC, n.id DESC LIMIT 1"
        )
        columns = {"display": newest.format("n.display_name"), "sensitive": newest.format("n.sensitive")}
        return super().get_queryset(request).extra(select=columns)  # noqa: S610 - no parameter is in it

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Label], search_term: str
    ) -> tuple[QuerySet[Label], bool]:
        """The labels that the site's own search finds: databases fold neither accents nor, all of them, case."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=rows_with(names_of(current_version()), search_term)), False

    @admin.display(description="curators say")
    def shown_note(self, label: Any) -> str:
        parts = [f"called {label.display}" if label.display else "", "sensitive" if label.sensitive else ""]
        return ", ".join(part for part in parts if part) or "–"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One label: figures with their date, what is said of it, and by whom it was said."""
        require(request, "browse.view_label")
        label = _label(object_id)
        notes = list(LabelNote.objects.filter(mid=label.mid).in_order())[::-1]
        context = {
            **self.admin_site.each_context(request),
            "title": f"Label {label.name}",
            "opts": self.opts,
            "label": label,
            "note": notes[0] if notes else None,
            "notes": notes,
            "figures": _figures(label.mid),
            "verdicts": current_reader().seen_of(Verdict.objects.filter(mid=label.mid)).order_by("-at", "-pk")[:LATELY],
            "state": DatasetState.objects.filter(pk=1).first(),
            "may_note": request.user.has_perm("browse.add_labelnote"),
        }
        return TemplateResponse(request, "admin/browse/label/page.html", context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The notes on a label and the last verdicts."""
        label = _label(object_id)
        return history_page(request, self, f"label {label.name}", of_label(label.mid))

    def note(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is said of the label from now on: the whole form."""
        require(request, "browse.add_labelnote")
        label = _label(str(pk))
        posted = Posted(request.POST)

        def work() -> str:
            note_label(
                mid=label.mid,
                by=user_name(request),
                display_name=posted.line("display_name"),
                note=posted.text("note"),
                sensitive=posted.is_checked("sensitive"),
                why=posted.text("why"),
            )
            return f"Noted on {label.name}; it takes effect everywhere immediately."

        run_and_report(request, work)
        return redirect("admin:browse_label_change", pk)


def _label(pk: str) -> Label:
    found = Label.objects.filter(pk=row_number(pk)).first()
    if found is None:
        raise Http404
    return found


def _figures(mid: str) -> list[tuple[str, str]]:
    """Name and number of each; none without an index."""
    try:
        found = consistently(lambda snapshot: label_comparison_of(snapshot, mid))
    except SearchError:
        return []
    if found is None:
        return []
    rows: Any = Verdict.objects.filter(mid=mid).in_order().values_list(*RULING_COLUMNS)
    return [
        ("Images", f"{sum(found.images.values()):,}"),
        ("Machine labels checked by raters", measured(found.comparison.total)),
        ("Pairs decided by curators", f"{len(rulings(rows)):,}"),
    ]


@admin.register(LabelNote)
class LabelNoteAdmin(HistoryAdmin):
    """What was said of labels, when and by whom."""

    list_display = ("at", "mid", "display_name", "sensitive", "by", "why")
    search_help_text = "A full MID"

    def named(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """The notes on the label of this MID."""
        return queryset.filter(mid=term)
