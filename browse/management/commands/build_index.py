"""python manage.py build_index"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from browse.dataset.index_exchange import rebuild_index
from browse.management.progress import TerminalProgress
from browse.openimages.errors import ImportProblemError


class Command(BaseCommand):
    help = "Rebuild the facet index from the database and make it current."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with TerminalProgress(sys.stderr) as progress:
                built = rebuild_index(progress.report)
        except ImportProblemError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Index generation {built.generation} is current. Data set digest: {built.digest}")
