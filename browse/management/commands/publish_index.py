"""python manage.py publish_index"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from browse.dataset.index_exchange import publish_index
from browse.management.progress import TerminalProgress
from browse.openimages.errors import ImportProblemError


class Command(BaseCommand):
    help = "Put the index in use where INDEX_SOURCE says, for other nodes to fetch."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with TerminalProgress(sys.stderr) as progress:
                generation = publish_index(progress.report)
        except ImportProblemError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Index generation {generation} is published.")
