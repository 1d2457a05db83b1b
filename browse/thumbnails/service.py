"""One picture, from wherever it may be had, at most once at a time however many ask."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace
from pathlib import Path

from browse.picture_states import PictureStatus
from browse.thumbnails.breaker import Breaker
from browse.thumbnails.cache import DiskCache
from browse.thumbnails.config import Config
from browse.thumbnails.decoder import Decoder
from browse.thumbnails.download import Downloader
from browse.thumbnails.errors import (
    AbsentError,
    BlockedError,
    BusyError,
    GoneError,
    HostDownError,
    HostPausedError,
    MismatchError,
    PictureError,
    TooLargeError,
    UndecodableError,
)
from browse.thumbnails.locks import Locks
from browse.thumbnails.outcomes import Known, Ledger, NoThumbnail, Outcome, Thumbnail, known_from_failures, version_of
from browse.thumbnails.pulse import Pulse
from browse.thumbnails.rendering import Output, Rendered
from browse.thumbnails.sources import (
    Picture,
    RemotePlace,
    Source,
    check_original,
    is_original,
    read_local,
    remote_place,
)

_PENDING_S = 5.0
_STEP_S = 0.05


@dataclass(frozen=True)
class _Found:
    source: Source
    data: bytes
    verified: bool
    rendered: Rendered


class ThumbnailService:
    """Everything between a request for a thumbnail and its bytes. One for each process."""

    def __init__(self, config: Config, ledger: Ledger, *, downloader: Downloader | None = None) -> None:
        self.config = config
        self.cache = DiskCache(config.cache_folder, max_bytes=config.max_cache_bytes)
        self._ledger = ledger
        self._rules = config.host_rules()
        self._downloader = downloader or Downloader(fake_host=config.fake_host)
        self._decoder = Decoder(processes=config.decoders, patience_s=config.patience_s)
        self._locks = Locks(config.cache_folder / "locks", patience_s=config.patience_s)
        self._pulse = Pulse()
        self._breaker = Breaker(config.cache_folder / "paused")
        self._pool = ThreadPoolExecutor(config.threads, thread_name_prefix="thumbnail")
        self._jobs: dict[tuple[Picture, Output], Future[Outcome]] = {}
        self._jobs_lock = threading.Lock()
        self._long_waits = threading.BoundedSemaphore(config.long_waits)

    def obtain(self, picture: Picture, output: Output, *, wait_s: float | None = None) -> Outcome:
        """The thumbnail, fetched if need be. After `wait_s` (by default the configured time) the work goes on
        without the caller, who is told that the picture is pending."""
        outcome = self._at_hand(picture, output, self._ledger.recall(picture.image_id))
        if outcome is not None:
            return outcome
        job = self._job(picture, output)
        if job is None:
            return _pending("Many pictures are being fetched.")
        try:
            if wait_s is not None:
                return job.result(wait_s)
            return self._result(job)
        except FutureTimeoutError:
            return _pending("The picture is being fetched.")

    def cached(self, image_id: str, version: str, output: Output) -> bytes | None:
        """The rendering of this version of a picture, if it is in the cache."""
        return self.cache.read(self._rendering_path(image_id, version, output))

    def internal_path(self, image_id: str, version: str, output: Output) -> str | None:
        """The path of that file below the cache's folder, for a web server that sends it itself; None where missing."""
        path = self._rendering_path(image_id, version, output)
        return path.relative_to(self.cache.folder).as_posix() if path.is_file() else None

    def release(self) -> None:
        """The calling thread asks no more; what it holds of the ledger is given back."""
        self._ledger.release()

    def forget(self, image_id: str) -> None:
        """Remove the picture's files from the cache, so that no address leads to it any longer."""
        self.cache.forget(image_id)

    def close(self) -> None:
        """Finish what is under way and end the decoding processes."""
        self._pool.shutdown()
        self._decoder.close()

    def _result(self, job: Future[Outcome]) -> Outcome:
        """In short steps, so that nobody goes on waiting once nothing moves; a few wait to the end all the same."""
        began = time.monotonic()
        while True:
            try:
                return job.result(_STEP_S)
            except FutureTimeoutError:
                waited_s = time.monotonic() - began
                if waited_s >= self.config.short_wait_s or self._pulse.is_stalled:
                    break
        if not self._long_waits.acquire(blocking=False):
            raise FutureTimeoutError
        try:
            return job.result(max(0.0, self.config.wait_s - waited_s))
        finally:
            self._long_waits.release()

    def _job(self, picture: Picture, output: Output) -> Future[Outcome] | None:
        with self._jobs_lock:
            job = self._jobs.get((picture, output))
            if job is not None:
                return job
            if len(self._jobs) >= self.config.max_jobs:
                return None
            job = self._jobs[picture, output] = self._pool.submit(self._run, picture, output)
        job.add_done_callback(lambda _: self._jobs.pop((picture, output), None))
        return job

    def _run(self, picture: Picture, output: Output) -> Outcome:
        try:
            with self._locks.exclusive(picture.image_id):
                known = self._ledger.recall(picture.image_id)
                outcome = self._from_known(picture, output, known) or self._fetch(picture, output, known)
                if self._ledger.is_withdrawn(picture.image_id):  # taken down meanwhile, and its files removed before
                    self.forget(picture.image_id)
        except BusyError as error:
            return _pending(str(error))
        finally:
            self._ledger.release()
        self.cache.trim_if_due()
        return outcome

    def _rendering_path(self, image_id: str, version: str, output: Output) -> Path:
        return self.cache.rendering_path(image_id, version, output.side, output.format)

    def _at_hand(self, picture: Picture, output: Output, known: Known | None) -> Outcome | None:
        """What needs neither network nor decoder: no picture to be had, or a rendering in the cache."""
        if known is None:
            return None
        if known.is_settled(time.time()):
            return _no_thumbnail(known)
        data = self.cached(picture.image_id, known.version, output) if known.version else None
        return None if data is None else Thumbnail(data, known.version)

    def _from_known(self, picture: Picture, output: Output, known: Known | None) -> Outcome | None:
        """What needs no fetch: what is at hand, or another size of a source that is in the cache."""
        outcome = self._at_hand(picture, output, known)
        if outcome is not None or known is None or known.source is None or not known.version:
            return outcome
        source = self.cache.read(self.cache.source_path(picture.image_id, known.version))
        rotation = picture.rotation_of(known.source)
        if source is None or version_of(source, rotation) != known.version:
            return None
        try:
            data = self._decoder.render(source, [output], rotation=rotation).encoded[0]
        except UndecodableError:
            return None
        self.cache.write(self._rendering_path(picture.image_id, known.version, output), data)
        return Thumbnail(data, known.version)

    def _fetch(self, picture: Picture, output: Output, known: Known | None) -> Outcome:
        failures: list[PictureError] = []
        self._decoder.start()
        for source in self.config.sources:
            try:
                found = self._from_source(picture, source, output)
            except AbsentError:
                continue
            except PictureError as error:
                failures.append(error)
            else:
                return self._keep(picture, output, found, known)
        return self._give_up(picture, failures, known)

    def _from_source(self, picture: Picture, source: Source, output: Output) -> _Found:
        data, verified = self._bytes_from(picture, source)
        rendered = self._decoder.render(data, [output], rotation=picture.rotation_of(source))
        return _Found(source, data, verified, rendered)

    def _bytes_from(self, picture: Picture, source: Source) -> tuple[bytes, bool]:
        if source is Source.LOCAL:
            if self.config.image_root is None:
                raise AbsentError("There is no folder of pictures.")
            data = read_local(picture, self.config.image_root)
            return data, is_original(picture, data)
        place = remote_place(picture, source, self._rules)
        try:
            data = self._download(place)
        except GoneError as error:
            if source is Source.BUCKET:  # It holds a part of the data set only.
                raise AbsentError(str(error)) from error
            raise
        except TooLargeError as error:
            if source is Source.ORIGINAL and picture.original_size is not None:
                raise MismatchError(f"The original has more bytes than the data set says: {error}") from error
            raise
        return data, source is Source.ORIGINAL and check_original(picture, data)

    def _download(self, place: RemotePlace) -> bytes:
        host = place.url.host
        self._breaker.check(host)
        with (
            self._locks.slot(f"host-{host}", self.config.fetches_per_host),
            self._locks.slot("all", self.config.fetches_in_all),
        ):
            try:
                with self._pulse.download():
                    data = self._downloader.fetch(place.url, max_bytes=place.max_bytes)
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

    def _keep(self, picture: Picture, output: Output, found: _Found, before: Known | None) -> Thumbnail:
        version = version_of(found.data, picture.rotation_of(found.source))
        data = found.rendered.encoded[0]
        self.cache.write(self._rendering_path(picture.image_id, version, output), data)
        if found.source is not Source.LOCAL:
            self.cache.write(self.cache.source_path(picture.image_id, version), found.data)
        known = Known(
            PictureStatus.FRESH,
            source=found.source,
            verified=found.verified,
            version=version,
            width=found.rendered.width,
            height=found.rendered.height,
        )
        if known != before:
            self._ledger.record(picture.image_id, known)
        return Thumbnail(data, version)

    def _give_up(self, picture: Picture, failures: list[PictureError], before: Known | None) -> NoThumbnail:
        if not failures and not self.config.is_remote:
            return NoThumbnail(PictureStatus.PENDING, "Not in the folder of pictures.", None)
        known = known_from_failures(failures, before=before, now=time.time())
        if known.status is PictureStatus.PENDING:
            paused = [error.retry_after_s for error in failures if isinstance(error, HostPausedError)]
            return NoThumbnail(known.status, known.reason, min(paused, default=_PENDING_S))
        if before is not None:
            known = replace(known, width=before.width, height=before.height)
        self._ledger.record(picture.image_id, known)
        return _no_thumbnail(known)


def _pending(reason: str) -> NoThumbnail:
    return NoThumbnail(PictureStatus.PENDING, reason, _PENDING_S)


def _no_thumbnail(known: Known) -> NoThumbnail:
    wait_s = None if known.retry_at is None else max(1.0, known.retry_at - time.time())
    return NoThumbnail(known.status, known.reason, wait_s)
