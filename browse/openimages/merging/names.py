"""Labels, sources and licenses: names made into rows with ids that stay from import to import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa

from browse.openimages.errors import ImportProblemError
from browse.openimages.reading.rejects import Reason, Rejects, one_reject
from browse.openimages.workspace import Entry
from browse.rights import license_from_url

MAX_LABEL_ID = (1 << 16) - 1


@dataclass(frozen=True)
class NameDifference:
    """A MID that two of a run's dictionaries name differently: the name and file that stand, and the others."""

    mid: str
    name: str
    file: str
    other_name: str
    other_file: str


@dataclass
class NameCounts:
    """Dictionary rows by outcome, the conflicts within one of them, and where two differ.

    `disputed` counts those conflicts.
    `skipped` rows lost against another dictionary, or would rename a label that keeps its name.
    """

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    disputed: int = 0
    conflicts: list[Rejects] = field(default_factory=list)
    differing: list[NameDifference] = field(default_factory=list)


@dataclass
class Labels:
    """All labels after the run, by MID: (row id, name, whether a dictionary has it)."""

    rows: dict[str, tuple[int, str, bool]]
    changed: bool
    placeholders: list[str]
    """MIDs that have annotations and no name in any dictionary."""
    renamed: list[tuple[str, str, str]]
    """MID, name that it had, and name that it has now."""
    kept: list[tuple[str, str, str]]
    """MID, name that it keeps, and name that the run's dictionaries give it."""

    def differing_from(self, former: dict[str, str]) -> list[tuple[str, str, str]]:
        """MID, former name and name of the labels that a dictionary names otherwise than before."""
        now = {mid: name for mid, (_, name, known) in self.rows.items() if known}
        return [(mid, old, now[mid]) for mid, old in former.items() if now.get(mid, old) != old]

    def table(self) -> pa.Table:
        """Rows for the Label table, by id."""
        rows = sorted((row_id, mid, name, known) for mid, (row_id, name, known) in self.rows.items())
        ids, mids, names, known = zip(*rows, strict=True) if rows else ((), (), (), ())
        return pa.table(
            {
                "id": pa.array(ids, pa.int32()),
                "mid": pa.array(mids, pa.string()),
                "name": pa.array(names, pa.string()),
                "in_dictionary": pa.array(known, pa.bool_()),
            }
        )


def merge_labels(
    existing: dict[str, tuple[int, str, bool]],
    entries: Iterable[Entry],
    used: Iterable[str],
    counts: NameCounts,
    *,
    rename: bool,
) -> Labels:
    """The database's labels with the run's names laid over, and a placeholder for each MID used without one.

    Labels that a dictionary has named before keep their names unless `rename` says otherwise.
    """
    names = _run_names(entries, counts)
    rows = dict(existing)
    used_mids = set(used)
    new = sorted((set(names) | used_mids) - set(rows))
    following = max((row_id for row_id, _, _ in rows.values()), default=0) + 1
    for row_id, mid in enumerate(new, start=following):
        rows[mid] = (row_id, mid, False)
    if following + len(new) - 1 > MAX_LABEL_ID:
        raise ImportProblemError(f"more than {MAX_LABEL_ID:,} labels")
    changes: list[tuple[str, str, str]] = []
    inserted = 0
    for mid, name in names.items():
        row_id, old_name, known = rows[mid]
        if name == mid:  # how exports write a label without a name: it is there, and keeps the name that it has
            inserted += mid not in existing
            counts.unchanged += mid in existing
            continue
        if not known:
            inserted += 1
        elif old_name == name:
            counts.unchanged += 1
            continue
        else:
            changes.append((mid, old_name, name))
            if not rename:
                continue
        rows[mid] = (row_id, name, True)
    counts.inserted += inserted
    counts.updated += len(changes) if rename else 0
    counts.skipped += 0 if rename else len(changes)
    placeholders = sorted(mid for mid in used_mids if not rows[mid][2])
    changed = bool(new or inserted or (rename and changes))
    return Labels(rows, changed, placeholders, changes if rename else [], [] if rename else changes)


def _run_names(entries: Iterable[Entry], counts: NameCounts) -> dict[str, str]:
    """One name for each MID of the run's dictionaries: of two files, that of the one named last.

    Of two within one file the larger stands, and the other is a conflict. A MID in place of a name is none.
    """
    files: dict[str, dict[str, list[tuple[str, int, str]]]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.named, entry.source, entry.number)):
        rows = files.setdefault(entry.member, {})
        for line, mid, name, raw in entry.names:
            rows.setdefault(mid, []).append((name, line, raw))
    names: dict[str, tuple[str, str]] = {}
    for file, rows in reversed(files.items()):
        for mid, given in rows.items():
            found = [one for one in given if one[0] != mid] or given[:1]
            counts.unchanged += len(given) - len(found)
            largest = max(name for name, _, _ in found)
            losers = [one_reject(file, line, Reason.CONFLICT, raw) for name, line, raw in found if name != largest]
            counts.conflicts += losers
            counts.disputed += len(losers)
            _choose(names, counts, NamedRows(mid, largest, file, len(found) - len(losers)))
    return {mid: name for mid, (name, _) in names.items()}


@dataclass(frozen=True)
class NamedRows:
    """The rows of a file that give a label one name; the name is the MID where they give none."""

    mid: str
    name: str
    file: str
    rows: int


def _choose(names: dict[str, tuple[str, str]], counts: NameCounts, given: NamedRows) -> None:
    """Keep the name of the file that stands, the one seen first; a name stands before none."""
    name, standing = names.setdefault(given.mid, (given.name, given.file))
    if name == given.name:
        counts.unchanged += given.rows - (standing == given.file)
    elif given.mid in (name, given.name):
        counts.unchanged += given.rows
        if name == given.mid:
            names[given.mid] = (given.name, given.file)
    else:
        counts.differing.append(NameDifference(given.mid, name, standing, given.name, given.file))
        counts.skipped += given.rows


def merge_sources(existing: dict[str, int], used: Iterable[str]) -> dict[str, int]:
    """Row ids of all sources; new ones follow in order of name."""
    rows = dict(existing)
    for name in sorted(set(used) - set(rows)):
        rows[name] = max(rows.values(), default=0) + 1
    return rows


def merge_licenses(existing: dict[str, int], urls: Iterable[str]) -> dict[str, int]:
    """Row ids of all license URLs; new ones follow in order."""
    rows = dict(existing)
    for url in sorted(set(urls) - set(rows)):
        rows[url] = max(rows.values(), default=0) + 1
    return rows


def license_table(rows: dict[str, int]) -> pa.Table:
    """Rows for the License table."""
    urls = sorted(rows, key=rows.__getitem__)
    return pa.table(
        {
            "id": pa.array([rows[url] for url in urls], pa.int32()),
            "url": pa.array(urls, pa.string()),
            "slug": pa.array([license_from_url(url).slug for url in urls], pa.string()),
        }
    )


def source_table(rows: dict[str, int]) -> pa.Table:
    """Rows for the Source table."""
    names = sorted(rows, key=rows.__getitem__)
    return pa.table({"id": pa.array([rows[name] for name in names], pa.int32()), "name": pa.array(names, pa.string())})
