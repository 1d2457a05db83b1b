"""An import from beginning to end, and the index build: files, tables, index, and the switch to them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from browse.dataset.checkpoint import checkpoint
from browse.dataset.database_check import remember_data
from browse.dataset.index_build import (
    Built,
    Report,
    build_index,
    dataset_write_lock,
    set_generation,
    set_release,
)
from browse.dataset.index_exchange import hand_over, remove_others
from browse.dataset.nodes import node_name, require_way_to_others
from browse.dataset.state import current_state
from browse.domain.dataset_arrays import DatasetArrays
from browse.domain.disk_space import disk_full, is_full
from browse.domain.phases import phase
from browse.domain.releases import newest, release_of
from browse.models import Import, ImportFile
from browse.openimages import kinds
from browse.openimages.conflicts import disputes, losing_rows
from browse.openimages.errors import (
    ImportProblemError,
    ImportRefusedError,
    NoImagesError,
    NothingReadError,
    TooManyRejectsError,
)
from browse.openimages.job import Job, ReadOptions
from browse.openimages.loading import database, shadow_tables
from browse.openimages.loading.fetching import fetch_all
from browse.openimages.loading.memory import gc_frozen, release_memory, share_memory
from browse.openimages.merge_kinds import late_rejects, merge_kinds
from browse.openimages.merging.known_images import KnownImages
from browse.openimages.merging.numbering import LabelNumbering
from browse.openimages.merging.prepare import Preparation, Prepared
from browse.openimages.prepared_arrays import prepared_arrays
from browse.openimages.reading.locations import shown
from browse.openimages.reading.rejects import HINTS, Rejects
from browse.openimages.reading.skipped_files import SkippedFiles
from browse.openimages.reading.sources import find_sources
from browse.openimages.staging import read_sources
from browse.openimages.summary import Summary, account, why_nothing
from browse.openimages.workspace import Workspace
from browse.thumbnails.errors import BlockedError
from browse.thumbnails.urls import HostRules, parse_picture_url

PACKED_NEEDS, PLAIN_NEEDS = 7, 3
"""Bytes on disk that an import needs for each byte of compressed files, and of plain ones (docs/benchmarks.md)."""
SAMPLE_MARK = "Open Images viewer sample"


@dataclass(frozen=True)
class ImportOptions:
    """What a person asks of an import."""

    paths: list[str]
    subset: str | None = None
    limit: int | None = None
    replace: bool = False
    dry_run: bool = False
    max_rejects: float = 0.01
    rename_labels: bool = False
    spreadsheet: bool = False
    known_images_only: bool = False
    release: str = ""


class ImportRun:
    """One import under the lock."""

    def __init__(self, options: ImportOptions, report: Report) -> None:
        self.options = options
        self._told = report
        self.summary = Summary()
        left_out = SkippedFiles()
        self.sources = find_sources(options.paths, left_out)
        self.summary.left_out = left_out.rows()
        self.loader: subprocess.Popen[str] | None = None
        self._thread = threading.get_ident()
        self.began = time.monotonic()
        self.state = current_state()

    def run(self) -> Summary:
        """Do all of it. Raises ImportProblemError; then nothing has become visible."""
        if not self.options.dry_run:
            require_way_to_others()
        existing = np.empty(0, np.int64) if self.options.replace else database.image_keys()
        folder = settings.DATA_DIR / ("import-dry-run" if self.options.dry_run else "import")
        workspace = Workspace(folder, self._signature())
        self.summary.resumed = workspace.resumed
        record = None if self.options.dry_run else _record_of(workspace.run_id, self.options)
        if record is not None:
            shadow_tables.clear_other_runs(workspace.run_id)
        try:
            self._read_and_load(workspace, existing, record)
        except (ImportProblemError, OSError, DatabaseError, KeyboardInterrupt) as error:
            if not is_full(error):
                self._refuse(workspace, record, error)
                raise
            full = ImportProblemError(self._no_room(workspace))
            with contextlib.suppress(OSError, DatabaseError):  # there may be no room for a note of it either
                self._refuse(workspace, record, full)
            raise full from error
        finally:
            self._stop_loader()
        workspace.discard()
        return self.summary

    def report(self, what: str, done: int, total: int) -> None:
        """Tell how far the import is. Raises ImportProblemError, in the import's own thread, if the loader failed."""
        if threading.get_ident() == self._thread and self.loader is not None and self.loader.poll():
            shadow_tables.wait_for_load(self.loader, lambda *_: None)
        self._told(what, done, total)

    def _no_room(self, workspace: Workspace) -> str:
        """What to say of a full disk. The bytes wanted are what all files need, by experience, less what is written."""
        needs = ((source.size, source.name.lower().endswith(".gz")) for source in self.sources)
        needed = sum(size * (PACKED_NEEDS if packed else PLAIN_NEEDS) for size, packed in needs)
        wanted = max(needed - workspace.size, 0)
        return f"{disk_full(workspace.folder, wanted, about=True)}; make room, and run the same command again to resume"

    def _signature(self) -> str:
        options = asdict(self.options) | {"paths": [], "dry_run": False}
        what = [[asdict(source) for source in self.sources], options, self.state.generation]
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()

    def _read_options(self) -> ReadOptions:
        wanted = self.options
        return ReadOptions(
            wanted.subset,
            wanted.limit,
            spreadsheet=wanted.spreadsheet,
            may_fetch=may_fetch,
            known_images_only=wanted.known_images_only,
        )

    def _read_and_load(self, workspace: Workspace, existing: npt.NDArray[np.int64], record: Import | None) -> None:
        with self._stage("read"):
            options = self._read_options()
            known = KnownImages(workspace, existing)
            job = Job(workspace, self.sources, options, known, LabelNumbering(), self.report)
            read_sources(job)
            del job, known
        with self._stage("merge"):
            merge = Preparation(
                workspace,
                existing,
                replace=self.options.replace,
                report=self.report,
                rename_labels=self.options.rename_labels,
                former_names=self._former_names() if self.options.replace else None,
                known_images_only=self.options.known_images_only,
            )
            prepared = merge_kinds(merge, lambda: self._load_early(workspace, merge))
            rejects = chain(late_rejects(merge), self._conflicts(merge))
            account(self.summary, workspace, prepared, rejects, self._rejects_path(record), self.sources)
            self._check_worth(prepared)
            self._tell_release(workspace)
        if self.options.dry_run:
            self.summary.status = "dry run"
        elif not prepared.tables:
            self.summary.status = Import.Status.UNCHANGED.value
            self._follow_curators(workspace, record)
        else:
            self._load(workspace, merge, prepared, record)

    def _tell_release(self, workspace: Workspace) -> None:
        """Which release the data set is of from now on: as file names tell it, else as asked, else as it was."""
        read = [(entry, self.sources[entry.source]) for entry in workspace.entries if entry.rows_read]
        told = release_of(f"{source.near}//{entry.member.removeprefix(source.name)}" for entry, source in read)
        self.summary.release_by = "file names" if told else "--release" if self.options.release else ""
        self.summary.release = newest(told or self.options.release, "" if self.options.replace else self.state.release)

    def _conflicts(self, merge: Preparation) -> Iterator[Rejects]:
        if disputed := disputes(merge):
            self.report("looking up conflicts", 0, 0)
            yield from losing_rows(self.sources, disputed, self._read_options())

    def _check_worth(self, prepared: Prepared) -> None:
        """Raise ImportRefusedError where the rows read must not become visible."""
        rejected, read = self.summary.rows["rejected"], self.summary.rows["read"]
        if rejected > self.options.max_rejects * read:
            share = f"{rejected:,} of {read:,} rows rejected, more than --max-rejects {self.options.max_rejects:g}"
            hints = [hint for reason, hint in HINTS.items() if self.summary.rejects.get(reason)]
            where = "".join(f"; {reason}" for reason in [*hints, f"see {self.summary.rejects_file}"])
            raise TooManyRejectsError(f"{share} allows{where}", self.summary)
        if self.options.replace and not prepared.fresh:
            paths = ", ".join(map(shown, self.options.paths))
            raise NoImagesError(f"{paths}: no image rows; --replace would leave an empty data set", self.summary)
        if not read:
            raise NothingReadError(f"nothing was read: {why_nothing(self.summary)}", self.summary)

    def _former_names(self) -> dict[str, str]:
        return dict(fetch_all("SELECT mid, name FROM browse_label WHERE in_dictionary ORDER BY mid"))

    def _rejects_path(self, record: Import | None) -> Path:
        folder = Path(settings.DATA_DIR) / "rejects"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / (f"import-{record.pk}.csv" if record else "dry-run.csv")

    def _load(self, workspace: Workspace, merge: Preparation, prepared: Prepared, record: Import | None) -> None:
        """Fill the shadow tables and build the index, both at once where the index needs no table."""
        names = list(prepared.tables)
        with self._stage("load"):
            process = self.loader or self._start_load(workspace, merge, names)
            built = self._build(prepared_arrays(merge), workspace) if prepared.fresh else None
            with phase("end of loading, with the loader's processor time"):
                shadow_tables.wait_for_load(
                    process, lambda what, rows: self.report(what, rows, prepared.tables.get(what, 0))
                )
            self.summary.stages["loaded"] = round(time.monotonic() - self.began, 1)
        if built is None:
            with self._stage("index"):
                renamed = {f"browse_{name}": shadow_tables.shadow_name(name) for name in names}
                built = self._build(database.load_arrays(renamed), workspace)
        with self._stage("switch"):
            self._switch(names, built, record)

    def _load_early(self, workspace: Workspace, merge: Preparation) -> None:
        """Load a first import's tables while they are being merged."""
        if merge.fresh and not self.options.dry_run:
            self._start_load(workspace, merge, kinds.tables())

    def _start_load(self, workspace: Workspace, merge: Preparation, names: Iterable[str]) -> subprocess.Popen[str]:
        """Begin to fill shadow tables."""
        shadow_tables.start(workspace.run_id, names)
        self.loader = shadow_tables.start_load(workspace.run_id, names, merge.folder)
        return self.loader

    def _build(self, arrays: DatasetArrays, workspace: Workspace) -> Built:
        return build_index(arrays, workspace.run_id, self.report)

    def _follow_curators(self, workspace: Workspace, record: Import | None) -> None:
        """Without new rows: build the index anew where its figures lack what curators said since."""
        state = current_state()
        if state.curation_revision == state.revision:
            self.summary.generation = state.generation
            with transaction.atomic():
                set_release(self.summary.release)
                self._finish(record)
            return
        with self._stage("index"):
            built = self._build(database.load_arrays(), workspace)
        with self._stage("switch"):
            self._switch([], built, record)

    def _switch(self, names: list[str], built: Built, record: Import | None) -> None:
        """Make tables and index current, the tables of these names being new; the record is closed with them."""
        self.summary.generation, self.summary.digest = built.generation, built.digest
        sample = any(_is_sample(path) for path in self.options.paths)
        kept = self.state.is_sample and not self.options.replace

        def also() -> None:
            set_generation(built, is_sample=sample or kept, release=self.summary.release)
            if names:
                self.summary.status = Import.Status.FINISHED.value
            self._finish(record)

        hand_over(built.generation, self.report)
        shadow_tables.put_in_place(names, also)
        remember_data()
        shadow_tables.let_go(self.state.generation)
        checkpoint()
        remove_others(built.generation)

    def _finish(self, record: Import | None) -> None:
        self.summary.seconds = round(time.monotonic() - self.began, 1)
        if record is None:
            return
        with transaction.atomic():
            record.status, record.finished = self.summary.status, timezone.now()
            record.summary = asdict(self.summary) | {"files": [], "node": node_name()}
            record.rejects_path = self.summary.rejects_file
            record.save()
            record.files.all().delete()
            ImportFile.objects.bulk_create(
                ImportFile(run=record, name=file["name"], kind=file["kind"], rows_read=file["rows"], counts=file)
                for file in self.summary.files
            )

    def _stop_loader(self) -> None:
        """End what still loads when something went wrong; the shadow tables are seen by nobody."""
        if self.loader is not None and self.loader.poll() is None:
            with self.loader as process:
                process.kill()

    def _refuse(self, workspace: Workspace, record: Import | None, error: BaseException) -> None:
        """Note why; what was read and loaded of refused files is not kept."""
        self._stop_loader()
        refused = isinstance(error, ImportRefusedError)
        self.summary.status = (Import.Status.REFUSED if refused else Import.Status.FAILED).value
        self._finish(record)
        if refused:
            workspace.discard()
            if self.loader is not None:
                shadow_tables.clear()

    def _stage(self, name: str) -> contextlib.AbstractContextManager[None]:
        return _stage(self.summary.stages, name)


@contextlib.contextmanager
def _stage(stages: dict[str, float], name: str) -> Iterator[None]:
    """Note how long a stage took, and give the memory that it needed back."""
    began = time.monotonic()
    try:
        with phase(f"stage {name}"):
            yield
    finally:
        stages[name] = round(time.monotonic() - began, 1)
        release_memory()


def may_fetch(url: str) -> bool:
    """Whether the server may fetch a picture from this address."""
    try:
        parse_picture_url(url, HostRules(settings.PICTURE_HOSTS))
    except BlockedError:
        return False
    return True


def run_import(options: ImportOptions, report: Report) -> Summary:
    """Import files; one at a time. Raises ImportProblemError, whose text says what was wrong and where."""
    share_memory()
    with dataset_write_lock(), gc_frozen():
        return ImportRun(options, report).run()


def _record_of(run_id: str, options: ImportOptions) -> Import:
    """The run's row in the database; a resumed run goes on with its own, and no other can be running."""
    others = Import.objects.filter(status=Import.Status.RUNNING).exclude(options__run=run_id)
    others.update(status=Import.Status.FAILED, finished=timezone.now())
    resumed = Import.objects.filter(options__run=run_id)
    resumed.update(status=Import.Status.RUNNING, finished=None)
    paths = [shown(path) for path in options.paths]
    return resumed.first() or Import.objects.create(options=asdict(options) | {"paths": paths, "run": run_id})


def _is_sample(path: str) -> bool:
    mark = Path(path) / "SAMPLE.txt"
    try:
        return mark.read_text(encoding="utf-8").startswith(SAMPLE_MARK)
    except OSError:
        return False
