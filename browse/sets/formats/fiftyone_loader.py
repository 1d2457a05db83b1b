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


def rows(folder, name):
    return pyarrow.parquet.read_table(FOLDER / folder / name).to_pylist()


def label(pair, classes):
    more = {name: pair[name] for name in ("mid", "state", "machine", "human", "target")}
    return fiftyone.Classification(label=classes.get(pair["mid"], pair["mid"]), confidence=pair["confidence"], **more)


def samples(name, classes):
    pairs = {}
    for pair in rows("pairs", name):
        pairs.setdefault(pair["image_id"], []).append(pair)
    for image in rows("images", name):
        own = pairs.get(image["image_id"], [])
        labels = {}
        for target, field in FIELDS.items():
            found = [label(one, classes) for one in own if one["target"] == target]
            labels[field] = fiftyone.Classifications(classifications=found)
        path = str(FOLDER / "data" / image["file_name"])
        yield fiftyone.Sample(path, tags=[image["split"]], **{text: image[text] for text in TEXTS}, **labels)


def main():
    with (FOLDER / "labels.csv").open(encoding="utf-8", newline="") as file:
        classes = {row["mid"]: row["class_name"] for row in csv.DictReader(file)}
    dataset = fiftyone.Dataset(sys.argv[1] if len(sys.argv) > 1 else FOLDER.name, persistent=True)
    for path in sorted((FOLDER / "images").glob("*.parquet")):
        dataset.add_samples(samples(path.name, classes))
    dataset.add_dynamic_sample_fields()
    print(f"{len(dataset):,} samples in {dataset.name}")


if __name__ == "__main__":
    main()
'''
"""Its text. `target` is null where it is unknown; pictures are looked for in `data/`."""
