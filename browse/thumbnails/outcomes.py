"""What asking for a picture comes to, and when it is worth asking again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from browse.domain.picture_status import PictureStatus
from browse.thumbnails import errors
from browse.thumbnails.sources import Source

RENDERING_VERSION = 2

_MINUTE_S = 60.0
_DAY_S = 86_400.0
_RETRY_S = {
    PictureStatus.PENDING: _MINUTE_S,
    PictureStatus.DEAD: 30 * _DAY_S,
    PictureStatus.MISMATCH: 30 * _DAY_S,
    PictureStatus.BLOCKED: 7 * _DAY_S,
}


@dataclass(frozen=True)
class PictureRecord:
    """What is remembered about one picture.

    `version` names its source bytes and how they are turned: renderings of it may be in the cache, also of a picture
    whose host does not answer now. `verified` says that these bytes are the original's by MD5; `retry_at`, in seconds
    since 1970, is when it is worth asking again (None: no need). `look` is `rendering.look_of` what was decoded last.
    """

    status: PictureStatus
    reason: str = ""
    source: Source | None = None
    verified: bool = False
    version: str = ""
    width: int | None = None
    height: int | None = None
    failures: int = 0
    retry_at: float | None = None
    look: int | None = None

    def is_settled(self, now: float) -> bool:
        """Whether it says that there is no picture, and it is too early to ask again."""
        return self.status is not PictureStatus.FRESH and self.retry_at is not None and now < self.retry_at

    def after(self, before: PictureRecord) -> PictureRecord:
        """This failure, with what was learned before it. A picture that is gone from its source, or was changed there,
        is shown no longer: whoever took it away there need not ask here."""
        learned = replace(self, width=before.width, height=before.height, look=before.look)
        if self.status in (PictureStatus.DEAD, PictureStatus.MISMATCH):
            return learned
        return replace(learned, source=before.source, verified=before.verified, version=before.version)


class PictureStore(Protocol):
    """Where what is known about pictures is kept; and, for those who want one source alone, how that one failed."""

    def recall(self, image_id: str) -> PictureRecord | None: ...

    def record(self, image_id: str, known: PictureRecord) -> None: ...

    def recall_failure(self, image_id: str, source: Source) -> PictureRecord | None: ...

    def record_failure(self, image_id: str, source: Source, known: PictureRecord | None) -> None: ...

    def is_withdrawn(self, image_id: str) -> bool: ...

    def release(self) -> None: ...


NOT_HERE = "Picture not available here"
"""Where there is none in the picture folder and no host is asked."""


@dataclass(frozen=True)
class Thumbnail:
    """A rendered picture."""

    data: bytes
    version: str


@dataclass(frozen=True)
class SourceFile:
    """The very bytes that a source has of a picture.

    verified: whether they are the original by its MD5. width, height, in pixels the right way up, and look are None
    where the bytes cannot be decoded.
    """

    data: bytes
    verified: bool
    width: int | None = None
    height: int | None = None
    look: int | None = None


@dataclass(frozen=True)
class NoThumbnail:
    """No picture, for now or for long; `retry_after_s` is None where only a change of settings helps.

    failures: how often in a row that has failed which may work another time; 0 where it is of another kind.
    """

    status: PictureStatus
    reason: str
    retry_after_s: float | None
    failures: int = 0

    @property
    def words(self) -> str:
        """A few words for people; shown where the picture would be."""
        is_never_fetched = self.status is PictureStatus.PENDING and self.retry_after_s is None
        return NOT_HERE if is_never_fetched else self.status.words


Outcome = Thumbnail | NoThumbnail


def version_of(data: bytes, rotation: int | None) -> str:
    """Sixteen hex digits that change with the source bytes, with how they are turned, and with our rendering."""
    how = f"{RENDERING_VERSION} {rotation} ".encode()
    return hashlib.sha256(how + data).hexdigest()[:16]


def known_from_failures(
    failures: Sequence[errors.PictureError], *, before: PictureRecord | None, now: float
) -> PictureRecord:
    """What to remember after every source has failed in one of these ways (none: none of them has it)."""
    if not failures:
        return _unavailable(PictureStatus.DEAD, "No source has the picture.", _RETRY_S[PictureStatus.DEAD], now)
    worst = min(failures, key=_rank)
    status = _status(worst)
    if status is PictureStatus.PENDING and any(isinstance(failure, _HARD) for failure in failures):
        status = PictureStatus.ERROR
    if status is not PictureStatus.ERROR:
        return _unavailable(status, str(worst), _RETRY_S[status], now)
    count = min((before.failures if before else 0) + 1, 32)
    wait = _DAY_S if isinstance(worst, errors.UndecodableError) else min(_MINUTE_S * 2 ** (count - 1), _DAY_S)
    return _unavailable(status, str(worst), wait, now, failures=count)


def _unavailable(status: PictureStatus, reason: str, wait_s: float, now: float, *, failures: int = 0) -> PictureRecord:
    return PictureRecord(status, reason, failures=failures, retry_at=now + wait_s)


# The one that leaves most hope comes first: a picture is dead only when no other source may still have it.
_RANKS: tuple[tuple[type[errors.PictureError], PictureStatus], ...] = (
    (errors.HostPausedError, PictureStatus.PENDING),
    (errors.FetchError, PictureStatus.ERROR),
    (errors.MismatchError, PictureStatus.MISMATCH),
    (errors.UndecodableError, PictureStatus.ERROR),
    (errors.GoneError, PictureStatus.DEAD),
    (errors.BlockedError, PictureStatus.BLOCKED),
)
# After one of these the answer is remembered for a while, so that its host is not asked again at every view.
_HARD = (errors.GoneError, errors.MismatchError, errors.UndecodableError)


def _rank(error: errors.PictureError) -> int:
    return next(rank for rank, (kind, _) in enumerate(_RANKS) if isinstance(error, kind))


def _status(error: errors.PictureError) -> PictureStatus:
    return _RANKS[_rank(error)][1]
