"""Fetching many pictures ahead of time, without hurry towards any one host."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from browse.domain.picture_status import PictureStatus
from browse.thumbnails.outcomes import NoThumbnail, Outcome
from browse.thumbnails.rendering import Output
from browse.thumbnails.service import ThumbnailService
from browse.thumbnails.sources import Picture

_RESTS = 2
_LONGEST_REST_S = 30.0
_WAIT_S = 120.0


@dataclass(frozen=True)
class Warmed:
    """What came of one picture; `status` is FRESH when all its renderings are in the cache."""

    image_id: str
    status: PictureStatus
    reason: str = ""


def warm(
    service: ThumbnailService,
    pictures: Iterable[Picture],
    outputs: Iterable[Output],
    *,
    jobs: int,
    needs_looks: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Warmed]:
    """Have every output of every picture in the cache, `jobs` pictures at a time, in the order given.

    What is in the cache already, and what is known not to be had, costs no fetch: an interrupted run goes on where
    it was. needs_looks: see `ThumbnailService.obtain`.
    """
    wanted = tuple(outputs)
    window: deque[Future[Warmed]] = deque()
    with ThreadPoolExecutor(jobs, thread_name_prefix="warm") as threads:
        try:
            for picture in pictures:
                window.append(threads.submit(_warm_one, service, picture, wanted, needs_looks, sleep))
                if len(window) >= 2 * jobs:
                    yield window.popleft().result()
            while window:
                yield window.popleft().result()
        finally:
            for waiting in window:
                waiting.cancel()


def _warm_one(
    service: ThumbnailService,
    picture: Picture,
    outputs: tuple[Output, ...],
    needs_look: bool,
    sleep: Callable[[float], None],
) -> Warmed:
    try:
        for output in outputs:
            obtain = partial(service.obtain, picture, output, wait_s=_WAIT_S, needs_look=needs_look)
            failure = _obtain(obtain, sleep)
            if failure is not None:
                return Warmed(picture.image_id, failure.status, failure.reason)
        return Warmed(picture.image_id, PictureStatus.FRESH)
    finally:
        service.release()


def _obtain(obtain: Callable[[], Outcome], sleep: Callable[[float], None]) -> NoThumbnail | None:
    """None when it is in the cache; a paused host is given the rest it asks for, within reason."""
    outcome = obtain()
    for _ in range(_RESTS):
        if not isinstance(outcome, NoThumbnail):
            break
        if outcome.status is not PictureStatus.PENDING or outcome.retry_after_s is None:
            break
        sleep(min(outcome.retry_after_s, _LONGEST_REST_S))
        outcome = obtain()
    return outcome if isinstance(outcome, NoThumbnail) else None
