"""How to open each format, as lines of code that run in a set's folder."""

from __future__ import annotations

SNIPPETS = {
    "csv": (
        "import csv\n\n"
        'with open("images.csv", encoding="utf-8", newline="") as file:\n'
        '    images = {row["image_id"]: row for row in csv.DictReader(file)}\n'
        'with open("pairs.csv", encoding="utf-8", newline="") as file:\n'
        "    pairs = list(csv.DictReader(file))\n"
    ),
    "parquet": (
        "import pyarrow.dataset as ds\n\n"
        'images = ds.dataset("images").to_table()\n'
        'pairs = ds.dataset("pairs").to_table()\n'
    ),
    "huggingface": 'from datasets import load_dataset\n\nimages = load_dataset(".")\n',
    "coco": 'from pycocotools.coco import COCO\n\nimages = COCO("annotations/labels_train.json")\n',
    "fiftyone": (
        "import fiftyone as fo\n\n"
        'images = fo.Dataset.from_dir(".", dataset_type=fo.types.FiftyOneDataset)  # once pictures are in data/\n'
    ),
    "open_images": ('from datumaro import Dataset\n\nimages = Dataset.import_from(".", "open_images")\n'),
    "webdataset": (
        "from glob import glob\n\n"
        "import webdataset\n\n"
        'images = webdataset.WebDataset(sorted(glob("train-*.tar")), shardshuffle=False).decode("pil")\n'
    ),
    "yolo": (
        'from ultralytics import YOLO\n\nYOLO("yolo11n.pt").train(data="data.yaml")  # once pictures are in data/\n'
    ),
    "img2dataset": "sh run.sh  # downloads the pictures and checks their MD5\n",
}
"""By the name of the format."""
SHELL = frozenset({"img2dataset"})
"""Formats that are opened from a shell."""
