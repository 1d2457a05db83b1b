"""A query's images, annotations, pairs and labels as CSV files, line by line: the list of all export formats.

What comes out of images, labels and dict goes in again without a loss: `import_openimages` takes it.
"""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
from django.db.models import QuerySet

from browse.domain.csv_text import csv_columns, csv_header, csv_text
from browse.domain.image_ids import image_id_from_key
from browse.domain.text_columns import image_ids_of
from browse.exports.annotations import LABEL_COLUMNS, decimal, labels_csv
from browse.exports.boxes import BOX_COLUMNS, boxes_csv
from browse.exports.coco import coco_json
from browse.exports.credits import CREDIT_SHEETS
from browse.exports.downloads import ARCHIVE, BATCH_READ, CSV, ExportFormat, Heading, Written, csv_batches
from browse.exports.layouts import LAYOUTS
from browse.exports.matches import Matches
from browse.exports.yolo import yolo_tar
from browse.models import Annotation, Image, Source, credited_name
from browse.models.keys import one_of, rows_of
from browse.query.pairs import CURATOR, Verdict, merge, with_curator
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, SUBSETS, ConfidenceRange, Query, State

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
ROTATION = "Rotation"
"""The twelfth column, where the data set knows the rotation of any image."""
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
    "rotation",
)
"""Where the columns are, as plain values: model instances take four times as long to read."""
PAIR_COLUMNS = ("ImageID", "LabelName", "DisplayName", "State", "Confidence", "Machine", "Human")
NAME_COLUMNS = ("LabelName", "DisplayName")
_YES_NO = {True: "yes", False: "no", None: ""}
_KEYS_AT_ONCE = 1000

Holds = Callable[[str, Verdict], bool]
"""Whether a pair, of a MID, is one of those asked for."""
Condition = tuple[ConfidenceRange, frozenset[State]]


def images_csv(matches: Matches, *, safe: bool = False) -> Iterator[str]:
    """V1's header line and a line for each image, in the query's order. One query for some thousand images.

    `safe` is for spreadsheets. Images hidden meanwhile are left out. Raises SearchError where an import comes between.
    """
    names = (*IMAGE_COLUMNS, ROTATION) if matches.has_rotations else IMAGE_COLUMNS
    yield csv_header(names, safe=safe)
    for keys in matches.batches():
        images, shown = matches.read(keys, partial(_images_by_key, keys))
        if shown:
            columns = _image_columns([images[key] for key in shown])
            yield csv_columns(dict(zip(names, columns, strict=False)), safe=safe)
        yield BATCH_READ


def _images_by_key(keys: list[int]) -> dict[int, tuple[Any, ...]]:
    return {row[0]: row for row in rows_of(Image.objects.filter(pk__in=one_of(keys)).values_list(*_IMAGE_FIELDS))}


def _image_columns(rows: list[tuple[Any, ...]]) -> Iterator[Sequence[str]]:
    """Cells, column by column, of rows of the values of _IMAGE_FIELDS."""
    keys, subsets, originals, landings, licenses, profiles, usual, own, titles, sizes, *others = zip(*rows, strict=True)
    md5s, thumbnails, rotations = others
    yield image_ids_of(np.array(keys, np.int64)).to_pylist()
    yield [SUBSETS[subset] for subset in subsets]
    yield from (originals, landings, licenses)
    yield [profile or "" for profile in profiles]
    yield _with_entities([credited_name(given, name) for given, name in zip(own, usual, strict=True)])
    yield _with_entities(titles)
    yield ["" if size is None else str(size) for size in sizes]
    yield from (md5s, thumbnails)
    yield ["" if rotation is None else str(rotation) for rotation in rotations]


def pairs_csv(matches: Matches, *, safe: bool = False) -> Iterator[str]:
    """A line for each pair asked for, of the images in the query's order, by MID. Raises SearchError.

    Asked for are the pairs that hold a `label` or `any` term; without such terms those in the query's range and states.
    """
    return csv_batches(PAIR_COLUMNS, _pair_rows(matches), safe=safe)


def dictionary_csv(matches: Matches, *, safe: bool = False) -> Iterator[str]:
    """A line for each label that stands on one of the images, in any state, by MID. One without a name has its MID."""
    names = matches.names.by_mid
    rows = ((mid, with_entities(names.get(mid, mid))) for mid in matches.selected.labels())
    return csv_text(NAME_COLUMNS, rows, safe=safe)


def with_entities(text: str) -> str:
    """Text as V1 writes authors and titles: unescaping its HTML entities once gives it back."""
    return text.replace("&", "&amp;") if html.unescape(text) != text else text


def _with_entities(texts: Sequence[str]) -> list[str]:
    return [with_entities(text) if "&" in text else text for text in texts]


def annotation_count(matches: Matches) -> int:
    """How many lines `labels_csv` has: the data set's annotations, and curators' words added or in their place."""
    ruled = matches.selected.rulings()
    return matches.selected.annotations() + len(ruled) - _replaced(ruled)


def _replaced(ruled: list[tuple[int, str]]) -> int:
    """On how many of these pairs the data set has a word of a curator already."""
    source = Source.objects.filter(name=CURATOR).first() if ruled else None
    if source is None:
        return 0
    keys, found = sorted({key for key, _ in ruled}), 0
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        rows = Annotation.objects.filter(image_id__in=keys[start : start + _KEYS_AT_ONCE], source=source)
        found += len(set(rows.values_list("image_id", "label__mid")).intersection(ruled))
    return found


def _pair_rows(matches: Matches) -> Iterator[Iterator[tuple[str, ...]]]:
    """The rows of some images at a time."""
    names, asked = matches.names, conditions_of(matches.query, matches.below)
    wanted = [pk for pk, (mid, _) in names.labels.items() if asked is not None and mid in asked]
    holds = _holding(matches.query, asked)
    for keys in matches.batches():
        rows = Annotation.objects.filter(image_id__in=one_of(keys))
        rows = rows if asked is None else rows.filter(label_id__in=wanted)
        given, shown = matches.read(keys, partial(_pairs_in, rows))
        words, says = defaultdict[int, dict[str, list[tuple[str, int]]]](dict), matches.says_of(keys)
        for image, label, source, confidence in given:
            words[image].setdefault(names.labels[label][0], []).append((names.sources[source], confidence))
        for key, said in says.items():
            words[key] |= {mid: with_curator(words[key].get(mid, ()), yes=yes) for mid, yes in said.items()}
        yield chain.from_iterable(_lines_of(image_id_from_key(key), words[key], names.by_mid, holds) for key in shown)


def _pairs_in(rows: QuerySet[Annotation]) -> list[tuple[int, int, int, int]]:
    return rows_of(rows.values_list("image_id", "label_id", "source_id", "confidence"))


def _lines_of(
    image_id: str, words: dict[str, list[tuple[str, int]]], names: dict[str, str], holds: Holds
) -> Iterator[tuple[str, ...]]:
    for mid in sorted(words):
        pair = merge(words[mid])
        if holds(mid, pair):
            machine = "" if pair.machine is None else decimal(pair.machine)
            yield image_id, mid, names[mid], pair.state, decimal(pair.confidence), machine, _YES_NO[pair.human]


def conditions_of(query: Query, below: Callable[[str], Sequence[str]]) -> dict[str, list[Condition]] | None:
    """By MID the ranges and states of the `label` and `any` terms about pairs; None where there are none.

    `below` gives the MIDs of the labels below one, for terms that take these too.
    """
    found: dict[str, list[Condition]] = {}
    for term in query.wanted_pairs:
        for mid in (term.mid, *(below(term.mid) if term.below else ())):
            found.setdefault(mid, []).append((query.range_of(term), query.states_of(term)))
    return found or None


def _holding(query: Query, asked: dict[str, list[Condition]] | None) -> Holds:
    every = [(query.confidence or ANY_CONFIDENCE, query.states or DEFAULT_STATES)]

    def holds(mid: str, pair: Verdict) -> bool:
        allowed: Iterable[Condition] = every if asked is None else asked.get(mid, ())
        return any(pair.confidence in inside and pair.state in states for inside, states in allowed)

    return holds


def _images(matches: Matches, heading: Heading, safe: bool) -> Written:
    return Written(matches.count, images_csv(matches, safe=safe))


def _labels(matches: Matches, heading: Heading, safe: bool) -> Written:
    return Written(annotation_count(matches), labels_csv(matches, safe=safe))


def _pairs(matches: Matches, heading: Heading, safe: bool) -> Written:
    number = matches.selected.pairs()
    return Written(number, pairs_csv(matches.having(number), safe=safe))


def _dictionary(matches: Matches, heading: Heading, safe: bool) -> Written:
    return Written(len(matches.selected.labels()), dictionary_csv(matches, safe=safe))


def _boxes(matches: Matches, heading: Heading, safe: bool) -> Written:
    number = _box_count(matches)
    return Written(number, boxes_csv(matches.having(number), safe=safe))


def _coco(matches: Matches, heading: Heading, safe: bool) -> Written:
    number = _box_count(matches)
    return Written(number, coco_json(matches.having(number), heading))


def _yolo(matches: Matches, heading: Heading, safe: bool) -> Written:
    number = _box_count(matches)
    return Written(number, yolo_tar(matches.having(number), heading))


def _box_count(matches: Matches) -> int:
    return sum(matches.selected.boxes().values())


EXPORTS: tuple[ExportFormat[Matches], ...] = (
    ExportFormat(
        "images",
        "csv",
        CSV,
        "Images",
        "One row per image, in the columns of Open Images V1, plus Rotation where the data set has it.",
        _images,
        IMAGE_COLUMNS,
    ),
    ExportFormat(
        "labels",
        "csv",
        CSV,
        "All labels of these images",
        "One row per annotation of these images by any source, whatever labels were chosen, in the columns of Open "
        "Images V1.",
        _labels,
        LABEL_COLUMNS,
    ),
    ExportFormat(
        "pairs",
        "csv",
        CSV,
        "Chosen labels only",
        "One row per pair of image and label that matches a label or any term, with its state; without such terms, "
        "one per pair in the range and states asked for.",
        _pairs,
        PAIR_COLUMNS,
    ),
    ExportFormat(
        "dict",
        "csv",
        CSV,
        "Label names",
        "One row per label of these images, in any state, with its name.",
        _dictionary,
        NAME_COLUMNS,
    ),
    ExportFormat(
        "boxes",
        "csv",
        CSV,
        "Boxes",
        "One row per bounding box of these images that a box term counts, else of the chosen labels, else of all, in "
        "the columns of Open Images V4 and later, plus extreme clicks where the data set has any.",
        _boxes,
        BOX_COLUMNS,
        kind="boxes",
    ),
    ExportFormat(
        "coco",
        "json",
        "application/json",
        "Boxes, COCO",
        "The same boxes as a COCO document, with the credit of each image. Boxes are shares of the picture.",
        _coco,
        kind="boxes",
    ),
    ExportFormat(
        "yolo",
        "tar",
        ARCHIVE,
        "Boxes, YOLO",
        "The same boxes as an archive with a text file per image, as YOLO programs read it, and a credit sheet.",
        _yolo,
        kind="boxes",
    ),
    *LAYOUTS,
)
"""The formats below /export, in the order of menus."""

ALL_EXPORTS: tuple[ExportFormat[Matches], ...] = (*EXPORTS, *CREDIT_SHEETS)
"""Every format that a query's images can be had in: addresses, views, menus and the API's description read this."""
