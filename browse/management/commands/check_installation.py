"""python manage.py check_installation"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from browse.dataset.installation import faults


class Command(BaseCommand):
    help = "Say what is wrong with this installation, one line each. The exit status is 1 if anything is."
    requires_system_checks: list[str] = []  # noqa: RUF012 -- they are part of what is said

    def handle(self, *args: Any, **options: Any) -> None:
        found = faults()
        self.stdout.write("\n".join(found) or "Nothing is wrong with this installation.")
        if found:
            sys.exit(1)
