"""A query's images and annotations as the CSV files of Open Images V1, line by line.

What comes out goes in again without a loss: `import_openimages` takes it.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from typing import Any

from browse.image_ids import image_id_from_key
from browse.matching import Matches
from browse.models import Annotation, Image, Subset, credited_name
from browse.query.pairs import CURATOR
from browse.spreadsheets import csv_lines, harmless

IMAGE_COLUMNS = (
    "ImageID",
    "Subset",
    "OriginalURL",
    "OriginalLandingURL",
    "License",
    "AuthorProfileURL",
    "Author",
    "Title",
    "OriginalSize",
    "OriginalMD5",
    "Thumbnail300KURL",
)
_SUBSETS = dict(Subset.choices)
_IMAGE_FIELDS = (
    "pk",
    "subset",
    "original_url",
    "landing_url",
    "license__url",
    "author__profile_url",
    "author__name",
    "author_name",
    "title",
    "original_size",
    "original_md5",
    "thumbnail_url",
)
"""Where the columns are, as plain values: model instances take four times as long to read."""
LABEL_COLUMNS = ("ImageID", "Source", "LabelName", "Confidence")


def images_csv(matches: Matches, *, safe: bool = False) -> Iterator[str]:
    """V1's header line and a line for each image, in the query's order. One query for a thousand images.

    `safe` makes what strangers wrote harmless for spreadsheets. Images hidden meanwhile are left out. Raises
    SearchError where an import comes between.
    """
    text: Callable[[str], str] = harmless if safe else str
    yield from csv_lines([IMAGE_COLUMNS])
    for keys in matches.batches():
        images = {values[0]: values for values in Image.objects.filter(pk__in=keys).values_list(*_IMAGE_FIELDS)}
        yield from csv_lines(_image_row(images[key], text) for key in matches.still_shown(keys))


def labels_csv(matches: Matches) -> Iterator[str]:
    """V1's header line and a line for each annotation of the images, in the query's order. Raises SearchError."""
    yield from csv_lines([LABEL_COLUMNS])
    for keys in matches.batches():
        rows = _label_rows(keys, matches.says_of(keys))
        shown = {image_id_from_key(key) for key in matches.still_shown(keys)}
        yield from csv_lines(row for row in rows if row[0] in shown)


def with_entities(text: str) -> str:
    """Text as V1 writes authors and titles: unescaping its HTML entities once gives it back."""
    return text.replace("&", "&amp;") if html.unescape(text) != text else text


def decimal(hundredths: int) -> str:
    """A confidence as V1 writes it: 0.8, 1.0, and 0.85 where it must."""
    return f"{hundredths / 100:.2f}" if hundredths % 10 else f"{hundredths / 100:.1f}"


def _image_row(values: tuple[Any, ...], text: Callable[[str], str]) -> tuple[str | int, ...]:
    """A line's cells, of the values of _IMAGE_FIELDS."""
    key, subset, original, landing, license_url, profile, author, own_name, title, size, md5, thumbnail = values
    names = with_entities(credited_name(own_name, author)), with_entities(title)
    given = (text(one) for one in (original, landing, license_url, profile or "", *names))
    return image_id_from_key(key), _SUBSETS[subset], *given, "" if size is None else size, md5, text(thumbnail)


def _label_rows(keys: list[int], says: dict[int, dict[str, bool]]) -> list[tuple[str, str, str, str]]:
    """By image as in `keys`, then by source, the largest confidence first; curators' words among them."""
    place = {key: number for number, key in enumerate(keys)}
    given = Annotation.objects.filter(image_id__in=keys).values_list(
        "image_id", "source__name", "confidence", "label__mid"
    )
    rows = [row for row in given if row[1] != CURATOR or row[3] not in says.get(row[0], ())]
    rows += [(key, CURATOR, 100 * yes, mid) for key, words in says.items() for mid, yes in words.items()]
    ordered = sorted(rows, key=lambda row: (place[row[0]], row[1], -row[2], row[3]))
    return [(image_id_from_key(image), source, mid, decimal(confidence)) for image, source, confidence, mid in ordered]
