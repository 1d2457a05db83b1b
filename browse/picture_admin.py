"""Administration of picture states: what is known of each picture, and having it fetched anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from browse.image_ids import IMAGE_ID, key_from_image_id
from browse.models import PictureState

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[PictureState]
    _Paginator = Paginator[PictureState]
else:
    _ModelAdmin, _Paginator = admin.ModelAdmin, Paginator

MOST_COUNTED = 10_000
MOST_RECHECKED = 1000


class BoundedPaginator(_Paginator):
    """Counts no further than a person would leaf: never all of nine million rows."""

    @cached_property
    def count(self) -> int:
        """How many there are, or MOST_COUNTED if there are more."""
        rows = cast(QuerySet[PictureState], self.object_list)
        return rows.order_by()[:MOST_COUNTED].count()


@admin.register(PictureState)
class PictureStateAdmin(_ModelAdmin):
    """Read only, but for the action that has pictures looked for again."""

    list_display = ("shown_id", "state", "source", "verified", "width", "height", "checked", "retry_at", "reason")
    list_filter = ("state",)
    search_fields = ("image_key",)
    search_help_text = "An ImageID of 16 hex digits"
    ordering = ("image_key",)
    sortable_by = ()
    actions = ("recheck",)
    paginator = BoundedPaginator
    show_full_result_count = False

    @admin.display(description="ImageID")
    def shown_id(self, state: PictureState) -> str:
        """The ImageID."""
        return state.image_id

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[PictureState], search_term: str
    ) -> tuple[QuerySet[PictureState], bool]:
        """By ImageID; anything else finds nothing."""
        term = search_term.strip().lower()
        if not term:
            return queryset, False
        if not IMAGE_ID.fullmatch(term):
            return queryset.none(), False
        return queryset.filter(pk=key_from_image_id(term)), False

    @admin.action(description="Look for the selected pictures again", permissions=["recheck"])
    def recheck(self, request: HttpRequest, queryset: QuerySet[PictureState]) -> None:
        """Have the pictures fetched anew when next looked at."""
        states = list(queryset[: MOST_RECHECKED + 1])
        if len(states) > MOST_RECHECKED:
            self.message_user(request, f"Select at most {MOST_RECHECKED} pictures at a time.", messages.ERROR)
            return
        PictureState.objects.filter(pk__in=[state.pk for state in states]).recheck()
        for state in states:
            self.log_change(request, state, f"Recheck asked for; it was {state.state}.")
        self.message_user(request, f"Pictures that will be looked for again: {len(states)}.", messages.SUCCESS)

    def has_recheck_permission(self, request: HttpRequest) -> bool:
        """Who may change picture states."""
        return request.user.has_perm("browse.change_picturestate")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """States are learned, not written."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """States are learned, not written."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A state is rechecked instead."""
        return False
