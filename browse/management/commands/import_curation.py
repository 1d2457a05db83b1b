"""python manage.py import_curation PATH"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from browse.curation_files import CurationFilesError, take_in


class Command(BaseCommand):
    help = (
        "Take in what export_curation wrote: whole, or not at all where a row is bad. Rows that are there already are "
        "left alone, so running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="the folder, or one of its files")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            taken = take_in(options["path"])
        except (CurationFilesError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(f"{one.file}: {one.added:,} added, {one.known:,} known" for one in taken))
