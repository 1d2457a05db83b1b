"""Where something may be sent to: an https address with a host's name. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_URL = re.compile(
    r"https://(?P<host>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z][a-z0-9-]*)"
    r"(?::443)?(?P<target>(?:/[!-\"$-~]*)?)",
    re.ASCII,
)
LONGEST = 2048


@dataclass(frozen=True)
class Place:
    """Where to send to: always https, always port 443."""

    host: str
    target: str


def place_of(url: str) -> Place:
    """The place that an address names. Raises ValueError for anything but a plain https address with a host's name."""
    found = _URL.fullmatch(url) if len(url) <= LONGEST else None
    if found is None:
        raise ValueError("must be an https address with a host's name and no port, such as https://example.org/hook")
    return Place(found["host"], found["target"] or "/")
