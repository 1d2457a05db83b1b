"""Small Open Images files for tests."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

V1 = (
    "ImageID,Subset,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title,"
    "OriginalSize,OriginalMD5,Thumbnail300KURL"
)
V4 = V1 + ",Rotation"
LABELS = "ImageID,Source,LabelName,Confidence"
BY = "https://creativecommons.org/licenses/by/2.0/"
MD5 = "0Sad+xMj2ttXM1U8meEJ0A=="


def image_row(image_id: str, subset: str = "train", **other: str) -> str:
    """One row under V1's header; keyword names are those of its columns."""
    row = {
        "ImageID": image_id,
        "Subset": subset,
        "OriginalURL": f"https://c1.staticflickr.com/1/2/{image_id}_o.jpg",
        "OriginalLandingURL": f"https://www.flickr.com/photos/anna/{image_id}",
        "License": BY,
        "AuthorProfileURL": "https://www.flickr.com/people/anna/",
        "Author": "Anna",
        "Title": f"Photo {image_id[-4:]}",
        "OriginalSize": "1000",
        "OriginalMD5": MD5,
        "Thumbnail300KURL": "",
    } | other
    return csv_line(row.values())


def csv_line(fields: Iterable[str]) -> str:
    """Fields as one CSV record without its line end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(list(fields))
    return out.getvalue()


def write(path: Path, header: str | None, rows: Iterable[str | bytes]) -> Path:
    """A file of lines; rows may be bytes that are no UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [row if isinstance(row, bytes) else row.encode() for row in rows]
    if header is not None:
        lines.insert(0, header.encode())
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def small_set(folder: Path) -> Path:
    """Six images, eight machine and four human rows, four names."""
    ids = [f"{number:016x}" for number in range(0x10, 0x16)]
    write(folder / "images_2016_08/train/images.csv", V1, [image_row(i) for i in ids[:4]])
    write(folder / "images_2016_08/validation/images.csv", V1, [image_row(i, "validation") for i in ids[4:]])
    confidences = ["1.0", "0.9", "0.8", "0.5", "0.7", "0.6", "0.5", "1.0"]
    pairs = [(image_id, mid) for mid in ("/m/01", "/m/02") for image_id in ids[:4]]
    machine = [f"{i},machine,{mid},{c}" for (i, mid), c in zip(pairs, confidences, strict=True)]
    write(folder / "machine_ann_2016_08/train/labels.csv", LABELS, machine)
    verdicts = [(ids[4], "/m/01", "1.0"), (ids[4], "/m/02", "0.0"), (ids[5], "/m/01", "1.0"), (ids[5], "/m/04", "0.0")]
    human = [f"{i},human,{mid},{c}" for i, mid, c in verdicts]
    write(folder / "human_ann_2016_08/validation/labels.csv", LABELS, human)
    write(folder / "dict.csv", None, ['"/m/01","dog"', '"/m/02","cat, big"', '"/m/03","façade"'])
    return folder


def pack(folder: Path, name: str) -> Path:
    """A folder as FOLDER.tar, .tar.gz by the name's ending; members keep its name in front."""
    path = folder.parent / name
    with tarfile.open(path, "w:gz" if name.endswith("gz") else "w") as archive:
        archive.add(folder, arcname=folder.name)
    return path


def gzipped(path: Path) -> Path:
    """The same file as .csv.gz."""
    packed = path.with_name(path.name + ".gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    return packed


def hierarchy_file(path: Path, root: dict[str, Any]) -> Path:
    """A file of the label hierarchy."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(root, indent=4), encoding="utf-8")
    return path


def node(mid: str, *below: dict[str, Any], parts: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """A label of such a file, with those below it and its parts."""
    fields = {"LabelName": mid, "Subcategory": [*below], "Part": [*parts]}
    return {name: value for name, value in fields.items() if value}
