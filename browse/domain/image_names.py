"""What people call an image by: its ImageID, its photo at Flickr, its file's MD5. Pure."""

from __future__ import annotations

import re
from base64 import b64decode

ID_DIGITS = 16
_WHOLE = re.compile(r"(?:(?:train|validation|test)/)?(?P<id>[0-9a-f]{16})(?:\.jpg)?", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"https?://[^/?#]+/(?:[^?#]*/)?(?P<id>[0-9a-f]{16})(?:\.jpg)?(?:[/?#].*)?", re.IGNORECASE)
_BEGINNING = re.compile(r"(?P<id>[0-9a-f]{4,15})", re.IGNORECASE)
_DIGITS = re.compile(r"(?P<id>[0-9]{1,19})")
_PAGE = re.compile(
    r"(?:https?://)?(?:[a-z0-9-]+\.)*flickr\.com/photos/[^/?#]+/(?P<id>[0-9]{1,19})(?:[/?#].*)?", re.IGNORECASE
)
_PICTURE = re.compile(
    r"(?:https?://)?(?:[a-z0-9-]+\.)*static\.?flickr\.com/(?:[^/?#]+/)*(?P<id>[0-9]{1,19})_[^/]*", re.IGNORECASE
)
_SHORT = re.compile(r"(?:https?://)?flic\.kr/p/(?P<code>[1-9A-HJ-NP-Za-km-z]{1,11})/?")
_BASE58 = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
"""Flickr's own order, small letters first."""
_HEX = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{21}[AQgw]==")


def image_id_beginning(text: str) -> str | None:
    """An ImageID, or its first 4 to 15 hex digits, in lower case; a whole one may stand as `subset/ID` or `ID.jpg`."""
    match = _WHOLE.fullmatch(text) or _BEGINNING.fullmatch(text)
    return match["id"].lower() if match else None


def image_id_named(text: str) -> str | None:
    """A whole ImageID, in lower case: by itself, as `subset/ID` or `ID.jpg`, or in an address of any site."""
    match = _WHOLE.fullmatch(text) or _IN_ADDRESS.fullmatch(text)
    return match["id"].lower() if match else None


def flickr_photo(text: str) -> int | None:
    """The ID of a photo at Flickr, given as such or by the address of its page or of one of its pictures."""
    match = _DIGITS.fullmatch(text) or _PAGE.fullmatch(text) or _PICTURE.fullmatch(text)
    if match:
        return int(match["id"])
    short = _SHORT.fullmatch(text)
    if short is None:
        return None
    number = 0
    for digit in short["code"]:
        number = number * 58 + _BASE58.index(digit)
    return number


def md5_digest(text: str) -> bytes | None:
    """The 16 bytes of an MD5, written in base64 or hex."""
    if _HEX.fullmatch(text):
        return bytes.fromhex(text)
    return b64decode(text) if _BASE64.fullmatch(text) else None


def names_whole_image(text: str) -> bool:
    """Whether this is more than the beginning of an ImageID."""
    beginning = image_id_beginning(text)
    return beginning is None or len(beginning) == ID_DIGITS or flickr_photo(text) is not None
