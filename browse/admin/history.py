"""Verdicts, license checks, hidden images, saved views: lists of what people did, the last first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from browse.admin.common import HistoryAdmin, about_image, confirmed_action, user_name
from browse.curation.actions import undo_verdict, unhide_image
from browse.curation.queue import unsettled_checks
from browse.domain.image_ids import IMAGE_ID
from browse.domain.plural import counted
from browse.models import Hiding, Label, LicenseCheck, SavedView, Verdict
from browse.models.curation import EntryQuerySet
from browse.rights import web_link
from browse.search.blind import current_reader

WHOLE = "all"
DOUBT = "doubt"


@admin.register(Verdict)
class VerdictAdmin(HistoryAdmin):
    """All verdicts; those chosen can be undone."""

    list_display = ("at", "shown_image", "shown_label", "says", "by", "why", "state")
    search_help_text = "A full ImageID, MID or username"
    actions = ("undo_selected",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the label's name in the data set, and the undoing of each in one query for a page.

        Without what is kept from who is asked for a blind opinion on it.
        """
        named = Label.objects.filter(mid=OuterRef("mid")).values("name")[:1]
        found: QuerySet[Any] = current_reader().seen_of(super().get_queryset(request))
        rows: QuerySet[Any] = found.annotate(label=Subquery(named)).prefetch_related("undoings")
        return rows

    @admin.display(description="label")
    def shown_label(self, row: Any) -> str:
        return f"{row.label} ({row.mid})" if row.label else str(row.mid)

    def named(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """The verdicts on an image, on a label, or by somebody."""
        if IMAGE_ID.fullmatch(term.lower()):
            return about_image(queryset, term)
        found = queryset.filter(mid=term) if term.startswith("/") else queryset.filter(by=term)
        return found.order_by("-at", "-pk")  # as the indexes on both have them

    @admin.display(description="undone")
    def state(self, row: Verdict) -> str:
        by = [undoing.by for undoing in row.undoings.all()]
        return f"undone by {by[0]}" if by else ""

    @admin.action(description="Undo the selected verdicts…", permissions=["undo"])
    def undo_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Takes back those chosen, whoever gave them, after a question."""

        def undo(row: Any, why: str) -> None:
            undo_verdict(verdict=row.pk, by=user_name(request), why=why, of_others=True)

        return confirmed_action(
            self,
            request,
            queryset,
            action="undo_selected",
            question=lambda number: f"Undo {counted(number, 'verdict')}?",
            button="Undo",
            do=undo,
            needs_reason=True,
        )

    def has_undo_permission(self, request: HttpRequest) -> bool:
        """Who may take back the verdicts of others."""
        return request.user.has_perm("browse.add_verdict") and request.user.has_perm("browse.add_decision")


class InDoubt(admin.SimpleListFilter):
    """All checks, or those that are in doubt now: the first page counts these."""

    title = "result"
    parameter_name = "rows"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Besides all."""
        return [(DOUBT, "In doubt now")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows."""
        return queryset.filter(pk__in=unsettled_checks().values("pk")) if self.value() == DOUBT else queryset


@admin.register(LicenseCheck)
class LicenseCheckAdmin(HistoryAdmin):
    """Which licenses images have at their source."""

    list_display = ("at", "shown_image", "result", "observed", "shown_where", "by", "why")
    list_filter = (InDoubt,)

    @admin.display(description="seen at")
    def shown_where(self, row: LicenseCheck) -> str | SafeString:
        link = web_link(row.where)
        return (
            format_html('<a href="{}" rel="noopener noreferrer nofollow">{}</a>', link, row.where)
            if link
            else row.where
        )


class HiddenNow(admin.SimpleListFilter):
    """What is hidden now, unless all that was ever hidden and shown again is asked for."""

    title = "time"
    parameter_name = "rows"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Besides what is hidden now."""
        return [(WHOLE, "Full history")]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """The choice that none is made by, by its name."""
        first, *others = super().choices(changelist)
        return iter([{**first, "display": "Hidden now"}, *others])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows."""
        return queryset if self.value() == WHOLE else cast(EntryQuerySet, queryset).newest().filter(hidden=True)


@admin.register(Hiding)
class HidingAdmin(HistoryAdmin):
    """Images that are taken down, and how they came to be; also those shown again."""

    list_display = ("at", "shown_image", "what", "by", "why", "counts")
    list_filter = (HiddenNow,)
    actions = ("show_selected",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the newest row about its image."""
        same = Hiding.objects.filter(image_key=OuterRef("image_key")).order_by("-at", "-pk")
        found: QuerySet[Any] = super().get_queryset(request)
        rows: QuerySet[Any] = found.annotate(newest=Subquery(same.values("pk")[:1]))
        return rows

    @admin.display(description="what")
    def what(self, row: Hiding) -> str:
        return "hidden" if row.hidden else "shown again"

    @admin.display(description="counts", boolean=True)
    def counts(self, row: Any) -> bool:
        return bool(row.newest == row.pk)

    @admin.action(description="Show the selected images again…", permissions=["hide"])
    def show_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Shows again what is hidden, after a question."""

        def show(row: Any, why: str) -> None:
            unhide_image(image_id=row.image_id, by=user_name(request), why=why)

        return confirmed_action(
            self,
            request,
            queryset,
            action="show_selected",
            question=lambda number: f"Show {counted(number, 'image')} again?",
            button="Show again",
            do=show,
            needs_reason=True,
        )

    def has_hide_permission(self, request: HttpRequest) -> bool:
        """Who may hide images and show them again."""
        return request.user.has_perm("browse.add_hiding")


@admin.register(SavedView)
class SavedViewAdmin(HistoryAdmin):
    """Queries that people named, each version a row."""

    list_display = ("at", "name", "shown_query", "by", "note", "is_removed")
    search_help_text = "A full username"

    def named(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """The views of somebody."""
        return queryset.filter(by=term).order_by("-at", "-pk")

    @admin.display(description="query")
    def shown_query(self, row: SavedView) -> SafeString:
        return format_html('<a href="/?{}">{}</a>', row.query, row.query or "all images")
