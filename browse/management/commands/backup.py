"""python manage.py backup DIR"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from browse.dataset.backups.backup import make_backup
from browse.dataset.backups.manifest import BackupError
from browse.domain.plural import counted


class Command(BaseCommand):
    help = (
        "Back up the database and the files of training sets into a new folder, while the site goes on. The index, the "
        "assets, and the cached pictures are left out: they can be made again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that does not exist yet")
        parser.add_argument(
            "--with-index", action="store_true", help="include the index, which is built anew otherwise"
        )
        parser.add_argument(
            "--secret-key", type=Path, metavar="FILE", help="write the secret key to this new file, apart from DIR"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = make_backup(options["folder"], with_index=options["with_index"], secret_key=options["secret_key"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Backed up version {made.version or 'none'} to {options['folder']}: "
            f"{counted(len(made.files), 'file')}, {counted(made.total_bytes, 'byte')}."
        )
