"""The body of a request for a training set: a recipe with the formats that it is to be written in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from browse.query.values import Query
from browse.requests.parameters import BadQueryError, ParameterError
from browse.requests.posted import LONGEST_LINE

_FIELDS = ("recipe", "formats", "title")


@dataclass(frozen=True)
class SetRequest:
    """What is asked for. recipe: a JSON value that nobody looked at yet."""

    recipe: Any
    formats: tuple[str, ...]
    title: str


def read_set_request(body: bytes) -> SetRequest:
    """The request of a body. Raises BadQueryError."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _fault("body", f"is not JSON: {error}") from error
    if not isinstance(values, dict) or "recipe" not in values:
        raise _fault("recipe", "is required")
    unknown = next((name for name in values if name not in _FIELDS), None)
    if unknown is not None:
        raise _fault(unknown[:LONGEST_LINE], f"is not known here; allowed are {', '.join(_FIELDS)}")
    formats, title = values.get("formats", []), values.get("title", "")
    if not isinstance(formats, list) or not all(isinstance(name, str) for name in formats):
        raise _fault("formats", "must be a list of names")
    if not isinstance(title, str) or len(title) > LONGEST_LINE or not title.isprintable():
        raise _fault("title", f"must be a text of one line, of at most {LONGEST_LINE} characters")
    return SetRequest(values["recipe"], tuple(formats), title.strip())


def _fault(field: str, message: str) -> BadQueryError:
    return BadQueryError([ParameterError(field, "", message)], Query())
