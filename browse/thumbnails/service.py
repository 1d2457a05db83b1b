"""One picture, from wherever it may be had, at most once at a time however many ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from browse.domain.picture_status import PictureStatus
from browse.thumbnails.cache import DiskCache
from browse.thumbnails.config import Config
from browse.thumbnails.decoder import Decoder
from browse.thumbnails.download import Downloader
from browse.thumbnails.errors import (
    AbsentError,
    BusyError,
    FetchError,
    HostPausedError,
    PictureError,
    UndecodableError,
)
from browse.thumbnails.fetching import Fetcher
from browse.thumbnails.jobs import Jobs, WaitBudget
from browse.thumbnails.locks import Locks
from browse.thumbnails.outcomes import (
    NoThumbnail,
    Outcome,
    PictureRecord,
    PictureStore,
    SourceFile,
    Thumbnail,
    known_from_failures,
    version_of,
)
from browse.thumbnails.rendering import Output, Rendered
from browse.thumbnails.sources import Picture, Source, is_local, is_original, read_local

_PENDING_S = 5.0

_T = TypeVar("_T")


@dataclass(frozen=True)
class _Found:
    source: Source
    data: bytes
    verified: bool
    rendered: Rendered


class ThumbnailService:
    """Everything between a request for a thumbnail and its bytes. One for each process."""

    def __init__(self, config: Config, ledger: PictureStore, *, downloader: Downloader | None = None) -> None:
        self.config = config
        self.cache = DiskCache(config.cache_folder, max_bytes=config.max_cache_bytes)
        self._ledger = ledger
        self._folder = config.image_root if Source.LOCAL in config.sources else None
        self._has_all_sources = set(config.sources) == set(Source)
        self._decoder = Decoder(
            processes=config.decoders, timeout_s=config.decode_timeout_s, patience_s=config.patience_s
        )
        self._locks = Locks(config.cache_folder / "locks", patience_s=config.patience_s)
        self._fetcher = Fetcher(config, self._locks, downloader or Downloader(fake_host=config.fake_host))
        self._near = Jobs[Outcome | None](threads=config.decoders + 1, most=config.max_jobs, name="near")
        self._far = Jobs[Outcome](threads=config.threads, most=config.max_jobs, name="far")
        self._part_waits = threading.BoundedSemaphore(config.part_waits)
        self._patience = WaitBudget(short_s=config.short_wait_s, long_s=config.wait_s, long_waits=config.long_waits)

    def obtain(
        self, picture: Picture, output: Output, *, wait_s: float | None = None, needs_look: bool = False
    ) -> Outcome:
        """The thumbnail, fetched if need be. After `wait_s` (by default the configured time) the work goes on
        without the caller, who is told that the picture is pending. Where its look is needed, one that was seen before
        looks were worked out is seen again.
        """
        if output.part is None or wait_s is not None:
            return self._obtain(picture, output, wait_s=wait_s, needs_look=needs_look)
        may_wait = self._part_waits.acquire(blocking=False)
        try:
            part_wait_s = None if may_wait else self.config.part_wait_s
            return self._obtain(picture, output, wait_s=part_wait_s, needs_look=needs_look)
        finally:
            if may_wait:
                self._part_waits.release()

    def _obtain(self, picture: Picture, output: Output, *, wait_s: float | None, needs_look: bool) -> Outcome:
        """As obtain, for whoever may wait so long.

        What needs no network has threads of its own, so that it never waits for those that wait for a host.
        """
        known = self._ledger.recall(picture.image_id)
        outcome: Outcome | None = self._kept(picture, output, known, needs_look=needs_look)
        if outcome is not None:
            return outcome
        is_near = self._is_near(picture, known)
        if not is_near and (settled := _settled(known)) is not None:
            return settled
        asked, began = (picture, output, needs_look), time.monotonic()
        try:
            if is_near:
                near = self._near.start(asked, partial(self._work, self._from_near, *asked))
                outcome = self._result(near, began, wait_s, is_stalled=lambda: False)
            if outcome is None:
                far = self._far.start(asked, partial(self._work, self._from_far, *asked))
                outcome = self._result(far, began, wait_s, is_stalled=lambda: self._fetcher.is_stalled)
        except BusyError as error:
            return _pending(str(error))
        except FutureTimeoutError:
            return _pending("The picture is being fetched.")
        return outcome

    def source_of(self, picture: Picture, kind: Source, *, again: bool = False) -> SourceFile | NoThumbnail:
        """The very bytes that a source has of a picture; of ORIGINAL those alone that agree with size and MD5.

        In the calling thread. An original is taken from the picture folder where it is there. A source that failed is
        not asked before its time, unless `again`. Raises HostPausedError and BusyError where it is to be asked in a
        moment, which says nothing of the picture.
        """
        with self._locks.exclusive(picture.image_id):
            failed = self._ledger.recall_failure(picture.image_id, kind)
            if not again and (settled := _settled(failed)) is not None:
                return settled
            try:
                data, verified = self._original_at_hand(picture, kind) or self._fetched(picture, kind)
            except (HostPausedError, BusyError):
                raise
            except PictureError as error:
                return self._source_failed(picture, kind, error, failed)
            if failed is not None:
                self._ledger.record_failure(picture.image_id, kind, None)
            return self._looked_at(picture, kind, data, verified=verified)

    def cached(self, image_id: str, version: str, output: Output) -> bytes | None:
        """The rendering of this version of a picture, if it is in the cache and not from a source switched off.

        Another node may have learned that the picture is gone or another one: then it is shown no longer here.
        """
        known = self._ledger.recall(image_id)
        if known is not None and known.version != version:
            if not known.version:
                self.forget(image_id)
            return None
        if not self._has_all_sources and self._usable(known) is None:
            return None
        return self.cache.read(self._rendering_path(image_id, version, output))

    def internal_path(self, image_id: str, version: str, output: Output) -> str | None:
        """The path of that file below the cache's folder, for a web server that sends it itself; None where missing."""
        path = self._rendering_path(image_id, version, output)
        return path.relative_to(self.cache.folder).as_posix() if path.is_file() else None

    @property
    def silent_s(self) -> float:
        """How long no host has answered this service, in seconds."""
        return self._fetcher.silent_s

    def release(self) -> None:
        """The calling thread asks no more; what it holds of the ledger is given back."""
        self._ledger.release()

    def forget(self, image_id: str) -> None:
        """Remove the picture's files from the cache, so that no address leads to it any longer."""
        self.cache.forget(image_id)

    def close(self) -> None:
        """Finish what is under way and end the decoding processes."""
        self._near.close()
        self._far.close()
        self._decoder.close()

    def _result(self, job: Future[_T], began: float, wait_s: float | None, *, is_stalled: Callable[[], bool]) -> _T:
        if wait_s is not None:
            return job.result(max(0.0, began + wait_s - time.monotonic()))
        return self._patience.result(job, began=began, is_stalled=is_stalled)

    def _work(
        self, attempt: Callable[[Picture, Output, bool], _T], picture: Picture, output: Output, needs_look: bool
    ) -> _T | NoThumbnail:
        """What every job does around its attempt."""
        try:
            outcome = attempt(picture, output, needs_look)
            if self._ledger.is_withdrawn(picture.image_id):  # taken down meanwhile, and its files removed before
                self.forget(picture.image_id)
        except BusyError as error:
            return _pending(str(error))
        finally:
            self._ledger.release()
        self.cache.trim_if_due()
        return outcome

    def _rendering_path(self, image_id: str, version: str, output: Output) -> Path:
        return self.cache.rendering_path(image_id, version, output.name, output.format)

    def _kept(
        self, picture: Picture, output: Output, known: PictureRecord | None, *, needs_look: bool = False
    ) -> Thumbnail | None:
        """The rendering in the cache, also of a picture whose host does not answer now."""
        if (known := self._usable(known)) is None or (needs_look and known.look is None):
            return None
        data = self.cache.read(self._rendering_path(picture.image_id, known.version, output))
        return None if data is None else Thumbnail(data, known.version)

    def _usable(self, known: PictureRecord | None) -> PictureRecord | None:
        """What is known, where something may be kept of the picture, from a source that is switched on; nothing where
        the picture is to be looked for again."""
        if known is None or not known.version or known.status is PictureStatus.PENDING:
            return None
        return known if known.source in self.config.sources else None

    def _is_near(self, picture: Picture, known: PictureRecord | None) -> bool:
        """Whether there is something to render that needs no network."""
        if self._folder is not None and is_local(picture, self._folder):
            return True
        if (known := self._usable(known)) is None:
            return False
        return self.cache.source_path(picture.image_id, known.version).is_file()

    def _from_near(self, picture: Picture, output: Output, needs_look: bool) -> Outcome | None:
        """Another size of a source in the cache, or the file in the folder of pictures; None where hosts are to be
        asked."""
        known = self._ledger.recall(picture.image_id)
        outcome = self._kept(picture, output, known, needs_look=needs_look)
        outcome = outcome or self._from_kept_source(picture, output, known)
        return outcome or self._from_folder(picture, output, known) or _settled(known)

    def _from_folder(self, picture: Picture, output: Output, known: PictureRecord | None) -> Thumbnail | None:
        if self._folder is None:
            return None
        try:
            found = self._from_source(picture, Source.LOCAL, output)
        except BusyError:
            raise
        except PictureError:
            return None
        return self._keep(picture, output, found, known)

    def _from_far(self, picture: Picture, output: Output, needs_look: bool) -> Outcome:
        """Whatever came of it while this waited for its turn, or a fetch."""
        with self._locks.exclusive(picture.image_id):
            known = self._ledger.recall(picture.image_id)
            outcome = self._kept(picture, output, known, needs_look=needs_look)
            outcome = outcome or self._from_kept_source(picture, output, known)
            return outcome or _settled(known) or self._fetch(picture, output, known)

    def _from_kept_source(self, picture: Picture, output: Output, known: PictureRecord | None) -> Thumbnail | None:
        if (known := self._usable(known)) is None or known.source is None:
            return None
        source = self.cache.read(self.cache.source_path(picture.image_id, known.version))
        rotation = picture.rotation_of(known.source)
        if source is None or version_of(source, rotation) != known.version:
            return None
        try:
            rendered = self._decoder.render(source, [output], rotation=rotation)
        except UndecodableError:
            return None
        data = rendered.encoded[0]
        if known.look is None:
            self._ledger.record(picture.image_id, replace(known, look=rendered.look))
        self.cache.write(self._rendering_path(picture.image_id, known.version, output), data)
        return Thumbnail(data, known.version)

    def _fetch(self, picture: Picture, output: Output, known: PictureRecord | None) -> Outcome:
        failures: list[PictureError] = []
        self._decoder.start()
        for source in self.config.sources:
            try:
                found = self._from_source(picture, source, output)
            except AbsentError:
                continue
            except BusyError:  # says nothing of the picture
                raise
            except PictureError as error:
                failures.append(error)
            else:
                return self._keep(picture, output, found, known)
        return self._give_up(picture, output, failures, known)

    def _from_source(self, picture: Picture, source: Source, output: Output) -> _Found:
        data, verified = self._fetcher.bytes_from(picture, source)
        rendered = self._decoder.render(data, [output], rotation=picture.rotation_of(source))
        return _Found(source, data, verified, rendered)

    def _original_at_hand(self, picture: Picture, kind: Source) -> tuple[bytes, bool] | None:
        if kind is not Source.ORIGINAL or self._folder is None:
            return None
        try:
            data = read_local(picture, self._folder)
        except PictureError:
            return None
        return (data, True) if is_original(picture, data) else None

    def _fetched(self, picture: Picture, kind: Source) -> tuple[bytes, bool]:
        if kind not in self.config.sources:
            raise FetchError("It is not in the picture folder, and this site does not fetch it.")
        return self._fetcher.bytes_from(picture, kind)

    def _source_failed(
        self, picture: Picture, kind: Source, error: PictureError, before: PictureRecord | None
    ) -> NoThumbnail:
        failures = [] if isinstance(error, AbsentError) else [error]
        known = replace(known_from_failures(failures, before=before, now=time.time()), reason=str(error))
        self._ledger.record_failure(picture.image_id, kind, known)
        return _no_thumbnail(known)

    def _looked_at(self, picture: Picture, kind: Source, data: bytes, *, verified: bool) -> SourceFile:
        """The bytes with what can be seen of them; what that says of the picture is remembered where nothing is."""
        rotation = picture.rotation_of(kind)
        try:
            seen = self._decoder.render(data, [], rotation=rotation)
        except UndecodableError:
            return SourceFile(data, verified)
        known = self._ledger.recall(picture.image_id)
        if known is None:
            version = version_of(data, rotation)
            known = PictureRecord(PictureStatus.FRESH, source=kind, verified=verified, version=version)
        if known.look is None:
            learned = replace(known, look=seen.look, width=seen.width, height=seen.height)
            self._ledger.record(picture.image_id, learned)
        return SourceFile(data, verified, seen.width, seen.height, seen.look)

    def _keep(self, picture: Picture, output: Output, found: _Found, before: PictureRecord | None) -> Thumbnail:
        version = version_of(found.data, picture.rotation_of(found.source))
        data = found.rendered.encoded[0]
        if before is not None and before.version not in ("", version):  # what it showed before is to be seen no longer
            self.forget(picture.image_id)
        self.cache.write(self._rendering_path(picture.image_id, version, output), data)
        if found.source is not Source.LOCAL:
            self.cache.write(self.cache.source_path(picture.image_id, version), found.data)
        known = PictureRecord(
            PictureStatus.FRESH,
            source=found.source,
            verified=found.verified,
            version=version,
            width=found.rendered.width,
            height=found.rendered.height,
            look=found.rendered.look,
        )
        if known != before or found.source is not Source.LOCAL:  # A fetch is a check, even of what was known.
            self._ledger.record(picture.image_id, known)
        return Thumbnail(data, version)

    def _give_up(
        self, picture: Picture, output: Output, failures: list[PictureError], before: PictureRecord | None
    ) -> Outcome:
        if not failures and not self.config.is_remote:
            return NoThumbnail(PictureStatus.PENDING, "Not in the picture folder.", None)
        known = known_from_failures(failures, before=before, now=time.time())
        if known.status is PictureStatus.PENDING:
            paused = [error.retry_after_s for error in failures if isinstance(error, HostPausedError)]
            return NoThumbnail(known.status, known.reason, min(paused, default=_PENDING_S))
        if before is not None:
            known = known.after(before)
        self._ledger.record(picture.image_id, known)
        if known.status in (PictureStatus.DEAD, PictureStatus.MISMATCH):
            self.forget(picture.image_id)
        return self._kept(picture, output, known) or _no_thumbnail(known)


def _pending(reason: str) -> NoThumbnail:
    return NoThumbnail(PictureStatus.PENDING, reason, _PENDING_S)


def _settled(known: PictureRecord | None) -> NoThumbnail | None:
    return _no_thumbnail(known) if known is not None and known.is_settled(time.time()) else None


def _no_thumbnail(known: PictureRecord) -> NoThumbnail:
    wait_s = None if known.retry_at is None else max(1.0, known.retry_at - time.time())
    return NoThumbnail(known.status, known.reason, wait_s, known.failures)
