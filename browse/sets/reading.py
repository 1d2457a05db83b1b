"""What a set takes from requests and tables: queries in their canonical form, image rows with credit, sizes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db.models import Count, QuerySet, Sum
from django.http import QueryDict

from browse.domain.image_ids import image_id_from_key
from browse.domain.picture_status import PictureStatus
from browse.domain.text_columns import image_ids_of
from browse.models import Image, PictureState, credited_name
from browse.models.keys import one_of
from browse.query.canonical import canonical
from browse.query.edits import in_listing_order
from browse.query.fields import Known
from browse.query.values import Query
from browse.requests.parameters import BadQueryError
from browse.requests.readers import read_query
from browse.rights import Credit, attribution, license_from_url
from browse.rights.texts import one_line
from browse.search import Snapshot
from browse.search.errors import TablesDifferError
from browse.sets.pictures import ENDING
from browse.sets.recipe import Recipe
from browse.sets.recipe_reader import ReadQuery
from browse.sets.rows import IMAGE_SCHEMA

Flags = npt.NDArray[np.bool_]
_HOPELESS = [PictureStatus.DEAD, PictureStatus.MISMATCH, PictureStatus.BLOCKED, PictureStatus.ERROR]
KEYS_AT_ONCE = 1000
KEYS_IN_ONE = 20_000
_FIELDS = (
    *("pk", "title", "author_name", "author__name", "author__profile_url", "license__url", "landing_url"),
    *("original_url", "original_size", "original_md5", "rotation"),
)
_GIVEN = ("title", "author", "author_url", "license_url", "landing_url", "original_url")
"""Columns of IMAGE_SCHEMA that are as the data set gives them, as credits are."""


def query_reader(known: Known) -> ReadQuery:
    """Reads the `images` of a recipe over a data set."""

    def read(text: str) -> str:
        try:
            return canonical(in_listing_order(read_query(QueryDict(text), known=known).query))
        except BadQueryError as error:
            raise ValueError("; ".join(f"{one.parameter}: {one.message}" for one in error.errors)) from error

    return read


def images_query(recipe: Recipe, snapshot: Snapshot) -> Query:
    """The query that a recipe's `images` are. Raises BadQueryError."""
    return read_query(QueryDict(recipe.images), known=snapshot.engine).query


def sizes_of(keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """int64: the size in bytes of each image's original, by database key; 0 where it is not known."""
    found = dict(row for some in _images_of(keys) for row in some.values_list("pk", "original_size"))
    return np.array([found.get(key) or 0 for key in keys.tolist()], np.int64)


def bytes_of(keys: npt.NDArray[np.int64]) -> tuple[int, int]:
    """The bytes of these images' originals, as far as they are known, and of how many they are not."""
    size = "original_size"
    sums = [some.aggregate(bytes=Sum(size, default=0), known=Count(size)) for some in _images_of(keys)]
    return sum(int(one["bytes"]) for one in sums), len(keys) - sum(one["known"] for one in sums)


def _images_of(keys: npt.NDArray[np.int64]) -> Iterator[QuerySet[Image]]:
    """Images some at a time."""
    for start in range(0, len(keys), KEYS_IN_ONE):
        yield Image.objects.filter(pk__in=one_of(keys[start : start + KEYS_IN_ONE].tolist()))


def dead_among(keys: npt.NDArray[np.int64]) -> int:
    """How many of these images are known to be gone at their source."""
    dead = list(PictureState.objects.filter(state=PictureStatus.DEAD).values_list("pk", flat=True))
    return int(np.isin(np.array(dead, np.int64), keys).sum()) if dead else 0


def looks_of(keys: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], Flags, Flags]:
    """int64, bool, bool: the look of each image's picture, whether it is known, and whether there is no hope of it.

    keys: of images in the database, ascending.
    """
    looks, known, hopeless = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_), np.zeros(len(keys), np.bool_)
    seen = PictureState.objects.filter(look__isnull=False).values_list("pk", "look").iterator(KEYS_IN_ONE)
    found = np.array([*seen], np.int64).reshape(-1, 2)
    places = np.searchsorted(keys, found[:, 0])
    ours = places < len(keys)
    ours[ours] = keys[places[ours]] == found[ours, 0]
    looks[places[ours]], known[places[ours]] = found[ours, 1], True
    failed = PictureState.objects.filter(state__in=_HOPELESS).values_list("pk", flat=True)
    hopeless[np.isin(keys, np.array([*failed], np.int64))] = True
    return looks, known, hopeless & ~known


def image_table(keys: npt.NDArray[np.int64], split: str) -> tuple[pa.Table, list[Credit]]:
    """Images of a split as a table of IMAGE_SCHEMA, and their credit, in the order of their keys.

    Raises TablesDifferError.
    """
    import pyarrow.compute as pc  # noqa: PLC0415 - takes a tenth of a second, which the site's start need not wait

    ids, rows = image_ids_of(keys), _rows_of(keys)
    credited = [_credit(row, image_id) for row, image_id in zip(rows, ids.to_pylist(), strict=True)]
    sizes, md5s, rotations = zip(*(row[-3:] for row in rows), strict=True)
    columns: dict[str, Iterable[Any]] = {
        "image_id": ids,
        "split": pa.repeat(split, len(ids)),
        "file_name": pc.binary_join_element_wise(ids, ENDING, ""),
        **{name: [getattr(credit, name) or None for credit in credited] for name in _GIVEN},
        "license": [_license_name(credit.license_url) for credit in credited],
        "original_size": sizes,
        "original_md5": [md5 or None for md5 in md5s],
        "original_md5_hex": [*map(_hex, md5s)],
        "rotation": rotations,
        "attribution": [attribution(credit).text for credit in credited],
    }
    arrays = [pa.array(columns[field.name], field.type) for field in IMAGE_SCHEMA]
    return pa.Table.from_arrays(arrays, schema=IMAGE_SCHEMA), credited


def _rows_of(keys: npt.NDArray[np.int64]) -> list[tuple[Any, ...]]:
    """The rows of images, in the order of their keys. Raises TablesDifferError where one is not there."""
    rows = {row[0]: row for some in _images_of(keys) for row in some.values_list(*_FIELDS)}
    try:
        return [rows[key] for key in keys.tolist()]
    except KeyError as error:
        raise TablesDifferError(f"an image ({image_id_from_key(error.args[0])})") from error


def _credit(row: tuple[Any, ...], image_id: str) -> Credit:
    _, title, own, usual, profile, license_url, landing, original, *_ = row
    return Credit(
        title=title or "",
        author=credited_name(own, usual),
        author_url=profile or "",
        landing_url=landing or "",
        license_url=license_url or "",
        image_id=image_id,
        original_url=original or "",
    )


@lru_cache(4096)
def _license_name(url: str) -> str:
    return one_line(license_from_url(url).short_name)


def _hex(md5: str) -> str | None:
    """The 16 bytes of an MD5 in hex, as `md5sum` writes them; the data set gives them in Base64."""
    try:
        return base64.b64decode(md5, validate=True).hex() or None
    except binascii.Error:
        return None
