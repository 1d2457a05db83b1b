"""python manage.py build_index"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from browse.index_build import rebuild_index
from browse.management.progress import TerminalProgress
from browse.openimages.errors import ImportProblemError


class Command(BaseCommand):
    help = "Build the facet index anew from the database and make it current."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with TerminalProgress(sys.stderr) as progress:
                generation = rebuild_index(progress.report)
        except ImportProblemError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Index generation {generation} is current.")
