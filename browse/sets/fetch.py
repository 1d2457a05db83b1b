"""Fetches the pictures of a set through the thumbnail service: many at a time, a host's pauses kept.

A picture that lands is fetched once. One that did not come, but may another time, is asked for again when all others
are dealt with: a download that stalls ends by its deadline, and holds up nobody. A build ends even if no host answers.
"""

from __future__ import annotations

import io
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage

from browse.domain.disk_space import disk_full
from browse.domain.image_ids import key_from_image_id
from browse.domain.picture_status import PictureStatus
from browse.models import Image, PictureState
from browse.sets.errors import SetError
from browse.sets.packed import HOLDING
from browse.sets.pictures import Missing, PictureFolder
from browse.sets.reading import KEYS_AT_ONCE, sizes_of
from browse.sets.recipe import PictureKind, Pictures
from browse.thumbnails.config import Config
from browse.thumbnails.current import config_from_settings, service_for_bulk
from browse.thumbnails.errors import BusyError, HostPausedError
from browse.thumbnails.outcomes import NoThumbnail, SourceFile, Thumbnail
from browse.thumbnails.rendering import Output
from browse.thumbnails.service import ThumbnailService
from browse.thumbnails.sources import Picture, Source
from browse.thumbnails.states import picture_of_row

Report = Callable[[str, int, int], None]
DOING = "fetch pictures"
JOBS = 8
"""Pictures at a time; the service's slots for each host hold besides."""
MOST_REFUSALS = 3
"""So often a host may ask for a pause when it is asked for one picture."""
LONGEST_REST_S = 30.0
MOST_RESTED_S = 900.0
"""So long one picture waits in all for a host that is not asked just now. Once no host has answered for so long, none
waits."""
MOST_TRIES = 2
"""So often a picture is asked for that does not come."""
MOST_RESTS = 10
"""So often one waits for a rendered picture, which may be any host's."""
_RENDERED_WAIT_S = 120.0
_RENDERED_BYTES_PER_PIXEL = 0.3
_REPORT_EVERY_S = 0.5
_ANSWER_S, _BYTES_PER_S = 0.5, 1 << 20
"""What a host is taken to need until it answers, and to send in a second, where hours are told beforehand."""
_SHOWN_BYTES = 100 << 10
"""What the pictures have, about, of which rendered ones are made."""


def fetch_pictures(
    keys: npt.NDArray[np.int64], folder: PictureFolder, wanted: Pictures, report: Report, *, again: bool
) -> None:
    """Have the picture of each image in the folder, or why it is not. keys: of the images in the database.

    again: whether those are asked for that were not to be had. Raises SetError where this site has no pictures.
    """
    if again:
        failed = folder.forget_missing()
        if wanted.kind is PictureKind.RENDERED:
            PictureState.objects.filter(pk__in=_keys_of(failed)).recheck()
    service = service_for_bulk(JOBS)
    try:
        _check_sources(service.config, wanted)
        done = _Progress(report, len(keys), len(folder.landed) + len(folder.missing))
        with _Asker(service, wanted, folder, again=again) as asker:
            for is_done in asker.each(_pictures_of(_left(keys, folder))):
                done.one_more(is_done)
            for is_done in asker.each_once_more():
                done.one_more(is_done)
        done.tell()
    finally:
        service.close()


def check_disk(keys: npt.NDArray[np.int64], wanted: Pictures, formats: Iterable[str], place: Path, there: int) -> None:
    """Raises SetError where the pictures would not fit on the disk. there: bytes of those that are in their place."""
    copies = 1 + len({*formats} & {*HOLDING})
    needed = copies * _bytes_wanted(keys, wanted) - there
    if needed > shutil.disk_usage(place).free:
        raise SetError(f"{disk_full(place, needed, about=True)}; lower caps.bytes, or choose another folder")


def _bytes_wanted(keys: npt.NDArray[np.int64], wanted: Pictures) -> int:
    """Of originals, those of unknown size are taken to be as large as the others."""
    if wanted.side is not None:
        return int(len(keys) * wanted.side**2 * 0.75 * _RENDERED_BYTES_PER_PIXEL)
    sizes = sizes_of(keys)
    known = sizes[sizes > 0]
    return int(known.mean() * len(keys)) if len(known) else 0


def hours_of(images: int, size: int, unknown: int, wanted: Pictures) -> float:
    """About how long it takes to fetch pictures: of rendered ones what they are made of, of all others the originals.

    size: bytes of the originals whose size is known; unknown: of how many it is not, which are taken to be as large.
    """
    known = images - unknown
    total = images * _SHOWN_BYTES if wanted.side is not None else size / known * images if known else 0.0
    at_once = min(JOBS, config_from_settings().fetches_in_all)
    return (images * _ANSWER_S + total / _BYTES_PER_S) / at_once / 3600


def _check_sources(config: Config, wanted: Pictures) -> None:
    is_original = wanted.kind is PictureKind.ORIGINAL
    fetched = Source.ORIGINAL in config.sources if is_original else config.is_remote
    if not fetched and config.image_root is None:
        raise SetError(
            "pictures: this site fetches none of these and has no picture folder; "
            "see THUMBNAILS, THUMBNAIL_SOURCES and OPENIMAGES_IMAGE_ROOT"
        )


def _keys_of(image_ids: Iterable[str]) -> list[int]:
    return [key_from_image_id(image_id) for image_id in image_ids]


def _left(keys: npt.NDArray[np.int64], folder: PictureFolder) -> list[int]:
    """The pictures of which nothing came yet, in the order of the keys."""
    known = np.array(_keys_of([*folder.landed, *folder.missing]), np.int64)
    left: list[int] = keys[~np.isin(keys, known)].tolist()
    return left


def _pictures_of(keys: list[int]) -> Iterator[Picture]:
    """What the data set says of these pictures, in this order."""
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        images = Image.objects.in_bulk(some)
        yield from (picture_of_row(images[key]) for key in some if key in images)


class _Progress:
    """Tells how many pictures are dealt with, not more often than anybody looks."""

    def __init__(self, report: Report, total: int, done: int) -> None:
        self._report, self._total, self._done = report, total, done
        self._told = 0.0
        self.tell()

    def one_more(self, is_done: bool) -> None:
        """One more picture was asked for; whether it is dealt with."""
        self._done += is_done
        if time.monotonic() - self._told >= _REPORT_EVERY_S:
            self.tell()

    def tell(self) -> None:
        """Tell it now."""
        self._told = time.monotonic()
        self._report(DOING, self._done, self._total)


class _Asker:
    """Threads that ask for pictures and put them into the folder themselves, so that none that came is lost."""

    def __init__(self, service: ThumbnailService, wanted: Pictures, folder: PictureFolder, *, again: bool) -> None:
        self._service, self._wanted, self._folder, self._again = service, wanted, folder, again
        self._stopped = threading.Event()
        self._threads = ThreadPoolExecutor(JOBS, thread_name_prefix="pictures")
        self._later: list[int] = []
        self._is_last = False

    def __enter__(self) -> _Asker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._threads.shutdown(cancel_futures=True)

    def each(self, pictures: Iterable[Picture]) -> Iterator[bool]:
        """Ask for each, a few ahead of those that are dealt with: whether it is. Raises OSError where one cannot be
        written.
        """
        window: deque[Future[bool]] = deque()
        for picture in pictures:
            window.append(self._threads.submit(self._deal_with, picture))
            if len(window) >= 2 * JOBS:
                yield window.popleft().result()
        while window:
            yield window.popleft().result()

    def each_once_more(self) -> Iterator[bool]:
        """The same for those that did not come, and may now."""
        self._is_last = True
        keys = sorted(self._later)
        if self._wanted.kind is PictureKind.RENDERED:
            PictureState.objects.filter(pk__in=keys).recheck()
        return self.each(_pictures_of(keys))

    def _deal_with(self, picture: Picture) -> bool:
        """Whether the picture is there, or known not to be had; otherwise it is to be asked for once more."""
        try:
            found = self._original(picture) if self._wanted.side is None else self._rendered(picture)
            if found is None:
                return False
            if isinstance(found, NoThumbnail):
                if self._may_come(found):
                    self._later.append(key_from_image_id(picture.image_id))
                    return False
                found = _missing(found)
            if isinstance(found, Missing):
                self._folder.miss(picture.image_id, found)
            else:
                self._folder.keep(picture.image_id, found.data, width=found.width, height=found.height)
            return True
        finally:
            self._service.release()

    def _may_come(self, found: NoThumbnail) -> bool:
        """Failures are remembered, so that it is the same whatever is killed meanwhile."""
        return not self._is_last and found.status is PictureStatus.ERROR and 0 < found.failures < MOST_TRIES

    def _original(self, picture: Picture) -> SourceFile | NoThumbnail | Missing | None:
        """The verified original; None where the build was stopped."""
        if not picture.original_md5:
            return Missing(PictureStatus.ERROR, "The data set has no MD5 to verify it by.")
        refusals, rested_s = 0, 0.0
        while not self._stopped.is_set():
            try:
                found = self._service.source_of(picture, Source.ORIGINAL, again=self._again or self._is_last)
            except HostPausedError as error:
                refusals += error.was_asked
                if refusals >= MOST_REFUSALS or rested_s >= self._longest_s():
                    return Missing(PictureStatus.ERROR, str(error))
                rested_s += self._rest(error.retry_after_s)
            except BusyError as error:
                if rested_s >= MOST_RESTED_S:
                    return Missing(PictureStatus.ERROR, str(error))
                rested_s += self._rest(1.0)
            else:
                return found if isinstance(found, NoThumbnail) else _verified(found)
        return None

    def _rendered(self, picture: Picture) -> SourceFile | NoThumbnail | None:
        """The rendering; None where the build was stopped."""
        assert self._wanted.side is not None
        rests = 0
        while not self._stopped.is_set():
            found = self._service.obtain(picture, Output(self._wanted.side, "jpeg"), wait_s=_RENDERED_WAIT_S)
            if isinstance(found, Thumbnail):
                width, height = PillowImage.open(io.BytesIO(found.data)).size
                return SourceFile(found.data, False, width, height)
            is_passing = found.status is PictureStatus.PENDING and found.retry_after_s is not None
            if not is_passing or rests >= MOST_RESTS or not self._longest_s():
                return found
            self._rest(found.retry_after_s or 0.0)
            rests += 1
        return None

    def _longest_s(self) -> float:
        """So long a picture may wait for its host in all: not at all once none has answered for long."""
        return MOST_RESTED_S if self._service.silent_s < MOST_RESTED_S else 0.0

    def _rest(self, seconds: float) -> float:
        """Wait so long, within reason, unless the build is stopped; how long that was meant to be."""
        wait_s = min(max(seconds, 0.05), LONGEST_REST_S)
        self._stopped.wait(wait_s)
        return wait_s


def _verified(found: SourceFile) -> SourceFile | Missing:
    return found if found.verified else Missing(PictureStatus.ERROR, "The data set's MD5 cannot be read.")


def _missing(found: NoThumbnail) -> Missing:
    """A picture that is only not here, as where no host is asked, is an error too."""
    status = PictureStatus.ERROR if found.status is PictureStatus.PENDING else found.status
    return Missing(status, found.reason)
