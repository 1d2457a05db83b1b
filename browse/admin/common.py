"""What screens of the administration share: nobody edits, nothing is counted to its end, much is asked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from browse.admin.history_page import history_page, of_row
from browse.admin.lists import BoundedList, ReadOnly
from browse.curation.actions import CurationError
from browse.domain.image_ids import IMAGE_ID, key_from_image_id
from browse.requests.parameters import BadQueryError
from browse.requests.posted import Posted
from browse.search import current_version
from browse.search.names import names_of

MOST_AT_ONCE = 200
"""So many rows one action takes: as many as a page of a list can have."""
SHOWN_BEFORE = 8


class HistoryAdmin(ReadOnly, BoundedList):
    """A table that only grows, the last written first; found by what has an index, never by anything else."""

    ordering = ("-pk",)
    search_fields: ClassVar[tuple[str, ...]] = ("pk",)
    search_help_text = "A full ImageID (16 hex digits)"
    actions: Any = ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What this text names exactly; all for no text."""
        term = search_term.strip()
        return (self.named(queryset, term) if term and self.search_fields else queryset), False

    def named(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """The rows about the image of this ImageID."""
        return about_image(queryset, term)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What people did about the image or label that a row is about."""
        row = self.model._default_manager.filter(pk=row_number(object_id)).first()
        if row is None:
            raise Http404
        return history_page(request, self, str(row), of_row(row))

    @admin.display(description="image")
    def shown_image(self, row: Any) -> SafeString:
        return image_link(row.image_key, row.image_id)

    @admin.display(description="by")
    def shown_by(self, row: Any) -> str:
        return row.by or "the public"


def about_image(queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
    """The rows about the image of this ImageID; none for anything else."""
    image_id = term.lower()
    return queryset.filter(image_key=key_from_image_id(image_id)) if IMAGE_ID.fullmatch(image_id) else queryset.none()


def image_page(key: int) -> str:
    """The address of an image in the administration."""
    return reverse("admin:browse_image_change", args=[key])


def image_link(key: int, image_id: str) -> SafeString:
    """An ImageID that leads to the image's page in the administration."""
    return format_html('<a class="mono" href="{}">{}</a>', image_page(key), image_id)


def label_names() -> Mapping[str, str]:
    """Names by MID, a curator's before the data set's; those that are gone are not there. One query."""
    return names_of(current_version()).by_mid


def user_name(request: HttpRequest) -> str:
    """Whose name stands in the history."""
    return request.user.get_username()


def row_number(text: str) -> int:
    """A row's number as it stands in an address. Raises Http404."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise Http404
    return int(text)


def require(request: HttpRequest, permission: str) -> None:
    """Raises PermissionDenied where the request's user lacks it."""
    if not request.user.has_perm(permission):
        raise PermissionDenied


def run_and_report(request: HttpRequest, work: Callable[[], str]) -> bool:
    """Do it and show what it says, or why it cannot be done; whether it was done."""
    try:
        messages.success(request, work())
    except (BadQueryError, CurationError) as error:
        messages.error(request, f"Nothing was changed: {error}.")
        return False
    return True


def confirmed_action(
    model_admin: Any,
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    action: str,
    question: Callable[[int], str],
    button: str,
    do: Callable[[Any, str], object],
    needs_reason: bool = False,
) -> HttpResponse | None:
    """An action on many rows: first a page that says how many they are and asks why, then it is done.

    question: asks of a number of rows; do: takes a row and the reason. Returns the page, or None where it was done.
    """
    chosen = list(rows[: MOST_AT_ONCE + 1])
    if len(chosen) > MOST_AT_ONCE:
        messages.error(request, f"Select at most {MOST_AT_ONCE} at a time.")
        return None
    try:
        why = Posted(request.POST).text("why")
    except BadQueryError as error:
        messages.error(request, f"Nothing was changed: {error}.")
        return None
    if not request.POST.get("confirmed") or (needs_reason and not why):
        return _question(
            model_admin,
            request,
            chosen,
            action=action,
            title=question(len(chosen)),
            button=button,
            why=needs_reason,
        )
    with transaction.atomic():  # a database that fails halfway leaves nothing half done
        faults = list(_faults(chosen, why, do))
    messages.success(request, f"Done: {len(chosen) - len(faults)} of {len(chosen)}.")
    _tell_faults(request, faults)
    return None


def _faults(rows: list[Any], why: str, do: Callable[[Any, str], object]) -> Iterator[str]:
    """Do it to each, and say why it could not be done to some."""
    for row in rows:
        try:
            do(row, why)
        except CurationError as error:
            yield f"{row}: {error}"


def _tell_faults(request: HttpRequest, faults: list[str]) -> None:
    for fault in faults[:SHOWN_BEFORE]:
        messages.warning(request, f"Not changed: {fault}.")
    if len(faults) > SHOWN_BEFORE:
        messages.warning(request, f"Not changed: {len(faults) - SHOWN_BEFORE} more.")


def _question(
    model_admin: Any, request: HttpRequest, rows: list[Any], *, action: str, title: str, button: str, why: bool
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "rows": rows[:SHOWN_BEFORE],
        "more": max(0, len(rows) - SHOWN_BEFORE),
        "keys": [row.pk for row in rows],
        "field": ACTION_CHECKBOX_NAME,
        "action": action,
        "button": button,
        "needs_reason": why,
        "missing_reason": why and bool(request.POST.get("confirmed")),
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/browse/confirm.html", context)


def back_to(request: HttpRequest, fallback: str) -> HttpResponse:
    """To the screen that a form names, if it is one of the administration's own, else to another."""
    wanted = request.POST.get("next", "")
    own = wanted.startswith(reverse("admin:index")) and "\\" not in wanted
    return redirect(wanted if own else fallback)


def first(values: Iterable[Any]) -> Any:
    """The first of some, or None."""
    return cast(Any, next(iter(values), None))
