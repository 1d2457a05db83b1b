"""python manage.py compare_releases A B"""

from __future__ import annotations

import re
import sys
from pathlib import PurePosixPath
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from browse.dataset.kept_comparisons import KeptComparison, comparisons_folder
from browse.dataset.release_comparison import compare
from browse.management.progress import TerminalProgress
from browse.openimages.comparing.columns import COLUMNS
from browse.openimages.errors import ImportProblemError


class Command(BaseCommand):
    """Compare the files of two releases, without replacing what the site serves."""

    help = (
        "Compares the image-level labels of two releases, by label and subset, exactly, and keeps the result as a page "
        "and a CSV file. Reads files, folders and archives as import_openimages does; changes nothing that is served."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("before", metavar="A", help="folder, file or archive of the earlier release")
        parser.add_argument("after", metavar="B", help="folder, file or archive of the later release")
        parser.add_argument("--name", default="", help="what the comparison is kept as; default: after both paths")

    def handle(self, *args: Any, **options: Any) -> None:
        before, after = options["before"], options["after"]
        name = options["name"] or _name_of(before, after)
        try:
            with TerminalProgress(sys.stderr) as progress:
                found = compare(before, after, name, progress.report)
        except (ImportProblemError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(_described(found)))


def _name_of(before: str, after: str) -> str:
    words = (re.sub(r"[^a-z0-9]+", "-", PurePosixPath(path).name.partition(".")[0].lower()) for path in (before, after))
    return "-to-".join(word.strip("-")[:27].strip("-") or "files" for word in words)


def _described(found: KeptComparison) -> list[str]:
    lines = [f"{found.name}:"]
    for which, side in (("A", found.before), ("B", found.after)):
        release = f"release {side.release.upper()}, " if side.release else ""
        rejected = f", {side.rejected:,} rejected" if side.rejected else ""
        lines.append(f"  {which}: {side.path}: {release}{side.rows:,} rows of labels{rejected}")
    for subset, row in found.totals.items():
        numbers = dict(zip(COLUMNS, row, strict=True))
        lines += [
            f"  {subset}:",
            f"    machine: {_change(numbers, 'machine')}, {numbers['machine_changed']:,} with another confidence",
            f"    verdicts yes: {_change(numbers, 'yes')}; no: {_change(numbers, 'no')}",
            f"    turned round: {numbers['no_to_yes']:,} to yes, {numbers['yes_to_no']:,} to no",
        ]
    lines.append(f"  labels: {found.different:,} differ, {found.new:,} are new, {found.gone:,} are gone")
    lines.append(
        f"  kept in {comparisons_folder() / found.name}, and at {reverse('browse:release', args=[found.name])}"
    )
    return lines


def _change(numbers: dict[str, int], what: str) -> str:
    added, removed = numbers[f"{what}_added"], numbers[f"{what}_removed"]
    return f"{numbers[f'{what}_before']:,} → {numbers[f'{what}_after']:,} (+{added:,} −{removed:,})"
