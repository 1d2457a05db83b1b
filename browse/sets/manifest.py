"""The manifest of a set: all that is needed to build it again, and to tell whether what comes out is the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from browse.sets.formats.writer import SetInfo
from browse.sets.recipe import as_values

NAME = "manifest.json"
SUMS = "SHA256SUMS"
FILES = "files.txt"
VERSION = 1
COUNTED = ("images", "pairs")
"""Of the counts, those that are compared."""


class ManifestError(ValueError):
    """A file that is no manifest; the message says what is wrong with it."""


@dataclass(frozen=True)
class Manifest:
    """What a manifest says that a build can be compared with. recipe: as a JSON value."""

    recipe: dict[str, Any]
    formats: tuple[str, ...]
    digest: str
    row_hash: str
    thresholds: dict[str, Any]
    counts: dict[str, int]
    box_hash: str = ""
    mask_hash: str = ""

    @property
    def hashes(self) -> dict[str, str]:
        """What is equal for equal sets, by what it is called."""
        return {
            "row hash": self.row_hash,
            "box hash": self.box_hash or "no boxes",
            "mask hash": self.mask_hash or "no masks",
        }


def manifest_values(about: SetInfo, sums: dict[str, str]) -> dict[str, Any]:
    """The manifest as a JSON value. sums: the SHA-256 of each file."""
    return {
        "version": VERSION,
        "program": about.program,
        "recipe": as_values(about.recipe),
        "recipe_sha256": about.recipe.name,
        "formats": list(about.formats),
        "dataset": about.dataset,
        "row_hash": about.row_hash,
        "thresholds": {one.mid: one.threshold for one in about.classes},
        "labels_unlike_verified": [one.mid for one in about.classes if one.is_unlike],
        "labels_left_out": dict(about.left_out_labels),
        "seeds": {"splits": about.recipe.splits.seed, "caps": about.recipe.caps.seed},
        "counts": {
            "images": about.images,
            "pairs": about.pairs,
            "authors": about.authors,
            "splits": {split.name: split.images for split in about.splits},
            "left_out": about.left_out,
        },
        "pictures": _picture_values(about),
        **_box_values(about),
        **_mask_values(about),
        "files": sums,
    }


def _picture_values(about: SetInfo) -> dict[str, Any]:
    """Which pictures were wanted, how many the set has, and how many of its images are left out for want of one."""
    wanted = {"wanted": about.recipe.pictures.values}
    if about.pictures is None:
        return wanted
    return {**wanted, "got": about.pictures.got, "bytes": about.pictures.bytes, "not_got": about.pictures.missing}


def _box_values(about: SetInfo) -> dict[str, Any]:
    """How many boxes there are, and their hash; nothing in sets without any."""
    if about.boxes is None:
        return {}
    return {"boxes": {"boxes": about.boxes.boxes, "images": about.boxes.images, "box_hash": about.boxes.sha256}}


def _mask_values(about: SetInfo) -> dict[str, Any]:
    """How many masks there are, how many are left out, and the hash of their list; nothing in sets without any."""
    if about.masks is None:
        return {}
    return {
        "masks": {"masks": about.masks.masks, "left_out": about.masks.left_out, "mask_hash": about.masks.sha256},
    }


def read_values(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished set in a folder, as `manifest_values` made it; None where there is none."""
    try:
        values = json.loads((folder / NAME).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    is_ours = isinstance(values, dict) and values.get("version") == VERSION and "recipe_sha256" in values
    return values if is_ours else None


def read_manifest(text: str | bytes) -> Manifest:
    """A manifest. Raises ManifestError."""
    try:
        values = json.loads(text)
        if values["version"] != VERSION:
            raise ManifestError(f"version {values['version']!r} is not one that this program reads, which is {VERSION}")
        return Manifest(
            values["recipe"],
            tuple(map(str, values["formats"])),
            values["dataset"]["digest"],
            values["row_hash"],
            {**values["thresholds"]},
            {what: int(values["counts"][what]) for what in COUNTED},
            values.get("boxes", {}).get("box_hash", ""),
            values.get("masks", {}).get("mask_hash", ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        if isinstance(error, ManifestError):
            raise
        what = f"has no {error}" if isinstance(error, KeyError) else f"cannot be read: {error}"
        raise ManifestError(f"the manifest {what}") from error


def differences(before: Manifest, now: Manifest) -> Iterator[str]:
    """What differs between a manifest and that of a set built of its recipe, in words; nothing where both are equal."""
    if before.hashes == now.hashes:
        return
    if before.digest != now.digest:
        yield f"data set digest: {before.digest} in the manifest, {now.digest} here"
    for mid in sorted(before.thresholds.keys() | now.thresholds.keys()):
        old, new = before.thresholds.get(mid, "left out"), now.thresholds.get(mid, "left out")
        if old != new:
            yield f"threshold of {mid}: {old} in the manifest, {new} here"
    for what in COUNTED:
        if before.counts[what] != now.counts[what]:
            yield f"{what}: {before.counts[what]:,} in the manifest, {now.counts[what]:,} here"
    for what, old in before.hashes.items():
        if old != now.hashes[what]:
            yield f"{what}: {old} in the manifest, {now.hashes[what]} here"


def sums_text(sums: dict[str, str]) -> str:
    """Sums as `sha256sum -c` reads them."""
    return "".join(f"{digest}  {name}\n" for name, digest in sums.items())


def row_differences(before: pa.Table, now: pa.Table, *, unnamed: list[str], most: int) -> list[str]:
    """Pairs that two sets do not have alike, by their pair tables, in words; at most so many of each set.

    unnamed: ImageIDs whose pairs are counted only.
    """
    import pyarrow.compute as pc  # noqa: PLC0415 - takes a tenth of a second, which the site's start need not wait

    found = []
    for where, own, other in (("only in the manifest's set", before, now), ("only here", now, before)):
        lines = _as_lines(own)
        differs = pc.invert(pc.is_in(lines, value_set=_as_lines(other)))
        is_unnamed = pc.is_in(own.column("image_id"), value_set=pa.array(unnamed, pa.string()))
        named = lines.filter(pc.and_(differs, pc.invert(is_unnamed)).combine_chunks())
        found += [f"{where}: {line}" for line in named[:most].to_pylist()]
        if number := pc.sum(pc.and_(differs, is_unnamed)).as_py():
            found.append(f"{where}: {number:,} pairs of images that were taken down since")
    return found


def _as_lines(pairs: pa.Table) -> pa.Array:
    import pyarrow.compute as pc  # noqa: PLC0415 - takes a tenth of a second, which the site's start need not wait

    columns = (pairs.column(name).cast(pa.string()) for name in ("image_id", "mid", "state", "confidence", "target"))
    texts = [pc.fill_null(column, "unknown") for column in columns]
    return pa.chunked_array(pc.binary_join_element_wise(*texts, " ")).combine_chunks()
