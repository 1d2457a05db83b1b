"""`/thumb/<ImageID>/<size>`: a picture, or a neutral tile where there is none."""

from __future__ import annotations

import contextlib
import hashlib
import re
import zlib
from collections.abc import Iterator
from functools import lru_cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.request import MediaType
from django.shortcuts import get_object_or_404
from django.urls import re_path
from django.utils.http import parse_etags
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from browse.domain.image_ids import key_from_image_id
from browse.domain.picture_status import PictureStatus
from browse.models import Image
from browse.models.curation import is_shown
from browse.search import SearchError, consistently
from browse.search.boxes import boxes_of_image
from browse.search.mask_pictures import picture_of
from browse.thumbnails.config import ENCODINGS, SIZES
from browse.thumbnails.crops import part_around, version_of_part
from browse.thumbnails.current import current_service
from browse.thumbnails.neutral import CONTENT_TYPE, neutral_tile
from browse.thumbnails.outcomes import NoThumbnail
from browse.thumbnails.rendering import Output
from browse.thumbnails.states import picture_of_row

NEUTRAL_S = 300
_PENDING_S = 5
_MISSING = [status.value for status in PictureStatus if status is not PictureStatus.FRESH]
_VERSION = re.compile(r"[0-9a-f]{16}")
_IMMUTABLE = "public, max-age=31536000, immutable"
_DAY = "public, max-age=86400"


@csrf_exempt
@require_safe
def thumbnail(request: HttpRequest, image_id: str, size: str) -> HttpResponse:
    """The thumbnail; `v` names the version of the picture, and makes the answer one to keep for good."""
    output = Output(SIZES[size].side, encoding_for(request.headers.get("Accept", "")))
    asked = request.GET.get("v", "")
    service = current_service()
    key = _shown_key(image_id)
    if _VERSION.fullmatch(asked):
        data = service.cached(image_id, asked, output)
        if data is not None:
            return _picture(request, image_id, output, asked, data, caching=_IMMUTABLE)
    outcome = service.obtain(picture_of_row(get_object_or_404(Image, pk=key)), output)
    if isinstance(outcome, NoThumbnail):
        return _neutral(request, outcome, may_be_elsewhere=bool(asked))
    caching = _IMMUTABLE if asked == outcome.version else f"public, max-age={NEUTRAL_S}"
    return _picture(request, image_id, output, outcome.version, outcome.data, caching=caching)


@csrf_exempt
@require_safe
def box(request: HttpRequest, image_id: str, number: str) -> HttpResponse:
    """The part of a picture around its box of this number, from 1; `v` as for thumbnails, of picture and part."""
    key = _shown_key(image_id)
    image = get_object_or_404(Image, pk=key)
    try:
        boxes = consistently(lambda snapshot: boxes_of_image(snapshot, key))
    except SearchError as error:
        return _neutral(request, NoThumbnail(PictureStatus.PENDING, str(error), error.retry_after_s))
    if not 1 <= int(number) <= len(boxes):
        raise Http404
    part = part_around(boxes[int(number) - 1], image.rotation)
    output = Output(SIZES["m"].side, encoding_for(request.headers.get("Accept", "")), part)
    outcome = current_service().obtain(picture_of_row(image), output)
    asked = request.GET.get("v", "")
    if isinstance(outcome, NoThumbnail):
        return _neutral(request, outcome, may_be_elsewhere=bool(asked))
    is_current = asked == version_of_part(outcome.version, part)
    caching = _IMMUTABLE if is_current else f"public, max-age={NEUTRAL_S}"
    return _picture(request, image_id, output, outcome.version, outcome.data, caching=caching)


@csrf_exempt
@require_safe
def mask(request: HttpRequest, image_id: str, number: str) -> HttpResponse:
    """The mask of this number, from 1, as the release has it: white is what the thing covers."""
    key = _shown_key(image_id)
    try:
        masks = consistently(lambda snapshot: snapshot.engine.masks_of([key]).get(key, ()))
    except SearchError as error:
        return _neutral(request, NoThumbnail(PictureStatus.PENDING, str(error), error.retry_after_s))
    if not 1 <= int(number) <= len(masks):
        raise Http404
    data = picture_of(image_id, masks[int(number) - 1])
    if data is None:
        raise Http404
    etag = f'"mask-{zlib.crc32(data):08x}"'
    return _with_headers(_not_modified(request, etag) or HttpResponse(data, content_type="image/png"), etag, _DAY)


@csrf_exempt
@require_safe
def no_picture(request: HttpRequest, status: str) -> HttpResponse:
    """`/thumb/<status>`: the neutral tile for all pictures that are missing for this reason."""
    missing = PictureStatus(status)
    return _drawn(request, missing, missing.words, _DAY)


def _shown_key(image_id: str) -> int:
    """The database key of an image. Raises Http404 where there is none, or it is hidden."""
    key = key_from_image_id(image_id)
    if not is_shown(key):
        raise Http404
    return key


@lru_cache(maxsize=128)
def encoding_for(accept: str) -> str:
    """WebP for who names it in Accept, else JPEG; a mere `*/*` also comes from programs that cannot read WebP."""
    is_taken = any((one.main_type, one.sub_type) == ("image", "webp") and one.quality > 0 for one in _named(accept))
    return "webp" if is_taken else "jpeg"


def _named(accept: str) -> Iterator[MediaType]:
    for one in accept.lower().split(","):
        with contextlib.suppress(ValueError):  # a parameter in an encoding that nobody knows
            yield MediaType(one)


def _picture(
    request: HttpRequest, image_id: str, output: Output, version: str, data: bytes, *, caching: str
) -> HttpResponse:
    etag = f'"{version}-{output.name.replace(" ", "-")}-{output.format}"'
    response = _not_modified(request, etag)
    if response is None:
        response = HttpResponse(content_type=ENCODINGS[output.format])
        inside = current_service().internal_path(image_id, version, output) if _accelerated() else None
        if inside is not None:
            response["X-Accel-Redirect"] = settings.THUMBNAIL_X_ACCEL_PREFIX + inside
        else:
            response.content = data
    return _with_headers(response, etag, caching)


def _neutral(request: HttpRequest, outcome: NoThumbnail, *, may_be_elsewhere: bool = False) -> HttpResponse:
    """The tile that says why there is no picture.

    may_be_elsewhere: the address names a version, so a picture was there: another node may have it, and no cache may
    keep this tile in its place.
    """
    is_brief = outcome.status is PictureStatus.PENDING and outcome.retry_after_s is not None
    caching = f"public, max-age={_PENDING_S if is_brief else NEUTRAL_S}"
    response = _drawn(request, outcome.status, outcome.words, "no-store" if may_be_elsewhere else caching)
    if is_brief:
        response["Retry-After"] = str(_PENDING_S)
    return response


def _drawn(request: HttpRequest, status: PictureStatus, words: str, caching: str) -> HttpResponse:
    tile = neutral_tile(words)
    etag = f'"neutral-{hashlib.sha256(tile).hexdigest()[:16]}"'
    response = _not_modified(request, etag)
    if response is None:
        response = HttpResponse(tile, content_type=CONTENT_TYPE)
    response["X-Picture-State"] = status.value
    return _with_headers(response, etag, caching)


def _not_modified(request: HttpRequest, etag: str) -> HttpResponse | None:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return HttpResponseNotModified() if etag in known or f"W/{etag}" in known or known == ["*"] else None


def _with_headers(response: HttpResponse, etag: str, caching: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = caching
    response["Vary"] = "Accept"
    response["Content-Security-Policy"] = "default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _accelerated() -> bool:
    return bool(settings.THUMBNAIL_X_ACCEL_PREFIX)


thumbnail_urls = [
    re_path(r"^thumb/(?P<image_id>[0-9a-f]{16})/(?P<size>[sml])$", thumbnail, name="thumbnail"),
    re_path(r"^thumb/(?P<image_id>[0-9a-f]{16})/box-(?P<number>[1-9][0-9]{0,4})$", box, name="box"),
    re_path(r"^thumb/(?P<image_id>[0-9a-f]{16})/mask-(?P<number>[1-9][0-9]{0,4})$", mask, name="mask"),
    re_path(rf"^thumb/(?P<status>{'|'.join(_MISSING)})$", no_picture, name="no-picture"),
]
