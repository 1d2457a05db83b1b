"""A program that loads a set into FiftyOne from its Parquet files: for sets too large for one file of samples."""

from __future__ import annotations

NAME = "load_fiftyone.py"
LOADER = '''"""Loads this set into FiftyOne, some images at a time: python load_fiftyone.py [NAME]

It needs fiftyone and pyarrow.
"""

import csv
import sys
from pathlib import Path

import fiftyone
import pyarrow.parquet

FOLDER = Path(__file__).resolve().parent
FIELDS = {1: "positive", 0: "negative", None: "unknown"}
TEXTS = (
    *("image_id", "split", "title", "author", "author_url", "license", "license_url", "landing_url"),
    *("original_url", "original_md5_hex", "attribution"),
)
ATTRIBUTES = ("occluded", "truncated", "group", "depiction", "inside")


def class_names(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return {row["mid"]: row["class_name"] for row in csv.DictReader(file)}


def rows(folder, name):
    return pyarrow.parquet.read_table(FOLDER / folder / name).to_pylist()


def label(pair, classes):
    more = {name: pair[name] for name in ("mid", "state", "machine", "human", "target")}
    return fiftyone.Classification(label=classes.get(pair["mid"], pair["mid"]), confidence=pair["confidence"], **more)


def detection(box, classes):
    size = [box["x_max"] - box["x_min"], box["y_max"] - box["y_min"]]
    more = {name: box[name] for name in ("mid", "source", *ATTRIBUTES)}
    where = [box["x_min"], box["y_min"], *size]
    return fiftyone.Detection(label=classes.get(box["mid"], box["mid"]), bounding_box=where, **more)


def by_image(found):
    images = {}
    for one in found:
        images.setdefault(one["image_id"], []).append(one)
    return images


def samples(name, classes):
    pairs = by_image(rows("pairs", name))
    boxes = by_image(rows("boxes", name)) if (FOLDER / "boxes").is_dir() else None
    for image in rows("images", name):
        own = pairs.get(image["image_id"], [])
        labels = {}
        for target, field in FIELDS.items():
            found = [label(one, classes) for one in own if one["target"] == target]
            labels[field] = fiftyone.Classifications(classifications=found)
        if boxes is not None:
            found = [detection(one, classes) for one in boxes.get(image["image_id"], [])]
            labels["boxes"] = fiftyone.Detections(detections=found)
        path = str(FOLDER / "data" / image["file_name"])
        yield fiftyone.Sample(path, tags=[image["split"]], **{text: image[text] for text in TEXTS}, **labels)


def main():
    classes = class_names("box_labels.csv") if (FOLDER / "boxes").is_dir() else {}
    classes |= class_names("labels.csv")
    dataset = fiftyone.Dataset(sys.argv[1] if len(sys.argv) > 1 else FOLDER.name, persistent=True)
    for path in sorted((FOLDER / "images").glob("*.parquet")):
        dataset.add_samples(samples(path.name, classes))
    dataset.add_dynamic_sample_fields()
    print(f"{len(dataset):,} samples in {dataset.name}")


if __name__ == "__main__":
    main()
'''
"""Its text. `target` is null where it is unknown; pictures are looked for in `data/`."""
