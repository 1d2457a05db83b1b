"""python manage.py fetch_index"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from browse.dataset.index_exchange import fetch_index
from browse.management.progress import TerminalProgress
from browse.openimages.errors import ImportProblemError


class Command(BaseCommand):
    help = "Fetch the index that the database names from INDEX_SOURCE. Changes nothing for other nodes."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with TerminalProgress(sys.stderr) as progress:
                generation = fetch_index(progress.report)
        except ImportProblemError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Index generation {generation} is here.")
