"""What people say of themselves."""

from __future__ import annotations

from django.db import transaction

from browse.curation.actions import CurationError
from browse.models import PublicName


@transaction.atomic
def name_oneself(*, name: str, by: str) -> PublicName:
    """What public collections call their owner from now on; empty for the user name. Raises CurationError."""
    if any(not character.isprintable() for character in name):
        raise CurationError("a name has visible characters only")
    row = PublicName(name=name.strip(), by=by)
    row.save(force_insert=True)
    return row
