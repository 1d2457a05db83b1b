"""What can go wrong with a picture; each message is for people."""

from __future__ import annotations


class PictureError(Exception):
    """A picture could not be had."""


class BlockedError(PictureError):
    """Its address, or what that address leads to, is not allowed."""


class GoneError(PictureError):
    """Its host says that it is no longer there."""


class AbsentError(PictureError):
    """This source does not hold it; that says nothing about the picture."""


class MismatchError(PictureError):
    """What is there now is not the file of the data set."""


class UndecodableError(PictureError):
    """What is there is no picture that we decode."""


class FetchError(PictureError):
    """It did not work this time."""


class TooLargeError(FetchError):
    """It has more bytes than it may."""


class HostDownError(FetchError):
    """The host did not answer, or answered that it is in trouble."""


class HostPausedError(PictureError):
    """The host is not asked for the time being.

    retry_after_s: how long at least; was_asked: whether the host said so just now, of this very picture.
    """

    def __init__(self, message: str, *, retry_after_s: float, was_asked: bool = False) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.was_asked = was_asked


class BusyError(PictureError):
    """Too much is under way here already."""
