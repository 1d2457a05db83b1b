"""The bytes that one source has of a picture, by every rule: hosts, caps, the breaker, and slots for each host."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from browse.thumbnails.breaker import Breaker
from browse.thumbnails.config import Config
from browse.thumbnails.download import Downloader
from browse.thumbnails.errors import (
    AbsentError,
    BlockedError,
    GoneError,
    HostDownError,
    HostPausedError,
    MismatchError,
    PictureError,
    TooLargeError,
)
from browse.thumbnails.locks import Locks
from browse.thumbnails.network import TOTAL_TIMEOUT_S
from browse.thumbnails.sources import (
    Picture,
    RemotePlace,
    Source,
    check_original,
    is_original,
    read_local,
    remote_places,
)
from browse.thumbnails.stall_detector import StallDetector

MOST_LONGER_S = 300.0
"""So much longer an original may take for its size."""


class Fetcher:
    """Asks sources. Safe to use from many threads."""

    def __init__(self, config: Config, locks: Locks, downloader: Downloader) -> None:
        self._config = config
        self._folder = config.image_root if Source.LOCAL in config.sources else None
        self._rules = config.host_rules()
        self._locks = locks
        self._downloader = downloader
        self._pulse = StallDetector()
        self._breaker = Breaker(config.cache_folder / "paused")

    @property
    def is_stalled(self) -> bool:
        """Whether no host answers just now."""
        return self._pulse.is_stalled

    @property
    def silent_s(self) -> float:
        """How long no host has answered."""
        return self._pulse.silent_s

    def bytes_from(self, picture: Picture, source: Source) -> tuple[bytes, bool]:
        """The bytes, and whether they are the verified original. Raises PictureError of the kind that fits."""
        if source is Source.LOCAL:
            return self._from_folder(picture)
        places = remote_places(picture, source, self._rules)
        try:
            data = self._download_first(places)
        except GoneError as error:
            if source is Source.BUCKET:  # It holds a part of the data set only.
                raise AbsentError(str(error)) from error
            raise
        except TooLargeError as error:
            if source is Source.ORIGINAL and picture.original_size is not None:
                raise MismatchError(f"The original has more bytes than the data set says: {error}") from error
            raise
        return data, source is Source.ORIGINAL and check_original(picture, data)

    def _from_folder(self, picture: Picture) -> tuple[bytes, bool]:
        if self._folder is None:
            raise AbsentError("There is no picture folder.")
        data = read_local(picture, self._folder)
        return data, is_original(picture, data)

    def _download_first(self, places: Sequence[RemotePlace]) -> bytes:
        """From the first place that has it. Raises GoneError where all say that it is not there."""
        *first, last = places
        for place in first:
            with suppress(GoneError):
                return self._download(place)
        return self._download(last)

    def _download(self, place: RemotePlace) -> bytes:
        host = place.url.host
        self._breaker.check(host)
        with (
            self._locks.slot(f"host-{host}", self._config.fetches_per_host),
            self._locks.slot("all", self._config.fetches_in_all),
        ):
            try:
                with self._pulse.download():
                    timeout_s = self._timeout_s(place)
                    data = self._downloader.fetch(place.url, max_bytes=place.max_bytes, timeout_s=timeout_s)
            except HostDownError:
                self._breaker.failed(host)
                raise
            except HostPausedError as error:
                self._breaker.pause(host, error.retry_after_s)
                raise
            except BlockedError:
                raise
            except PictureError:
                self._breaker.succeeded(host)
                raise
        self._breaker.succeeded(host)
        return data

    def _timeout_s(self, place: RemotePlace) -> float:
        slowest = self._config.slowest_bytes_per_s
        if slowest is None or place.source is not Source.ORIGINAL:
            return TOTAL_TIMEOUT_S
        return TOTAL_TIMEOUT_S + min(place.max_bytes / slowest, MOST_LONGER_S)
