"""Paths and addresses of sources as they can be shown and kept: printable, and without what gives access."""

from __future__ import annotations

import re

from browse.openimages.reading.skipped_files import printable

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_IN_TEXT = re.compile(r"https?://[^\s'\"<>]+", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:]*)(:[0-9]*)?")


def shown(location: str) -> str:
    """A path, or an address without user, password, query and fragment; `?…` stands for a query.

    Any query goes, since signatures and tokens have a hundred names.
    """
    scheme = _ADDRESS.match(location)
    if scheme is None:
        return printable(location)
    rest = location[scheme.end() :]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        rest = rest[len(authority.rpartition("@")[0]) + 1 :]
    elif "@" in rest and not _HOST_AND_PORT.fullmatch(authority):  # a password that is not encoded as it must be
        rest = rest.rpartition("@")[2]
    address, mark, _ = rest.partition("#")[0].partition("?")
    return printable(scheme[0] + address) + ("?…" if mark else "")


def shown_in(text: str) -> str:
    """A message with each address in it as `shown` gives it."""
    return _IN_TEXT.sub(lambda found: shown(found[0]), text)
