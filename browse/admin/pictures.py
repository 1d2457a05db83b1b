"""Administration of picture states: what is known of each picture, and having it fetched anew."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from browse.admin.common import about_image, confirmed_action
from browse.admin.lists import BoundedList, ReadOnly
from browse.domain.plural import counted
from browse.models import PictureState


@admin.register(PictureState)
class PictureStateAdmin(ReadOnly, BoundedList):
    """Read only, but for the action that has pictures looked for again."""

    list_display = ("shown_id", "state", "source", "verified", "width", "height", "checked", "retry_at", "reason")
    list_filter = ("state",)
    search_fields = ("image_key",)
    search_help_text = "An ImageID of 16 hex digits"
    ordering = ("image_key",)
    actions = ("recheck",)

    @admin.display(description="ImageID")
    def shown_id(self, state: PictureState) -> str:
        """The ImageID."""
        return state.image_id

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[PictureState], search_term: str
    ) -> tuple[QuerySet[PictureState], bool]:
        """By ImageID; anything else finds nothing."""
        term = search_term.strip()
        return (about_image(queryset, term) if term else queryset), False

    @admin.action(description="Recheck the selected pictures…", permissions=["recheck"])
    def recheck(self, request: HttpRequest, queryset: QuerySet[PictureState]) -> HttpResponse | None:
        """Have the pictures fetched anew when next looked at, after a question."""

        @transaction.atomic
        def again(state: Any, why: str) -> None:
            PictureState.objects.filter(pk=state.pk).recheck()
            self.log_change(request, state, f"Requested a recheck; it was {state.state}. {why}".strip())

        return confirmed_action(
            self,
            request,
            queryset,
            action="recheck",
            question=lambda number: f"Recheck {counted(number, 'picture')}?",
            button="Recheck",
            do=again,
        )

    def has_recheck_permission(self, request: HttpRequest) -> bool:
        """Who may change picture states."""
        return request.user.has_perm("browse.change_picturestate")
