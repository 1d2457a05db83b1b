"""A FiftyOneDataset: `metadata.json` with the fields, `samples.json` with a sample for each image.

Ids are made of ImageIDs and the numbers of pairs, so they are the same each time. A sample has its labels in three
fields, by target: positive, negative, unknown.
"""

from __future__ import annotations

from typing import Any

from browse.domain.boxes import Attribute
from browse.sets.boxes import corner_and_size
from browse.sets.errors import SetError
from browse.sets.formats.fiftyone_loader import LOADER
from browse.sets.formats.fiftyone_loader import NAME as LOADER_NAME
from browse.sets.formats.output import Output, json_bytes, json_line
from browse.sets.formats.writer import Plain, SetInfo, box_classes
from browse.sets.pictures import file_name
from browse.sets.rows import Batch

MOST_IMAGES = 500_000
"""FiftyOne reads the file of samples whole."""
_VERSION = "1.0.0"
_FIELDS = "fiftyone.core.fields"
_TARGETS = {"positive": 1, "negative": 0, "unknown": None}
_PART = "fiftyone-samples"
_TEXTS = (
    *("image_id", "split", "title", "author", "author_url", "license", "license_url", "landing_url"),
    *("original_url", "original_md5_hex", "attribution"),
)
Json = dict[str, Any]


class FiftyOneWriter(Plain):
    """`metadata.json` and `samples.json`; pictures are looked for in `data/`. A program instead for large sets."""

    def begin(self, about: SetInfo, out: Output) -> None:
        """The fields. Raises SetError for a large set without the files that the program reads."""
        super().begin(about, out)
        if self._is_large and "parquet" not in about.formats:
            raise SetError(
                f"format: fiftyone reads more than {MOST_IMAGES:,} images from parquet; have both formats written"
            )
        called = {one.mid: one.class_name for one in box_classes(about)}
        called |= {one.mid: one.class_name for one in about.classes}
        self._called = {mid: called.get(mid, mid) for mid in about.names}
        if self._is_large:
            out.write(LOADER_NAME, LOADER.encode())
        else:
            out.write("metadata.json", json_bytes(_metadata(about)))

    @property
    def _is_large(self) -> bool:
        return self.about.images > MOST_IMAGES

    def write(self, batch: Batch, out: Output) -> None:
        """The samples of a batch."""
        if self._is_large:
            return
        number, lines = batch.first_pair, []
        for row, pairs, boxes in zip(batch.image_rows, batch.pairs_by_image, batch.boxes_by_image, strict=True):
            lines.append(json_line(self._sample(row, pairs, boxes, number)))
            number += len(pairs)
        out.append_part(_PART, (b"" if batch.number == 0 else b",\n") + b",\n".join(lines))

    def finish(self, out: Output) -> None:
        """The samples in one list."""
        if not self._is_large:
            out.join("samples.json", [b'{"samples": [\n', _PART, b"\n]}\n"])

    def _sample(self, row: Json, pairs: list[Json], boxes: list[Json], first: int) -> Json:
        numbered = [*enumerate(pairs, first)]
        labels = {
            name: {
                "_cls": "Classifications",
                "classifications": [self._label(n, pair) for n, pair in numbered if pair["target"] == target],
            }
            for name, target in _TARGETS.items()
        }
        return {
            "_id": {"$oid": f"{row['image_id']}00000000"},
            "filepath": file_name(row["image_id"]),
            "tags": [row["split"]],
            "_media_type": "image",
            "_rand": int(row["image_id"], 16) / 2**64,
            **{name: row[name] for name in _TEXTS},
            **labels,
            **({} if self.about.boxes is None else {"boxes": self._boxes(row["image_id"], boxes)}),
        }

    def _boxes(self, image_id: str, boxes: list[Json]) -> Json:
        """Each box with an id made of its image's and its number, and its place as FiftyOne has it."""
        found = [
            {
                "_id": {"$oid": f"{image_id}{number:08x}"},
                "_cls": "Detection",
                "tags": [],
                "label": self._called[box["mid"]],
                "bounding_box": corner_and_size(box),
                "mid": box["mid"],
                "source": box["source"],
                **{attribute.value: box[attribute.value] for attribute in Attribute},
            }
            for number, box in enumerate(boxes, 1)
        ]
        return {"_cls": "Detections", "detections": found}

    def _label(self, number: int, pair: Json) -> Json:
        return {
            "_id": {"$oid": f"{number:024x}"},
            "_cls": "Classification",
            "tags": [],
            "label": self._called[pair["mid"]],
            "confidence": pair["confidence"],
            **{name: pair[name] for name in ("mid", "state", "machine", "human", "target")},
        }


def _metadata(about: SetInfo) -> Json:
    labels = [_labels_field(name) for name in _TARGETS]
    classes = {name: [one.class_name for one in about.classes] for name in _TARGETS}
    if about.boxes is not None:
        labels.append(_boxes_field())
        classes["boxes"] = [one.class_name for one in about.boxes.classes]
    return {
        "name": f"openimages-{about.row_hash[:12]}",
        "version": _VERSION,
        "media_type": "image",
        "info": {"row_hash": about.row_hash, "dataset_digest": about.dataset["digest"]},
        "classes": classes,
        "sample_fields": [
            _field("id", "ObjectId", db_field="_id"),
            _field("filepath", "String"),
            _field("tags", "List", subfield=f"{_FIELDS}.StringField"),
            _embedded("metadata", "fiftyone.core.metadata.ImageMetadata", []),
            *(_field(name, "String") for name in _TEXTS),
            *labels,
        ],
    }


def _labels_field(name: str) -> Json:
    attributes = [
        _field("id", "ObjectId", db_field="_id"),
        _field("tags", "List", subfield=f"{_FIELDS}.StringField"),
        *(_field(one, "String") for one in ("label", "mid", "state", "human")),
        *(_field(one, "Float") for one in ("confidence", "machine")),
        _field("target", "Int"),
    ]
    listed = _field("classifications", "List", subfield=f"{_FIELDS}.EmbeddedDocumentField") | {
        "embedded_doc_type": "fiftyone.core.labels.Classification",
        "fields": attributes,
    }
    return _embedded(name, "fiftyone.core.labels.Classifications", [listed])


def _boxes_field() -> Json:
    attributes = [
        _field("id", "ObjectId", db_field="_id"),
        _field("tags", "List", subfield=f"{_FIELDS}.StringField"),
        *(_field(one, "String") for one in ("label", "mid", "source")),
        _field("bounding_box", "List", subfield=f"{_FIELDS}.FloatField"),
        *(_field(attribute.value, "Boolean") for attribute in Attribute),
    ]
    listed = _field("detections", "List", subfield=f"{_FIELDS}.EmbeddedDocumentField") | {
        "embedded_doc_type": "fiftyone.core.labels.Detection",
        "fields": attributes,
    }
    return _embedded("boxes", "fiftyone.core.labels.Detections", [listed])


def _embedded(name: str, kind: str, fields: list[Json]) -> Json:
    return _field(name, "EmbeddedDocument") | {"embedded_doc_type": kind, "fields": fields}


def _field(name: str, kind: str, *, subfield: str | None = None, db_field: str = "") -> Json:
    return {
        "name": name,
        "ftype": f"{_FIELDS}.{kind}Field",
        "embedded_doc_type": None,
        "subfield": subfield,
        "fields": [],
        "db_field": db_field or name,
    }
