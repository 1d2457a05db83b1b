"""The pictures of masks: read out of the releases' zips, or as they lie, and never unpacked."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

import numpy as np
import numpy.typing as npt
from django.conf import settings

from browse.domain.masks import Mask, mask_path

MOST_BYTES = 4 << 20
MOST_SIDE = 16_384
"""Of a picture: of 1 bit and at most as large as a photo, those of the releases have some kilobytes."""
_NAME = re.compile(r"([0-9a-f]{16})_[a-z][0-9a-z_]+_([0-9a-f]{8})\.png")
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_ENTRY = np.dtype([("image", "<u8"), ("box", "<u8"), ("begin", "<u8"), ("packed", "<u8"), ("method", "<u8")])
_HEADER = struct.Struct("<4s22xHH")
"""What stands before a file in a zip: its mark, and how long its name and what follows that are."""


def has_pictures(image_id: str, masks: tuple[Mask, ...]) -> bool:
    """Whether the file that the pictures of these masks of an image are to be in is there."""
    return bool(masks) and any(path.is_file() for path in _files(image_id, masks[0]))


class MaskFault(StrEnum):
    """Why there is no picture of a mask: it is in none of the places where it may be, or cannot be read there."""

    MISSING = "missing"
    DAMAGED = "damaged"


def picture_of(image_id: str, mask: Mask) -> bytes | None:
    """The PNG of a mask of an image; None where it is not there, or is none that can be shown."""
    found = picture_or_fault(image_id, mask)
    return found if isinstance(found, bytes) else None


def picture_or_fault(image_id: str, mask: Mask) -> bytes | MaskFault:
    """The PNG of a mask of an image, or why there is none that can be shown."""
    name, fault = mask_path(image_id, mask.mid, mask.box_id), MaskFault.MISSING
    for path in _files(image_id, mask):
        try:
            data = _out_of(path, image_id, mask.box_id, name) if path.suffix == ".zip" else _bytes_of(path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, BadZipFile, zlib.error, struct.error, ValueError):
            fault = MaskFault.DAMAGED
            continue
        if data is not None and _can_be_shown(data):
            return data
        fault = fault if data is None else MaskFault.DAMAGED
    return fault


def _files(image_id: str, mask: Mask) -> Iterator[Path]:
    """Where the picture may be: by itself, or in the zip of its image's first digit; in the folder of the setting or
    beside the file of its row, or in a folder there that is called after masks.
    """
    own = [Path(mask.file).parent] if mask.file else []
    for folder in [settings.MASKS_DIR, *own] if settings.MASKS_DIR else own:
        yield Path(folder) / mask_path(image_id, mask.mid, mask.box_id)
        for pattern in (f"*masks-{image_id[0]}.zip", f"*masks/*masks-{image_id[0]}.zip"):
            try:
                yield from sorted(Path(folder).glob(pattern))
            except OSError:
                continue


def _bytes_of(path: Path) -> bytes | None:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _out_of(path: Path, image_id: str, box_id: int, name: str) -> bytes | None:
    """A file of a zip, found without reading the zip's directory again."""
    stat = path.stat()
    entries = _directory(str(path), stat.st_mtime_ns, stat.st_size)
    image = int(image_id, 16)
    low = int(np.searchsorted(entries["image"], np.uint64(image)))
    for entry in entries[low:]:
        if int(entry["image"]) != image:
            break
        if int(entry["box"]) == box_id and (data := _unpacked(path, entry, name)) is not None:
            return data
    return None


def _unpacked(path: Path, entry: Any, name: str) -> bytes | None:
    """The bytes of an entry, where it has this name."""
    with path.open("rb") as file:
        file.seek(int(entry["begin"]))
        mark, length, extra = _HEADER.unpack(file.read(_HEADER.size))
        found = PurePosixPath(file.read(length).decode("utf-8")).name
        if mark != b"PK\3\4" or found != name or entry["packed"] > MOST_BYTES:
            return None
        file.seek(extra, 1)
        data = file.read(int(entry["packed"]))
    return data if entry["method"] == ZIP_STORED else zlib.decompressobj(-15).decompress(data, MOST_BYTES + 1)


@lru_cache(maxsize=64)
def _directory(path: str, changed: int, size: int) -> npt.NDArray[np.void]:
    """The masks of a zip by image: 40 bytes each, read once while the file stays as it is."""
    with ZipFile(path) as archive:
        rows = [
            (int(found[1], 16), int(found[2], 16), one.header_offset, one.compress_size, one.compress_type)
            for one in archive.infolist()
            if one.compress_type in (ZIP_STORED, ZIP_DEFLATED)
            and (found := _NAME.fullmatch(one.filename.split("/")[-1]))
        ]
    entries = np.array(rows, _ENTRY)
    entries.sort(order=["image", "box"])
    return entries


def _can_be_shown(data: bytes) -> bool:
    """Whether this is a PNG that no browser chokes on."""
    if not data.startswith(_PNG) or len(data) > MOST_BYTES:
        return False
    width, height = map(int, struct.unpack_from(">II", data, len(_PNG)))
    return 0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE
