"""Which of the strangers' URLs may become links, and how they are spelt then."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

# What RFC 3986 lets stand after the host; everything else is percent-encoded. A "%" is taken to begin an escape.
_KEPT = ":/?#@!$&'()*+,;=%-._~"
# Nearly all there are: what is spelt so already stays as it is.
_PLAIN = re.compile(rf"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9.])?(?:/[A-Za-z0-9{re.escape(_KEPT)}]*)?")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9.])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ud800-\udfff]")


def web_link(url: str) -> str | None:
    """The URL as an address to link to, ASCII only; None unless it is plain http or https with a host.

    User names, unseen characters and backslashes, with which an address can pretend to be another, get no link.
    """
    text = url.strip()
    return text if _PLAIN.fullmatch(text) else spelt(text)


def spelt(text: str) -> str | None:
    """The link to this URL part by part, whatever it is."""
    if _UNSEEN.search(text) or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    host = _ascii_host(parts.hostname or "")
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or host is None:
        return None
    authority = host if parts.port is None else f"{host}:{parts.port}"
    rest = text.partition("://")[2].removeprefix(parts.netloc)
    return f"{parts.scheme}://{authority}{quote(rest, safe=_KEPT)}"


def _ascii_host(host: str) -> str | None:
    if ":" in host:
        host = f"[{host}]"
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return host if _HOST.fullmatch(host) else None
