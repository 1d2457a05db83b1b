"""The one query string that every spelling of a query comes down to. Pure."""

from __future__ import annotations

from browse.query.fields import FIELDS
from browse.query.spelling import escape
from browse.query.values import Query


def canonical(query: Query) -> str:
    """The query string, without a leading ?, that every spelling of this query comes down to.

    Parsing it gives an equal query. So min_any=1 and sort=image_id, which are what their absence means, are
    not printed; confidence and states are wherever they were given, also with the default's value.
    """
    return "&".join(f"{field.name}={escape(field.write(value))}" for field in FIELDS for value in field.values(query))
