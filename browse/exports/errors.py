"""Why a file cannot be made."""

from __future__ import annotations


class NotHereError(LookupError):
    """What a file is made of is not on this site; the message says what."""
