"""The data set as the database holds it now, read in large pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.apps import apps
from django.db import connection, transaction

from browse.arrays import NO_AUTHOR, DatasetArrays
from browse.openimages.errors import ImportProblemError
from browse.openimages.merge_images import CHUNK_ROWS, ImageRows
from browse.openimages.parsed import IMAGE_SCHEMA
from browse.openimages.texts import md5_bytes, photo_ids

FETCH_ROWS = 100_000
TABLES = ("browse_image", "browse_author", "browse_license", "browse_label", "browse_source", "browse_annotation")

_IMAGES = """
    SELECT i.id, i.subset, i.original_url, i.landing_url, l.url, coalesce(a.profile_url, ''),
           coalesce(i.author_name, a.name, ''), i.title, i.original_size, i.original_md5, i.thumbnail_url, i.rotation
    FROM browse_image i
    LEFT JOIN browse_license l ON l.id = i.license_id LEFT JOIN browse_author a ON a.id = i.author_id
    WHERE i.id BETWEEN %s AND %s ORDER BY i.id
"""


def fetch(sql: str, params: Sequence[Any] = ()) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of a query in lists of at most FETCH_ROWS, with bounded memory on every database."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(FETCH_ROWS):
            yield rows


def fetch_all(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    return [row for rows in fetch(sql, params) for row in rows]


def require_tables() -> None:
    """Raise ImportProblemError where not all tables are there."""
    present = set(connection.introspection.table_names())
    wanted = {model._meta.db_table for model in apps.get_app_config("browse").get_models()}
    if missing := wanted - present:
        raise ImportProblemError(f"the database has no table {min(missing)}: run manage.py migrate first")


def image_keys() -> npt.NDArray[np.int64]:
    """Keys of all images, ascending."""
    parts = [np.array(rows, np.int64)[:, 0] for rows in fetch("SELECT id FROM browse_image ORDER BY id")]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def image_rows(keys: npt.NDArray[np.int64]) -> ImageRows:
    """The rows of these images, which must be all the database has, in IMAGE_SCHEMA."""
    bounds = [(keys[i], keys[min(i + CHUNK_ROWS, len(keys)) - 1]) for i in range(0, len(keys), CHUNK_ROWS)]
    sizes = [min(CHUNK_ROWS, len(keys) - i) for i in range(0, len(keys), CHUNK_ROWS)]

    def load(number: int) -> pa.Table:
        low, high = bounds[number]
        columns = list(zip(*fetch_all(_IMAGES, (int(low), int(high))), strict=True))
        arrays = [pa.array(column, kind.type) for column, kind in zip(columns, IMAGE_SCHEMA, strict=True)]
        return pa.Table.from_arrays(arrays, schema=IMAGE_SCHEMA)

    return ImageRows(sizes, load)


def packed_annotations(
    keys: npt.NDArray[np.int64],
    labels: dict[int, int],
    sources: dict[int, int],
    table: str = "browse_annotation",
) -> Iterator[npt.NDArray[np.uint64]]:
    """All annotations in order, packed by the numbers given for images (sorted keys), label and source ids."""
    label_of, source_of = _lookup(labels), _lookup(sources)
    held = np.empty(0, np.uint64)
    for rows in fetch(
        f"SELECT image_id, label_id, source_id, confidence FROM {table} ORDER BY image_id, label_id, source_id"
    ):
        values = np.array(rows, np.int64)
        image = np.searchsorted(keys, values[:, 0]).astype(np.uint64)
        rest = label_of[values[:, 1]] << np.uint64(16) | source_of[values[:, 2]] << np.uint64(8)
        held = np.concatenate([held, image << np.uint64(32) | rest | values[:, 3].astype(np.uint64)])
        held.sort()  # label ids need not follow the order of MIDs; the last image may not be whole yet
        cut = int(np.searchsorted(held, image[-1] << np.uint64(32)))
        yield held[:cut]
        held = held[cut:]
    yield held


def _lookup(numbers: dict[int, int]) -> npt.NDArray[np.uint64]:
    table = np.zeros(max(numbers, default=0) + 1, np.uint64)
    for row_id, number in numbers.items():
        table[row_id] = number
    return table


def load_arrays(renamed: Mapping[str, str] = MappingProxyType({})) -> DatasetArrays:
    """The whole data set of the database, for an index build; `renamed` tables are read from elsewhere."""
    table = {name: renamed.get(name, name) for name in TABLES}
    labels = sorted(fetch_all(f"SELECT mid, id FROM {table['browse_label']}"))
    sources = fetch_all(f"SELECT id, name FROM {table['browse_source']} ORDER BY id")
    slugs = dict(fetch_all(f"SELECT id, slug FROM {table['browse_license']}"))
    slug_list = sorted(set(slugs.values()))
    author_of, author_keys, author_ids = _authors(table["browse_author"])
    license_of = _lookup({row_id: slug_list.index(slug) for row_id, slug in slugs.items()})
    parts: list[tuple[npt.NDArray[Any], ...]] = []
    columns_sql = "id, subset, license_id, author_id, original_md5, landing_url, original_url"
    for rows in fetch(f"SELECT {columns_sql} FROM {table['browse_image']} ORDER BY id"):
        ids, subset, license_id, author_id, md5, landing, original = zip(*rows, strict=True)
        known = np.array([NO_AUTHOR if value is None else author_of[value] for value in author_id], np.uint32)
        parts.append(
            (
                np.array(ids, np.int64),
                np.array(subset, np.uint8),
                license_of[np.array(license_id)].astype(np.uint16),
                known,
                md5_bytes(pa.array(md5, pa.string())),
                photo_ids(pa.array(landing, pa.string()), pa.array(original, pa.string())),
            )
        )
    kinds = (np.int64, np.uint8, np.uint16, np.uint32, "S16", np.uint64)
    empty = tuple(np.empty(0, kind) for kind in kinds)
    columns = [np.concatenate(column) for column in zip(empty, *parts, strict=True)]
    packed = packed_annotations(
        columns[0],
        {row_id: number for number, (_, row_id) in enumerate(labels)},
        {row_id: number for number, (row_id, _) in enumerate(sources)},
        table["browse_annotation"],
    )
    return DatasetArrays(
        image_keys=columns[0],
        subsets=columns[1],
        licenses=columns[2],
        authors=columns[3],
        md5=columns[4],
        photos=columns[5],
        license_slugs=slug_list,
        author_keys=author_keys,
        author_ids=author_ids,
        label_mids=[mid for mid, _ in labels],
        label_ids=np.array([row_id for _, row_id in labels], np.int32),
        sources=[name for _, name in sources],
        annotations=np.concatenate([np.empty(0, np.uint64), *packed]),
    )


def _authors(table: str) -> tuple[npt.NDArray[np.uint32], list[str], npt.NDArray[np.int32]]:
    """Author number by row id, keys in order, and the smallest row id with each key."""
    rows = sorted(fetch_all(f"SELECT key, id FROM {table}"))
    number_of = np.zeros(max((row_id for _, row_id in rows), default=0) + 1, np.uint32)
    keys: list[str] = []
    ids: list[int] = []
    for key, row_id in rows:
        if not keys or keys[-1] != key:
            keys.append(key)
            ids.append(row_id)
        number_of[row_id] = len(keys) - 1
    return number_of, keys, np.array(ids, np.int32)
