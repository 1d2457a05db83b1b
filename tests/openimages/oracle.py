"""An import in its plainest form: Python's csv module and dictionaries, one row at a time.

It knows well-formed V1 files only; what the importer makes of odd ones is tested by cases.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from browse.domain.image_ids import image_id_from_key
from browse.models import Annotation, Image, Label


@dataclass
class World:
    """The data set by stable ids: images, names and confidences."""

    images: dict[str, tuple[str, ...]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    annotations: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def read(self, folder: Path) -> None:
        """Take in a folder of V1 files: the run's larger value stands, and stands over what was there."""
        images: dict[str, tuple[str, ...]] = {}
        for path in folder.glob("images_2016_08/*/images.csv"):
            for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")):
                value = (
                    row["Subset"], row["OriginalURL"], row["OriginalLandingURL"], row["License"],
                    row["AuthorProfileURL"], unescape(row["Author"]), unescape(row["Title"]),
                    row["OriginalSize"], row["OriginalMD5"], row["Thumbnail300KURL"],
                )  # fmt: skip
                images[row["ImageID"]] = max(images.get(row["ImageID"], value), value)
        self.images |= images
        annotations: dict[tuple[str, str, str], int] = {}
        for path in folder.glob("*_ann_2016_08/*/labels.csv"):
            for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")):
                key = (row["ImageID"], row["LabelName"], row["Source"])
                confidence = round(float(row["Confidence"]) * 100)
                if row["ImageID"] in self.images:
                    annotations[key] = max(annotations.get(key, 0), confidence)
        self.annotations |= annotations
        names: dict[str, str] = {}
        for path in folder.glob("dict.csv"):
            for mid, name in csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")):
                names[mid] = max(names.get(mid, ""), unescape(name))
        self.names |= names
        for _, mid, _ in annotations:
            self.names.setdefault(mid, mid)


def world_of_database() -> World:
    """What the tables hold."""
    images = {
        image.image_id: (
            image.get_subset_display(), image.original_url, image.landing_url, image.license.url,
            image.author.profile_url if image.author else "", image.credited_name, image.title,
            str(image.original_size or ""), image.original_md5, image.thumbnail_url,
        )
        for image in Image.objects.with_credit()
    }  # fmt: skip
    names = dict(Label.objects.values_list("mid", "name"))
    rows = Annotation.objects.values_list("image_id", "label__mid", "source__name", "confidence")
    annotations = {(image_id_from_key(key), mid, source): confidence for key, mid, source, confidence in rows}
    return World(images, names, annotations)
