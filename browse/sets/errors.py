"""What can go wrong with a set: the message says what, and what to do."""

from __future__ import annotations


class SetError(RuntimeError):
    """A set that cannot be built."""


class AlreadyBuiltError(SetError):
    """The folder has this very set, whole: of the same recipe, formats and data."""


class DataChangedError(SetError):
    """The data set is another one than when the build began; nothing of the build is kept as a set."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the data set changed during the build: {what}; run it again")


class CanceledError(SetError):
    """Somebody canceled the build."""

    def __init__(self) -> None:
        super().__init__("the build was canceled")


class TooManyBuildsError(SetError):
    """An account has as many builds under way as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} of your sets are still being built; wait until one is done, or cancel one")


class NoPicturesError(SetError):
    """An account asked for pictures that may have sets without any."""

    def __init__(self) -> None:
        super().__init__("only reviewers can have sets with pictures built here; everybody can with build_set")


class TakenDownError(SetError):
    """Images of a finished set were taken down since."""

    def __init__(self, number: int) -> None:
        images = "1 image of this set was" if number == 1 else f"{number:,} images of this set were"
        super().__init__(f"{images} taken down since it was built; build it again")
