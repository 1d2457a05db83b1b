"""What an import tells of itself: every row read by its outcome, and every file."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browse.models import Import
from browse.openimages.errors import ImportProblemError
from browse.openimages.formats import FileKind
from browse.openimages.prepare import Prepared
from browse.openimages.rejects import Reason, Reject, write_rejects
from browse.openimages.workspace import Workspace


@dataclass
class Summary:
    """What an import did. rows: read = inserted + updated + unchanged + skipped + rejected.

    `not_recognised` are CSV files with unknown headers, `left_out` files of other kinds, counted as LeftOut does.
    """

    status: str = Import.Status.RUNNING.value
    rows: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, dict[str, int]] = field(default_factory=dict)
    rejects: dict[str, int] = field(default_factory=dict)
    rejects_file: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)
    not_recognised: list[str] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)
    labels_without_name: list[str] = field(default_factory=list)
    confidences_rounded: int = 0
    addresses_blocked: int = 0
    resumed: bool = False
    generation: str = ""
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)


def account(summary: Summary, workspace: Workspace, prepared: Prepared, late: Iterator[Reject], path: Path) -> None:
    """Fill a summary with every row read by its outcome, and write the rejects into a file.

    `late` are rejects that the merge found. Raises ImportProblemError where the rows do not add up.
    """
    late_by_reason = _write_all_rejects(path, workspace, late)
    by_reason = Counter(late_by_reason)
    for entry in workspace.entries:
        by_reason.update(entry.reasons)
    counts = prepared.counts
    repeated = counts["images"].pop("repeated") + counts["annotations"].pop("repeated")
    rows = {
        "read": sum(entry.rows_read for entry in workspace.entries),
        "inserted": sum(kind["inserted"] for kind in counts.values()),
        "updated": sum(kind["updated"] for kind in counts.values()),
        "unchanged": sum(kind["unchanged"] for kind in counts.values()) + repeated,
        "skipped": sum(entry.skipped for entry in workspace.entries) + prepared.skipped,
        "rejected": by_reason.total(),
    }
    rows["unchanged"] -= late_by_reason[Reason.CONFLICT.value] - counts["names"].pop("disputed")
    summary.rows, summary.kinds = rows, counts
    summary.rejects = dict(sorted(by_reason.items()))
    summary.rejects_file = str(path) if by_reason else ""
    summary.labels_without_name = prepared.placeholders
    summary.addresses_blocked = sum(entry.blocked for entry in workspace.entries)
    summary.confidences_rounded = sum(entry.rounded for entry in workspace.entries)
    _fill_files(summary, workspace)
    if rows["read"] != sum(rows.values()) - rows["read"]:
        raise ImportProblemError(f"the rows do not add up: {rows}")


def _fill_files(summary: Summary, workspace: Workspace) -> None:
    files: dict[str, dict[str, Any]] = {}
    for entry in workspace.entries:
        summary.left_out += entry.left_out
        if entry.source_done:
            continue
        if entry.kind is FileKind.UNKNOWN:
            summary.not_recognised.append(entry.member)
        row = files.setdefault(
            entry.member, {"name": entry.member, "kind": entry.kind.value, "rows": 0, "rejected": 0, "skipped": 0}
        )
        row["rows"] += entry.rows_read
        row["rejected"] += entry.rejected
        row["skipped"] += entry.skipped
    summary.files = list(files.values())


def _write_all_rejects(path: Path, workspace: Workspace, late: Iterator[Reject]) -> Counter[str]:
    """The entries' rejects and the late ones in one file; returns the late ones by reason."""
    counts: Counter[str] = Counter()

    def counted() -> Iterator[Reject]:
        for reject in late:
            counts[reject.reason.value] += 1
            yield reject

    beside = path.with_suffix(".late")
    write_rejects(beside, counted(), header=False)
    write_rejects(path, [], header=True)
    with path.open("ab") as out:
        for part in [*workspace.reject_files(), beside]:
            with part.open("rb") as file:
                shutil.copyfileobj(file, out)
    beside.unlink()
    return counts
