"""Exports masks as COCO, builds a set with them, and reads both with pycocotools.

python masks.py make FOLDER     in the project's own environment: a small data set, its files, the drawn pixels
python masks.py check FOLDER    in an environment that has pycocotools: the masks are those that were drawn
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
HEADER = "MaskPath,ImageID,LabelName,BoxID,BoxXMin,BoxXMax,BoxYMin,BoxYMax,PredictedIoU,Clicks"
BOXES = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax"
LABELS = [{"mid": f"/m/0{number}", "at": 0.5} for number in range(3)]
RECIPE = {"labels": LABELS, "duplicates": "all", "boxes": {"masks": True}}
SIZES = ((300, 200), (300, 200), (150, 100), (64, 48), (1, 7))
EXPORT = """
from django.test import Client
answer = Client().get("/export/coco-masks.json", HTTP_HOST="localhost")
assert answer.status_code == 200, answer.content
open({path!r}, "wb").write(b"".join(answer))
"""


def drawn(number: int) -> np.ndarray:
    """Pixels in blots, some of them at the edges; all or none of them for two."""
    chance = np.random.default_rng(number)
    width, height = SIZES[number % len(SIZES)]
    if number in (7, 8):
        return np.full((height, width), number == 7)
    blots = chance.random((height // 8 + 1, width // 8 + 1)) < 0.4
    return np.kron(blots, np.ones((8, 8), bool))[:height, :width].astype(bool)


def make(folder: Path) -> None:
    """Import masks of a few images, and export them."""
    sys.path.insert(0, str(ROOT))
    from PIL import Image

    from tests.openimages.files import LABELS as LABEL_HEADER
    from tests.openimages.files import V4, image_row, write

    shutil.rmtree(folder, ignore_errors=True)
    rows, pixels = [], {}
    images = [f"{16 * number:016x}" for number in range(1, 9)]
    with ZipFile(_made(folder / "given") / "train-masks-0.zip", "w") as archive:
        for number in range(24):
            image_id = images[number % len(images)]
            name = f"{image_id}_m0{number % 3}_{number:08x}.png"
            rows.append(f"{name},{image_id},/m/0{number % 3},{number:08x},0.1,0.9,0.1,0.9,0.8,")
            pixels[name] = drawn(number)
            out = io.BytesIO()
            Image.fromarray(pixels[name]).convert("1").save(out, "PNG")
            archive.writestr(name, out.getvalue())
    write(folder / "given/images.csv", V4, [f"{image_row(image_id)},90.0" for image_id in images])
    write(folder / "given/masks.csv", HEADER, rows)
    named = [row.split(",")[1:3] for row in rows]
    write(folder / "given/boxes.csv", BOXES, [f"{one},xclick,{mid},1,0.1,0.9,0.1,0.9" for one, mid in named])
    write(folder / "given/labels.csv", LABEL_HEADER, [f"{one},machine,{mid},0.8" for one, mid in named])
    (folder / "recipe.json").write_text(json.dumps(RECIPE))
    np.savez(folder / "pixels.npz", **pixels)
    environment = os.environ | {
        "OPENIMAGES_DATA_DIR": str(folder / "data"),
        "OPENIMAGES_STATE_DIR": str(folder / "state"),
    }
    for arguments in (
        ["migrate", "--verbosity", "0"],
        ["import_openimages", str(folder / "given")],
        ["shell", "-v0", "-c", EXPORT.format(path=str(folder / "coco-masks.json"))],
        ["build_set", str(folder / "recipe.json"), str(folder / "set"), "--format", "coco"],
    ):
        subprocess.run([sys.executable, "manage.py", *arguments], check=True, cwd=ROOT, env=environment)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def check(folder: Path) -> None:
    """Compare what pycocotools reads of the export and of the set with what was drawn."""
    pixels = dict(np.load(folder / "pixels.npz"))
    files = {"export": [folder / "coco-masks.json"], "set": sorted((folder / "set/annotations").glob("boxes_*.json"))}
    for name, some in files.items():
        found = [path for file in some for path in check_file(file, pixels, has_boxes=name == "set")]
        assert sorted(found) == sorted(pixels)
        print(f"pycocotools, {name}: {len(found)} masks, 0 differ")


def check_file(file: Path, pixels: dict[str, np.ndarray], *, has_boxes: bool) -> list[str]:
    """The paths of a file's masks, each compared with its pixels, scaled to the largest of the image.

    has_boxes: whether the sides are those of the box, and not of the mask.
    """
    from pycocotools import mask as runs
    from pycocotools.coco import COCO

    coco, found = COCO(str(file)), []
    path_of = {path.rpartition("_")[2].removesuffix(".png"): path for path in pixels}
    for one in coco.loadAnns(coco.getAnnIds()):
        image, own = coco.imgs[one["image_id"]], pixels[path_of[one["box_id"]]]
        mine = [pixels[path_of[other["box_id"]]] for other in coco.imgToAnns[one["image_id"]]]
        height, width = max((other.shape for other in mine), key=np.prod)
        assert (image["height"], image["width"]) == (height, width)
        down = (np.arange(height) + 0.5) * own.shape[0] / height
        across = (np.arange(width) + 0.5) * own.shape[1] / width
        assert np.array_equal(coco.annToMask(one), own[down.astype(int)][:, across.astype(int)])
        assert one["area"] == runs.area(one["segmentation"])
        box = [0.1 * width, 0.1 * height, 0.8 * width, 0.8 * height]
        assert np.allclose(one["bbox"], box if has_boxes else runs.toBbox(one["segmentation"]))
        assert one["iscrowd"] == 0
        assert one["category_id"] in coco.cats
        found.append(path_of[one["box_id"]])
    return found


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](Path(sys.argv[2]).resolve())
