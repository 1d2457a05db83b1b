"""python manage.py import_openimages PATH…"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from browse.dataset.import_run import ImportOptions, run_import
from browse.domain.plural import counted
from browse.domain.releases import Release, rule_of
from browse.management.progress import TerminalProgress
from browse.openimages.errors import ImportProblemError, ImportRefusedError
from browse.openimages.reading.containers import endings
from browse.openimages.reading.rejects import with_hint
from browse.openimages.reading.skipped_files import HIDDEN
from browse.openimages.summary import Summary
from browse.query.pairs import AUTHORITY
from browse.query.values import SUBSETS

SHOWN = 10
NOTHING_READ = 2
"""Exit status where a file that was named itself, or every file, had nothing that could be read."""
OUTCOMES = ("inserted", "updated", "unchanged", "skipped", "rejected")


class Command(BaseCommand):
    help = (
        f"Import Open Images files: folders, {', '.join(endings())} or https URLs, in any order. "
        "Files are recognized by their headers. Importing again updates by key; an interrupted import resumes where "
        "it stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="folder, file, archive or https URL")
        parser.add_argument("--subset", choices=SUBSETS, help="subset of image files that name none")
        limit = "only the first N images of each subset, and their annotations"
        parser.add_argument("--limit", type=_positive, metavar="N", help=limit)
        replace = "replace the current data set; curators' changes are kept"
        parser.add_argument("--replace", action="store_true", help=replace)
        parser.add_argument("--dry-run", action="store_true", help="read and validate only")
        share = "share of rows that may be rejected, from 0 to 1 (default 0.01)"
        parser.add_argument("--max-rejects", type=_share, default=0.01, metavar="SHARE", help=share)
        rename = "let dictionaries rename existing labels; by default existing names are kept"
        parser.add_argument("--rename-labels", action="store_true", help=rename)
        marked = "CSV files exported for spreadsheets (safe=1): remove the ' before their texts"
        parser.add_argument("--spreadsheet", action="store_true", help=marked)
        known = "skip annotations of images that are not in the data set, instead of rejecting them"
        parser.add_argument("--known-images-only", action="store_true", help=known)
        release = "release that the files are of, where their names do not tell"
        parser.add_argument("--release", choices=[*Release], default="", help=release)
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = ImportOptions(
            paths=options["paths"],
            subset=options["subset"],
            limit=options["limit"],
            replace=options["replace"],
            dry_run=options["dry_run"],
            max_rejects=options["max_rejects"],
            rename_labels=options["rename_labels"],
            spreadsheet=options["spreadsheet"],
            known_images_only=options["known_images_only"],
            release=options["release"],
        )
        try:
            with TerminalProgress(sys.stderr) as progress:
                summary = run_import(wanted, progress.report)
        except ImportRefusedError as error:
            self._print(error.summary, as_json=options["json"])
            raise CommandError(str(error), returncode=1 if error.summary.rows["read"] else NOTHING_READ) from error
        except ImportProblemError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("stopped; run the same command again to resume", returncode=130) from None
        self._print(summary, as_json=options["json"])
        if summary.nothing_from:
            raise CommandError(_nothing_from(summary), returncode=NOTHING_READ)

    def _print(self, summary: Summary, *, as_json: bool) -> None:
        self.stdout.write(json.dumps(asdict(summary), indent=1) if as_json else describe(summary))


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share from 0 to 1")
    return value


def _nothing_from(summary: Summary) -> str:
    """Which files that were named had nothing to read, and why."""
    told = [f"{name}: {summary.unread.get(name, 'no readable CSV file')}" for name in summary.nothing_from]
    return "nothing was read from " + "; ".join(told) + "; the other files were read"


def _left_out(row: dict[str, Any]) -> str:
    what = "hidden" if row["kind"] == HIDDEN else "not CSV"
    if row["count"] == 1:
        _, official, why = row["kind"].partition(" (")
        return f"  skipped ({what}): {row['first']} in {row['where']}{official}{why}"
    return f"  skipped ({what}): {row['count']:,} {row['kind']} in {row['where']} (such as {row['first']})"


def _changes(changes: list[tuple[str, str, str]]) -> str:
    """How many names change, and the first of them."""
    shown = "; ".join(f"{mid} {old!r} to {new!r}" for mid, old, new in changes[:SHOWN])
    more = f"; and {len(changes) - SHOWN:,} more, listed by --json" if len(changes) > SHOWN else ""
    return f"{len(changes):,} ({shown}{more})"


def _names(summary: Summary) -> list[str]:
    """Lines on names that changed, might have, or differ between files."""
    lines = []
    if summary.renamed:
        lines.append(f"  labels renamed: {_changes(summary.renamed)}")
    if summary.names_kept:
        lines.append(f"  names kept, which --rename-labels would change: {_changes(summary.names_kept)}")
    for pair in summary.names_differ:
        names = [(mid, other, name) for mid, name, other in pair["names"]]
        lines.append(f"  names in {pair['other']} overridden by those in {pair['standing']}: {_changes(names)}")
    return lines


def _mids(what: str, mids: list[str]) -> list[str]:
    """A line on some MIDs: how many there are, and the first of them."""
    if not mids:
        return []
    more = len(mids) - SHOWN
    end = f" and {more:,} more)" if more > 0 else ")"
    return [f"  {what}: {len(mids):,} ({', '.join(mids[:SHOWN])}{end}"]


def _source(source: dict[str, Any]) -> list[str]:
    """A line on how a source counts, and one for each warning."""
    counts_as = source["counts_as"]
    if source["authority"] is not None:
        counts_as += f", authority {source['authority']} of {len(AUTHORITY) + 1}"
    lines = [f"  source {source['name']}: {counted(source['rows'], 'row')}, counts as {counts_as}"]
    return lines + [f"  warning: source {source['name']} {warning}" for warning in source["warnings"]]


def describe(summary: Summary) -> str:
    """The summary as a person reads it."""
    rows = summary.rows
    lines = [
        f"Import {summary.status} in {summary.seconds:,.1f} s" + (", resumed" if summary.resumed else ""),
        f"  rows read {rows['read']:,} = " + " + ".join(f"{name} {rows[name]:,}" for name in OUTCOMES),
    ]
    for kind, counts in summary.kinds.items():
        lines.append(f"  {kind}: " + ", ".join(f"{outcome} {count:,}" for outcome, count in counts.items()))
    read = [file for file in summary.files if file["rows"]]
    lines += [f"  {file['kind']}: {file['name']} ({counted(file['rows'], 'row')})" for file in read]
    lines += [f"    unusual format: {name}: {how}" for name, how in summary.read_as.items()]
    lines += [f"    skipped: {name}: {why}" for name, why in summary.unread.items()]
    lines += [_left_out(row) for row in summary.left_out]
    lines += [f"  ImageIDs read as decimal numbers: {name}" for name in summary.decimal_ids]
    lines += [f"    last line without a line ending, possibly cut off: {name}" for name in summary.open_ends]
    lines += [
        f"    {count:,} NUL bytes, the first in line {at:,}, possibly a damaged copy: {name}"
        for name, at, count in summary.nul_bytes
    ]
    if summary.unknown_images_skipped:
        lines.append(
            f"  skipped {summary.unknown_images_skipped:,}: annotations of images that are not in the data set"
        )
    lines += [f"  rejected {count:,}: {with_hint(reason)}" for reason, count in summary.rejects.items()]
    if summary.rejects_file:
        lines.append(f"  rejected rows: {summary.rejects_file}")
    lines += _names(summary) + [line for source in summary.sources for line in _source(source)]
    if summary.confidences_rounded:
        lines.append(f"  confidences rounded to hundredths: {summary.confidences_rounded:,}")
    if summary.coordinates_rounded:
        how = "a coordinate rounded to single precision, or a click to millionths"
        lines.append(f"  rows with {how}: {summary.coordinates_rounded:,}")
    if summary.addresses_blocked:
        count = f"{summary.addresses_blocked:,}"
        lines.append(f"  images with a URL that no picture is fetched from (see PICTURE_HOSTS): {count}")
    lines += _mids("labels without a name in a dictionary", summary.labels_without_name)
    lines += _mids("MIDs in the hierarchy that are no label's", summary.hierarchy_unknown)
    if summary.release:
        told = f", by {summary.release_by}" if summary.release_by else ", as before"
        lines.append(f"  release {summary.release.upper()}{told}; trainable: on at least {_rule(summary.release)}")
    if summary.generation:
        lines.append(f"  index generation {summary.generation}")
    if summary.digest:
        lines.append(f"  data set digest {summary.digest}")
    return "\n".join(lines)


def _rule(release: str) -> str:
    rule = rule_of(release)
    return f"{rule.short}, {rule.words}"
