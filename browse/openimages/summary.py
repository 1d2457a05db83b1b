"""What an import tells of itself: every row read by its outcome, and every file."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browse.domain.plural import counted
from browse.models import Import
from browse.openimages.errors import ImportProblemError
from browse.openimages.merging.prepare import Prepared
from browse.openimages.reading.rejects import Reason, Rejects, write_rejects
from browse.openimages.reading.sources import Source
from browse.openimages.source_report import source_report
from browse.openimages.workspace import NOT_RECOGNIZED, Workspace

HEADER_ONLY = "header only, no rows"
SHOWN = 5
"""Files that one line names."""


@dataclass
class Summary:
    """What an import did. rows: read = inserted + updated + unchanged + skipped + rejected.

    `not_recognized` are CSV files of no kind that is read, `left_out` files of other kinds, counted as SkippedFiles
    does.
    `unread` tells for each CSV file without a row that was read why, `read_as` for others in which unusual way they
    were; `nothing_from` are those of `unread`, or archives without any other, that were named themselves.
    `renamed` and `names_kept` are (MID, name that was there, the run's name): taken, and not taken. `names_differ` has
    where two dictionaries of the run differ: which file's names stand, which file's do not, and (MID, name, other).
    `sources` is what source_report gives.
    `decimal_ids` are files whose ImageIDs were read as decimal numbers, `open_ends` those without a last line end,
    `nul_bytes` those with NUL bytes, each with the line of the first and their number.
    """

    status: str = Import.Status.RUNNING.value
    rows: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, dict[str, int]] = field(default_factory=dict)
    rejects: dict[str, int] = field(default_factory=dict)
    rejects_file: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)
    not_recognized: list[str] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    read_as: dict[str, str] = field(default_factory=dict)
    nothing_from: list[str] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    renamed: list[tuple[str, str, str]] = field(default_factory=list)
    names_kept: list[tuple[str, str, str]] = field(default_factory=list)
    names_differ: list[dict[str, Any]] = field(default_factory=list)
    decimal_ids: list[str] = field(default_factory=list)
    open_ends: list[str] = field(default_factory=list)
    nul_bytes: list[tuple[str, int, int]] = field(default_factory=list)
    unknown_images_skipped: int = 0
    labels_without_name: list[str] = field(default_factory=list)
    hierarchy_unknown: list[str] = field(default_factory=list)
    confidences_rounded: int = 0
    coordinates_rounded: int = 0
    addresses_blocked: int = 0
    resumed: bool = False
    release: str = ""
    release_by: str = ""
    generation: str = ""
    digest: str = ""
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)


def account(
    summary: Summary,
    workspace: Workspace,
    prepared: Prepared,
    late: Iterator[Rejects],
    path: Path,
    sources: list[Source],
) -> None:
    """Fill a summary with every row read by its outcome, and write the rejects into a file.

    `sources` are those that the workspace's entries number; `late` are rejects that the merge found. Raises
    ImportProblemError where the rows do not add up.
    """
    late_by_reason = _write_all_rejects(path, workspace, late)
    by_reason = Counter(late_by_reason)
    for entry in workspace.entries:
        by_reason.update(entry.reasons)
    counts = prepared.counts
    repeated, skipped, disputed = (
        sum(kind.pop(outcome, 0) for kind in counts.values()) for outcome in ("repeated", "skipped", "disputed")
    )
    rows = {
        "read": sum(entry.rows_read for entry in workspace.entries),
        "inserted": sum(kind["inserted"] for kind in counts.values()),
        "updated": sum(kind["updated"] for kind in counts.values()),
        "unchanged": sum(kind["unchanged"] for kind in counts.values()) + repeated,
        "skipped": sum(entry.skipped for entry in workspace.entries) + prepared.skipped + skipped,
        "rejected": by_reason.total(),
    }
    rows["unchanged"] -= late_by_reason[Reason.CONFLICT.value] - disputed
    summary.rows, summary.kinds = rows, counts
    summary.rejects = dict(sorted(by_reason.items()))
    summary.rejects_file = str(path) if by_reason else ""
    summary.unknown_images_skipped = prepared.nowhere
    summary.labels_without_name = prepared.placeholders
    summary.hierarchy_unknown = prepared.hierarchy_unknown
    summary.addresses_blocked = sum(entry.blocked for entry in workspace.entries)
    summary.confidences_rounded = sum(entry.rounded for entry in workspace.entries)
    summary.coordinates_rounded = sum(entry.own.get("coordinates_rounded", 0) for entry in workspace.entries)
    _fill_names(summary, prepared)
    _fill_files(summary, workspace)
    _fill_nothing_from(summary, workspace, sources)
    if rows["read"] != sum(rows.values()) - rows["read"]:
        raise ImportProblemError(f"the rows do not add up: {rows}")


def _fill_files(summary: Summary, workspace: Workspace) -> None:
    files: dict[tuple[int, str], dict[str, Any]] = {}
    notes: dict[tuple[int, str], str] = {}
    for entry in workspace.entries:
        summary.left_out += entry.left_out
        if entry.source_done:
            continue
        if entry.kind == NOT_RECOGNIZED:
            summary.not_recognized.append(entry.member)
        if entry.decimal:
            summary.decimal_ids.append(entry.member)
        if entry.open_end:
            summary.open_ends.append(entry.member)
        if entry.nul_bytes:
            summary.nul_bytes.append((entry.member, entry.nul_line, entry.nul_bytes))
        key = (entry.source, entry.member)
        row = files.setdefault(
            key,
            {"name": entry.member, "kind": entry.kind, "rows": 0, "rejected": 0, "skipped": 0},
        )
        row["rows"] += entry.rows_read
        notes[key] = entry.note or notes.get(key, "")
        row["rejected"] += entry.rejected
        row["skipped"] += entry.skipped
    summary.files = list(files.values())
    for key, row in files.items():
        if row["rows"]:
            summary.read_as |= {row["name"]: notes[key]} if notes[key] else {}
        else:
            summary.unread[row["name"]] = notes[key] if row["kind"] == NOT_RECOGNIZED else HEADER_ONLY


def why_nothing(summary: Summary) -> str:
    """Why no row of the files was read, in a line."""
    said = [f"{name}: {why}" for name, why in summary.unread.items()]
    more = f"; and {counted(len(said) - SHOWN, 'more file')}" if len(said) > SHOWN else ""
    return "; ".join(said[:SHOWN]) + more if said else "no CSV file in " + ", ".join(summary.nothing_from)


def _fill_names(summary: Summary, prepared: Prepared) -> None:
    summary.renamed, summary.names_kept = prepared.renamed, prepared.names_kept
    files: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for one in prepared.names_differing:
        files.setdefault((one.file, one.other_file), []).append((one.mid, one.name, one.other_name))
    summary.names_differ = [
        {"standing": standing, "other": other, "names": names} for (standing, other), names in files.items()
    ]
    summary.sources = source_report(prepared.levels, prepared.known_sources)


def _fill_nothing_from(summary: Summary, workspace: Workspace, sources: list[Source]) -> None:
    """Which of the sources named themselves gave no row."""
    rows = Counter[int]()
    for entry in workspace.entries:
        rows[entry.source] += entry.rows_read
    summary.nothing_from = [source.shown for number, source in enumerate(sources) if source.itself and not rows[number]]


def _write_all_rejects(path: Path, workspace: Workspace, late: Iterator[Rejects]) -> Counter[str]:
    """The entries' rejects and the late ones in one file, if there are any; returns the late ones by reason."""
    counts: Counter[Reason] = Counter()

    def counted() -> Iterator[Rejects]:
        for rejects in late:
            counts.update(rejects.by_reason())
            yield rejects

    beside = path.with_suffix(".late")
    write_rejects(beside, counted(), header=False)
    parts = [part for part in [*workspace.reject_files(), beside] if part.stat().st_size]
    path.unlink(missing_ok=True)  # of the dry run before
    if parts:
        write_rejects(path, [], header=True)
        with path.open("ab") as out:
            for part in parts:
                with part.open("rb") as file:
                    shutil.copyfileobj(file, out)
    beside.unlink()
    return Counter({str(reason): count for reason, count in (+counts).items()})
