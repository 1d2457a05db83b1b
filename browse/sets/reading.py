"""What a set takes from requests and tables: queries in their canonical form, image rows with credit, sizes."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import connection
from django.http import QueryDict

from browse.domain.image_ids import image_id_from_key
from browse.domain.picture_status import PictureStatus
from browse.models import Image, PictureState, credited_name
from browse.query.canonical import canonical
from browse.query.edits import in_listing_order
from browse.query.fields import Known
from browse.query.values import Query
from browse.requests.parameters import BadQueryError
from browse.requests.readers import read_query
from browse.rights import Credit, attribution
from browse.rights.texts import one_line
from browse.search import Snapshot
from browse.search.errors import TablesDifferError
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
    found = dict(row for rows in _asked("id, original_size", keys) for row in rows)
    return np.array([found.get(key) or 0 for key in keys.tolist()], np.int64)


def bytes_of(keys: npt.NDArray[np.int64]) -> tuple[int, int]:
    """The bytes of these images' originals, as far as they are known, and of how many they are not."""
    sums = [rows[0] for rows in _asked("COALESCE(SUM(original_size), 0), COUNT(original_size)", keys)]
    return sum(int(total) for total, _ in sums), len(keys) - sum(known for _, known in sums)


def _asked(columns: str, keys: npt.NDArray[np.int64]) -> Iterator[list[tuple[Any, ...]]]:
    """Columns of some images at a time. Their keys are one parameter: thousands would cost more than the rows."""
    for start in range(0, len(keys), KEYS_IN_ONE):
        some = keys[start : start + KEYS_IN_ONE].tolist()
        is_sqlite = connection.vendor == "sqlite"
        among = "IN (SELECT value FROM json_each(%s))" if is_sqlite else "= ANY(%s)"
        with connection.cursor() as cursor:
            sql = f"SELECT {columns} FROM {Image._meta.db_table} WHERE id {among}"  # noqa: S608 - texts of this module
            cursor.execute(sql, [json.dumps(some) if is_sqlite else some])
            yield cursor.fetchall()


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
    rows: dict[int, tuple[Any, ...]] = {}
    for some in _pieces(keys.tolist()):
        rows.update((row[0], row) for row in Image.objects.filter(pk__in=some).values_list(*_FIELDS))
    missing = next((key for key in keys.tolist() if key not in rows), None)
    if missing is not None:
        raise TablesDifferError(f"an image ({image_id_from_key(missing)})")
    credited = [_credit(rows[key]) for key in keys.tolist()]
    columns = zip(
        *(_image_row(rows[key], split, credit) for key, credit in zip(keys.tolist(), credited, strict=True)),
        strict=True,
    )
    arrays = [pa.array(column, field.type) for column, field in zip(columns, IMAGE_SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=IMAGE_SCHEMA), credited


def _credit(row: tuple[Any, ...]) -> Credit:
    key, title, own, usual, profile, license_url, landing, original, *_ = row
    return Credit(
        title=title or "",
        author=credited_name(own, usual) or "",
        author_url=profile or "",
        landing_url=landing or "",
        license_url=license_url or "",
        image_id=image_id_from_key(key),
        original_url=original or "",
    )


def _image_row(row: tuple[Any, ...], split: str, credit: Credit) -> tuple[Any, ...]:
    *_, size, md5, rotation = row
    image_id = credit.image_id
    return (
        *(image_id, split, f"{image_id}.jpg", credit.title or None, credit.author or None, credit.author_url or None),
        *(one_line(credit.license.short_name), credit.license_url or None, credit.landing_url or None),
        *(credit.original_url or None, size, md5 or None, _hex(md5), rotation, attribution(credit).text),
    )


def _hex(md5: str) -> str | None:
    """The 16 bytes of an MD5 in hex, as `md5sum` writes them; the data set gives them in Base64."""
    try:
        return base64.b64decode(md5, validate=True).hex() or None
    except binascii.Error:
        return None


def _pieces(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]
