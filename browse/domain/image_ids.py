"""ImageIDs: 16 lower-case hex digits in text, one signed 64-bit integer in the database.

The integer is the unsigned value minus 2**63, so that both sort in the same order.
"""

import re

IMAGE_ID = re.compile(r"[0-9a-f]{16}")
_OFFSET = 1 << 63


def key_from_image_id(image_id: str) -> int:
    """The database key of an ImageID. Raises ValueError for anything but 16 lower-case hex digits."""
    if not IMAGE_ID.fullmatch(image_id):
        raise ValueError(f"not an ImageID of 16 hex digits: {image_id[:40]!r}")
    return int(image_id, 16) - _OFFSET


def image_id_from_key(key: int) -> str:
    """The ImageID, 16 lower-case hex digits, of a database key."""
    return f"{key + _OFFSET:016x}"
