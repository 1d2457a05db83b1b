"""Opens a set with a program that people use and compares what it reads with the set's CSV files.

    python open_with.py PROGRAM FOLDER

It runs in an environment of that program, so it imports nothing of this project.
"""

from __future__ import annotations

import json
import math
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from set_files import (
    SIDES,
    box_class_names,
    boxes,
    change_a_byte,
    check_boxes,
    class_names,
    deciding_scores,
    expected,
    of_center,
    of_corner,
    stored_size,
)


def with_datasets(folder: Path) -> dict[str, Any]:
    import datasets

    found, loaded = {}, datasets.load_dataset(str(folder))
    for split, rows in loaded.items():
        listed = rows.features["positive"]
        names = (listed[0] if isinstance(listed, list) else listed.feature).names
        for row in rows:
            pairs = {one["mid"]: (one["state"], one["confidence"], one["target"]) for one in row["labels"]}
            assert len(row["positive"]) <= sum(target == 1 for *_, target in pairs.values())
            assert all(names[number] for number in row["positive"] + row["negative"])
            assert "image" not in row or row["image"].size == stored_size(folder, row["image_id"])
            objects = row.get("objects", [])
            if isinstance(objects, dict):  # as versions before 4 have lists of structures
                objects = [dict(zip(objects, one, strict=True)) for one in zip(*objects.values(), strict=True)]
            check_boxes(folder, row["image_id"], ((o["mid"], *(o[name] for name in SIDES)) for o in objects))
            found[row["image_id"]] = (split, row["attribution"], pairs)
    return found


def with_mlcroissant(folder: Path) -> dict[str, Any]:
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    found = {}
    for row in dataset.records("images"):
        found[_text(row["images/image_id"])] = (_text(row["images/split"]), _text(row["images/attribution"]), {})
    for row in dataset.records("pairs"):
        target = row["pairs/target"]
        target = None if target is None or math.isnan(target) else int(target)
        pair = (_text(row["pairs/state"]), float(row["pairs/confidence"]), target)
        found[_text(row["pairs/image_id"])][2][_text(row["pairs/mid"])] = pair
    return found


def with_changed_byte(folder: Path) -> dict[str, Any]:
    """The rows of a set of which mlcroissant refuses each copy with one byte changed in a file that it reads."""
    import shutil
    import tempfile

    found = with_mlcroissant(folder)
    for name in ("images.csv", "pairs.csv"):
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(folder, copy, dirs_exist_ok=True)
            change_a_byte(Path(copy, name))
            try:
                with_mlcroissant(Path(copy))
            except Exception as error:
                if "is not identical with the" not in "".join(traceback.format_exception(error)):
                    raise
            else:
                raise SystemExit(f"mlcroissant reads {name} with a byte changed")
    return found


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else value


def with_duckdb(folder: Path) -> dict[str, Any]:
    import duckdb

    database = duckdb.connect()
    images = database.execute(f"SELECT image_id, split, attribution FROM '{folder}/images/*.parquet'").fetchall()
    found: dict[str, Any] = {image: (split, credit, {}) for image, split, credit in images}
    pairs = f"SELECT image_id, mid, state, confidence, target FROM '{folder}/pairs/*.parquet'"
    for image, mid, *pair in database.execute(pairs).fetchall():
        found[image][2][mid] = tuple(pair)
    return found


def with_pycocotools(folder: Path) -> dict[str, Any]:
    from pycocotools.coco import COCO

    found = {}
    for path in (folder / "annotations").glob("labels_*.json"):
        coco = COCO(str(path))
        mids = {number: one["mid"] for number, one in coco.cats.items()}
        for image in coco.loadImgs(coco.getImgIds()):
            pairs = {mids[p["category_id"]]: (p["state"], p["confidence"], p["target"]) for p in image["labels"]}
            positives = {mids[one["category_id"]] for one in coco.imgToAnns[image["id"]]}
            assert positives == {mid for mid, (*_, target) in pairs.items() if target == 1}
            assert not image["width"] or (folder / image["file_name"]).is_file()
            found[image["image_id"]] = (path.stem.removeprefix("labels_"), image["attribution"], pairs)
    seen = set()
    for path in (folder / "annotations").glob("boxes_*.json"):
        coco = COCO(str(path))
        for image in coco.loadImgs(coco.getImgIds()):
            size, read = (image["width"], image["height"]), coco.loadAnns(coco.getAnnIds(imgIds=image["id"]))
            assert size == stored_size(folder, image["image_id"], (1, 1))
            check_boxes(
                folder,
                image["image_id"],
                (of_corner(coco.cats[one["category_id"]]["mid"], one["bbox"], *size) for one in read),
            )
            seen.add(image["image_id"])
    assert not boxes(folder) or seen == found.keys()
    return found


def with_fiftyone(folder: Path) -> dict[str, Any]:
    import fiftyone

    kind = fiftyone.types.FiftyOneDataset
    return read_fiftyone(
        folder, fiftyone.Dataset.from_dir(str(folder), dataset_type=kind, name=f"set-{folder.name}", overwrite=True)
    )


def with_fiftyone_loader(folder: Path) -> dict[str, Any]:
    """By the program that large sets have, which runs here beside any set."""
    import runpy

    import fiftyone

    name = f"loaded-{folder.name}"
    if fiftyone.dataset_exists(name):
        fiftyone.delete_dataset(name)
    sys.argv[1:] = [name]
    runpy.run_path(str(folder / "load_fiftyone.py"), run_name="__main__")
    return read_fiftyone(folder, fiftyone.load_dataset(name))


def read_fiftyone(folder: Path, dataset: Any) -> dict[str, Any]:
    """The rows of a dataset, which is then removed."""
    found = {}
    for sample in dataset:
        assert not (folder / "pictures.csv").exists() or Path(sample.filepath).is_file()
        labels = [one for name in ("positive", "negative", "unknown") for one in sample[name].classifications]
        pairs = {one["mid"]: (one["state"], one.confidence, one["target"]) for one in labels}
        if boxes(folder):
            detected = (of_corner(one["mid"], one.bounding_box) for one in sample["boxes"].detections)
            check_boxes(folder, sample["image_id"], detected)
        found[sample["image_id"]] = (sample.tags[0], sample["attribution"], pairs)
    dataset.delete()
    return found


def with_webdataset(folder: Path) -> dict[str, Any]:
    import webdataset

    found = {}
    for path in sorted(folder.glob("*.tar")):
        for sample in webdataset.WebDataset(str(path), shardshuffle=False).decode("pil"):
            row = sample["json"]
            assert sample["__key__"] == row["image_id"]
            assert sample["jpg"].size == stored_size(folder, row["image_id"])
            if boxes(folder):
                there = ((one["mid"], *(one[name] for name in SIDES)) for one in row["boxes"])
                check_boxes(folder, row["image_id"], there)
            pairs = {one["mid"]: (one["state"], one["confidence"], one["target"]) for one in row["labels"]}
            found[row["image_id"]] = (path.name.partition("-")[0], sample["txt"].rstrip("\n"), pairs)
    return found


def with_datasets_webdataset(folder: Path) -> dict[str, Any]:
    import datasets

    splits = sorted({path.name.partition("-")[0] for path in folder.glob("*.tar")})
    files = {split: sorted(str(path) for path in folder.glob(f"{split}-*.tar")) for split in splits}
    found = {}
    for split, rows in datasets.load_dataset("webdataset", data_files=files).items():
        for row in rows:
            assert row["jpg"].size == stored_size(folder, row["__key__"])
            pairs = {one["mid"]: (one["state"], one["confidence"], one["target"]) for one in row["json"]["labels"]}
            found[row["__key__"]] = (split, row["json"]["attribution"], pairs)
    return found


def with_datumaro(folder: Path) -> dict[str, Any]:
    """Labels and pictures of the COCO files, in a copy that has nothing else; it knows positives alone."""
    import shutil
    import tempfile

    from datumaro.components.dataset import Dataset

    wanted, found = expected(folder), {}
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(folder / "annotations", Path(copy, "annotations"), ignore=shutil.ignore_patterns("*.csv"))
        shutil.copytree(folder / "data", Path(copy, "images", "data"), ignore=shutil.ignore_patterns("*.parquet"))
        dataset = Dataset.import_from(copy, "coco_labels")
        names = dataset.categories()[next(iter(dataset.categories()))]
        classes = class_names(folder)
        for item in dataset:
            image_id = item.id.rpartition("/")[2]
            positives = {classes[names[one.label].name] for one in item.annotations}
            split, credit, pairs = wanted[image_id]
            assert (item.subset, positives) == (split, {mid for mid, (*_, target) in pairs.items() if target == 1})
            assert item.media.data.shape[1::-1] == stored_size(folder, image_id)
            found[image_id] = (item.subset, credit, pairs)
    return found


def with_datumaro_open_images(folder: Path) -> dict[str, Any]:
    """The layout of Open Images, unchanged: a score of 1 or 0 as people said, the machine's where nobody did."""
    from datumaro.components.annotation import AnnotationType
    from datumaro.components.dataset import Dataset

    wanted, found, deciding = expected(folder), {}, deciding_scores(folder)
    dataset = Dataset.import_from(str(folder), "open_images")
    names = dataset.categories()[AnnotationType.label]
    for item in dataset:
        scores = {
            names[one.label].name: one.attributes["score"]
            for one in item.annotations
            if one.type is AnnotationType.label
        }
        assert scores == deciding.get(item.id, {}), (item.id, scores, deciding.get(item.id))
        if boxes(folder):
            lies = [one for one in item.annotations if one.type is AnnotationType.bbox]
            size = stored_size(folder, item.id)
            read = (of_corner(names[one.label].name, (one.x, one.y, one.w, one.h), *size) for one in lies)
            check_boxes(folder, item.id, read)
        split, credit, pairs = wanted[item.id]
        found[item.id] = (item.subset, credit, pairs)
        assert item.subset == split
    return found


def with_datumaro_boxes(folder: Path) -> dict[str, Any]:
    """COCO's files of boxes, in a copy that has nothing else."""
    import shutil
    import tempfile

    from datumaro.components.annotation import AnnotationType
    from datumaro.components.dataset import Dataset

    wanted, found, classes = expected(folder), {}, box_class_names(folder)
    with tempfile.TemporaryDirectory() as copy:
        Path(copy, "annotations").mkdir()
        shutil.copytree(folder / "data", Path(copy, "images", "data"), ignore=shutil.ignore_patterns("*.parquet"))
        for path in (folder / "annotations").glob("boxes_*.json"):
            shutil.copy(path, Path(copy, "annotations", f"instances_{path.stem.removeprefix('boxes_')}.json"))
        dataset = Dataset.import_from(copy, "coco_instances")
        names = dataset.categories()[AnnotationType.label]
        for item in dataset:
            image_id = item.id.rpartition("/")[2]
            size = stored_size(folder, image_id)
            of_box = [one for one in item.annotations if one.type is AnnotationType.bbox]
            read = (of_corner(classes[names[one.label].name], (one.x, one.y, one.w, one.h), *size) for one in of_box)
            check_boxes(folder, image_id, read)
            found[image_id] = (item.subset, *wanted[image_id][1:])
    return found


def with_ultralytics(folder: Path) -> dict[str, Any]:
    """The YOLO files as training reads them, in a copy, since it leaves a file of its own there.

    Images that no list names are those without a box that nobody ruled out.
    """
    import shutil
    import tempfile

    from ultralytics.data.dataset import YOLODataset
    from ultralytics.data.utils import check_det_dataset

    wanted, found, classes = expected(folder), {}, box_class_names(folder)
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        os.chdir("/")  # the set is found from anywhere
        data = check_det_dataset(f"{copy}/data.yaml", autodownload=False)
        for part, split in {"train": "train", "val": "validation", "test": "test"}.items():
            dataset = YOLODataset(img_path=data[part], data=data, augment=False, cache=False)
            for number, label in enumerate(dataset.labels):
                image_id = Path(label["im_file"]).stem
                width, height = stored_size(folder, image_id)
                assert label["shape"] == (height, width)
                assert dataset[number]["img"].shape[0] == 3
                read = zip(label["cls"][:, 0].tolist(), label["bboxes"].tolist(), strict=True)
                check_boxes(folder, image_id, (of_center(classes[data["names"][int(cls)]], box) for cls, box in read))
                found[image_id] = (split, *wanted[image_id][1:])
    assert found.keys() >= boxes(folder).keys()
    return {image_id: row for image_id, row in wanted.items() if image_id not in boxes(folder)} | found


PROGRAMS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "datasets": with_datasets,
    "mlcroissant": with_mlcroissant,
    "mlcroissant_changed_byte": with_changed_byte,
    "datasets_webdataset": with_datasets_webdataset,
    "datumaro": with_datumaro,
    "datumaro_boxes": with_datumaro_boxes,
    "datumaro_open_images": with_datumaro_open_images,
    "duckdb": with_duckdb,
    "pycocotools": with_pycocotools,
    "fiftyone": with_fiftyone,
    "fiftyone_loader": with_fiftyone_loader,
    "ultralytics": with_ultralytics,
    "webdataset": with_webdataset,
}


def main() -> None:
    """Compare, and say what differs."""
    program, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    wanted, found = expected(folder), PROGRAMS[program](folder)
    differ = [image for image in wanted.keys() | found.keys() if wanted.get(image) != found.get(image)]
    for image in differ[:3]:
        print(json.dumps({"image": image, "set": wanted.get(image), program: found.get(image)}, ensure_ascii=False))
    print(f"{program}: {len(found):,} images, {len(differ):,} differ")
    raise SystemExit(bool(differ) or not found)


if __name__ == "__main__":
    main()
