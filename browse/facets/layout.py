"""What an index generation consists of: its files and its manifest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

FORMAT = 4
"""Raised whenever files written before could be misread."""

MANIFEST = "manifest.json"
LOCK = "lock"
"""Each reader, and the builder, holds a lock on this file; a generation so held is not removed."""

BUILDING = ".building-"
REMOVING = ".removing-"
NAME_DIGITS = 12

FILES: dict[str, tuple[str, ...]] = {
    # images by ImageID, numbered from 0
    "image_keys": ("<i8",),
    "image_authors": ("<u4",),
    # image -> its pairs
    "pair_offsets": ("<u4",),
    "pair_labels": ("<u2",),
    "pair_classes": ("|u1", "<u2"),
    # label and class -> its images
    "posting_offsets": ("<i8",),
    "posting_images": ("<u4",),
    # subset, licence, class -> its images, as a bitset or a list
    "set_offsets": ("<i8",),
    "set_sizes": ("<i8",),
    "set_words": ("<u8",),
    # author -> its images
    "author_offsets": ("<i8",),
    "author_images": ("<u4",),
    "author_ids": ("<i4",),
    # groups of images with one MD5
    "duplicate_offsets": ("<i8",),
    "duplicate_images": ("<u4",),
    # id at Flickr, ascending -> image
    "photo_ids": ("<u8",),
    "photo_images": ("<u4",),
    # label, subset, class -> how many pairs
    "label_counts": ("<u4",),
    # as curators said at the build: subset, number of labels -> how many images
    "labels_per_image": ("<i8",),
    # source, subset, hundredths -> how many annotations
    "source_counts": ("<i8",),
    # number of images -> how many authors
    "author_sizes": ("<i8",),
    # label -> how many images; labels that stand with it, on how many images
    "partner_totals": ("<i8",),
    "partner_offsets": ("<i8",),
    "partner_labels": ("<u2",),
    "partner_images": ("<u4",),
    # images on which human and machine disagree, most strongly first
    "disagreeing_images": ("<u4",),
    "disagreeing_strengths": ("<u4",),
    # names
    "label_ids": ("<i4",),
    "label_text": ("|u1",),
    "label_text_offsets": ("<i8",),
    "author_text": ("|u1",),
    "author_text_offsets": ("<i8",),
    "license_text": ("|u1",),
    "license_text_offsets": ("<i8",),
    "source_text": ("|u1",),
    "source_text_offsets": ("<i8",),
}
"""Name of each file, without `.bin`, and the element types it may have."""


@dataclass(frozen=True)
class FileEntry:
    """One file: element type, elements, CRC-32 of its bytes."""

    dtype: str
    length: int
    crc32: int


@dataclass(frozen=True)
class Manifest:
    """Says what the files of a generation are; its SHA-256 is the generation's name.

    classes: raw classes that occur, ascending.
    """

    format: int
    dataset: str
    images: int
    annotations: int
    pairs: int
    classes: tuple[int, ...]
    files: dict[str, FileEntry]

    def to_bytes(self) -> bytes:
        """The file's bytes: JSON, the same for the same content."""
        return (json.dumps(asdict(self), sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Parse. Raises ValueError, KeyError or TypeError for anything but a manifest of this format."""
        fields: dict[str, Any] = json.loads(data)
        if fields["format"] != FORMAT:
            raise ValueError(f"format {fields['format']}, this version reads {FORMAT}")
        files = {name: FileEntry(**entry) for name, entry in fields.pop("files").items()}
        return cls(files=files, classes=tuple(fields.pop("classes")), **fields)


def generation_name(manifest: bytes) -> str:
    """Name of the generation with this manifest."""
    return hashlib.sha256(manifest).hexdigest()[:NAME_DIGITS]


def file_name(name: str) -> str:
    """Name on disk of the file `name`."""
    return f"{name}.bin"
