"""Files in a later release's layout, with the published sizes and distributions, scaled to some images.

    python bench/make_release.py FOLDER --release v7 [--images 9178275] [--seed 1]

Writes image lists, image-level labels, class names, boxes, relationships, points, the hierarchy, and `expected.json`
with the rows of each file. Sizes are those of V6 and V7; how many images have points was not published and is guessed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

SUBSETS = ("train", "validation", "test")
SHORT = {"train": "train", "validation": "val", "test": "test"}
IMAGES = {"train": 9_011_219, "validation": 41_620, "test": 125_436}
ALL_IMAGES = sum(IMAGES.values())
MACHINE = {"train": 164_819_642, "validation": 681_179, "test": 2_061_177}
HUMAN = {"train": 59_009_744, "validation": 595_339, "test": 1_799_883}
BOXES = {"train": 14_610_229, "validation": 303_980, "test": 937_327}
BOXED = {"train": 1_743_042, "validation": 41_151, "test": 124_159}
RELATIONSHIPS = {"train": (348_560, 2_825_731), "validation": (4_951, 22_292), "test": (14_403, 68_343)}
"""Between two things, and attributes of one."""
RELATED = {"train": 400_000, "validation": 13_000, "test": 40_000}
POINTS = {"train": 62_000_000, "validation": 1_400_000, "test": 2_991_027}
POINTED = {"train": 1_360_000, "validation": 36_702, "test": 110_000}
CLASSES, MACHINE_CLASSES, BOX_CLASSES, POINT_CLASSES, TRIPLETS = 20_638, 15_387, 600, 5_827, 1_466
LARGEST_BOXES = (1_438_128, 1_418_594, 1_051_344, 1_037_710, 1_034_721)
YES = {"train": 0.345, "validation": 0.617, "test": 0.617}
"""Share of human labels that say yes."""
ATTRIBUTES = (
    ("IsOccluded", 0.661),
    ("IsTruncated", 0.251),
    ("IsGroupOf", 0.060),
    ("IsDepiction", 0.055),
    ("IsInside", 0.0024),
)
UNKNOWN, ACTIVEMIL = 0.0015, 0.107
RELATIONS = ("at", "on", "holds", "plays", "interacts_with", "inside_of", "wears", "holds", "hits", "under")
AT_ONCE = 500_000
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass
class Maker:
    """Writes files into a folder and counts their rows. share: of the published sizes."""

    folder: Path
    share: float
    random: np.random.Generator
    rows: dict[str, int]

    def of(self, number: int) -> int:
        """So many, at this size; at least one."""
        return max(1, round(number * self.share))

    def write(self, name: str, tables: Iterator[pa.Table]) -> None:
        """A CSV file of some tables with equal columns."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.rows[name] = 0
        with path.open("wb") as file:
            for number, table in enumerate(tables):
                options = pyarrow.csv.WriteOptions(
                    include_header=number == 0, quoting_style="needed", quoting_header="needed"
                )
                pyarrow.csv.write_csv(table, file, options)
                self.rows[name] += table.num_rows


def image_ids(first: int, number: int) -> npt.NDArray[np.str_]:
    """ImageIDs, ascending and spread as hashes are, of images by their places among all."""
    places = np.arange(first, first + number, dtype=np.uint64)
    mixed = (places + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = np.sort((mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB))
    digits = mixed.astype(">u8").tobytes().hex()
    return np.frombuffer(digits.encode(), "S16").astype("U16")


def mids(number: int) -> list[str]:
    """MIDs of labels, the most frequent first."""
    alphabet = "0123456789bcdfghjklmnpqrstvwxyz_"
    return [f"/m/0{alphabet[n >> 10 & 31]}{alphabet[n >> 5 & 31]}{alphabet[n & 31]}x" for n in range(number)]


def falling(number: int, slope: float, largest: tuple[int, ...] = (), total: int = 1) -> Floats:
    """Shares of labels by rank: the largest as they are given, the others by a power of their rank."""
    weights = np.arange(1, number + 1, dtype=np.float64) ** -slope
    head = np.array(largest, np.float64) / total
    tail = weights[len(head) :] * (1 - head.sum()) / weights[len(head) :].sum()
    return np.concatenate([head, tail])


def per_image(maker: Maker, images: int, holders: int, rows: int) -> Iterator[Integers]:
    """Images by place, each as often as it has rows, ascending, some rows at a time: few have many, most have few."""
    chosen = np.sort(maker.random.choice(images, min(holders, images), replace=False))
    weights = maker.random.gamma(1.2, size=len(chosen))
    counts = maker.random.multinomial(max(rows - len(chosen), 0), weights / weights.sum()) + 1
    ends = np.cumsum(counts)
    start = 0
    while start < len(chosen):
        stop = max(start + 1, int(np.searchsorted(ends, (ends[start - 1] if start else 0) + AT_ONCE)))
        yield np.repeat(chosen[start:stop], counts[start:stop])
        start = stop


def without_repeats(maker: Maker, images: Integers, shares: Floats) -> tuple[Integers, Integers]:
    """A label for each row, none twice on one image; ascending. Labels that come again are drawn anew."""
    codes = images << 32 | drawn(maker, shares, len(images))
    for attempt in range(100):
        codes.sort()
        again = np.flatnonzero(codes[1:] == codes[:-1]) + 1
        if not len(again):
            break
        even = attempt > 20
        labels = maker.random.integers(0, len(shares), len(again)) if even else drawn(maker, shares, len(again))
        codes[again] = codes[again] >> 32 << 32 | labels
    return codes >> 32, codes & 0xFFFFFFFF


def sides(maker: Maker, number: int) -> list[Floats]:
    """XMin, XMax, YMin, YMax of boxes in millionths: half of them smaller than a tenth of the picture."""
    size = maker.random.beta(0.7, 1.6, (2, number))
    start = maker.random.random((2, number)) * (1 - size)
    (left, top), (width, height) = np.round(start, 6), np.round(size, 6)
    return [left, np.round(np.minimum(left + width, 1), 6), top, np.round(np.minimum(top + height, 1), 6)]


def drawn(maker: Maker, shares: Floats, number: int) -> Integers:
    """Places drawn by their shares."""
    found: Integers = np.searchsorted(np.cumsum(shares), maker.random.random(number)).clip(max=len(shares) - 1)
    return found


def image_tables(maker: Maker, ids: npt.NDArray[np.str_], subset: str) -> Iterator[pa.Table]:
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE].tolist()
        number = len(some)
        turned = maker.random.choice(
            ["0.0", "90.0", "180.0", "270.0", ""], number, p=[0.95, 0.013, 0.004, 0.009, 0.024]
        )
        person = (maker.random.pareto(1.1, number) * 3).astype(np.int64) % 90_000
        columns: dict[str, Any] = {
            "ImageID": some,
            "Subset": [subset] * number,
            "OriginalURL": [f"https://farm1.staticflickr.com/1/{one}_o.jpg" for one in some],
            "OriginalLandingURL": [f"https://www.flickr.com/photos/p/{int(one, 16) % 10**10}" for one in some],
            "License": ["https://creativecommons.org/licenses/by/2.0/"] * number,
            "AuthorProfileURL": [f"https://www.flickr.com/people/p{one}/" for one in person.tolist()],
            "Author": [f"Person {one}" for one in person.tolist()],
            "Title": [f"IMG_{int(one[:4], 16)}" for one in some],
            "OriginalSize": maker.random.integers(50_000, 5_000_000, number),
            "OriginalMD5": [""] * number,
            "Thumbnail300KURL": [f"https://c1.staticflickr.com/1/{one}_z.jpg" for one in some],
            "Rotation": turned.tolist(),
        }
        yield pa.table(columns)


def label_tables(
    maker: Maker, ids: npt.NDArray[np.str_], rows: int, *, subset: str, is_machine: bool
) -> Iterator[pa.Table]:
    classes = MACHINE_CLASSES if is_machine else CLASSES
    names, shares = np.array(mids(classes)), falling(classes, 0.9 if is_machine else 1.0)
    for drawn_images in per_image(maker, len(ids), len(ids), rows):
        images, labels = without_repeats(maker, drawn_images, shares)
        number = len(images)
        if is_machine:
            sources, confidences = ["machine"] * number, maker.random.choice(np.arange(5, 11) / 10, number)
        else:
            sources = maker.random.choice(["verification", "crowdsource-verification"], number, p=[0.9, 0.1]).tolist()
            confidences = (maker.random.random(number) < YES[subset]).astype(np.int64)
        columns = (ids[images], sources, names[labels], confidences)
        yield pa.table(dict(zip(("ImageID", "Source", "LabelName", "Confidence"), columns, strict=True)))


def box_tables(maker: Maker, ids: npt.NDArray[np.str_], subset: str) -> Iterator[pa.Table]:
    names = np.array(mids(BOX_CLASSES))
    shares = falling(BOX_CLASSES, 1.48, LARGEST_BOXES, sum(BOXES.values()))
    for images in per_image(maker, len(ids), maker.of(BOXED[subset]), maker.of(BOXES[subset])):
        number = len(images)
        unknown = maker.random.random(number) < UNKNOWN
        columns: dict[str, Any] = {
            "ImageID": ids[images],
            "Source": np.where(maker.random.random(number) < ACTIVEMIL, "activemil", "xclick"),
            "LabelName": names[drawn(maker, shares, number)],
            "Confidence": np.ones(number, np.int64),
            **dict(zip(("XMin", "XMax", "YMin", "YMax"), sides(maker, number), strict=True)),
        }
        for name, share in ATTRIBUTES:
            columns[name] = np.where(unknown, -1, maker.random.random(number) < share)
        if subset == "train":
            clicks = (f"XClick{n}{axis}" for axis in "XY" for n in range(1, 5))
            columns |= {name: np.round(maker.random.random(number), 6) for name in clicks}
        yield pa.table(columns)


def relationship_tables(maker: Maker, ids: npt.NDArray[np.str_], subset: str) -> Iterator[pa.Table]:
    between, attributes = (maker.of(number) for number in RELATIONSHIPS[subset])
    names, words = np.array(mids(CLASSES)), np.array(RELATIONS)
    kinds = np.random.default_rng(7)
    triplets = [
        kinds.integers(0, 288, TRIPLETS),
        kinds.integers(0, 288, TRIPLETS),
        kinds.integers(0, len(words), TRIPLETS),
    ]
    shares = falling(TRIPLETS, 1.1)
    for images in per_image(maker, len(ids), maker.of(RELATED[subset]), between + attributes):
        number = len(images)
        is_attribute = maker.random.random(number) < attributes / (between + attributes)
        kind = drawn(maker, shares, number)
        first, second = sides(maker, number), sides(maker, number)
        objects = np.where(is_attribute, names[CLASSES - 15 + kind % 15], names[triplets[1][kind]])
        columns: dict[str, Any] = {
            "ImageID": ids[images],
            "LabelName1": names[triplets[0][kind]],
            "LabelName2": objects,
        }
        columns |= dict(zip(("XMin1", "XMax1", "YMin1", "YMax1"), first, strict=True))
        seconds = (np.where(is_attribute, one, two) for one, two in zip(first, second, strict=True))
        columns |= dict(zip(("XMin2", "XMax2", "YMin2", "YMax2"), seconds, strict=True))
        columns["RelationshipLabel"] = np.where(is_attribute, "is", words[triplets[2][kind]])
        yield pa.table(columns)


def point_tables(maker: Maker, ids: npt.NDArray[np.str_], subset: str) -> Iterator[pa.Table]:
    names, shares = np.array(mids(POINT_CLASSES)), falling(POINT_CLASSES, 1.0)
    for images in per_image(maker, len(ids), maker.of(POINTED[subset]), maker.of(POINTS[subset])):
        number = len(images)
        says = maker.random.choice(["yes", "no", "unsure"], number, p=[0.45, 0.5, 0.05])
        votes = [np.where(says == word, maker.random.integers(1, 4, number), 0) for word in ("yes", "no", "unsure")]
        columns: dict[str, Any] = {
            "ImageId": ids[images],
            "X": np.round(maker.random.random(number), 6),
            "Y": np.round(maker.random.random(number), 6),
            "Label": names[drawn(maker, shares, number)],
            "EstimatedYesNo": says,
            "Source": maker.random.choice(["ih", "cc"], number),
            **dict(zip(("YesVotes", "NoVotes", "UnsureVotes"), votes, strict=True)),
            "TextLabel": [""] * number,
        }
        yield pa.table(columns)


def hierarchy(maker: Maker) -> dict[str, Any]:
    """602 ids below one root, five deep; 83 of them below a second parent as well, and 38 parts."""
    names = mids(BOX_CLASSES + 1)
    children: dict[int, list[int]] = {}
    level = dict.fromkeys(range(40), 1)
    for child in range(40, len(names)):
        parent = int(maker.random.integers(0, child))
        while level[parent] >= 4:
            parent = int(maker.random.integers(0, child))
        level[child] = level[parent] + 1
        children.setdefault(parent, []).append(child)
    for child in maker.random.choice(np.arange(200, len(names)), 83, replace=False).tolist():
        parent = int(maker.random.integers(0, 40))
        if child not in children.setdefault(parent, []):
            children[parent].append(child)

    def node(place: int) -> dict[str, Any]:
        below = [node(child) for child in children.get(place, [])]
        return {"LabelName": names[place], **({"Subcategory": below} if below else {})}

    top = [node(place) for place in range(40)]
    for place, part in enumerate(maker.random.choice(np.arange(40, len(names)), 38, replace=False).tolist()):
        top[place]["Part"] = [{"LabelName": names[part]}]
    return {"LabelName": "/m/0bl9f", "Subcategory": top}


def make(folder: Path, images: int, seed: int) -> dict[str, int]:
    """Write all files; rows by file."""
    maker = Maker(folder, images / ALL_IMAGES, np.random.default_rng(seed), {})
    first = 0
    for subset in SUBSETS:
        short, number = SHORT[subset], maker.of(IMAGES[subset])
        ids = image_ids(first, number)
        first += number
        maker.write(f"2018_04/{subset}/{subset}-images-with-rotation.csv", image_tables(maker, ids, subset))
        for kind, rows in (("machine", MACHINE), ("human", HUMAN)):
            tables = label_tables(maker, ids, maker.of(rows[subset]), subset=subset, is_machine=kind == "machine")
            maker.write(f"v7/oidv7-{short}-annotations-{kind}-imagelabels.csv", tables)
        boxes = "oidv6-train-annotations-bbox.csv" if subset == "train" else f"{subset}-annotations-bbox.csv"
        maker.write(f"v6/{boxes}", box_tables(maker, ids, subset))
        maker.write(f"v6/oidv6-{subset}-annotations-vrd.csv", relationship_tables(maker, ids, subset))
        maker.write(f"v7/oidv7-{short}-annotations-point-labels.csv", point_tables(maker, ids, subset))
    for name, number in (("", CLASSES), ("-boxable", BOX_CLASSES)):
        called = [f"Class {place}" for place in range(number)]
        names = pa.table({"LabelName": mids(number), "DisplayName": called})
        maker.write(f"v7/oidv7-class-descriptions{name}.csv", iter([names]))
    (folder / "v7/bbox_labels_600_hierarchy.json").write_text(json.dumps(hierarchy(maker)))
    (folder / "expected.json").write_text(json.dumps(maker.rows, indent=1))
    return maker.rows


def main() -> None:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--release", choices=["v7"], default="v7")
    parser.add_argument("--images", type=int, default=ALL_IMAGES)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name, rows in make(options.folder, options.images, options.seed).items():
        print(f"{rows:>12,}  {name}")


if __name__ == "__main__":
    main()
