"""Where pages and the API find an image's thumbnail, and what is known about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from browse.domain.image_ids import key_from_image_id
from browse.domain.picture_status import PictureStatus
from browse.models import PictureState
from browse.thumbnails.config import SIZES
from browse.thumbnails.errors import BlockedError
from browse.thumbnails.image_root import image_root
from browse.thumbnails.sources import Source
from browse.thumbnails.urls import HostRules, parse_picture_url

_GONE = (PictureStatus.DEAD, PictureStatus.MISMATCH, PictureStatus.BLOCKED)


class HasPicture(Protocol):
    """What an address needs to know about an image."""

    @property
    def image_id(self) -> str: ...

    @property
    def thumbnail_url(self) -> str | None: ...

    @property
    def original_url(self) -> str | None: ...


@dataclass(frozen=True)
class TilePicture:
    """A thumbnail's address and what is known of the picture.

    width, height   of the whole picture the right way up; None until it was fetched once.
    status          None until it was looked for.
    words           why there is no picture, for people; empty where there is one or nobody knows yet.
    provenance      "verified" (the original's MD5), "derivative" (another rendering of it), or "" where unknown.
    checked         when it was last looked for.
    version         of the picture that is kept; empty where none is, or none of ours is shown.
    placeholder     the address of what stands for all pictures that are missing for the same reason, where it is known
                    that asking for this one now gives nothing else; empty where one has to ask.
    """

    url: str
    width: int | None = None
    height: int | None = None
    status: PictureStatus | None = None
    words: str = ""
    reason: str = ""
    provenance: str = ""
    checked: dt.datetime | None = None
    placeholder: str = ""
    version: str = ""


def thumbnails_of(images: Iterable[HasPicture], size: str) -> dict[str, TilePicture]:
    """The pictures of many images by ImageID; one query. `size` is s, m or l."""
    listed = list(images)
    states = PictureState.objects.of_images(key_from_image_id(image.image_id) for image in listed)
    return {image.image_id: _tile(image, size, states.get(key_from_image_id(image.image_id))) for image in listed}


def thumbnail_of(image: HasPicture, size: str) -> TilePicture:
    """The picture of one image; one query."""
    return thumbnails_of([image], size)[image.image_id]


def thumbnail_address(image_id: str, size: str, version: str = "") -> str:
    """The address of a thumbnail on this site; with a version, browsers keep it for good."""
    if size not in SIZES:
        raise ValueError(f"not a size of thumbnails: {size!r}")
    address = reverse("browse:thumbnail", args=(image_id, size))
    return f"{address}?v={version}" if version else address


def placeholder_address(status: PictureStatus) -> str:
    """The address of the tile that says this of a missing picture."""
    return reverse("browse:no-picture", args=(status.value,))


def _tile(image: HasPicture, size: str, state: PictureState | None) -> TilePicture:
    direct = _direct_address(image) if settings.THUMBNAILS == "direct" and not _is_hopeless(state) else None
    if direct is not None:
        return TilePicture(direct, state.width if state else None, state.height if state else None)
    if state is None:
        missing = placeholder_address(PictureStatus.PENDING) if _has_no_pictures() else ""
        return TilePicture(thumbnail_address(image.image_id, size), placeholder=missing)
    version = "" if state.status is PictureStatus.PENDING else state.version
    return TilePicture(
        thumbnail_address(image.image_id, size, version),
        state.width,
        state.height,
        status=state.status,
        words="" if state.is_fresh else state.status.words,
        reason=state.reason,
        provenance=_provenance(state),
        checked=state.checked,
        placeholder="" if _is_worth_asking(state) else placeholder_address(state.status),
        version=version,
    )


def _has_no_pictures() -> bool:
    """Whether this site shows local files only, and has no folder of them."""
    return settings.THUMBNAILS == "local" and not image_root()


def _is_worth_asking(state: PictureState) -> bool:
    """Whether asking may give a picture: one that is kept, or that it is time to look for again."""
    if state.is_fresh or state.version or state.status is PictureStatus.PENDING:
        return True
    return state.retry_at is None or state.retry_at <= timezone.now()


def _is_hopeless(state: PictureState | None) -> bool:
    """Whether Flickr is known not to have it for now: then our neutral tile says why, and nothing is loaded in vain."""
    if state is None or state.status not in _GONE:
        return False
    return state.retry_at is not None and state.retry_at > timezone.now()


def _provenance(state: PictureState) -> str:
    if state.verified:
        return "verified"
    return "derivative" if state.is_fresh and state.source in list(Source) else ""


def _direct_address(image: HasPicture) -> str | None:
    """Flickr's own address, for the browser to load; only from a host that the site's policy lets it load from."""
    for given in (image.thumbnail_url, image.original_url):
        if given:
            try:
                url = parse_picture_url(given, HostRules(settings.PICTURE_HOSTS))
            except BlockedError:
                return None
            return str(url) if f"https://{url.host}" in settings.DIRECT_PICTURE_ORIGINS else None
    return None
