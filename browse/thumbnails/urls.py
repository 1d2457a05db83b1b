"""Which URLs the server may fetch a picture from: checked when a row is imported and again at each fetch."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from browse.thumbnails.errors import BlockedError

BUCKET_HOST = "open-images-dataset.s3.amazonaws.com"
KNOWN_HOSTS = (r"^(c|farm)[0-9]{1,2}\.staticflickr\.com$", "live.staticflickr.com", BUCKET_HOST)
MAX_URL_LENGTH = 2048

# Nothing is repaired: what is not plainly a URL of this shape is refused. No userinfo, no port but 443.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?P<port>:443)?"
    r"(?P<target>/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*(?:\?[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*)?)",
    re.ASCII | re.IGNORECASE,
)
_NUMERIC_HOST = re.compile(r"[0-9.]+|0x[0-9a-f]*|.*\.(?:[0-9]+|0x[0-9a-f]*)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class PictureURL:
    """An allowed place of a picture; always https, always port 443."""

    host: str
    target: str

    def __str__(self) -> str:
        return f"https://{self.host}{self.target}"


class HostRules:
    """Hosts by exact name, or by a pattern that begins with ^ and ends with $."""

    def __init__(self, extra: Iterable[str] = ()) -> None:
        """Raises ValueError for a rule that is neither a host name nor an anchored pattern."""
        self._rules = [_host_rule(rule) for rule in (*KNOWN_HOSTS, *extra)]

    def allow(self, host: str) -> bool:
        """Whether pictures may be fetched from this host, given in lower case."""
        return not _NUMERIC_HOST.fullmatch(host) and any(rule.fullmatch(host) for rule in self._rules)


def parse_picture_url(url: str, rules: HostRules) -> PictureURL:
    """The place a picture may be fetched from. http is upgraded to https.

    Raises BlockedError for every other scheme, userinfo, port, IP literal, host or spelling.
    """
    shown = url[:120]
    if len(url) > MAX_URL_LENGTH:
        raise BlockedError(f"The picture's address is longer than {MAX_URL_LENGTH} characters: {shown!r}…")
    match = _URL.fullmatch(url)
    if match is None:
        raise BlockedError(f"Not a plain https address of a picture: {shown!r}")
    if match["port"] and match["scheme"].lower() != "https":
        raise BlockedError(f"A port on an http address: {shown!r}")
    host = match["host"].lower()
    if not rules.allow(host):
        raise BlockedError(f"Pictures are not fetched from this host: {host[:120]!r}")
    return PictureURL(host, match["target"])


def _host_rule(rule: str) -> re.Pattern[str]:
    if rule.startswith("^") and rule.endswith("$"):
        try:
            return re.compile(rule[1:-1])
        except re.error as error:
            raise ValueError(f"Not a pattern for picture hosts: {rule!r} ({error})") from None
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", rule):
        raise ValueError(f"Neither a host name in lower case nor a pattern from ^ to $: {rule!r}")
    return re.compile(re.escape(rule))
