"""The key of an author, read from the profile's URL."""

from __future__ import annotations

import hashlib
import re

_FLICKR_PROFILE = re.compile(
    r"(?:https?://)?(?:[a-z0-9-]+\.)*flickr\.com/people/(?:[^?#]*/)?(?P<account>[^/?#]+)/*(?:[?#].*)?", re.IGNORECASE
)


def flickr_account(profile_url: str) -> str | None:
    """The last path segment of a flickr.com/people profile as it stands: a name or an NSID such as 12345678@N00."""
    match = _FLICKR_PROFILE.fullmatch(profile_url.strip())
    return match["account"] if match else None


def author_key(profile_url: str) -> str | None:
    """The Flickr account, else `x-` and 12 hex digits of the URL's SHA-256; None where there is no URL."""
    if not profile_url.strip():
        return None
    account = flickr_account(profile_url)
    if account is not None:
        return account
    return "x-" + hashlib.sha256(profile_url.encode("utf-8", "surrogatepass")).hexdigest()[:12]
