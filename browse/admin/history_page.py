"""The "History" page of what the administration lists: what people did, as the tables of history have it.

Django's own would show what its log holds, and nothing is written here without becoming history.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from browse.domain.history import HistoryEntry
from browse.domain.image_ids import image_id_from_key
from browse.models import Decision, LabelNote, Verdict
from browse.presentation.parts.history import event
from browse.search import current_version
from browse.search.names import names_of
from browse.search.verdict_history import entry_of, record_of, verdicts_on

MOST = 200
"""Rows that a page shows, the newest."""


def of_image(key: int) -> list[HistoryEntry]:
    """All that was done about an image, and what was decided on its flags. Five queries."""
    decisions = [entry_of(row) for row in Decision.objects.filter(flag__image_key=key).order_by("-at", "-pk")[:MOST]]
    return _newest([*record_of(key, verdicts_on(key).values()), *decisions])


def of_label(mid: str) -> list[HistoryEntry]:
    """The notes on a label, and the last verdicts. Two queries."""
    rows: list[Any] = [*LabelNote.objects.filter(mid=mid)]
    rows += Verdict.objects.filter(mid=mid).order_by("-at", "-pk")[:MOST]
    return _newest(map(entry_of, rows))


def of_row(row: Any) -> list[HistoryEntry]:
    """What was done about the image or label that a row is about. Raises Http404 for one that is about neither."""
    if isinstance(row, Decision):
        row = row.flag
    if hasattr(row, "image_key"):
        return of_image(row.image_key)
    if hasattr(row, "mid"):
        return of_label(row.mid)
    raise Http404


def history_page(request: HttpRequest, model_admin: Any, title: str, entries: Iterable[HistoryEntry]) -> HttpResponse:
    """The page, for those who may see the rows."""
    if not request.user.has_perm(f"browse.view_{model_admin.opts.model_name}"):
        raise PermissionDenied
    names = names_of(current_version()).by_mid

    def told(entry: HistoryEntry) -> Any:
        image = f"image {entry.image_id}" if entry.image_id else "the image"
        return event(entry, lambda mid: names.get(mid, mid), image=image)

    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"History of {title}",
        "opts": model_admin.opts,
        "events": [told(entry) for entry in entries],
        "most": MOST,
    }
    return TemplateResponse(request, "admin/browse/history.html", context)


def image_title(key: int) -> str:
    """How a page calls an image."""
    return f"image {image_id_from_key(key)}"


def _newest(entries: Iterable[HistoryEntry]) -> list[HistoryEntry]:
    return sorted(entries, key=lambda entry: (entry.at, entry.pk), reverse=True)[:MOST]
