"""python manage.py check: Django's own, and the whole SQLite file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import check

from browse.dataset.database_check import check_sqlite

CHECK_S = 60.0


class Command(check.Command):
    def handle(self, *app_labels: Any, **options: Any) -> None:
        if not (app_labels or options["tags"] or options["list_tags"]):
            self._check_sqlite()
        super().handle(*app_labels, **options)

    def _check_sqlite(self) -> None:
        """What every command checks briefly, and the rest. Raises CommandError for a damaged file."""
        checked = check_sqlite(within_s=CHECK_S)
        if checked.faults:
            raise CommandError("\n".join(checked.faults))
        if checked.unchecked:
            tables = ", ".join(checked.unchecked)
            self.stderr.write(f"Not checked within {CHECK_S:.0f} s, the tables are too large: {tables}.")
