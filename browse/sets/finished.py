"""What a finished set holds, read from its own files, and what is different in the data set since it was built."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from browse.domain.comparison import Estimate
from browse.models import SetBuild, TrainingSet
from browse.query.values import Query
from browse.search import ImageCard, Snapshot
from browse.search.results import cards_of
from browse.sets.formats.writer import MaskNumbers, PictureNumbers
from browse.sets.manifest import FILES, NAME, SUMS
from browse.sets.pictures import is_picture
from browse.sets.preview import preview
from browse.sets.reading import query_reader
from browse.sets.recipe_reader import RecipeError, read_recipe
from browse.sets.site_builds import files_folder, keys_of_set, taken_down_since

MOST_SAMPLES = 12
MOST_LISTED = 200


@dataclass(frozen=True)
class SetLabelRow:
    """A label of a set. threshold: as `labels.csv` has it, empty where only verified pairs are taken.

    is_unlike: see `estimate.is_unlike`.
    """

    mid: str
    class_name: str
    threshold: str
    positives: int
    negatives: int
    expected: Estimate | None
    is_unlike: bool


@dataclass(frozen=True)
class SetFile:
    """A file of a set: its size in bytes and its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Since:
    """How the data set differs from the one that a set was built of.

    is_other      whether its content is another one: it was imported again.
    is_curated    whether curators changed something, in the same content.
    gone          images of the set that are no longer in it, or taken down.
    thresholds    (MID, then, now): what the recipe resolves to otherwise; "left out" where a label is.
    problem       why the recipe cannot be used any longer; empty where it can.
    """

    is_other: bool
    is_curated: bool
    taken_down: int
    gone: int = 0
    thresholds: tuple[tuple[str, str, str], ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Finished:
    """A set that was built. files: without its pictures."""

    images: int
    pairs: int
    authors: int
    splits: Mapping[str, int]
    left_out: Mapping[str, int]
    left_out_labels: Mapping[str, str]
    labels: tuple[SetLabelRow, ...]
    files: tuple[SetFile, ...]
    samples: tuple[ImageCard, ...]
    citation: str
    since: Since
    pictures: PictureNumbers | None
    masks: MaskNumbers | None


def finished_of(snapshot: Snapshot, build: SetBuild) -> Finished:
    """What a finished set holds. Raises OSError where its files are gone."""
    uid: UUID = build.training_set.uid
    folder = files_folder(uid)
    manifest = json.loads((folder / NAME).read_text())
    counts, keys = manifest["counts"], keys_of_set(uid)
    visible = _visible(snapshot, keys)
    return Finished(
        images=counts["images"],
        pairs=counts["pairs"],
        authors=counts["authors"],
        splits=counts["splits"],
        left_out=counts["left_out"],
        left_out_labels=manifest["labels_left_out"],
        labels=_labels(uid, {*manifest.get("labels_unlike_verified", ())}),
        files=_files(uid),
        samples=tuple(cards_of(snapshot, _some_of(keys[visible]))),
        citation=(folder / "CITATION.cff").read_text(),
        pictures=_pictures(manifest["pictures"]),
        masks=_masks(manifest.get("masks")),
        since=_since(snapshot, build, manifest["thresholds"], gone=int(len(keys) - visible.sum())),
    )


def _pictures(values: Mapping[str, Any]) -> PictureNumbers | None:
    return PictureNumbers(values["got"], values["bytes"], values["not_got"]) if "got" in values else None


def _masks(values: Mapping[str, Any] | None) -> MaskNumbers | None:
    return None if values is None else MaskNumbers(values["masks"], values["left_out"], values["mask_hash"])


def sets_of(by: str) -> list[SetBuild]:
    """The sets that an account asked for, the newest first, at most MOST_LISTED."""
    asked = SetBuild.objects.select_related("training_set").filter(training_set__by=by)
    return list(asked.order_by("-pk")[:MOST_LISTED])


def _visible(snapshot: Snapshot, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which of these images are in the data set now, and not taken down."""
    now = snapshot.engine.candidates(Query(), deadline=snapshot.deadline).keys
    places = np.minimum(np.searchsorted(now, keys), max(len(now) - 1, 0))
    return np.asarray(now[places] == keys) if len(now) else np.zeros(len(keys), np.bool_)


def _some_of(keys: npt.NDArray[np.int64]) -> list[int]:
    """A few, from all over the set."""
    if len(keys) <= MOST_SAMPLES:
        return [int(key) for key in keys]
    return [int(key) for key in keys[np.linspace(0, len(keys) - 1, MOST_SAMPLES).astype(np.int64)]]


def _labels(uid: UUID, unlike: Collection[str]) -> tuple[SetLabelRow, ...]:
    with (files_folder(uid) / "labels.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            SetLabelRow(
                row["mid"],
                row["class_name"],
                row["threshold"],
                int(row["positives"]),
                int(row["negatives"]),
                Estimate(float(row["precision"]), float(row["low"]), float(row["high"])) if row["precision"] else None,
                row["mid"] in unlike,
            )
            for row in csv.DictReader(file)
        )


def _files(uid: UUID) -> tuple[SetFile, ...]:
    folder = files_folder(uid)
    lines = (folder / SUMS).read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    names = (folder / FILES).read_text().splitlines()
    return tuple(
        SetFile(name, (folder / name).stat().st_size, sums.get(name, "")) for name in names if not is_picture(name)
    )


def _since(snapshot: Snapshot, build: SetBuild, before: Mapping[str, float | None], *, gone: int) -> Since:
    wanted: TrainingSet = build.training_set
    is_other = snapshot.digest != build.digest
    is_curated = not is_other and snapshot.version != build.version
    taken_down = taken_down_since(wanted.uid)
    if not is_other and not is_curated:
        return Since(is_other, is_curated, taken_down)
    try:
        recipe = read_recipe(wanted.recipe, query_reader(snapshot.engine))
        found = preview(snapshot, recipe, is_whole=False)
    except RecipeError as error:
        return Since(is_other, is_curated, taken_down, gone, problem=str(error))
    now = {one.mid: None if one.threshold is None else one.threshold / 100 for one in found.labels}
    changed = [
        (mid, _words(before, mid), _words(now, mid)) for mid in recipe.mids if _words(before, mid) != _words(now, mid)
    ]
    return Since(is_other, is_curated, taken_down, gone, tuple(changed))


def _words(thresholds: Mapping[str, float | None], mid: str) -> str:
    if mid not in thresholds:
        return "left out"
    threshold = thresholds[mid]
    return "verified only" if threshold is None else f"{threshold:g}"
