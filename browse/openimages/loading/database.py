"""The data set as the database holds it now, read in large pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from browse.openimages.loading.fetching import fetch, fetch_all, lookup
from browse.openimages.loading.row_tables import ROW_TABLES
from browse.openimages.loading.stored_boxes import spooled_boxes
from browse.openimages.loading.stored_rows import spooled_rows, table_name, words_in
from browse.openimages.merging.image_digests import ImageDigests
from browse.openimages.merging.image_table import ARRAYS, OF_ROWS, author_numbers
from browse.openimages.merging.image_texts import CREDITED, ENDS, TEXT, ImageTexts, usual_names
from browse.openimages.merging.merge_images import CHUNK_ROWS, ImageRows
from browse.openimages.reading.parsed import IMAGE_SCHEMA

TABLES = (
    *("browse_image", "browse_author", "browse_license", "browse_label", "browse_source"),
    *("browse_annotation", "browse_hierarchyrow", "browse_boxannotation"),
    *("browse_relationshipannotation", "browse_pointannotation", "browse_narrativeannotation"),
    "browse_maskannotation",
)

_IMAGES = """
    SELECT i.id, i.subset, i.original_url, i.landing_url, l.url, coalesce(a.profile_url, ''),
           coalesce(i.author_name, a.name, ''), i.title, i.original_size, i.original_md5, i.thumbnail_url, i.rotation
    FROM browse_image i
    LEFT JOIN browse_license l ON l.id = i.license_id LEFT JOIN browse_author a ON a.id = i.author_id
    WHERE i.id BETWEEN %s AND %s ORDER BY i.id
"""


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
    label_of, source_of = lookup(labels), lookup(sources)
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


_IMAGE_COLUMNS = (
    *("id", "subset", "license_id", "author_id", "original_url", "landing_url"),
    *("author_name", "title", "original_size", "original_md5", "thumbnail_url", "rotation"),
)


def load_arrays(renamed: Mapping[str, str] = MappingProxyType({})) -> DatasetArrays:
    """The whole data set of the database, for an index build; `renamed` tables are read from elsewhere."""
    table = {name: renamed.get(name, name) for name in TABLES}
    labels = sorted(fetch_all(f"SELECT mid, id FROM {table['browse_label']}"))
    sources = fetch_all(f"SELECT id, name FROM {table['browse_source']} ORDER BY id")
    slugs = dict(fetch_all(f"SELECT id, slug FROM {table['browse_license']}"))
    slug_list = sorted(set(slugs.values()))
    author_of, author_keys, author_ids, author_names = _authors(table["browse_author"])
    license_of = lookup({row_id: slug_list.index(slug) for row_id, slug in slugs.items()})
    texts = _SpooledTexts(author_names)
    arrays, image_digests, has_rotations = _image_arrays(table, license_of, author_of, texts)
    label_of = {row_id: number for number, (_, row_id) in enumerate(labels)}
    source_of = {row_id: number for number, (row_id, _) in enumerate(sources)}
    packed = packed_annotations(arrays["image_keys"], label_of, source_of, table["browse_annotation"])
    images: dict[str, Any] = arrays | texts.finish()
    return DatasetArrays(
        **images,
        license_slugs=slug_list,
        author_keys=author_keys,
        author_ids=author_ids,
        label_mids=[mid for mid, _ in labels],
        sources=[name for _, name in sources],
        annotations=np.concatenate([np.empty(0, np.uint64), *packed]),
        image_digests=image_digests,
        has_rotations=has_rotations,
        hierarchy=frozenset(
            HierarchyEdge(parent, child, bool(is_part))
            for parent, child, is_part in fetch_all(
                f"SELECT parent, child, is_part FROM {table['browse_hierarchyrow']}"
            )
        ),
        boxes=spooled_boxes(arrays["image_keys"], label_of, source_of, table["browse_boxannotation"]),
        **_rows_of_images(arrays["image_keys"], label_of, source_of, table),
    )


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


def _image_arrays(
    table: Mapping[str, str],
    license_of: npt.NDArray[np.uint64],
    author_of: npt.NDArray[np.uint32],
    image_texts: _SpooledTexts,
) -> tuple[dict[str, npt.NDArray[Any]], bytes, bool]:
    """What DatasetArrays has of each image, their digests, and whether any rotation is known.

    Titles and names go to `image_texts`.
    """
    credited = _Credited(table["browse_license"], table["browse_author"])
    kinds = {"image_keys": np.int64, **ARRAYS}
    parts = [{name: np.empty(0, kind) for name, kind in kinds.items()}]
    has_rotations = False
    with ImageDigests() as digests:
        for rows in fetch(f"SELECT {', '.join(_IMAGE_COLUMNS)} FROM {table['browse_image']} ORDER BY id"):
            columns = dict(zip(_IMAGE_COLUMNS, zip(*rows, strict=True), strict=True))
            whole = credited.image_rows(columns).combine_chunks()
            digests.take_in(whole)
            has_rotations = has_rotations or any(degrees is not None for degrees in columns["rotation"])
            author_id = columns["author_id"]
            known = np.array([NO_AUTHOR if value is None else author_of[value] for value in author_id], np.uint32)
            image_texts.take_in(whole["title"].combine_chunks(), whole["author"].combine_chunks(), known)
            found = {
                "image_keys": whole["key"].to_numpy(),
                "licenses": license_of[np.array(columns["license_id"])],
                "authors": known,
                **{name: make(whole) for name, (_, make) in OF_ROWS.items()},
            }
            parts.append({name: found[name].astype(kind) for name, kind in kinds.items()})
        arrays = {name: np.concatenate([part[name] for part in parts]) for name in kinds}
        return arrays, digests.finish(), has_rotations


class _SpooledTexts(ImageTexts):
    """Titles and names of images, kept in files that vanish with the process."""

    def __init__(self, usual: pa.Array) -> None:
        self._files: dict[str, BinaryIO] = {}
        super().__init__(usual, self._new)

    def _new(self, name: str) -> BinaryIO:
        return self._files.setdefault(name, cast(BinaryIO, TemporaryFile(dir=settings.DATA_DIR)))

    def finish(self) -> dict[str, Any]:
        """What DatasetArrays has of them, on disk."""
        texts = {name: self._texts(name) for name in ("titles", "author_names", "credited_names")}
        return {**texts, CREDITED: self._mapped(CREDITED, np.uint32)}

    def _texts(self, name: str) -> Texts:
        return Texts(self._mapped(name + TEXT, np.uint8), self._mapped(name + ENDS, np.int64))

    def _mapped(self, name: str, kind: Any) -> npt.NDArray[Any]:
        with self._files[name] as file:
            file.flush()
            return np.memmap(file, kind, "r") if file.tell() else np.empty(0, kind)


class _Credited:
    """Licenses and authors by row id, to name them in image rows."""

    def __init__(self, license_table: str, author_table: str) -> None:
        self._licenses = _texts_by_id(fetch_all(f"SELECT id, url FROM {license_table}"))
        authors = fetch_all(f"SELECT id, profile_url, name FROM {author_table}")
        self._urls = _texts_by_id([(row_id, url) for row_id, url, _ in authors])
        self._names = _texts_by_id([(row_id, name) for row_id, _, name in authors])

    def image_rows(self, columns: Mapping[str, tuple[Any, ...]]) -> pa.Table:
        """Rows of the Image table, by column, in IMAGE_SCHEMA."""
        author = pa.array(columns["author_id"], pa.int32())
        named = {
            "key": columns["id"],
            "license": self._licenses.take(pa.array(columns["license_id"], pa.int32())),
            "author_url": self._urls.take(author),
            "author": pc.coalesce(pa.array(columns["author_name"], pa.string()), self._names.take(author)),
        }
        arrays = [named.get(field.name, columns.get(field.name)) for field in IMAGE_SCHEMA]
        typed = [pa.array(column, field.type) for column, field in zip(arrays, IMAGE_SCHEMA, strict=True)]
        return pa.Table.from_arrays(typed, schema=IMAGE_SCHEMA)


def _texts_by_id(rows: list[tuple[int, str]]) -> pa.Array:
    """Texts at the places of their row ids; null where there is none."""
    texts: list[str | None] = [None] * (max((row_id for row_id, _ in rows), default=0) + 1)
    for row_id, text in rows:
        texts[row_id] = text
    return pa.array(texts, pa.string())


def _authors(table: str) -> tuple[npt.NDArray[np.uint32], list[str], npt.NDArray[np.int32], pa.Array]:
    """Author number by row id, keys in order, the smallest row id with each key, and its name."""
    rows = fetch_all(f"SELECT key, id, name FROM {table}")
    row_ids = np.array([row_id for _, row_id, _ in rows], np.int32)
    keys, ids, numbers = author_numbers(pa.array([key for key, _, _ in rows], pa.string()), row_ids)
    names = usual_names(pa.array([name for _, _, name in rows], pa.string()), row_ids, ids)
    number_of = np.zeros(row_ids.max(initial=0) + 1, np.uint32)
    number_of[row_ids] = numbers
    return number_of, keys.to_pylist(), ids, names
