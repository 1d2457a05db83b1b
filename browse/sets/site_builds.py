"""Sets that people asked the site for: written down, built one after the other by one process, found again.

A set's files are in `sets/<uid>/files` in the data folder; `sets/<uid>/images.keys` beside them are the database keys
of its images, by which a later take-down is noticed.
"""

from __future__ import annotations

import csv
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db import transaction

from browse.domain.file_lock import file_lock
from browse.domain.image_ids import key_from_image_id
from browse.models import SetBuild, TrainingSet
from browse.models.curation import all_hidings
from browse.models.sets import OPEN
from browse.search import SearchError, current_engine
from browse.sets.build import Report, build_set, remove_work, whole_set
from browse.sets.errors import CanceledError, NoPicturesError, SetError, TooManyBuildsError
from browse.sets.formats.registry import check_masks
from browse.sets.reading import query_reader
from browse.sets.recipe import Recipe, canonical_json
from browse.sets.recipe_reader import RecipeError, read_recipe

MAY_BUILD = "browse.add_trainingset"
MAY_BUILD_ANY_SIZE = "browse.add_hiding"
"""What reviewers may, and other accounts may not."""
MOST_IMAGES = 100_000
"""Of a set that an account builds; reviewers and the command have no limit."""
MOST_OPEN = 3
"""Builds of one account that are still to come or under way."""

TELLS_SPEED_AFTER_S = 5.0

logger = logging.getLogger(__name__)


def sets_folder() -> Path:
    """The folder of all sets."""
    return Path(settings.DATA_DIR) / "sets"


def files_folder(uid: UUID) -> Path:
    """The folder of a set's files."""
    return sets_folder() / str(uid) / "files"


def _keys_file(uid: UUID) -> Path:
    return sets_folder() / str(uid) / "images.keys"


@transaction.atomic
def ask_for_set(*, recipe: Recipe, formats: tuple[str, ...], title: str, by: str, is_limited: bool) -> TrainingSet:
    """Write down that somebody wants a set. Raises TooManyBuildsError and NoPicturesError, and SetError as check_masks.

    is_limited: whether it may have at most MOST_IMAGES images, and no pictures.
    """
    check_masks(recipe, formats)
    if is_limited and recipe.pictures.are_wanted:
        raise NoPicturesError
    if SetBuild.objects.filter(training_set__by=by, state__in=OPEN).count() >= MOST_OPEN:
        raise TooManyBuildsError(MOST_OPEN)
    wanted = TrainingSet.objects.create(
        by=by, title=title, recipe=canonical_json(recipe), recipe_hash=recipe.name, formats=" ".join(formats)
    )
    SetBuild.objects.create(training_set=wanted, most_images=MOST_IMAGES if is_limited else None)
    return wanted


def cancel(build: SetBuild) -> None:
    """End a build that is still to come, or have the one under way end."""
    SetBuild.objects.filter(pk=build.pk, state=SetBuild.State.WAITING).update(state=SetBuild.State.CANCELED)
    SetBuild.objects.filter(pk=build.pk, state=SetBuild.State.BUILDING).update(state=SetBuild.State.CANCELING)


def start_building() -> None:
    """Start a process that builds what is waiting; it waits for the one that may be at it already.

    It stays in the session: where Linux groups processes by session, as usual, its being nice counts within one alone.
    """
    if settings.SET_BUILDS != "process":
        return
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
    subprocess.Popen(
        [sys.executable, "-m", "django", "build_sets"],
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        process_group=0,
    )


def build_waiting() -> int:
    """Build all sets that wait, or whose build was interrupted; how many. One process at a time."""
    built = 0
    with file_lock(sets_folder() / ".lock", waits=True):
        while (build := SetBuild.objects.filter(state__in=OPEN).order_by("pk").first()) is not None:
            _build(build)
            built += 1
    return built


def _build(build: SetBuild) -> None:
    """Build one set; its row says how that ended."""
    wanted, folder = build.training_set, files_folder(build.training_set.uid)
    if build.state == SetBuild.State.CANCELING:
        remove_work(folder)
        build.ended(SetBuild.State.CANCELED)
        return
    build.state = SetBuild.State.BUILDING
    build.save()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        recipe = read_recipe(wanted.recipe, query_reader(current_engine()))
        formats = tuple(wanted.formats.split())
        if (found := whole_set(folder, recipe, formats)) is None:
            made = build_set(recipe, folder, formats, _reporter(build), most_images=build.most_images)
            _finished(build, made.keys, made.about.dataset, made.about.row_hash)
        else:  # by a process that was killed before it could write it down
            _finished(build, keys_of_credits(folder), found["dataset"], found["row_hash"])
    except CanceledError:
        remove_work(folder)
        build.ended(SetBuild.State.CANCELED)
    except (SetError, RecipeError, SearchError, OSError) as error:
        logger.warning("Set %s could not be built: %s", wanted.uid, error)
        remove_work(folder)
        build.ended(SetBuild.State.FAILED, str(error))


def _reporter(build: SetBuild) -> Report:
    speed = _Speed()

    def report(what: str, done: int, total: int) -> None:
        rows = SetBuild.objects.filter(pk=build.pk)
        if rows.filter(state=SetBuild.State.CANCELING).exists():
            raise CanceledError
        doing = f"{what}{speed.words(what, done, total)}"
        rows.update(doing=doing, done=done, total=total)
        build.doing, build.done, build.total = doing, done, total

    return report


class _Speed:
    """How fast something goes, since it was first told of, and how long it takes still."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._what, self._first, self._began = "", 0, 0.0

    def words(self, what: str, done: int, total: int) -> str:
        """Such as " (3.2 per second, 5 min left)"; empty while nobody can tell."""
        now = self._clock()
        if what != self._what:
            self._what, self._first, self._began = what, done, now
        if now - self._began < TELLS_SPEED_AFTER_S or done <= self._first:
            return ""
        per_second = (done - self._first) / (now - self._began)
        left = max(1, round((total - done) / per_second / 60))
        return f" ({per_second:,.1f} per second, {f'{left:,} min' if left < 120 else f'{left / 60:,.0f} h'} left)"


def _finished(build: SetBuild, keys: npt.NDArray[np.int64], dataset: Mapping[str, str], row_hash: str) -> None:
    with _keys_file(build.training_set.uid).open("wb") as file:
        file.write(keys.astype("<i8").tobytes())
    build.version, build.digest = dataset["version"], dataset["digest"]
    build.row_hash = row_hash
    build.ended(SetBuild.State.DONE)


def keys_of_credits(folder: Path) -> npt.NDArray[np.int64]:
    """The database keys of a set's images by its credit sheet, which has them all; ascending."""
    with (folder / "CREDITS.csv").open(encoding="utf-8", newline="") as file:
        return np.array(sorted(key_from_image_id(row["ImageID"]) for row in csv.DictReader(file)), np.int64)


def taken_down_since(uid: UUID) -> int:
    """How many images of a finished set are taken down now; its files are not given out then."""
    hidden = np.array([key for key, is_hidden in all_hidings().items() if is_hidden], np.int64)
    if not len(hidden):
        return 0
    return int(np.isin(hidden, keys_of_set(uid)).sum())


def keys_of_set(uid: UUID) -> npt.NDArray[np.int64]:
    """The database keys of a finished set's images, as it was built."""
    return np.fromfile(_keys_file(uid), "<i8")
