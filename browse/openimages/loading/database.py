"""The data set as the database holds it now, read in large pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.apps import apps
from django.conf import settings
from django.db import connection

from browse.domain.dataset_arrays import NO_AUTHOR, DatasetArrays
from browse.domain.hierarchy import HierarchyEdge
from browse.domain.texts import Texts
from browse.openimages.errors import ImportProblemError
from browse.openimages.loading.fetching import fetch, fetch_all, fetch_columns, fetch_table, lookup
from browse.openimages.loading.row_tables import ROW_TABLES
from browse.openimages.loading.stored_boxes import spooled_boxes
from browse.openimages.loading.stored_rows import spooled_rows, table_name, words_in
from browse.openimages.merging.image_digests import ImageDigests
from browse.openimages.merging.image_table import ARRAYS, OF_ROWS, author_numbers
from browse.openimages.merging.image_texts import CREDITED, ENDS, TEXT, ImageTexts, texts_of, usual_names
from browse.openimages.merging.merge_images import CHUNK_ROWS, ImageRows
from browse.openimages.reading.parsed import IMAGE_SCHEMA

TABLES = (
    *("browse_image", "browse_author", "browse_license", "browse_label", "browse_source"),
    *("browse_annotation", "browse_hierarchyrow", "browse_boxannotation"),
    *("browse_relationshipannotation", "browse_pointannotation", "browse_narrativeannotation"),
    "browse_maskannotation",
)

_IMAGE_COLUMNS = pa.schema(
    [
        ("id", pa.int64()),
        ("license_id", pa.int32()),
        ("author_id", pa.int32()),
        ("author_name", pa.string()),
        *(field for field in IMAGE_SCHEMA if field.name not in ("key", "license", "author_url", "author")),
    ]
)
_IMAGES = f"SELECT {', '.join(_IMAGE_COLUMNS.names)} FROM"
_PER_IMAGE: dict[str, Any] = {"image_keys": np.int64, **ARRAYS}
AUTHOR_COLUMNS = pa.schema([("id", pa.int32()), *((n, pa.string()) for n in ("profile_url", "key", "name"))])


def require_tables() -> None:
    """Raise ImportProblemError where not all tables are there."""
    present = set(connection.introspection.table_names())
    wanted = {model._meta.db_table for model in apps.get_app_config("browse").get_models()}
    if missing := wanted - present:
        raise ImportProblemError(f"the database has no table {min(missing)}: run manage.py migrate first")


def image_keys() -> npt.NDArray[np.int64]:
    """Keys of all images, ascending."""
    schema = pa.schema([("id", pa.int64())])
    keys: npt.NDArray[np.int64] = fetch_table("SELECT id FROM browse_image ORDER BY id", schema)["id"].to_numpy()
    return keys


def image_rows(keys: npt.NDArray[np.int64]) -> ImageRows:
    """The rows of these images, which must be all the database has, in IMAGE_SCHEMA."""
    bounds = [(keys[i], keys[min(i + CHUNK_ROWS, len(keys)) - 1]) for i in range(0, len(keys), CHUNK_ROWS)]
    sizes = [min(CHUNK_ROWS, len(keys) - i) for i in range(0, len(keys), CHUNK_ROWS)]
    credited = cache(lambda: _Credited("browse_license", "browse_author"))  # of no images nothing is asked

    def load(number: int) -> pa.Table:
        span = tuple(map(int, bounds[number]))
        sql = f"{_IMAGES} browse_image WHERE id BETWEEN %s AND %s ORDER BY id"
        return credited().image_rows(fetch_table(sql, _IMAGE_COLUMNS, span))

    return ImageRows(sizes, load)


def packed_annotations(
    keys: npt.NDArray[np.int64],
    labels: dict[int, int],
    sources: dict[int, int],
    table: str = "browse_annotation",
) -> Iterator[npt.NDArray[np.uint64]]:
    """All annotations in order, packed by the numbers given for images (sorted keys), label and source ids."""
    label_of, source_of = lookup(labels), lookup(sources)
    held = np.empty(0, np.uint64)
    rest_of = f"label_id * {1 << 32} + source_id * 256 + confidence"  # a number less to be made for each row
    for rows in fetch(f"SELECT image_id, {rest_of} FROM {table} ORDER BY image_id, label_id, source_id"):
        images, values = np.fromiter(chain.from_iterable(rows), np.int64, 2 * len(rows)).reshape(-1, 2).T
        image = np.searchsorted(keys, images).astype(np.uint64)
        label, source = label_of[values >> 32], source_of[values >> 8 & 0xFFFFFF]
        rest = label << np.uint64(16) | source << np.uint64(8) | (values & 0xFF).astype(np.uint64)
        held = np.concatenate([held, image << np.uint64(32) | rest])
        held.sort()  # label ids need not follow the order of MIDs; the last image may not be whole yet
        cut = int(np.searchsorted(held, image[-1] << np.uint64(32)))
        yield held[:cut]
        held = held[cut:]
    yield held


def load_arrays(renamed: Mapping[str, str] = MappingProxyType({})) -> DatasetArrays:
    """The whole data set of the database, for an index build; `renamed` tables are read from elsewhere."""
    table = {name: renamed.get(name, name) for name in TABLES}
    labels = sorted(fetch_all(f"SELECT mid, id FROM {table['browse_label']}"))
    sources = fetch_all(f"SELECT id, name FROM {table['browse_source']} ORDER BY id")
    slugs = dict(fetch_all(f"SELECT id, slug FROM {table['browse_license']}"))
    slug_list = sorted(set(slugs.values()))
    license_of = lookup({row_id: slug_list.index(slug) for row_id, slug in slugs.items()})
    arrays = _image_arrays(table, license_of)
    label_of = {row_id: number for number, (_, row_id) in enumerate(labels)}
    source_of = {row_id: number for number, (row_id, _) in enumerate(sources)}
    packed = packed_annotations(arrays["image_keys"], label_of, source_of, table["browse_annotation"])
    return DatasetArrays(
        **arrays,
        license_slugs=slug_list,
        label_mids=[mid for mid, _ in labels],
        sources=[name for _, name in sources],
        annotations=_spooled(packed),
        hierarchy=frozenset(
            HierarchyEdge(parent, child, bool(is_part))
            for parent, child, is_part in fetch_all(
                f"SELECT parent, child, is_part FROM {table['browse_hierarchyrow']}"
            )
        ),
        boxes=spooled_boxes(arrays["image_keys"], label_of, source_of, table["browse_boxannotation"]),
        **_rows_of_images(arrays["image_keys"], label_of, source_of, table),
    )


def _spooled(parts: Iterable[npt.NDArray[np.uint64]]) -> npt.NDArray[np.uint64]:
    """One array of them, kept in a file that vanishes with the process."""
    with TemporaryFile(dir=settings.DATA_DIR) as file:
        for part in parts:
            part.tofile(file)
        file.flush()
        return np.memmap(file, np.uint64, "r") if file.tell() else np.empty(0, np.uint64)


def _rows_of_images(
    keys: npt.NDArray[np.int64], label_of: dict[int, int], source_of: dict[int, int], table: Mapping[str, str]
) -> dict[str, Any]:
    """What DatasetArrays has of each of ROW_TABLES."""
    found: dict[str, Any] = {}
    for kind in ROW_TABLES:
        stored_in = table[table_name(kind)]
        found[kind.texts] = words_in(kind, stored_in)
        found[kind.name] = spooled_rows(kind, keys, label_of, source_of, found[kind.texts], stored_in)
    return found


def _image_arrays(table: Mapping[str, str], license_of: npt.NDArray[np.uint64]) -> dict[str, Any]:
    """What DatasetArrays has of images and authors, large columns on disk; authors' rows are let go with the return."""
    author_of, author_keys, author_ids, author_names = _authors(table["browse_author"])
    spool = _Spool()
    image_texts = ImageTexts(author_names, spool.file)
    credited = _Credited(table["browse_license"], table["browse_author"])
    has_rotations = False
    with ImageDigests() as digests:
        for columns in fetch_columns(f"{_IMAGES} {table['browse_image']} ORDER BY id", _IMAGE_COLUMNS):
            whole = credited.image_rows(columns)
            digests.take_in(whole)
            has_rotations = has_rotations or whole["rotation"].null_count < len(whole)
            authors = columns["author_id"]
            of_row = author_of[pc.fill_null(authors, 0).to_numpy()]
            known = np.where(authors.is_valid().to_numpy(), of_row, np.uint32(NO_AUTHOR))
            image_texts.take_in(whole["title"].combine_chunks(), whole["author"].combine_chunks(), known)
            found = {
                "image_keys": whole["key"].to_numpy(),
                "licenses": license_of[columns["license_id"].to_numpy()],
                "authors": known,
                **{name: make(whole) for name, (_, make) in OF_ROWS.items()},
            }
            for name, kind in _PER_IMAGE.items():
                spool.file(name).write(found[name].astype(kind).data)
        columns_of_authors = {"author_keys": author_keys, "author_ids": author_ids}
        beside = {"image_digests": digests.finish(), "has_rotations": has_rotations}
    return {**spool.columns(), **columns_of_authors, **beside}


class _Spool:
    """What DatasetArrays has of images, kept in files that vanish with the process."""

    def __init__(self) -> None:
        self._files: dict[str, BinaryIO] = {}

    def file(self, name: str) -> BinaryIO:
        """The file of this name, to be written."""
        if name not in self._files:
            self._files[name] = cast(BinaryIO, TemporaryFile(dir=settings.DATA_DIR))  # noqa: SIM115 - closed when mapped
        return self._files[name]

    def columns(self) -> dict[str, Any]:
        """What was written, on disk. Once."""
        texts = {name: self._texts(name) for name in ("titles", "author_names", "credited_names")}
        numbers = {name: self._mapped(name, kind) for name, kind in {**_PER_IMAGE, CREDITED: np.uint32}.items()}
        return {**texts, **numbers}

    def _texts(self, name: str) -> Texts:
        return Texts(self._mapped(name + TEXT, np.uint8), self._mapped(name + ENDS, np.int64))

    def _mapped(self, name: str, kind: Any) -> npt.NDArray[Any]:
        with self.file(name) as file:
            file.flush()
            return np.memmap(file, kind, "r") if file.tell() else np.empty(0, kind)


class _Credited:
    """Licenses and authors by row id, to name them in image rows."""

    def __init__(self, license_table: str, author_table: str) -> None:
        urls = pa.schema([("id", pa.int32()), ("url", pa.string())])
        self._licenses = _by_id(fetch_table(f"SELECT id, url FROM {license_table}", urls), "url")
        authors = author_rows(author_table)
        self._urls, self._names = _by_id(authors, "profile_url"), _by_id(authors, "name")

    def image_rows(self, columns: pa.Table) -> pa.Table:
        """Rows of the Image table in IMAGE_SCHEMA."""
        author = columns["author_id"]
        names = pc.coalesce(columns["author_name"], self._names.take(author))
        named = {
            "key": columns["id"],
            "license": self._licenses.take(columns["license_id"]),
            "author_url": pc.fill_null(self._urls.take(author), ""),
            "author": pc.fill_null(names, ""),
        }
        arrays = [named[field.name] if field.name in named else columns[field.name] for field in IMAGE_SCHEMA]
        return pa.Table.from_arrays(arrays, schema=IMAGE_SCHEMA).combine_chunks()


def author_rows(table: str = "browse_author") -> pa.Table:
    """The rows of the Author table: id, profile_url, key, name; by id."""
    return fetch_table(f"SELECT {', '.join(AUTHOR_COLUMNS.names)} FROM {table} ORDER BY id", AUTHOR_COLUMNS)


def _by_id(rows: pa.Table, name: str) -> pa.Array:
    """Texts of a column at the places of their row ids; null where there is none."""
    ids = rows["id"].to_numpy()
    places = np.full(ids.max(initial=0) + 1, -1)
    places[ids] = np.arange(len(ids))
    return rows[name].combine_chunks().take(pa.array(places, mask=places < 0))


def _authors(table: str) -> tuple[npt.NDArray[np.uint32], Texts, npt.NDArray[np.int32], pa.Array]:
    """Author number by row id, keys in order, the smallest row id with each key, and its name."""
    rows = author_rows(table)
    row_ids = rows["id"].to_numpy()
    keys, ids, numbers = author_numbers(rows["key"].combine_chunks(), row_ids)
    names = usual_names(rows["name"].combine_chunks(), row_ids, ids)
    number_of = np.zeros(row_ids.max(initial=0) + 1, np.uint32)
    number_of[row_ids] = numbers
    return number_of, texts_of(keys), ids, names
