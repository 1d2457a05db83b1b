"""From the workspace's batches, and what the database holds, to complete tables ready to be loaded.

Everything is written below the workspace, so that neither the load nor a resumed run computes it again.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.box_rows import BoxRows
from browse.domain.hierarchy import HierarchyEdge
from browse.openimages.loading import database
from browse.openimages.loading.fetching import fetch_all
from browse.openimages.loading.handover import PART_ROWS, READY, mapped_keys
from browse.openimages.loading.memory import release_memory
from browse.openimages.merging.authors import author_names, merge_authors
from browse.openimages.merging.image_digests import ImageDigests
from browse.openimages.merging.image_table import FinalImages
from browse.openimages.merging.known_images import beyond_keys, known_keys, positions
from browse.openimages.merging.merge_images import ImageCounts, ImageRows, merge_images
from browse.openimages.merging.merge_labels import (
    ROWS_TOGETHER,
    LabelCounts,
    Packed,
    Renumbering,
    deduplicate,
    merge_over,
)
from browse.openimages.merging.names import (
    NameCounts,
    NameDifference,
    license_table,
    merge_labels,
    merge_licenses,
    merge_sources,
    source_table,
)
from browse.openimages.merging.numbering import LabelNumbering
from browse.openimages.merging.ranged_rows import RangedRows
from browse.openimages.reading.parsed import IMAGE_SCHEMA
from browse.openimages.reading.rejects import Reason, Rejects
from browse.openimages.workspace import Entry, Workspace

IMAGE_DIGESTS = "image_digests"
"""The file of a first import's digests of image rows, below the prepared tables."""
Mask = npt.NDArray[np.bool_]
Report = Callable[[str, int, int], None]
"""Told (what is done, how far, of how many)."""


@dataclass
class Prepared:
    """What `prepare` made. `tables` are those that differ from the database's, with their row counts.

    `fresh` where the run brings the first images: then all tables are made. `renamed` and `names_kept` are (MID, name
    that was there, the run's name). `levels` has for each source of the run's annotations how many rows say 0, 1, …
    100 hundredths. `nowhere` counts those of `skipped` that name an image which is nowhere. `hierarchy_unknown` are the
    MIDs of the run's hierarchy that are no label's.
    """

    tables: dict[str, int] = field(default_factory=dict)
    fresh: bool = True
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    placeholders: list[str] = field(default_factory=list)
    skipped: int = 0
    renamed: list[tuple[str, str, str]] = field(default_factory=list)
    names_kept: list[tuple[str, str, str]] = field(default_factory=list)
    names_differing: list[NameDifference] = field(default_factory=list)
    levels: dict[str, npt.NDArray[np.int64]] = field(default_factory=dict)
    known_sources: list[str] = field(default_factory=list)
    nowhere: int = 0
    hierarchy_unknown: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class DisputedAnnotations:
    """Annotations, packed by the numbers of the images with these sorted keys, and by those of labels and sources."""

    packed: Packed
    keys: npt.NDArray[np.int64]
    label_numbers: dict[str, int]
    source_numbers: dict[str, int]


@dataclass(frozen=True)
class FoundBoxes:
    """Boxes of one entry that waited for their images: rows by final image and the books' numbers, and before which of
    its other rows each of them belongs.
    """

    rows: BoxRows
    places: npt.NDArray[np.int64]


@dataclass(frozen=True)
class FoundRows:
    """The same of another kind of rows; words: the kind's own texts by the numbers that all rows of the entry have."""

    rows: npt.NDArray[np.void]
    places: npt.NDArray[np.int64]
    words: list[str]


class Preparation:
    """One run's merge: `begin`, what each kind of file has to merge, `finish`.

    `existing_keys` are the database's images, none where the data set is replaced.

    `former_names` are the names, by MID, of the labels that the run replaces.
    With `known_images_only` rows that name an image which is nowhere are skipped, not rejected.
    """

    def __init__(
        self,
        workspace: Workspace,
        existing_keys: npt.NDArray[np.int64],
        *,
        replace: bool,
        report: Report,
        rename_labels: bool = False,
        former_names: dict[str, str] | None = None,
        known_images_only: bool = False,
    ) -> None:
        self.workspace, self.existing_keys, self.report = workspace, existing_keys, report
        self.replace, self.rename_labels, self.known_images_only = replace, rename_labels, known_images_only
        self.former_names = former_names or {}
        self.fresh = not len(existing_keys) and any(entry.images for entry in workspace.entries)
        self.folder = workspace.folder / "prepared"
        self.books = LabelNumbering()
        self.books.replay(workspace.entries)
        self.result = Prepared(fresh=self.fresh)
        self.hierarchy: frozenset[HierarchyEdge] = frozenset()
        self.found_boxes: dict[int, FoundBoxes] = {}
        self.found_rows: dict[tuple[str, int], FoundRows] = {}
        """By kind and entry."""
        self.words: dict[str, list[str]] = {}
        """By kind the texts of its own."""
        self.image_counts, self.label_counts, self.name_counts = ImageCounts(), LabelCounts(), NameCounts()
        self.counts: dict[str, object] = {
            "images": self.image_counts,
            "annotations": self.label_counts,
            "names": self.name_counts,
        }
        """By outcome: whole numbers `inserted`, `updated`, `unchanged`, and maybe `repeated`, `skipped`, `disputed`."""

    def begin(self) -> None:
        """Find the images that rows may name, and the annotations that wait for one; before anything is merged."""
        shutil.rmtree(self.folder, ignore_errors=True)  # of a run that was killed
        self.folder.mkdir()
        path = self.folder / "image_keys"
        known_keys(self.workspace, self.existing_keys, len(self._with_images())).tofile(path)
        self.keys = mapped_keys(path)
        self.beyond = beyond_keys(self.workspace)
        self.found = list(self._parked())

    def finish(self) -> Prepared:
        """What was made, when all is merged."""
        self.result.counts = {name: _outcomes(counts) for name, counts in self.counts.items()}
        return self.result

    def _with_images(self) -> list[Entry]:
        return [entry for entry in self.workspace.entries if entry.images]

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return [] if self.replace else fetch_all(sql)

    def save_table(self, name: str, number: int, table: pa.Table) -> None:
        """Keep a part of a database table, columns named as there; the loader may be waiting for it."""
        path = self.folder / f"{name}-{number:06d}.arrow"
        part = path.with_suffix(".part")
        with pa.OSFile(str(part), "wb") as out:
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            with pa.ipc.new_file(out, table.schema, options=options) as writer:
                writer.write_table(table, max_chunksize=PART_ROWS)
        part.replace(path)

    def save_whole_table(self, name: str, table: pa.Table) -> None:
        """Keep a table of one part: the loader need not wait for what else is merged with it."""
        self.save_table(name, 0, table)
        self.mark_ready(name)

    def mark_ready(self, name: str) -> None:
        """Tell the loader that a table is complete."""
        (self.folder / f"{name}{READY}").touch()

    def merge_names(self) -> None:
        existing = {
            mid: (row_id, name, bool(known))
            for row_id, mid, name, known in self.fetch("SELECT id, mid, name, in_dictionary FROM browse_label")
        }
        dictionaries = [entry for entry in self.workspace.entries if entry.names]
        rename = self.rename_labels
        merged = merge_labels(existing, dictionaries, self.books.mids, self.name_counts, rename=rename)
        self.result.placeholders = merged.placeholders
        self.result.renamed = merged.renamed + merged.differing_from(self.former_names)
        self.result.names_kept = merged.kept
        self.result.names_differing = self.name_counts.differing
        self.label_mids = sorted(merged.rows)
        self.label_ids = np.array([merged.rows[mid][0] for mid in self.label_mids], np.int32)
        self.label_ids.tofile(self.folder / "label_ids")
        if merged.changed or self.fresh:
            self.save_whole_table("label", merged.table())
            self.result.tables["label"] = len(merged.rows)
        existing_sources = dict(self.fetch("SELECT name, id FROM browse_source ORDER BY id"))
        self.result.known_sources = list(existing_sources)
        self.sources = merge_sources(existing_sources, self.books.sources)
        np.array(sorted(self.sources.values()), np.int32).tofile(self.folder / "source_ids")
        if self.sources != existing_sources or self.fresh:
            self.save_whole_table("source", source_table(self.sources))
            self.result.tables["source"] = len(self.sources)

    def merge_images(self) -> None:
        entries = self._with_images()
        if not entries:
            return
        rows = ImageRows([e.images for e in entries], lambda n: self.workspace.read_table("images", entries[n]))
        existing = database.image_rows(self.existing_keys)
        changed = 0
        with contextlib.closing(self._final_images(entries)) as final, ImageDigests() as digests:
            release_memory()  # what authors took
            run_keys = self._run_keys(entries)
            merged = merge_images(run_keys, rows, self.existing_keys, existing, self.keys, self.image_counts)
            del run_keys
            for number, chunk in enumerate(merged):
                if self.fresh:  # otherwise the index is built from the database, and the digests with it
                    digests.take_in(chunk.table)
                self.save_table("image", number, final.take_in(chunk.table))
                changed += int(np.count_nonzero(chunk.changed))
                self.report("merging images", final.count, len(self.keys))
            (self.folder / IMAGE_DIGESTS).write_bytes(digests.finish())
        if changed or self.fresh:
            self.result.tables["image"] = len(self.keys)
        else:
            for path in self.folder.glob("image-*.arrow"):
                path.unlink()

    def _run_keys(self, entries: list[Entry]) -> npt.NDArray[np.int64]:
        """The keys of the run's image rows, in reading order."""
        return np.concatenate(
            [np.empty(0, np.int64), *(self.workspace.read_array("keys", entry, np.int64) for entry in entries)]
        )

    def _final_images(self, entries: list[Entry]) -> FinalImages:
        existing = database.AUTHOR_COLUMNS.empty_table() if self.replace else database.author_rows()
        found = author_names(
            self.workspace.read_table("images", entry, columns=["author_url", "author"]) for entry in entries
        )
        authors, authors_changed = merge_authors(existing, found)
        old_licenses = dict(self.fetch("SELECT url, id FROM browse_license"))
        urls: set[str] = set()
        for entry in entries:
            column = self.workspace.read_table("images", entry, columns=["license"]).column(0)
            urls |= {url or "" for url in column.unique().to_pylist()}
        licenses = merge_licenses(old_licenses, urls)
        if authors_changed or self.fresh:
            self.save_whole_table("author", authors)
            self.result.tables["author"] = authors.num_rows
        if licenses != old_licenses or self.fresh:
            self.save_whole_table("license", license_table(licenses))
            self.result.tables["license"] = len(licenses)
        return FinalImages(authors, licenses, self.folder)

    def merge_annotations(self) -> None:
        if not self.fresh and not any(e.labels or e.parked for e in self.workspace.entries):
            return
        rows = self._run_rows()
        new = chain.from_iterable(deduplicate(part, self.label_counts) for part in rows.read())
        label_of = {int(row_id): number for number, row_id in enumerate(self.label_ids)}
        source_number = {row_id: number for number, row_id in enumerate(sorted(self.sources.values()))}
        kept = len(self.existing_keys) > 0
        old = database.packed_annotations(self.keys, label_of, source_number) if kept else iter(())
        count = 0
        with (self.folder / "annotations").open("wb") as out:
            for chunk in merge_over(new, old, self.label_counts):
                chunk.tofile(out)
                count += len(chunk)
        if self.label_counts.inserted or self.label_counts.updated or self.fresh:
            self.result.tables["annotation"] = count

    def _run_rows(self) -> RangedRows:
        """All annotation rows of the run, by final numbers."""
        entries = [entry for entry in self.workspace.entries if entry.labels]
        size = sum(e.labels for e in entries) + sum(map(len, self.found))
        self.report("merging annotations", 0, size)
        path, images = self.folder / "annotations_run", len(self.keys)
        rows = RangedRows(path, np.dtype(np.uint64), rows=size, images=images, together=ROWS_TOGETHER)
        counts = np.zeros(1 << 16, np.int64)  # by source and confidence
        found = (self.renumbering(self.keys).apply(batch) for batch in self.found)
        for batch in chain(self._renumbered(entries), found):
            rows.add(batch >> np.uint64(32), batch)
            counts += np.bincount((batch & np.uint64(0xFFFF)).astype(np.int64), minlength=len(counts))
        by_source = counts.reshape(256, 256)[:, :101]
        names = sorted(self.sources, key=self.sources.__getitem__)
        self.result.levels = {name: by_source[n] for n, name in enumerate(names) if by_source[n].any()}
        return rows

    def _renumbered(self, entries: list[Entry]) -> Iterator[Packed]:
        """The batches by final numbers; those of one epoch know the same images."""
        last = len(self._with_images())
        for epoch, batches in groupby(entries, key=lambda entry: entry.epoch):
            known = self.keys if epoch == last else known_keys(self.workspace, self.existing_keys, epoch)
            renumbering = self.renumbering(known)
            for entry in batches:
                yield renumbering.apply(self.workspace.read_array("labels", entry, np.uint64))

    def renumbering(self, keys: npt.NDArray[np.int64]) -> Renumbering:
        """From positions in these keys and the books' numbers to final ones."""
        number_of = {mid: number for number, mid in enumerate(self.label_mids)}
        ids = sorted(self.sources.values())
        labels = [number_of[mid] for mid in self.books.mids] or [0]
        sources = [ids.index(self.sources[name]) for name in self.books.sources] or [0]
        images = np.arange(len(keys)) if keys is self.keys else np.searchsorted(self.keys, keys)
        return Renumbering(images.astype(np.uint32), np.array(labels, np.uint64), np.array(sources, np.uint64))

    def _parked(self) -> Iterator[Packed]:
        """Parked rows whose image has been found since, by the books' numbers; `unknown_rows` has the others."""
        for entry in self.workspace.entries:
            if entry.parked:
                columns = ["key", "mid", "source", "confidence"]
                table = self.workspace.read_table("parked", entry, columns=columns)
                images, known = self.find_images(table)
                yield self.books.packed_later(entry.member, images[known], table.filter(pa.array(known)))

    def find_images(self, table: pa.Table) -> tuple[npt.NDArray[np.int64], Mask]:
        """Numbers of parked rows' images, and which rows have one; the skipped ones are counted, once."""
        images, known, unknown = self._among_images(table)
        nowhere = int(np.count_nonzero(unknown)) if self.known_images_only else 0
        self.result.nowhere += nowhere
        self.result.skipped += nowhere + int(np.count_nonzero(~known & ~unknown))
        return images, known

    def _among_images(self, table: pa.Table) -> tuple[npt.NDArray[np.int64], Mask, Mask]:
        """Numbers of parked rows' images, which rows have one, and which have none that --limit left out either."""
        keys = table.column("key").to_numpy()
        images, known = positions(self.keys, keys)
        return images, known, ~known & ~positions(self.beyond, keys)[1]

    def unknown_rows(self) -> Iterator[Rejects]:
        """The parked rows that name an image which is nowhere, where such rows are rejected."""
        yield from self.unknown_among("parked", [entry for entry in self.workspace.entries if entry.parked])

    def unknown_among(self, name: str, entries: list[Entry]) -> Iterator[Rejects]:
        """Those of the rows that these entries keep under a name."""
        for entry in entries:
            if not self.known_images_only:
                table = self.workspace.read_table(name, entry, columns=["key", "line", "raw"])
                unknown = np.flatnonzero(self._among_images(table)[2])
                lines, raw = table.column("line").to_numpy(), table.column("raw").chunk(0)
                yield Rejects(entry.member, lines[unknown], Reason.UNKNOWN_IMAGE, raw.take(pa.array(unknown)))

    def disputed_images(self) -> pa.Table:
        """What stands for images whose rows differ within the run, in IMAGE_SCHEMA."""
        return pa.concat_tables([IMAGE_SCHEMA.empty_table(), *self.image_counts.disputed]).combine_chunks()

    def disputed_annotations(self) -> DisputedAnnotations:
        """What stands for annotations whose rows differ within the run."""
        ids = sorted(self.sources.values())
        return DisputedAnnotations(
            np.concatenate([np.empty(0, np.uint64), *self.label_counts.disputed]),
            self.keys,
            {mid: number for number, mid in enumerate(self.label_mids)},
            {name: ids.index(row_id) for name, row_id in self.sources.items()},
        )


def _outcomes(counts: object) -> dict[str, int]:
    return {key: value for key, value in vars(counts).items() if isinstance(value, int)}
