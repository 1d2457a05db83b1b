"""The body of a request with many rows, {"rows": [{…}, …]}: each fault is named by its place and field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from browse.domain.row_faults import Faults
from browse.query.values import Query
from browse.requests.parameters import BadQueryError, ParameterError
from browse.requests.posted import LONGEST_LINE, LONGEST_TEXT

MOST_ROWS = 1000
KEY_HEADER = "Idempotency-Key"
KEY_GRAMMAR = "1 to 64 visible ASCII characters"
KEY = re.compile(r"[!-~]{1,64}")
_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class RowField:
    """A field of a row: a text, or true or false. choices: in words of the document; all are checked when written."""

    help_text: str
    needed: bool = False
    longest: int = LONGEST_LINE
    is_boolean: bool = False
    choices: tuple[str, ...] = ()

    def fault(self, value: object) -> str:
        """What is wrong with a value that is given; empty where nothing is."""
        if self.is_boolean:
            return "" if isinstance(value, bool) else "must be true or false"
        if not isinstance(value, str):
            return "must be a text"
        if len(value) > self.longest:
            return f"is too long: at most {self.longest:,} characters are allowed"
        if "\0" in value or _HALVES.search(value):
            return "must be text, without NUL characters and halves of surrogate pairs"
        return "is empty" if self.needed and not value else ""


WHY = RowField("Why; shown in the history.", longest=LONGEST_TEXT)


def read_rows(body: bytes, fields: Mapping[str, RowField]) -> list[dict[str, Any]]:
    """The rows of a body, at most MOST_ROWS. Raises BadQueryError, and BadRowsError for rows that cannot be read."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _fault("body", f"is not JSON: {error}") from error
    rows = values.get("rows") if isinstance(values, dict) else None
    if not isinstance(rows, list) or set(values) != {"rows"}:
        raise _fault("body", 'must be a JSON object with one key, "rows", which is a list')
    if not 1 <= len(rows) <= MOST_ROWS:
        raise _fault("rows", f"must have 1 to {MOST_ROWS:,} rows, not {len(rows):,}")
    faults = Faults()
    for place, row in enumerate(rows):
        _check_row(place, row, fields, faults)
    faults.end()
    return rows


def read_key(value: str) -> str:
    """The key of a batch, from the header KEY_HEADER. Raises BadQueryError."""
    if not KEY.fullmatch(value):
        raise _fault(KEY_HEADER, f"is required: a key of your own for this batch, {KEY_GRAMMAR}")
    return value


def _check_row(place: int, row: object, fields: Mapping[str, RowField], faults: Faults) -> None:
    if not isinstance(row, dict):
        faults.add(place, "", "", "must be a JSON object")
        return
    for name in row:
        if name not in fields:
            faults.add(place, name, "", f"is not a field here; allowed are {', '.join(fields)}")
    for name, field in fields.items():
        if name not in row:
            if field.needed:
                faults.add(place, name, "", "is required")
        elif fault := field.fault(row[name]):
            faults.add(place, name, str(row[name]), fault)


def _fault(field: str, message: str) -> BadQueryError:
    return BadQueryError([ParameterError(field, "", message)], Query())
