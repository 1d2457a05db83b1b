"""Where a picture may be had, in order: local folder, Thumbnail300KURL, CVDF bucket, OriginalURL."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from browse.thumbnails.errors import AbsentError, FetchError, MismatchError, TooLargeError
from browse.thumbnails.urls import BUCKET_HOST, HostRules, PictureURL, parse_picture_url

THUMBNAIL_MAX_BYTES = 4 << 20
ORIGINAL_MAX_BYTES = 64 << 20
SUFFIXES = (".jpg", ".JPG", ".jpeg", ".JPEG", ".png", ".PNG")


class Source(StrEnum):
    """The kinds of places, in the order in which they are asked."""

    LOCAL = "local"
    THUMBNAIL = "thumbnail"
    BUCKET = "bucket"
    ORIGINAL = "original"


@dataclass(frozen=True)
class Picture:
    """What the data set says about one picture; `rotation` in degrees counter-clockwise, None where not recorded."""

    image_id: str
    subset: str
    thumbnail_url: str = ""
    original_url: str = ""
    original_size: int | None = None
    original_md5: str = ""
    rotation: int | None = None

    def rotation_of(self, source: Source) -> int | None:
        """The turn that this source's pixels still need; None where EXIF says.

        The data set's Rotation is Flickr's: by how much its own renderings differ from the stored original. So these,
        the thumbnails, have it already, and copies of the original's pixels have not.
        """
        if source is Source.THUMBNAIL or self.rotation not in (0, 90, 180, 270):
            return None
        return self.rotation


@dataclass(frozen=True)
class RemotePlace:
    """A place on the network and the most bytes that it may send."""

    source: Source
    url: PictureURL
    max_bytes: int


def remote_places(picture: Picture, source: Source, rules: HostRules) -> list[RemotePlace]:
    """Where this source may have the picture; a place is asked once those before it have said that it is not there.

    Raises AbsentError where it has none, BlockedError where the address is not allowed, TooLargeError for an original
    that is too large.
    """
    if source is Source.BUCKET:
        paths = (f"/{subset}/{picture.image_id}.jpg" for subset in _subsets(picture.subset))
        return [RemotePlace(source, PictureURL(BUCKET_HOST, path), THUMBNAIL_MAX_BYTES) for path in paths]
    given = picture.thumbnail_url if source is Source.THUMBNAIL else picture.original_url
    if not given:
        raise AbsentError("The data set has no URL for it.")
    url = parse_picture_url(given, rules)
    if source is Source.THUMBNAIL:
        return [RemotePlace(source, url, THUMBNAIL_MAX_BYTES)]
    size = ORIGINAL_MAX_BYTES if picture.original_size is None else picture.original_size
    if size > ORIGINAL_MAX_BYTES:
        raise TooLargeError(f"The original is larger than {ORIGINAL_MAX_BYTES} bytes.")
    return [RemotePlace(source, url, size)]


def _subsets(subset: str) -> tuple[str, ...]:
    """Under which subsets a picture may be kept: V2 made most of V1's validation images its test images, and the
    bucket, with all that is downloaded from it, follows V2.
    """
    return ("validation", "test") if subset == "validation" else (subset,)


def is_original(picture: Picture, data: bytes) -> bool:
    """Whether these bytes are the very file that the data set's authors saw, by its MD5."""
    expected = _md5_digest(picture.original_md5)
    return expected is not None and hashlib.md5(data, usedforsecurity=False).digest() == expected


def check_original(picture: Picture, data: bytes) -> bool:
    """True for the verified original, False where the data set gives no MD5.

    Raises MismatchError where size or MD5 differ.
    """
    if picture.original_size is not None and len(data) != picture.original_size:
        raise MismatchError(f"The original has {len(data)} bytes, the data set says {picture.original_size}.")
    if _md5_digest(picture.original_md5) is None:
        return False
    if not is_original(picture, data):
        raise MismatchError("The original's MD5 is not the data set's.")
    return True


def read_local(picture: Picture, root: Path) -> bytes:
    """The picture's file in a folder of downloaded pictures. Raises AbsentError, or FetchError where unreadable."""
    for path in _local_paths(picture, root):
        try:
            data = _read_picture_file(path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            continue
        except OSError as error:
            raise FetchError(f"The picture's file cannot be read: {error.strerror}.") from error
        if data is not None:
            return data
    raise AbsentError("Not in the picture folder.")


def is_local(picture: Picture, root: Path) -> bool:
    """Whether that folder has a file of the picture; also where that cannot be told, which reading it will explain."""
    try:
        return any(path.is_file() for path in _local_paths(picture, root))
    except OSError:
        return True


def _read_picture_file(path: Path) -> bytes | None:
    """None for what is no file. Raises OSError, or FetchError for a file that is too large."""
    with open(path, "rb", opener=_without_waiting) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            return None
        if status.st_size > ORIGINAL_MAX_BYTES:
            raise FetchError(f"The picture's file is larger than {ORIGINAL_MAX_BYTES} bytes.")
        return file.read(ORIGINAL_MAX_BYTES)


def _without_waiting(path: str, flags: int) -> int:
    """A pipe without a writer would hold up whoever opens it."""
    return os.open(path, flags | os.O_NONBLOCK)


def _local_paths(picture: Picture, root: Path) -> Iterator[Path]:
    """The layouts in which people keep the pictures: all in one folder, by subset, by subset and first digit."""
    folders = [root]
    for subset in _subsets(picture.subset):
        folders += (
            root / subset,
            root / subset / "data",
            root / f"{subset}_{picture.image_id[0]}",
            root / subset / picture.image_id[:2],
        )
    for suffix in SUFFIXES:
        for folder in folders:
            yield folder / f"{picture.image_id}{suffix}"


def _md5_digest(text: str) -> bytes | None:
    try:
        digest = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return digest if len(digest) == 16 else None
