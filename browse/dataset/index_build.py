"""Builds index generations of the data set, their figures with what curators say, and makes one current."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from browse.dataset.state import current_state
from browse.domain.database_trouble import told
from browse.domain.dataset_arrays import DatasetArrays
from browse.domain.disk_space import disk_full, is_full
from browse.facets.build.generation import build_generation
from browse.facets.errors import EngineUnavailableError
from browse.facets.index.store import digest_in, remove_generations
from browse.facets.registry import store_generation
from browse.models import DatasetState
from browse.models.curated import Curated
from browse.openimages.errors import ImportProblemError
from browse.openimages.loading import database, shadow_tables
from browse.openimages.loading.lock import database_lock, import_lock
from browse.openimages.reading.skipped_files import printable

Report = Callable[[str, int, int], None]
"""Told (what is done, how far, of how many or 0 where that is not known)."""


@dataclass(frozen=True)
class Built:
    """An index generation, its data set's digest, what it was built as, and what its figures hold of curators'."""

    generation: str
    digest: str
    dataset: str
    curated: Curated


@contextmanager
def dataset_write_lock() -> Iterator[None]:
    """The lock of whoever writes the data set, with all removed that one killed right after its switch has left.

    Raises ImportProblemError, also for what database and disk refuse meanwhile.
    """
    try:
        with import_lock(Path(settings.DATA_DIR) / "import.lock"), database_lock():
            database.require_tables()
            shadow_tables.drop_old()
            DatasetState.objects.exclude(announced="").update(announced="")
            remove_generations(settings.INDEX_DIR, {current_state().generation})
            yield
    except DatabaseError as error:
        raise ImportProblemError(told(error)) from error
    except OSError as error:
        if is_full(error):
            raise ImportProblemError(disk_full(Path(settings.INDEX_DIR), _index_bytes(), about=True)) from error
        place = printable(str(error.filename or settings.DATA_DIR))
        raise ImportProblemError(f"{place}: {error.strerror or error}") from error


def _index_bytes() -> int:
    """Bytes of the index in use, which the next one needs too."""
    return sum(file.stat().st_size for file in (Path(settings.INDEX_DIR) / current_state().generation).glob("*.bin"))


def build_index(arrays: DatasetArrays, dataset: str, report: Report, curated: Curated | None = None) -> Built:
    """Write an index of these arrays, its figures with all that curators say: now, or as given."""
    curated = curated or Curated.now()
    generation = build_generation(
        arrays,
        settings.INDEX_DIR,
        dataset=dataset,
        rulings=curated.rulings,
        hidden=curated.hidden,
        report=report,
    )
    try:
        store_generation(settings.INDEX_DIR, generation, report)
    except EngineUnavailableError as error:
        raise ImportProblemError(f"the facet engine cannot take in index {generation}: {error}") from error
    return Built(generation, digest_in(settings.INDEX_DIR, generation), dataset, curated)


def set_release(release: str) -> None:
    """Say which release the data set is of; that changes what pages show. Belongs into a transaction."""
    changed = DatasetState.objects.filter(pk=1).exclude(release=release)
    changed.update(release=release, revision=F("revision") + 1, curation_revision=F("curation_revision") + 1)


def set_generation(built: Built, *, is_sample: bool, release: str | None = None) -> None:
    """Make a generation current. Belongs into the transaction that puts its tables in place.

    release: see DatasetState; None where it stays as it is.
    """
    curated = built.curated
    values: dict[str, Any] = {
        "generation": built.generation,
        "is_sample": is_sample,
        "switched": timezone.now(),
        "dataset": built.dataset,
        "announced": "",
        "curation_read": curated.at,
        "curation_revision": curated.revision,
        "curation_verdict": curated.last_verdict,
        "curation_hiding": curated.last_hiding,
    }
    values |= {} if release is None else {"release": release}
    DatasetState.objects.update_or_create(pk=1, defaults=values)
