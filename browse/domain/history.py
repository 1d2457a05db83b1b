"""What people did, as plain values: a row of the history of an image or a label, whatever table it is in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

PUBLIC = "the public"
"""Who did what nobody signed."""
WITHHELD = "hidden until you have answered"
"""What stands in place of others' words on a picture for who is to judge it blind."""


class Kind(StrEnum):
    """What a row of history is about."""

    VERDICT = "verdict"
    OPINION = "opinion"
    FLAG = "flag"
    DECISION = "decision"
    LICENSE_CHECK = "license-check"
    HIDING = "hiding"
    LABEL_NOTE = "label-note"


class CheckResult(StrEnum):
    """What somebody found who looked which license an image has at its source."""

    AS_LISTED = "as-listed"
    OTHER = "other"
    GONE = "gone"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class HistoryEntry:
    """A row of history.

    by      user name; empty for the public.
    said    the value chosen: of a verdict or an opinion, a flag's reason, a decision's outcome, a check's result; of a
            hiding "hidden" or "shown".
    reading how the choice is called in lists, where that is more than its value.
    seen    of a license check, the license found: its URL or name.
    subject the number of the flag that a flag or a decision is about.
    is_withheld  whether said, reading and why are kept from this reader, and so empty.
    """

    kind: Kind
    pk: int
    at: dt.datetime
    by: str
    why: str
    said: str = ""
    reading: str = ""
    mid: str = ""
    image_id: str = ""
    seen: str = ""
    subject: int = 0
    is_withheld: bool = False
