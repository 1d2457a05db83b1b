"""What an index generation consists of: its files and its manifest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from browse.domain.text_words import UNICODE

FORMAT = 17
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
    # image -> the labels of its pairs in the default states
    "default_offsets": ("<u4",),
    "default_labels": ("<u2",),
    # image -> how many annotations
    "annotation_counts": ("<u4",),
    # label and class -> its images
    "posting_offsets": ("<i8",),
    "posting_images": ("<u4",),
    # subset, license, class, label with others below it (in the default states) -> its images, as a bitset or a list
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
    # first four bytes of an MD5 as one number, ascending -> image
    "md5_heads": ("<u4",),
    "md5_images": ("<u4",),
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
    # labels of many images; for each of them and each label the images with both, in the default states
    "frequent_labels": ("<u2",),
    "frequent_together": ("<u4",),
    # images on which human and machine disagree, most strongly first
    "disagreeing_images": ("<u4",),
    "disagreeing_strengths": ("<u4",),
    # word -> the images whose title has it, the authors whose usual name does, the images credited to another that does
    "title_word_text": ("|u1",),
    "title_word_text_offsets": ("<u4",),
    "title_word_offsets": ("<u4",),
    "title_word_places": ("<u4",),
    "author_word_text": ("|u1",),
    "author_word_text_offsets": ("<u4",),
    "author_word_offsets": ("<u4",),
    "author_word_places": ("<u4",),
    "credited_word_text": ("|u1",),
    "credited_word_text_offsets": ("<u4",),
    "credited_word_offsets": ("<u4",),
    "credited_word_places": ("<u4",),
    # images credited to another name than their author's usual one
    "credited_images": ("<u4",),
    # label -> all labels below it in the hierarchy
    "below_offsets": ("<u4",),
    "below_labels": ("<u2",),
    # image -> its boxes in file order: label, source, attributes as `box_rows.packed`, x_min x_max y_min y_max; all
    # files of boxes are empty where there are none
    "box_offsets": ("<u4",),
    "box_labels": ("<u2",),
    "box_sources": ("|u1",),
    "box_attributes": ("<u2",),
    "box_areas": ("<u2",),
    "box_corners": ("<f4",),
    # image -> the labels of its boxes, each once
    "box_distinct_offsets": ("<u4",),
    "box_distinct_labels": ("<u2",),
    # label -> its boxes by image: image, area in ten-thousandths, attributes
    "box_posting_offsets": ("<i8",),
    "box_posting_images": ("<u4",),
    "box_posting_areas": ("<u2",),
    "box_posting_attributes": ("<u2",),
    # image -> its relationships in file order: subject, relation, object, x_min x_max y_min y_max of either; all files
    # of relationships are empty where there are none
    "relation_offsets": ("<u4",),
    "relation_subjects": ("<u2",),
    "relation_words": ("<u2",),
    "relation_objects": ("<u2",),
    "relation_corners": ("<f4",),
    # triplet -> its images
    "triplet_subjects": ("<u2",),
    "triplet_words": ("<u2",),
    "triplet_objects": ("<u2",),
    "triplet_offsets": ("<i8",),
    "triplet_images": ("<u4",),
    # relation -> its images
    "related_offsets": ("<i8",),
    "related_images": ("<u4",),
    # image -> its points in file order: label, source, place among the verdicts, three votes, text, x y; all files of
    # points are empty where there are none
    "point_offsets": ("<u4",),
    "point_labels": ("<u2",),
    "point_sources": ("|u1",),
    "point_verdicts": ("|u1",),
    "point_votes": ("<u2",),
    "point_texts": ("<u4",),
    "point_places": ("<f4",),
    # label and verdict -> the images with such a point
    "point_posting_offsets": ("<i8",),
    "point_posting_images": ("<u4",),
    # image -> its masks in file order: label, file, BoxID, PredictedIoU, x_min x_max y_min y_max; all files of masks
    # are empty where there are none
    "mask_offsets": ("<u4",),
    "mask_labels": ("<u2",),
    "mask_files": ("<u4",),
    "mask_box_ids": ("<u4",),
    "mask_ious": ("<i4",),
    "mask_corners": ("<f4",),
    # image -> its narratives in file order: annotator, file, place in it; all files of narratives are empty where there
    # are none
    "narrative_offsets": ("<u4",),
    "narrative_images": ("<u4",),
    "narrative_annotators": ("<u2",),
    "narrative_files": ("<u4",),
    "narrative_begins": ("<i8",),
    # word -> the narratives whose caption has it
    "caption_word_text": ("|u1",),
    "caption_word_text_offsets": ("<u4",),
    "caption_word_offsets": ("<u4",),
    "caption_word_places": ("<u4",),
    # names
    "label_text": ("|u1",),
    "label_text_offsets": ("<i8",),
    "author_text": ("|u1",),
    "author_text_offsets": ("<i8",),
    "license_text": ("|u1",),
    "license_text_offsets": ("<i8",),
    "source_text": ("|u1",),
    "source_text_offsets": ("<i8",),
    "box_source_text": ("|u1",),
    "box_source_text_offsets": ("<i8",),
    "relation_text": ("|u1",),
    "relation_text_offsets": ("<i8",),
    "point_text": ("|u1",),
    "point_text_offsets": ("<i8",),
    "point_source_text": ("|u1",),
    "point_source_text_offsets": ("<i8",),
    "mask_file_text": ("|u1",),
    "mask_file_text_offsets": ("<i8",),
    # narrative -> its caption, its voice recording
    "caption_text": ("|u1",),
    "caption_text_offsets": ("<i8",),
    "recording_text": ("|u1",),
    "recording_text_offsets": ("<i8",),
    "narrative_file_text": ("|u1",),
    "narrative_file_text_offsets": ("<i8",),
}
"""Name of each file, without `.bin`, and the element types it may have."""


class NewerFormatError(ValueError):
    """A manifest that a newer version of this program wrote."""


@dataclass(frozen=True)
class FileEntry:
    """One file: element type, elements, CRC-32 of its bytes."""

    dtype: str
    length: int
    crc32: int


@dataclass(frozen=True)
class Manifest:
    """Says what the files of a generation are; its SHA-256 is the generation's name.

    classes: raw classes that occur, ascending. has_rotations: whether the rotation of any image is known.
    has_clicks: whether any box has extreme clicks, which stand in the database alone.
    digest: the data set digest; empty in generations built without it. unicode: the version that words follow.
    """

    format: int
    dataset: str
    images: int
    annotations: int
    pairs: int
    has_rotations: bool
    has_clicks: bool
    classes: tuple[int, ...]
    files: dict[str, FileEntry]
    digest: str = ""
    unicode: str = UNICODE

    def to_bytes(self) -> bytes:
        """The file's bytes: JSON, the same for the same content."""
        return (json.dumps(asdict(self), sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Parse. Raises ValueError, KeyError or TypeError for anything but a manifest of this format.

        NewerFormatError, one of the first, is for a newer one.
        """
        fields: dict[str, Any] = json.loads(data)
        if fields["format"] != FORMAT:
            kind = NewerFormatError if fields["format"] > FORMAT else ValueError
            raise kind(f"format {fields['format']}, this version reads {FORMAT}")
        if fields["unicode"] != UNICODE:
            raise ValueError(f"words by Unicode {fields['unicode']}, this Python has {UNICODE}")
        files = {name: FileEntry(**entry) for name, entry in fields.pop("files").items()}
        return cls(files=files, classes=tuple(fields.pop("classes")), **fields)


def generation_name(manifest: bytes) -> str:
    """Name of the generation with this manifest."""
    return hashlib.sha256(manifest).hexdigest()[:NAME_DIGITS]


def file_name(name: str) -> str:
    """Name on disk of the file `name`."""
    return f"{name}.bin"
