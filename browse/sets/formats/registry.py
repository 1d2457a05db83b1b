"""The formats by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from browse.sets.errors import SetError
from browse.sets.formats.cards import CardsWriter
from browse.sets.formats.coco import CocoWriter
from browse.sets.formats.fiftyone import FiftyOneWriter
from browse.sets.formats.huggingface import HuggingFaceWriter
from browse.sets.formats.img2dataset import Img2datasetWriter
from browse.sets.formats.labels import LabelsWriter
from browse.sets.formats.open_images import OpenImagesWriter
from browse.sets.formats.tables import CsvWriter, ParquetWriter
from browse.sets.formats.webdataset import WebDatasetWriter
from browse.sets.formats.writer import Writer
from browse.sets.formats.yolo import YoloWriter
from browse.sets.recipe import Recipe

FORMATS: dict[str, Callable[[], Writer]] = {
    "csv": CsvWriter,
    "parquet": ParquetWriter,
    "huggingface": HuggingFaceWriter,
    "coco": CocoWriter,
    "fiftyone": FiftyOneWriter,
    "open_images": OpenImagesWriter,
    "img2dataset": Img2datasetWriter,
    "webdataset": WebDatasetWriter,
    "yolo": YoloWriter,
}
"""In the order in which they are listed everywhere."""
ALWAYS: tuple[Callable[[], Writer], ...] = (LabelsWriter, CardsWriter)
DEFAULT = ("parquet",)
MASKS_IN = "coco"
"""The format that holds masks."""


def checked_formats(names: Iterable[str]) -> tuple[str, ...]:
    """These formats, each once, in listing order; the default where none is named. Raises SetError for unknown ones."""
    wanted = list(names)
    unknown = next((name for name in wanted if name not in FORMATS), None)
    if unknown is not None:
        raise SetError(f"format: {unknown!r} is not known; there are {', '.join(FORMATS)}")
    return tuple(name for name in FORMATS if name in wanted) or DEFAULT


def check_masks(recipe: Recipe, formats: Iterable[str]) -> None:
    """Raises SetError where none of these formats holds the masks that a recipe wants."""
    if recipe.has_masks and MASKS_IN not in formats:
        raise SetError(f"only the {MASKS_IN} format holds masks; add it, or set boxes.masks to false")


def writers_of(names: Iterable[str]) -> list[Writer]:
    """A writer for each format, and those that every set has."""
    return [*(FORMATS[name]() for name in names), *(make() for make in ALWAYS)]
