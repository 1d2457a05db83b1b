"""From the workspace's batches, and what the database holds, to complete tables ready to be loaded.

Everything is written below the workspace, so that neither the load nor a resumed run computes it again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.openimages import database
from browse.openimages.books import Books
from browse.openimages.final_images import FinalImages
from browse.openimages.formats import FileKind
from browse.openimages.known_images import beyond_keys, known_keys
from browse.openimages.locate import Disputes
from browse.openimages.memory import release_memory
from browse.openimages.merge_images import ImageCounts, ImageRows, merge_images
from browse.openimages.merge_labels import LabelCounts, Packed, Renumbering, lay_over, settle
from browse.openimages.names import (
    NameCounts,
    author_names,
    license_table,
    merge_authors,
    merge_labels,
    merge_licenses,
    merge_sources,
    source_table,
)
from browse.openimages.parsed import IMAGE_SCHEMA
from browse.openimages.rejects import Reason, Reject, text_of
from browse.openimages.workspace import Entry, Workspace

Report = Callable[[str, int, int], None]
"""Told (what is done, how far, of how many)."""


@dataclass
class Prepared:
    """What `prepare` made. `tables` are those that differ from the database's, with their row counts.

    `fresh` where the run brings the first images: then all tables are made.
    """

    tables: dict[str, int] = field(default_factory=dict)
    fresh: bool = True
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    placeholders: list[str] = field(default_factory=list)
    skipped: int = 0


class Preparation:
    """One run's merge. `existing_keys` are the database's images, none where the data set is replaced."""

    def __init__(
        self, workspace: Workspace, existing_keys: npt.NDArray[np.int64], *, replace: bool, report: Report
    ) -> None:
        self.workspace, self.existing_keys, self.report = workspace, existing_keys, report
        self.replace = replace
        self.fresh = not len(existing_keys) and any(entry.images for entry in workspace.entries)
        self.folder = workspace.folder / "prepared"
        self.books = Books()
        self.books.replay(workspace.entries)
        self.result = Prepared(fresh=self.fresh)
        self.image_counts, self.label_counts, self.name_counts = ImageCounts(), LabelCounts(), NameCounts()

    def run(self, images_ready: Callable[[], None] | None = None) -> Prepared:
        """Make all tables; `images_ready` is called as soon as all but the annotations are there."""
        self.folder.mkdir(exist_ok=True)
        self.keys = known_keys(self.workspace, self.existing_keys, len(self._entries(FileKind.IMAGES)))
        self.keys.tofile(self.folder / "image_keys")
        self.found = list(self._parked())
        self._labels()
        self._images()
        release_memory()
        if images_ready is not None:
            images_ready()
        self._annotations()
        self.result.counts = {
            "images": _outcomes(self.image_counts),
            "annotations": _outcomes(self.label_counts),
            "names": _outcomes(self.name_counts) | {"disputed": len(self.name_counts.conflicts)},
        }
        return self.result

    def _entries(self, *kinds: FileKind) -> list[Entry]:
        return [entry for entry in self.workspace.entries if entry.kind in kinds]

    def _fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return [] if self.replace else database.fetch_all(sql)

    def save_table(self, name: str, number: int, table: pa.Table) -> None:
        """Keep a part of a database table, columns named as there."""
        with pa.OSFile(str(self.folder / f"{name}-{number:06d}.arrow"), "wb") as out:
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            with pa.ipc.new_file(out, table.schema, options=options) as writer:
                writer.write_table(table)

    def _labels(self) -> None:
        existing = {
            mid: (row_id, name, bool(known))
            for row_id, mid, name, known in self._fetch("SELECT id, mid, name, in_dictionary FROM browse_label")
        }
        merged = merge_labels(existing, self._entries(FileKind.DICTIONARY), self.books.mids, self.name_counts)
        self.result.placeholders = merged.placeholders
        self.label_mids = sorted(merged.rows)
        self.label_ids = np.array([merged.rows[mid][0] for mid in self.label_mids], np.int32)
        self.label_ids.tofile(self.folder / "label_ids")
        if merged.changed or self.fresh:
            self.save_table("label", 0, merged.table())
            self.result.tables["label"] = len(merged.rows)
        existing_sources = dict(self._fetch("SELECT name, id FROM browse_source"))
        self.sources = merge_sources(existing_sources, self.books.sources)
        if self.sources != existing_sources or self.fresh:
            self.save_table("source", 0, source_table(self.sources))
            self.result.tables["source"] = len(self.sources)

    def _images(self) -> None:
        entries = [entry for entry in self._entries(FileKind.IMAGES) if entry.images]
        if not entries:
            return
        rows = ImageRows([e.images for e in entries], lambda n: self.workspace.read_table("images", entries[n]))
        keys = np.concatenate(
            [np.empty(0, np.int64), *(self.workspace.read_array("keys", entry, np.int64) for entry in entries)]
        )
        existing = database.image_rows(self.existing_keys)
        changed = 0
        with contextlib.closing(self._final_images(entries)) as final:
            for number, chunk in enumerate(merge_images(keys, rows, self.existing_keys, existing, self.image_counts)):
                self.save_table("image", number, final.take_in(chunk.table))
                changed += int(np.count_nonzero(chunk.changed))
                self.report("merging images", final.count, len(self.keys))
        if changed or self.fresh:
            self.result.tables["image"] = len(self.keys)
        else:
            for path in self.folder.glob("image-*.arrow"):
                path.unlink()

    def _final_images(self, entries: list[Entry]) -> FinalImages:
        rows = self._fetch("SELECT id, profile_url, key, name FROM browse_author ORDER BY id")
        columns = zip(*rows, strict=True) if rows else ((), (), (), ())
        texts = [(name, pa.string()) for name in ("profile_url", "key", "name")]
        existing = pa.table(list(columns), schema=pa.schema([("id", pa.int32()), *texts]))
        found = author_names(
            self.workspace.read_table("images", entry, columns=["author_url", "author"]) for entry in entries
        )
        authors, authors_changed = merge_authors(existing, found)
        old_licenses = dict(self._fetch("SELECT url, id FROM browse_license"))
        urls: set[str] = set()
        for entry in entries:
            column = self.workspace.read_table("images", entry, columns=["license"]).column(0)
            urls |= {url or "" for url in column.unique().to_pylist()}
        licenses = merge_licenses(old_licenses, urls)
        if authors_changed or self.fresh:
            self.save_table("author", 0, authors)
            self.result.tables["author"] = authors.num_rows
        if licenses != old_licenses or self.fresh:
            self.save_table("license", 0, license_table(licenses))
            self.result.tables["license"] = len(licenses)
        return FinalImages(authors, licenses, self.folder)

    def _annotations(self) -> None:
        if not self.fresh and not any(e.labels or e.parked for e in self.workspace.entries):
            return
        rows = self._run_rows()
        self.report("merging annotations", 0, len(rows))
        new = settle(rows, self.label_counts)
        label_of = {int(row_id): number for number, row_id in enumerate(self.label_ids)}
        source_number = {row_id: number for number, row_id in enumerate(sorted(self.sources.values()))}
        kept = len(self.existing_keys) > 0
        old = database.packed_annotations(self.keys, label_of, source_number) if kept else iter(())
        count = 0
        with (self.folder / "annotations").open("wb") as out:
            for chunk in lay_over(new, old, self.label_counts):
                chunk.tofile(out)
                count += len(chunk)
        if self.label_counts.inserted or self.label_counts.updated or self.fresh:
            self.result.tables["annotation"] = count
        np.array(sorted(self.sources.values()), np.int32).tofile(self.folder / "source_ids")

    def _run_rows(self) -> Packed:
        """All annotation rows of the run, by final numbers, in one array."""
        entries = [entry for entry in self.workspace.entries if entry.labels]
        rows = np.empty(sum(e.labels for e in entries) + sum(map(len, self.found)), np.uint64)
        end = 0
        for batch in chain(self._renumbered(entries), map(self.renumbering(self.keys).apply, self.found)):
            rows[end : end + len(batch)] = batch
            end += len(batch)
        return rows

    def _renumbered(self, entries: list[Entry]) -> Iterator[Packed]:
        """The batches by final numbers; those of one epoch know the same images."""
        last = len(self._entries(FileKind.IMAGES))
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
        images = np.searchsorted(self.keys, keys).astype(np.uint64)
        return Renumbering(images, np.array(labels, np.uint64), np.array(sources, np.uint64))

    def _parked(self) -> Iterator[Packed]:
        """Parked rows whose image has been found since, by the books' numbers; `unknown_rows` has the others."""
        for entry in self.workspace.entries:
            if entry.parked:
                table = self.workspace.read_table("parked", entry)
                known, unknown = self._split_parked(table)
                self.result.skipped += len(table) - len(known) - len(unknown)
                found = table.take(pa.array(known))
                images = np.searchsorted(self.keys, found.column("key").to_numpy())
                yield self.books.packed_later(entry.member, images, found)

    def _split_parked(self, table: pa.Table) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Positions of parked rows with a known image, and of those without, images beyond --limit left out."""
        keys = table.column("key").to_numpy()
        known = np.isin(keys, self.keys)
        beyond = np.isin(keys, beyond_keys(self.workspace)) & ~known
        return np.flatnonzero(known), np.flatnonzero(~known & ~beyond)

    def unknown_rows(self) -> Iterator[Reject]:
        """The parked rows that name an image which is nowhere."""
        for entry in self.workspace.entries:
            if entry.parked:
                table = self.workspace.read_table("parked", entry)
                lines, raws = table.column("line").to_numpy(), table.column("raw")
                for row in self._split_parked(table)[1]:
                    yield Reject(entry.member, int(lines[row]), Reason.UNKNOWN_IMAGE, text_of(raws[row].as_py()))

    def disputes(self) -> Disputes:
        """What stands where the run's own rows differ."""
        images = pa.concat_tables([IMAGE_SCHEMA.empty_table(), *self.image_counts.disputed])
        annotations = np.concatenate([np.empty(0, np.uint64), *self.label_counts.disputed])
        ids = sorted(self.sources.values())
        return Disputes(
            images.combine_chunks(),
            annotations,
            self.keys,
            {mid: number for number, mid in enumerate(self.label_mids)},
            {name: ids.index(row_id) for name, row_id in self.sources.items()},
        )


def _outcomes(counts: ImageCounts | LabelCounts | NameCounts) -> dict[str, int]:
    numbers: dict[str, int] = {key: value for key, value in vars(counts).items() if isinstance(value, int)}
    return numbers
