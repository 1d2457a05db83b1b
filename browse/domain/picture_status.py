"""What is known about whether a picture can be had, in one word."""

from enum import StrEnum


class PictureStatus(StrEnum):
    """Every state, with what tiles and pages say in words."""

    FRESH = "fresh"
    PENDING = "pending"
    DEAD = "dead"
    MISMATCH = "mismatch"
    BLOCKED = "blocked"
    ERROR = "error"

    @property
    def words(self) -> str:
        """A few words for people; shown where the picture would be."""
        return _WORDS[self]


_WORDS = {
    PictureStatus.FRESH: "Picture available",
    PictureStatus.PENDING: "Picture not loaded yet",
    PictureStatus.DEAD: "No longer at its source",
    PictureStatus.MISMATCH: "Changed at its source",
    PictureStatus.BLOCKED: "Address not allowed",
    PictureStatus.ERROR: "Could not be fetched",
}
