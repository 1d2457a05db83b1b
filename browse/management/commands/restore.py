"""python manage.py restore DIR"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from browse.dataset.backups.manifest import BackupError
from browse.dataset.backups.restore import restore
from browse.management.progress import TerminalProgress
from browse.openimages.errors import ImportProblemError


class Command(BaseCommand):
    help = "Restore a backup into an empty installation. Stop the site first."
    requires_system_checks: list[str] = []  # noqa: RUF012 -- they refuse a database that lost its data

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="what `manage.py backup` made")
        parser.add_argument("--replace", action="store_true", help="put it in place of the data that is there")
        parser.add_argument(
            "--secret-key",
            type=Path,
            metavar="FILE",
            help="take the secret key from this file, so that all stay signed in",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with TerminalProgress(sys.stderr) as progress:
                done = restore(
                    options["folder"], progress.report, replaces=options["replace"], secret_key=options["secret_key"]
                )
        except (BackupError, ImportProblemError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Restored version {done.manifest.version}, backed up on {done.manifest.made}.")
        self.stdout.write(f"Index generation: {done.generation or 'none, there are no images'}")
        if done.former is not None:
            self.stdout.write(f"The former database is {done.former}; delete it when you need it no longer.")
