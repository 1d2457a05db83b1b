"""Relationships, points, masks and narratives of a query's images, in the releases' own layouts, which an import takes
again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import starmap
from pathlib import Path
from typing import Any, TypeVar

from browse.domain.csv_text import decimal_text
from browse.domain.image_ids import image_id_from_key
from browse.domain.masks import Mask, mask_path
from browse.domain.narratives import Narrative
from browse.domain.points import Point
from browse.domain.relationships import Relationship, Sides
from browse.exports.coco_masks import coco_masks_json
from browse.exports.downloads import BATCH_READ, CSV, ExportFormat, Heading, Written, csv_batches
from browse.exports.errors import NotHereError
from browse.exports.matches import Matches
from browse.query.fields import kinds_of
from browse.query.texts import has_caption
from browse.search.mask_clicks import Clicks
from browse.search.traces import has_file, line_of

Row = TypeVar("Row")
Write = Callable[[Matches, Heading, bool], Written]
Format = ExportFormat[Matches]
Read = Callable[[Sequence[int]], Mapping[int, tuple[Row, ...]]]
SIDES = ("XMin", "XMax", "YMin", "YMax")
RELATIONSHIP_COLUMNS = (
    *("ImageID", "LabelName1", "LabelName2"),
    *(f"{side}1" for side in SIDES),
    *(f"{side}2" for side in SIDES),
    "RelationshipLabel",
)
POINT_COLUMNS = (
    *("ImageId", "X", "Y", "Label", "EstimatedYesNo", "Source"),
    *("YesVotes", "NoVotes", "UnsureVotes", "TextLabel"),
)
MASK_COLUMNS = (
    *("MaskPath", "ImageID", "LabelName", "BoxID"),
    *(f"Box{side}" for side in SIDES),
    *("PredictedIoU", "Clicks"),
)
MEDIA_TYPES = {"csv": CSV, "json": "application/json", "jsonl": "application/jsonl"}
_AWAY = "which alone has the traces of narratives, is not on this site, or not as it was imported"


def rows_of(matches: Matches, read: Read[Row], is_asked: Callable[[Row], bool]) -> Iterator[Iterator[tuple[str, Row]]]:
    """For some images at a time ImageID and row, in the query's order and in file order there, but for images hidden
    meanwhile. Raises SearchError.
    """
    for keys in matches.batches():
        found, shown = matches.read(keys, partial(read, keys))
        yield _rows(shown, found, is_asked)


def _rows(
    keys: list[int], found: Mapping[int, tuple[Row, ...]], is_asked: Callable[[Row], bool]
) -> Iterator[tuple[str, Row]]:
    for key in keys:
        image_id = image_id_from_key(key)
        yield from ((image_id, row) for row in found.get(key, ()) if is_asked(row))


def relationships_csv(matches: Matches, *, safe: bool = False) -> Iterator[str]:
    """A line for each relationship that the query asks for. Raises SearchError."""
    terms, below = matches.query.wanted_relations, _below(matches)

    def is_asked(one: Relationship) -> bool:
        return not terms or any(term.asks_for(one.subject, one.relation, one.object, below) for term in terms)

    batches = (
        (
            (image_id, one.subject, one.object, *_sides(one.subject_box), *_sides(one.object_box), one.relation)
            for image_id, one in rows
        )
        for rows in rows_of(matches, matches.annotations.relationships_of, is_asked)
    )
    return csv_batches(RELATIONSHIP_COLUMNS, batches, safe=safe)


def points_csv(matches: Matches, *, safe: bool = False) -> Iterator[str]:
    """A line for each point that the query asks for. Raises SearchError."""
    terms, below = matches.query.wanted_points, _below(matches)

    def is_asked(one: Point) -> bool:
        return not terms or any(term.asks_for(one.mid, one.verdict, below) for term in terms)

    batches = (
        (
            (image_id, decimal_text(one.x), decimal_text(one.y), one.mid, one.verdict, one.source, *one.votes, one.text)
            for image_id, one in rows
        )
        for rows in rows_of(matches, matches.annotations.points_of, is_asked)
    )
    return csv_batches(POINT_COLUMNS, batches, safe=safe)


def masks_csv(matches: Matches, *, safe: bool = False) -> Iterator[str]:
    """A line for each mask that the query asks for. Raises SearchError."""
    with Clicks() as clicks:

        def cells(image_id: str, one: Mask) -> tuple[str, ...]:
            name = mask_path(image_id, one.mid, one.box_id)
            iou = "" if one.iou is None else decimal_text(one.iou)
            return name, image_id, one.mid, f"{one.box_id:08x}", *_sides(one), iou, clicks.of(one.file, name)

        batches = rows_of(matches, matches.annotations.masks_of, mask_filter(matches))
        yield from csv_batches(MASK_COLUMNS, (starmap(cells, rows) for rows in batches), safe=safe)


def mask_filter(matches: Matches) -> Callable[[Mask], bool]:
    """Whether the query asks for a mask."""
    named = matches.query.wanted_masks
    wanted = {one for mid, below in named for one in (mid, *(matches.below(mid) if below else ()))}
    return lambda mask: not named or mask.mid in wanted


def narratives_jsonl(matches: Matches) -> Iterator[str]:
    """The line of each narrative whose caption the query asks for, as it was published. Raises SearchError,
    NotHereError.
    """
    asked = matches.query.caption

    def is_asked(one: Narrative) -> bool:
        return asked is None or has_caption(asked, one.caption)

    first = matches.annotations.narratives_of(matches.selected.images_by_narrative_file())
    for file in {one.file for some in first.values() for one in filter(is_asked, some)}:
        if not has_file(file):
            raise NotHereError(f"the file {Path(file).name or 'of localized narratives'}, {_AWAY}")
    for some in rows_of(matches, matches.annotations.narratives_of, is_asked):
        for image_id, one in some:
            line = line_of(one, image_id)
            if line is None:
                raise NotHereError(f"the line of a narrative of image {image_id}, {_AWAY}")
            yield f"{line}\n"
        yield BATCH_READ


def _below(matches: Matches) -> Callable[[str], frozenset[str]]:
    return cache(lambda mid: frozenset(matches.below(mid)))


def _sides(one: Sides | Mask) -> tuple[str, str, str, str]:
    x_min, x_max, y_min, y_max = map(decimal_text, (one.x_min, one.x_max, one.y_min, one.y_max))
    return x_min, x_max, y_min, y_max


def _format(kind: str, name: str, ending: str, title: str, summary: str, write: Write, **more: Any) -> Format:
    """A format of rows of a kind, which raises NotHereError where the data set has none at all."""

    def written(matches: Matches, heading: Heading, safe: bool) -> Written:
        if kind not in kinds_of(matches.annotations):
            raise NotHereError(f"the data set has no {'narratives' if kind == 'narrative' else kind}")
        return write(matches, heading, safe)

    media_type = MEDIA_TYPES[ending]
    return ExportFormat(name, ending, media_type, title, summary, written, kind=kind, needs_rows=True, **more)


def _relationships(matches: Matches, heading: Heading, safe: bool) -> Written:
    number = matches.selected.relationships()
    return Written(number, relationships_csv(matches.having(number), safe=safe))


def _points(matches: Matches, heading: Heading, safe: bool) -> Written:
    number = matches.selected.points()
    return Written(number, points_csv(matches.having(number), safe=safe))


def _masks(matches: Matches, heading: Heading, safe: bool) -> Written:
    number = sum(matches.selected.masks().values())
    return Written(number, masks_csv(matches.having(number), safe=safe))


def _narratives(matches: Matches, heading: Heading, safe: bool) -> Written:
    number = matches.selected.narratives()
    return Written(number, narratives_jsonl(matches.having(number)))


def _coco_masks(matches: Matches, heading: Heading, safe: bool) -> Written:
    number = sum(matches.selected.masks().values())
    return Written(number, coco_masks_json(matches.having(number), heading, mask_filter(matches)))


LAYOUTS: tuple[Format, ...] = (
    _format(
        "masks",
        "masks",
        "csv",
        "Masks",
        "One row per segmentation mask of these images, of the labels whose boxes the query asks for, else of all, in "
        "the columns of Open Images V5 and later. Its picture is in the release's zips.",
        _masks,
        columns=MASK_COLUMNS,
    ),
    _format(
        "masks",
        "coco-masks",
        "json",
        "Masks, COCO",
        "The same masks as a COCO document, with the credit of each image. Masks are run lengths, as large as the "
        "release's pictures of them.",
        _coco_masks,
    ),
    _format(
        "relationships",
        "relationships",
        "csv",
        "Relationships",
        "One row per relationship of these images that a relationship term asks for, else of the chosen labels, else "
        "of all, in the columns of Open Images V6.",
        _relationships,
        columns=RELATIONSHIP_COLUMNS,
    ),
    _format(
        "points",
        "points",
        "csv",
        "Points",
        "One row per point of these images that a point term asks for, else of the chosen labels, else of all, in the "
        "columns of Open Images V7.",
        _points,
        columns=POINT_COLUMNS,
    ),
    _format(
        "narrative",
        "narratives",
        "jsonl",
        "Narratives",
        "One JSON object per localized narrative of these images, of those with the words of caption where these are "
        "given, with its trace, as Open Images V6 has them.",
        _narratives,
    ),
)
"""Those of the kinds that later releases have, in the order of menus."""
