"""python manage.py export_curation DIR"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from browse.curation_files import write_files


class Command(BaseCommand):
    help = (
        "Write what people did (verdicts, flags, decisions, checks, take-downs, notes on labels, collections, saved "
        "views) as CSV files into a folder. import_curation takes them in again, here or in another installation."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="made where it is missing; files are replaced")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = write_files(options["folder"])
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(f"{name}: {count:,} rows" for name, count in counts.items()))
