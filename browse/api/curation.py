"""`/api/verdicts`, `/api/flags`, `/api/license-checks`, `/api/collections/…/items`: rows in batches, for scripts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path

from browse.api.answers import json_response, parameters
from browse.api.tokens import token_posting
from browse.curation.batch_rows import (
    FLAG_REASONS,
    CheckRow,
    FlagRow,
    ItemRow,
    change_items,
    check_licenses,
    flag_images,
)
from browse.curation.batches import VerdictRow, give_verdicts
from browse.models import Batch, LicenseCheck
from browse.requests.posted import LONGEST_TEXT
from browse.requests.readers import read_nothing
from browse.requests.rows import KEY_HEADER, WHY, RowField, read_key, read_rows
from browse.search import current_version
from browse.search.collections import find_collection
from browse.views.faults import NotFoundError

_IMAGE = RowField("The ImageID.", needed=True)
VERDICT_FIELDS = {
    "image_id": _IMAGE,
    "mid": RowField("The label's MID.", needed=True),
    "says": RowField("The verdict.", needed=True, choices=("yes", "no", "unsure")),
    "why": WHY,
}
FLAG_FIELDS = {
    "image_id": _IMAGE,
    "reason": RowField("What is wrong.", needed=True, choices=FLAG_REASONS),
    "mid": RowField("The MID of the label meant, where it is about one."),
    "why": WHY,
}
CHECK_FIELDS = {
    "image_id": _IMAGE,
    "result": RowField("What was found.", needed=True, choices=tuple(LicenseCheck.Result.values)),
    "observed": RowField("The license seen: its URL or name."),
    "where": RowField("The address at which it was seen.", longest=LONGEST_TEXT),
    "why": WHY,
}
ITEM_FIELDS = {
    "image_id": _IMAGE,
    "added": RowField("false takes the image out. Default: true.", is_boolean=True),
}


@token_posting("verdicts")
def verdicts(request: HttpRequest, by: str) -> HttpResponse:
    """Verdicts on pairs of image and label."""
    rows = [VerdictRow(**row) for row in _rows(request, VERDICT_FIELDS)]
    return _answered(give_verdicts(rows=rows, by=by, key=_key(request)))


@token_posting("flags")
def flags(request: HttpRequest, by: str) -> HttpResponse:
    """Flags on images."""
    rows = [FlagRow(**row) for row in _rows(request, FLAG_FIELDS)]
    return _answered(flag_images(rows=rows, by=by, key=_key(request)))


@token_posting("license-checks")
def license_checks(request: HttpRequest, by: str) -> HttpResponse:
    """Which licenses images have at their source."""
    rows = [CheckRow(**row) for row in _rows(request, CHECK_FIELDS)]
    return _answered(check_licenses(rows=rows, by=by, key=_key(request)))


@token_posting("collections")
def items(request: HttpRequest, by: str, uid: UUID) -> HttpResponse:
    """Images into one's own collection, or out of it."""
    rows = [ItemRow(**row) for row in _rows(request, ITEM_FIELDS)]
    found = find_collection(uid, by=by)
    if found is None:
        raise NotFoundError("there is no such collection of yours")
    return _answered(change_items(collection=found.collection_id, rows=rows, by=by, key=_key(request)))


def _rows(request: HttpRequest, fields: dict[str, RowField]) -> list[dict[str, Any]]:
    read_nothing(parameters(request))
    return read_rows(request.body, fields)


def _key(request: HttpRequest) -> str:
    return read_key(request.headers.get(KEY_HEADER, ""))


def _answered(batch: Batch) -> HttpResponse:
    """What became of a batch; the same however often it is sent."""
    told = {"batch": str(batch.uid), "at": batch.at.isoformat(), "rows": batch.given, "written": batch.written}
    response = json_response(told, version=current_version())
    response.headers["Cache-Control"] = "no-store"
    return response


curation_api_urls = [
    path("api/verdicts", verdicts, name="api-verdicts"),
    path("api/flags", flags, name="api-flags"),
    path("api/license-checks", license_checks, name="api-license-checks"),
    path("api/collections/<uuid:uid>/items", items, name="api-collection-items"),
]
