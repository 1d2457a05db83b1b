"""An import from beginning to end, and the index build: files, tables, index, and the switch to them."""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from browse.arrays import DatasetArrays
from browse.facets.store import remove_generations
from browse.index_build import Built, Report, build_index, current_state, set_generation, writing_alone
from browse.models import Import, ImportFile
from browse.openimages import database, shadow
from browse.openimages.books import Books
from browse.openimages.errors import ImportProblemError, ImportRefusedError, NoImagesError, TooManyRejectsError
from browse.openimages.final_images import ARRAYS
from browse.openimages.known_images import KnownImages
from browse.openimages.left_out import LeftOut, printable
from browse.openimages.locate import losing_rows
from browse.openimages.memory import older_objects_left_alone, release_memory
from browse.openimages.prepare import Preparation, Prepared
from browse.openimages.rejects import Reject
from browse.openimages.sources import find_sources
from browse.openimages.staging import Job, ReadOptions, read_sources
from browse.openimages.summary import Summary, account
from browse.openimages.workspace import Workspace
from browse.thumbnails.errors import BlockedError
from browse.thumbnails.urls import HostRules, parse_picture_url

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


class ImportRun:
    """One import under the lock."""

    def __init__(self, options: ImportOptions, report: Report) -> None:
        self.options, self.report = options, report
        self.summary = Summary()
        left_out = LeftOut()
        self.sources = find_sources(options.paths, left_out)
        self.summary.left_out = left_out.rows()
        self.loader: subprocess.Popen[str] | None = None
        self.began = time.monotonic()
        self.state = current_state()

    def run(self) -> Summary:
        """Do all of it. Raises ImportProblemError; then nothing has become visible."""
        existing = np.empty(0, np.int64) if self.options.replace else database.image_keys()
        folder = settings.DATA_DIR / ("import-dry-run" if self.options.dry_run else "import")
        workspace = Workspace(folder, self._signature())
        self.summary.resumed = workspace.resumed
        record = None if self.options.dry_run else _record_of(workspace.run_id, self.options)
        if record is not None:
            shadow.clear_other_runs(workspace.run_id)
        try:
            self._read_and_load(workspace, existing, record)
        except (ImportProblemError, OSError, KeyboardInterrupt) as error:
            self._refuse(workspace, record, error)
            raise
        finally:
            self._stop_loader()
        workspace.discard()
        return self.summary

    def _signature(self) -> str:
        options = asdict(self.options) | {"paths": [], "dry_run": False}
        what = [[asdict(source) for source in self.sources], options, self.state.generation]
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()

    def _read_and_load(self, workspace: Workspace, existing: npt.NDArray[np.int64], record: Import | None) -> None:
        with self._stage("read"):
            options = ReadOptions(self.options.subset, self.options.limit, may_fetch)
            known = KnownImages(workspace, existing)
            job = Job(workspace, self.sources, options, known, Books(), self.report)
            read_sources(job)
            del job, known
        with self._stage("merge"):
            merge = Preparation(workspace, existing, replace=self.options.replace, report=self.report)
            prepared = merge.run(lambda: self._load_early(workspace, merge))
            rejects = chain(merge.unknown_rows(), self._conflicts(merge))
            account(self.summary, workspace, prepared, rejects, self._rejects_path(record))
            self._check_worth(prepared)
        if self.options.dry_run:
            self.summary.status = "dry run"
        elif not prepared.tables:
            self.summary.status = Import.Status.UNCHANGED.value
            self.summary.generation = self.state.generation
            self._finish(record)
        else:
            self._load(workspace, merge, prepared, record)

    def _conflicts(self, merge: Preparation) -> Iterator[Reject]:
        disputes = merge.disputes()
        if disputes:
            self.report("looking up conflicts", 0, 0)
            yield from losing_rows(self.sources, disputes, self.options.subset)
        yield from merge.name_counts.conflicts

    def _check_worth(self, prepared: Prepared) -> None:
        """Raise ImportRefusedError where the rows read must not become visible."""
        rejected, read = self.summary.rows["rejected"], self.summary.rows["read"]
        if rejected > self.options.max_rejects * read:
            share = f"{rejected:,} of {read:,} rows rejected, more than --max-rejects {self.options.max_rejects:g}"
            raise TooManyRejectsError(f"{share} allows; see {self.summary.rejects_file}", self.summary)
        if self.options.replace and not prepared.fresh:
            paths = ", ".join(self.options.paths)
            raise NoImagesError(f"{paths}: no image rows; --replace would leave an empty data set", self.summary)

    def _rejects_path(self, record: Import | None) -> Path:
        folder = Path(settings.DATA_DIR) / "rejects"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / (f"import-{record.pk}.csv" if record else "dry-run.csv")

    def _load(self, workspace: Workspace, merge: Preparation, prepared: Prepared, record: Import | None) -> None:
        """Fill the shadow tables and build the index, both at once where the index needs no table."""
        names = list(prepared.tables)
        with self._stage("load"):
            process = self.loader or self._start_load(workspace, merge, names)
            shadow.annotations_are_ready(merge.folder)
            built = self._build(prepared_arrays(merge), workspace) if prepared.fresh else None
            shadow.wait_for_load(process, lambda name, rows: self.report(name, rows, prepared.tables[name]))
            self.summary.stages["loaded"] = round(time.monotonic() - self.began, 1)
            shadow.finish(names, workspace.run_id[:8], lambda what, rows: self.report(what, rows, 0))
        if built is None:
            with self._stage("index"):
                renamed = {f"browse_{name}": shadow.shadow_name(name) for name in names}
                built = self._build(database.load_arrays(renamed), workspace)
        with self._stage("switch"):
            self._switch(names, built, record)

    def _load_early(self, workspace: Workspace, merge: Preparation) -> None:
        """Load a first import's images while its annotations are being merged."""
        if merge.fresh and not self.options.dry_run:
            self._start_load(workspace, merge, shadow.MODELS)

    def _start_load(self, workspace: Workspace, merge: Preparation, names: Iterable[str]) -> subprocess.Popen[str]:
        """Begin to fill shadow tables."""
        shadow.start(workspace.run_id, names)
        self.loader = shadow.start_load(workspace.run_id, names, merge.folder)
        return self.loader

    def _build(self, arrays: DatasetArrays, workspace: Workspace) -> Built:
        return build_index(arrays, workspace.run_id, self.report)

    def _switch(self, names: list[str], built: Built, record: Import | None) -> None:
        self.summary.generation = built.generation
        sample = any(_is_sample(path) for path in self.options.paths)
        kept = self.state.is_sample and not self.options.replace

        def also() -> None:
            set_generation(built, is_sample=sample or kept)
            self.summary.status = Import.Status.FINISHED.value
            self._finish(record)

        if self.state.generation:
            time.sleep(settings.SWITCH_GRACE_S)  # workers open what lies in the index folder before it is needed
        shadow.put_in_place(names, also)
        remove_generations(settings.INDEX_DIR, {built.generation})

    def _finish(self, record: Import | None) -> None:
        self.summary.seconds = round(time.monotonic() - self.began, 1)
        if record is None:
            return
        with transaction.atomic():
            record.status, record.finished = self.summary.status, timezone.now()
            record.summary = asdict(self.summary) | {"files": []}
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
        """Note why; what was read of refused files is not kept."""
        refused = isinstance(error, ImportRefusedError)
        self.summary.status = (Import.Status.REFUSED if refused else Import.Status.FAILED).value
        self._finish(record)
        if refused:
            workspace.discard()

    def _stage(self, name: str) -> _Stage:
        return _Stage(self.summary.stages, name)


class _Stage:
    """Notes how long a stage took, and gives the memory that it needed back."""

    def __init__(self, stages: dict[str, float], name: str) -> None:
        self._stages, self._name = stages, name

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._stages[self._name] = round(time.monotonic() - self._began, 1)
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
    with writing_alone(), older_objects_left_alone():
        return ImportRun(options, report).run()


def prepared_arrays(merge: Preparation) -> DatasetArrays:
    """What a first import prepared, as the index build takes it; large columns stay on disk."""
    folder = merge.folder
    columns = {name: _mapped(folder / name, kind) for name, kind in ARRAYS.items()}
    return DatasetArrays(
        image_keys=merge.keys,
        **columns,
        license_slugs=_lines(folder / "license_slugs"),
        author_keys=_lines(folder / "author_keys"),
        author_ids=np.fromfile(folder / "author_ids", np.int32),
        label_mids=merge.label_mids,
        label_ids=merge.label_ids,
        sources=[name for name, _ in sorted(merge.sources.items(), key=lambda item: item[1])],
        annotations=_mapped(folder / "annotations", np.uint64),
    )


def _mapped(path: Path, kind: Any) -> npt.NDArray[Any]:
    return np.memmap(path, kind, "r") if path.stat().st_size else np.empty(0, kind)


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return text.split("\n") if text else []


def _record_of(run_id: str, options: ImportOptions) -> Import:
    """The run's row in the database; a resumed run goes on with its own, and no other can be running."""
    others = Import.objects.filter(status=Import.Status.RUNNING).exclude(options__run=run_id)
    others.update(status=Import.Status.FAILED, finished=timezone.now())
    resumed = Import.objects.filter(options__run=run_id)
    resumed.update(status=Import.Status.RUNNING, finished=None)
    paths = [printable(path) for path in options.paths]
    return resumed.first() or Import.objects.create(options=asdict(options) | {"paths": paths, "run": run_id})


def _is_sample(path: str) -> bool:
    mark = Path(path) / "SAMPLE.txt"
    try:
        return mark.read_text(encoding="utf-8").startswith(SAMPLE_MARK)
    except OSError:
        return False
