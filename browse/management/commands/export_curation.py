"""python manage.py export_curation DIR"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from browse.curation.files import write_files
from browse.domain.plural import counted


class Command(BaseCommand):
    help = (
        "Export what people did (verdicts, flags, decisions, checks, take-downs, notes on labels, collections, saved "
        "views) as CSV files into a folder. import_curation imports them, here or in another installation."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="created if missing; existing files are replaced")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = write_files(options["folder"])
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(f"{name}: {counted(count, 'row')}" for name, count in counts.items()))
