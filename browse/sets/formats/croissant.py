"""`croissant.json`: the set as MLCommons Croissant 1.0 describes one: files with their SHA-256, and record sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from browse.sets.boxes import BOX_SCHEMA
from browse.sets.formats.cards import OPEN_IMAGES
from browse.sets.formats.output import Output, json_bytes
from browse.sets.formats.writer import SetInfo
from browse.sets.rows import IMAGE_SCHEMA, PAIR_SCHEMA

Json = dict[str, Any]

NAME = "croissant.json"
_CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "md": "text/markdown",
    "parquet": "application/x-parquet",
    "txt": "text/plain",
}
_LABEL_FIELDS = {
    **dict.fromkeys(("mid", "name", "class_name"), "sc:Text"),
    "threshold": "sc:Float",
    **dict.fromkeys(("positives", "negatives"), "sc:Integer"),
    **dict.fromkeys(("precision", "low", "high"), "sc:Float"),
}


def write_croissant(about: SetInfo, out: Output, sums: dict[str, str]) -> None:
    """Describe the files that are there, whose SHA-256 are given by name."""
    content = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": f"openimages-{about.row_hash[:12]}",
        "description": f"{about.title}: {about.images:,} images with {about.pairs:,} pairs of image and label.",
        "citeAs": OPEN_IMAGES,
        "url": "https://github.com/openimages",
        "license": sorted({url for _, url, _ in about.licenses if url}) or ["https://creativecommons.org/licenses/"],
        "version": "1.0.0",
        "datePublished": "2016-09-30",
        "distribution": [_file(name, out.size(name), digest) for name, digest in sums.items()],
        "recordSet": _record_sets(sums),
    }
    out.write(NAME, json_bytes(content))


def _file(name: str, size: int, digest: str) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{size} B",
        "encodingFormat": _MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream"),
        "sha256": digest,
    }


def _record_sets(names: Sequence[str] | dict[str, str]) -> list[Json]:
    """Labels, and images and pairs where there are tables of them; pairs refer to both."""
    sets = [_record_set("labels", "labels.csv", _LABEL_FIELDS, key="mid")]
    images, pairs = _tables(names)
    if images and pairs:
        sets.append(_record_set("images", images, _types(IMAGE_SCHEMA), key="image_id"))
        references = {"image_id": "images/image_id", "mid": "labels/mid"} if images.endswith(".csv") else {}
        sets.append(_record_set("pairs", pairs, _types(PAIR_SCHEMA), references=references))
        boxes = images.replace("images", "boxes", 1)
        if boxes in names:
            of_images = {"image_id": "images/image_id"} if references else {}
            sets.append(_record_set("boxes", boxes, _types(BOX_SCHEMA), references=of_images))
    return sets


def _tables(names: Sequence[str] | dict[str, str]) -> tuple[str, str]:
    """The files that hold images and pairs: CSV, or Parquet where one file holds all of them."""
    if "images.csv" in names:
        return "images.csv", "pairs.csv"
    parquet = [name for name in names if name.startswith("images/")]
    return (parquet[0], parquet[0].replace("images/", "pairs/")) if len(parquet) == 1 else ("", "")


def _record_set(
    name: str, file: str, fields: dict[str, str], *, key: str = "", references: dict[str, str] | None = None
) -> Json:
    described: Json = {"@type": "cr:RecordSet", "@id": name, "name": name}
    if key:
        described["key"] = {"@id": f"{name}/{key}"}
    described["field"] = [
        _field(name, file, field, kind, (references or {}).get(field)) for field, kind in fields.items()
    ]
    return described


def _field(record_set: str, file: str, name: str, kind: str, refers_to: str | None) -> Json:
    described: Json = {
        "@type": "cr:Field",
        "@id": f"{record_set}/{name}",
        "name": name,
        "dataType": kind,
        "source": {"fileObject": {"@id": file}, "extract": {"column": name}},
    }
    if refers_to:
        described["references"] = {"field": {"@id": refers_to}}
    return described


def _types(schema: pa.Schema) -> dict[str, str]:
    return {field.name: _type(field.type) for field in schema}


def _type(kind: pa.DataType) -> str:
    if pa.types.is_string(kind):
        return "sc:Text"
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    return "sc:Float" if pa.types.is_floating(kind) else "sc:Integer"
