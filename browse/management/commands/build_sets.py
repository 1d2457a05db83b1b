"""python manage.py build_sets"""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand

from browse.sets.site_builds import build_waiting

NICE = 10


class Command(BaseCommand):
    help = (
        "Build the training sets that people asked the site for, one after the other, and go on with interrupted ones. "
        "The site starts this by itself unless SET_BUILDS=command."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        os.nice(NICE)
        self.stdout.write(f"{build_waiting():,} sets dealt with")
