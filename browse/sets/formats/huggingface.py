"""A folder that `datasets.load_dataset` opens as it is: Parquet files by split, with features in their metadata.

Lists are written as `[feature]`, which every version of `datasets` reads; `{"_type": "List"}` fails before version 4.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from browse.sets.boxes import BOX_SCHEMA
from browse.sets.formats.output import Output
from browse.sets.formats.tables import COMPRESSION, write_parquet
from browse.sets.formats.writer import BoxClass, Plain, SetInfo
from browse.sets.pictures import ENDING
from browse.sets.rows import IMAGE_SCHEMA, PAIR_SCHEMA, Batch
from browse.sets.targets import NEGATIVE, POSITIVE

_IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
_PICTURES_AT_ONCE = 50
"""Of a row group."""
_NESTED = ("mid", "state", "confidence", "machine", "human", "target")
_DTYPES = {pa.string(): "string", pa.int64(): "int64", pa.int16(): "int16", pa.int8(): "int8", pa.float64(): "float64"}
_DTYPES |= {pa.bool_(): "bool"}
_OBJECT = tuple(name for name in BOX_SCHEMA.names if name != "image_id")


class HuggingFaceWriter(Plain):
    """`data/{split}-00000-of-00012.parquet`: images with lists of positive and negative classes, and all pairs."""

    def begin(self, about: SetInfo, out: Output) -> None:
        """Number the classes."""
        super().begin(about, out)
        self._numbers = {one.mid: number for number, one in enumerate(about.classes)}
        pictures = about.recipe.pictures.are_wanted
        boxed = None if about.boxes is None else [one.class_name for one in about.boxes.classes]
        features = features_of([one.class_name for one in about.classes], has_pictures=pictures, boxed=boxed)
        self._box_numbers = {} if about.boxes is None else _numbered(about.boxes.classes)
        self._metadata = {"huggingface": json.dumps({"info": {"features": features}}, ensure_ascii=False)}

    def write(self, batch: Batch, out: Output) -> None:
        """A file of its split."""
        table = batch.images.drop_columns(["split"])
        for name, target in (("positive", POSITIVE), ("negative", NEGATIVE)):
            table = table.append_column(name, self._classes(batch, target))
        table = table.append_column("labels", _nested(batch))
        if batch.boxes is not None:
            table = table.append_column("objects", self._objects(batch, batch.boxes))
        name = f"data/{batch.split}-{batch.of_split:05d}-of-{batch.split_batches:05d}.parquet"
        if batch.pictures is None:
            write_parquet(out, name, table.replace_schema_metadata(self._metadata))
        else:
            self._write_with_pictures(batch, out, name, table)

    def _write_with_pictures(self, batch: Batch, out: Output, name: str, table: pa.Table) -> None:
        """The same with pictures in front, a few at a time: they are not all in memory at once."""
        schema = pa.schema([pa.field("image", _IMAGE), *table.schema], self._metadata)
        with out.whole(name) as file, pq.ParquetWriter(file, schema, compression=COMPRESSION) as writer:
            for start in range(0, len(table), _PICTURES_AT_ONCE):
                some = table.slice(start, _PICTURES_AT_ONCE)
                ids = some.column("image_id").to_pylist()
                images = [{"bytes": batch.picture(out.folder, one), "path": f"{one}{ENDING}"} for one in ids]
                writer.write_table(pa.table([pa.array(images, _IMAGE), *some.columns], schema=schema))

    def _classes(self, batch: Batch, target: int) -> pa.Array:
        """For each image the numbers of the classes with a target."""
        columns = batch.pairs.columns
        class_of = np.array([self._numbers.get(mid, -1) for mid in batch.pairs.mids], np.int64)
        classes = class_of[columns.labels]
        wanted = (batch.pairs.targets == target) & (classes >= 0)
        return _list_array(pa.array(classes[wanted], pa.int64()), columns.owners[wanted], len(batch.images))

    def _objects(self, batch: Batch, boxes: pa.Table) -> pa.Array:
        """For each image its boxes, each with the number of its class."""
        mids = boxes.column("mid").to_pylist()
        classes = pa.array([self._box_numbers[mid] for mid in mids], pa.int64())
        columns = [classes, *(boxes.column(name).combine_chunks() for name in _OBJECT)]
        values = pa.StructArray.from_arrays(columns, ["category", *_OBJECT])
        place = {image_id: number for number, image_id in enumerate(batch.images.column("image_id").to_pylist())}
        owners = np.array([place[image_id] for image_id in boxes.column("image_id").to_pylist()], np.int64)
        return _list_array(values, owners, len(batch.images))


def _numbered(classes: Sequence[BoxClass]) -> dict[str, int]:
    return {one.mid: number for number, one in enumerate(classes)}


def _nested(batch: Batch) -> pa.Array:
    table = batch.pair_table.select(_NESTED).combine_chunks()
    values = pa.StructArray.from_arrays(
        [table.column(name).combine_chunks() for name in _NESTED],
        fields=[PAIR_SCHEMA.field(name) for name in _NESTED],
    )
    return _list_array(values, batch.pairs.columns.owners, len(batch.images))


def _list_array(values: pa.Array, owners: npt.NDArray[np.int64], images: int) -> pa.Array:
    offsets = np.searchsorted(owners, np.arange(images + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def features_of(
    class_names: list[str], *, has_pictures: bool = False, boxed: list[str] | None = None
) -> dict[str, Any]:
    """The columns as `datasets` describes them. boxed: names of the classes of boxes; None where there are no boxes."""
    label = {"names": class_names, "_type": "ClassLabel"}
    images = {field.name: _value(field.type) for field in IMAGE_SCHEMA if field.name != "split"}
    nested = {name: _value(PAIR_SCHEMA.field(name).type) for name in _NESTED}
    picture = {"image": {"_type": "Image"}} if has_pictures else {}
    objects = {} if boxed is None else {"objects": [_object(boxed)]}
    return {**picture, **images, "positive": [label], "negative": [label], "labels": [nested], **objects}


def _object(class_names: list[str]) -> dict[str, Any]:
    values = {name: _value(BOX_SCHEMA.field(name).type) for name in _OBJECT}
    return {"category": {"names": class_names, "_type": "ClassLabel"}, **values}


def _value(kind: pa.DataType) -> dict[str, str]:
    return {"dtype": _DTYPES[kind], "_type": "Value"}
