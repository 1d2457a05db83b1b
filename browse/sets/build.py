"""Builds a set: chooses, writes batch by batch beside the folder asked for, and puts the whole folder into place.

A killed build leaves its work beside the folder; the next one of the same recipe over the same data goes on there, and
the bytes are the same as without the interruption.
"""

from __future__ import annotations

import gc
import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.csv_text import csv_lines, csv_text
from browse.domain.file_lock import FileLockedError, file_lock
from browse.domain.image_ids import key_from_image_id
from browse.domain.text_columns import image_ids_of, joined_lines
from browse.models.curation import all_hidings
from browse.rights import Credit
from browse.search import consistently, current_version
from browse.search.errors import TablesDifferError
from browse.sets import manifest
from browse.sets.errors import AlreadyBuiltError, DataChangedError, SetError
from browse.sets.fetch import check_disk, fetch_pictures
from browse.sets.formats.cards import data_card
from browse.sets.formats.coco_masks import mask_numbers
from browse.sets.formats.croissant import NAME as CROISSANT
from browse.sets.formats.croissant import write_croissant
from browse.sets.formats.output import LOCK, Output, json_bytes
from browse.sets.formats.registry import check_masks, writers_of
from browse.sets.formats.writer import PictureNumbers, SetInfo
from browse.sets.packed import are_packed, remove_pictures, unpacked
from browse.sets.pictures import COLUMNS as PICTURE_COLUMNS
from browse.sets.pictures import ENDING, FOLDER, Landed, Missing, PictureFolder, is_picture, take_over
from browse.sets.pictures import JOURNAL as PICTURE_JOURNAL
from browse.sets.pictures import LIST as PICTURE_LIST
from browse.sets.prepare import PROGRAM, Prepared, prepare
from browse.sets.reading import image_table
from browse.sets.recipe import Recipe
from browse.sets.rows import Batch
from browse.sets.selection import DUPLICATE, OVER_CAPS, WRONG_SIDE

PREPARE_S = 3600.0
"""Nobody waits for a build to choose its images."""
_EXCLUDED_AT_ONCE = 100_000
_OBJECTS_UNCOLLECTED = 100_000

Report = Callable[[str, int, int], None]
"""Told (what is done, how far, of how many). May raise CanceledError."""


@dataclass(frozen=True)
class Built:
    """A set in its folder. keys: of its images, ascending."""

    folder: Path
    about: SetInfo
    keys: npt.NDArray[np.int64]


def build_set(
    recipe: Recipe,
    folder: Path,
    formats: tuple[str, ...],
    report: Report,
    *,
    most_images: int | None = None,
    retry: bool = False,
) -> Built:
    """Build a set in a folder that is not there yet, or empty. Raises SetError, RecipeError and SearchError.

    AlreadyBuiltError: it is there, and maybe the build that put it into place was killed before it could say so.

    most_images: how many it may have; a larger one is refused before any row is written. retry: ask again for pictures
    that were not to be had; the folder may then be the finished set, which is built again with the pictures it has.
    """
    check_masks(recipe, formats)
    if not retry:
        _refuse_built(folder, recipe, formats)
    _refuse_full(folder, unless_finished=retry)
    with _work_folder(folder, recipe, retry=retry) as work:
        report("choose images", 0, 0)
        prepared = consistently(lambda snapshot: prepare(snapshot, recipe, formats), timeout_s=PREPARE_S)
        _check_size(prepared.about, most_images)
        pictures = None
        if recipe.pictures.are_wanted:
            pictures = PictureFolder(work, recipe.pictures)
            prepared = _with_pictures(prepared, pictures, work, report, retry=retry)
            _check_size(prepared.about, most_images)
        out = Output(work, _identity(prepared.about), keeps=is_picture if pictures else _no_file)
        out.recover()
        prepared = _write(prepared, out, report, pictures)
        _finish(prepared, out, pictures)
        _must_be_unchanged(prepared)
        out.clean()
        if folder.exists():
            folder.rmdir()
        (work / LOCK).unlink()
        work.rename(folder)
    _tidy(folder, formats)
    return Built(folder, prepared.about, prepared.keys)


def _no_file(name: str) -> bool:
    return False


def _with_pictures(
    prepared: Prepared, pictures: PictureFolder, place: Path, report: Report, *, retry: bool
) -> Prepared:
    """Fetch the pictures. The set without the images whose picture is not to be had."""
    recipe, keys = prepared.about.recipe, prepared.keys
    pictures.only(image_ids_of(keys).to_pylist())
    there = sum(one.bytes for one in pictures.landed.values())
    check_disk(keys, recipe.pictures, prepared.about.formats, place, there)
    fetch_pictures(keys, pictures, recipe.pictures, report, again=retry)
    missing = {key_from_image_id(image_id): one.reason for image_id, one in sorted(pictures.missing.items())}
    numbers = PictureNumbers(
        len(pictures.landed), sum(one.bytes for one in pictures.landed.values()), dict(Counter(missing.values()))
    )
    return prepared.with_pictures(missing, numbers)


def _check_size(about: SetInfo, most: int | None) -> None:
    if not about.images:
        why = "no picture could be had" if about.pictures else "no image has a target under this recipe"
        raise SetError(f"{why}, so there is nothing to write")
    if most is not None and about.images > most:
        raise SetError(f"the set has {about.images:,} images, and {most:,} are allowed here; lower the caps")


def whole_set(folder: Path, recipe: Recipe, formats: tuple[str, ...]) -> dict[str, Any] | None:
    """The manifest of a folder with the set of this recipe in these formats; None where it is anything else.

    What the build was killed at removing is removed.
    """
    found = manifest.read_values(folder)
    if found is None or (found["recipe_sha256"], found["formats"]) != (recipe.name, [*formats]):
        return None
    _tidy(folder, formats)
    return found


def _tidy(folder: Path, formats: tuple[str, ...]) -> None:
    """Remove from a set in its place what only building it again would have needed."""
    if are_packed(formats):
        remove_pictures(folder)
    (folder / PICTURE_JOURNAL).unlink(missing_ok=True)


def _refuse_built(folder: Path, recipe: Recipe, formats: tuple[str, ...]) -> None:
    found = whole_set(folder, recipe, formats)
    if found is not None and (found["program"], found["dataset"]["version"]) == (PROGRAM, current_version()):
        number = found["counts"]["images"]
        raise AlreadyBuiltError(f"{folder} has this set already: {number:,} images, row hash {found['row_hash']}")


def _refuse_full(folder: Path, *, unless_finished: bool) -> None:
    if unless_finished and (folder / PICTURE_LIST).is_file():
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SetError(f"{folder} is not empty; name a folder that is not there yet")


@contextmanager
def _work_folder(folder: Path, recipe: Recipe, *, retry: bool) -> Iterator[Path]:
    """The folder beside the one asked for, held by one build at a time."""
    work = _beside(folder, "building")
    try:
        with file_lock(work / LOCK):
            _refuse_full(folder, unless_finished=retry)
            _take_over(folder, work, recipe, retry=retry)
            yield work
    except FileLockedError as error:
        raise SetError(f"{folder} is being built by another process ({error.holder}); wait for it") from error
    except OSError as error:
        raise SetError(f"{error.filename or folder}: {error.strerror or error}") from error


def _beside(folder: Path, what: str) -> Path:
    return folder.absolute().with_name(f".{folder.absolute().name}.{what}")


def _take_over(folder: Path, work: Path, recipe: Recipe, *, retry: bool) -> None:
    """Have the pictures of the finished set that is built again, also where that was killed at it."""
    before = _beside(folder, "before")
    if retry and (folder / PICTURE_LIST).is_file():
        found = manifest.read_values(folder)
        if found is None or found["recipe_sha256"] != recipe.name:
            raise SetError(f"{folder} was built of another recipe; only its own pictures can be asked for again")
        folder.rename(before)
    if before.exists():
        has_files = any((before / FOLDER).glob(f"*{ENDING}"))
        take_over(before, work, recipe.pictures, () if has_files else unpacked(before))
        shutil.rmtree(before)


def _identity(about: SetInfo) -> str:
    """What every byte of a set depends on."""
    boxes = () if about.boxes is None else (about.boxes.sha256,)
    parts = (about.program, about.recipe.name, about.row_hash, about.dataset["version"], *boxes, *about.formats)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _write(prepared: Prepared, out: Output, report: Report, pictures: PictureFolder | None) -> Prepared:
    """Write the rows. What is known of the set by then."""
    writers = writers_of(prepared.about.formats)
    for writer in writers:
        writer.begin(prepared.about, out)
    images = prepared.about.images
    with _collecting_seldom():
        for batch in _batches(prepared, out.batches, None if pictures is None else pictures.landed):
            for writer in writers:
                writer.write(batch, out)
            out.commit(batch.number + 1)
            pa.default_memory_pool().release_unused()
            report("write images", batch.first_image + len(batch.images), images)
    for writer in writers:
        writer.finish(out)
    masks = mask_numbers(out) if prepared.about.recipe.has_masks else None
    return replace(prepared, about=replace(prepared.about, masks=masks))


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Let the garbage collector look through a batch's objects once instead of a hundred times: none are in cycles."""
    usual = gc.get_threshold()
    gc.set_threshold(_OBJECTS_UNCOLLECTED, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _batches(prepared: Prepared, done: int, pictures: Mapping[str, Landed] | None) -> Iterator[Batch]:
    """The batches from one on; the pairs of those before are counted, not read from the tables."""
    number = first_image = first_pair = 0
    chosen, candidates = prepared.chosen, prepared.candidates
    for split, name in enumerate(chosen.resolved.recipe.splits.names):
        mine = chosen.of_split(split)
        for of_split, places in enumerate(prepared.rows.batches_of(mine)):
            pairs = prepared.rows.pairs_of(places)
            if number >= done:
                images, credited = _image_table(prepared, candidates.keys[places], name)
                boxes, stored = prepared.rows.box_tables_of(places, images) or (None, None)
                yield Batch(
                    number=number,
                    split=name,
                    of_split=of_split,
                    split_batches=-(-len(mine) // prepared.rows.at_once),
                    first_image=first_image,
                    first_pair=first_pair,
                    images=images,
                    credits=credited,
                    pairs=pairs,
                    pictures=pictures,
                    boxes=boxes,
                    stored_boxes=stored,
                    masks=prepared.rows.masks_of(places),
                )
            number, first_image, first_pair = number + 1, first_image + len(places), first_pair + len(pairs)


def _image_table(prepared: Prepared, keys: npt.NDArray[np.int64], split: str) -> tuple[pa.Table, list[Credit]]:
    """The rows and credits of some images, of the version that the build began with."""
    try:
        found = image_table(keys, split)
    except TablesDifferError:
        _must_be_unchanged(prepared)
        raise
    if _generation(current_version()) != _generation(prepared.version):
        raise DataChangedError("an import put other tables in place")
    return found


def _must_be_unchanged(prepared: Prepared) -> None:
    """Raises DataChangedError where the tables are others, or an image of the set was taken down since."""
    now = current_version()
    if now == prepared.version:
        return
    if _generation(now) != _generation(prepared.version):
        raise DataChangedError("an import put other tables in place")
    hidden = [key for key, is_hidden in all_hidings().items() if is_hidden]
    number = int(np.isin(prepared.keys, np.array(hidden, np.int64)).sum())
    if number:
        raise DataChangedError(f"{number:,} of its images were taken down")


def _generation(version: str) -> str:
    return version.rpartition(".")[0]


def _finish(prepared: Prepared, out: Output, pictures: PictureFolder | None) -> None:
    """What is written behind the rows: what was left out, and the files that describe the others."""
    out.write("README.md", data_card(prepared.about).encode())
    _write_excluded(prepared, out, {} if pictures is None else pictures.missing)
    is_packed = are_packed(prepared.about.formats)
    if pictures is not None:
        rows = pictures.rows("" if is_packed else f"{FOLDER}/")
        out.write(PICTURE_LIST, "".join(csv_text(PICTURE_COLUMNS, rows)).encode())
    described = {manifest.NAME, manifest.SUMS, manifest.FILES, CROISSANT}
    sums = {name: out.sha256(name) for name in out.files() if name not in described and not is_picture(name)}
    write_croissant(prepared.about, out, sums)
    sums |= {} if pictures is None or is_packed else pictures.sums()
    sums[CROISSANT] = out.sha256(CROISSANT)
    out.write(manifest.NAME, json_bytes(manifest.manifest_values(prepared.about, sums)))
    sums[manifest.NAME] = out.sha256(manifest.NAME)
    out.write(manifest.FILES, "".join(f"{name}\n" for name in (*sums, manifest.FILES, manifest.SUMS)).encode())
    sums[manifest.FILES] = out.sha256(manifest.FILES)
    out.write(manifest.SUMS, manifest.sums_text(sums).encode())


def _write_excluded(prepared: Prepared, out: Output, missing: Mapping[str, Missing]) -> None:
    """`excluded.csv`: each image that teaches something and is not in the set, why, and of which one a duplicate."""
    chosen, keys = prepared.chosen, prepared.candidates.keys
    with out.whole("excluded.csv") as file:
        file.write(b"image_id,reason,duplicate_of,detail\n")
        for reason in (DUPLICATE, WRONG_SIDE, OVER_CAPS):
            for start in range(0, len(keys), _EXCLUDED_AT_ONCE):
                some = chosen.left_out(reason, start, start + _EXCLUDED_AT_ONCE)
                if not len(some):
                    continue
                ids = image_ids_of(keys[some])
                none = pa.scalar("")
                same = image_ids_of(keys[chosen.same_as[some]]) if reason == DUPLICATE else none
                file.write(joined_lines([ids, pa.scalar(reason), same, none]))
        lost = ((image_id, one.reason, "", one.detail) for image_id, one in sorted(missing.items()))
        file.write("".join(csv_lines(lost)).encode())


def remove_work(folder: Path) -> None:
    """Remove what a build that will not go on has left beside its folder."""
    shutil.rmtree(_beside(folder, "building"), ignore_errors=True)
