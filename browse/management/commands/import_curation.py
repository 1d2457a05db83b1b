"""python manage.py import_curation PATH"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from browse.curation.files import CurationFilesError, take_in


class Command(BaseCommand):
    help = (
        "Import what export_curation wrote: everything, or nothing if a row is bad. Rows that are already there are "
        "left unchanged, so running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="the folder, or one of its files")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            taken = take_in(options["path"])
        except (CurationFilesError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(f"{one.file}: {one.added:,} added, {one.known:,} already present" for one in taken))
