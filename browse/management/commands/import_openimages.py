"""python manage.py import_openimages PATH…"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from browse.loading import ImportOptions, run_import
from browse.management.progress import TerminalProgress
from browse.openimages.errors import ImportProblemError, ImportRefusedError
from browse.openimages.formats import SUBSETS
from browse.openimages.summary import Summary

SHOWN = 10
OUTCOMES = ("inserted", "updated", "unchanged", "skipped", "rejected")


class Command(BaseCommand):
    help = (
        "Import Open Images files: folders, .csv, .csv.gz, .tar, .tar.gz or https URLs, in any order. "
        "Files are recognised by their headers. Importing again updates by key; a killed import goes on where "
        "it stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="folder, file, archive or https URL")
        parser.add_argument("--subset", choices=SUBSETS, help="of image files that name none, nor does their folder")
        limit = "the first N images of each subset, and their annotations"
        parser.add_argument("--limit", type=_positive, metavar="N", help=limit)
        replace = "a new data set instead of the present one; what curators did is kept"
        parser.add_argument("--replace", action="store_true", help=replace)
        parser.add_argument("--dry-run", action="store_true", help="read and validate only")
        share = "share of rows that may be rejected, from 0 to 1 (default 0.01)"
        parser.add_argument("--max-rejects", type=_share, default=0.01, metavar="SHARE", help=share)
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = ImportOptions(
            paths=options["paths"],
            subset=options["subset"],
            limit=options["limit"],
            replace=options["replace"],
            dry_run=options["dry_run"],
            max_rejects=options["max_rejects"],
        )
        try:
            with TerminalProgress(sys.stderr) as progress:
                summary = run_import(wanted, progress.report)
        except ImportRefusedError as error:
            self._print(error.summary, as_json=options["json"])
            raise CommandError(str(error)) from error
        except ImportProblemError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("stopped; the same command goes on where this one was", returncode=130) from None
        self._print(summary, as_json=options["json"])

    def _print(self, summary: Summary, *, as_json: bool) -> None:
        self.stdout.write(json.dumps(asdict(summary), indent=1) if as_json else describe(summary))


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share from 0 to 1")
    return value


def _left_out(row: dict[str, Any]) -> str:
    if row["count"] == 1:
        return f"  no CSV, left out: {row['first']} in {row['where']}"
    return f"  no CSV, left out: {row['count']:,} {row['kind']} in {row['where']} (such as {row['first']})"


def describe(summary: Summary) -> str:
    """The summary as a person reads it."""
    rows = summary.rows
    lines = [
        f"Import {summary.status} in {summary.seconds:,.1f} s" + (", resumed" if summary.resumed else ""),
        f"  rows read {rows['read']:,} = " + " + ".join(f"{name} {rows[name]:,}" for name in OUTCOMES),
    ]
    for kind, counts in summary.kinds.items():
        lines.append(f"  {kind}: " + ", ".join(f"{outcome} {count:,}" for outcome, count in counts.items()))
    lines += [f"  {file['kind']}: {file['name']} ({file['rows']:,} rows)" for file in summary.files if file["rows"]]
    lines += [f"  not recognised, left out: {name}" for name in summary.not_recognised]
    lines += [_left_out(row) for row in summary.left_out]
    lines += [f"  rejected {count:,}: {reason}" for reason, count in summary.rejects.items()]
    if summary.rejects_file:
        lines.append(f"  rejected rows: {summary.rejects_file}")
    if summary.confidences_rounded:
        lines.append(f"  confidences rounded to hundredths: {summary.confidences_rounded:,}")
    if summary.addresses_blocked:
        count = f"{summary.addresses_blocked:,}"
        lines.append(f"  images with an address that no picture is fetched from (see PICTURE_HOSTS): {count}")
    if summary.labels_without_name:
        shown = ", ".join(summary.labels_without_name[:SHOWN])
        more = len(summary.labels_without_name) - SHOWN
        lines.append(
            f"  labels that no dictionary names: {len(summary.labels_without_name):,} ({shown}"
            + (f" and {more:,} more)" if more > 0 else ")")
        )
    if summary.generation:
        lines.append(f"  index generation {summary.generation}")
    return "\n".join(lines)
