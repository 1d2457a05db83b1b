"""The one thumbnail service of this process, made from Django's settings when first needed."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from browse.thumbnails.config import Config
from browse.thumbnails.image_root import image_root
from browse.thumbnails.service import ThumbnailService
from browse.thumbnails.sources import Source
from browse.thumbnails.states import DatabaseLedger

SLOWEST_BYTES_PER_S = 128 << 10
"""Of an original that nobody waits for."""
LONGEST_DECODING_S = 20.0
"""Of a picture that nobody waits for: on a busy machine two seconds say nothing of it."""
_lock = threading.Lock()
_services: dict[tuple[int, Config], ThumbnailService] = {}


def current_service() -> ThumbnailService:
    """The service for the settings as they are. A forked worker makes its own."""
    key = os.getpid(), config_from_settings()
    with _lock:
        if key not in _services:
            _services[key] = ThumbnailService(key[1], DatabaseLedger())
        return _services[key]


def close_services() -> None:
    """End the services that this process made, and their decoding processes."""
    with _lock:
        for pid, config in list(_services):
            service = _services.pop((pid, config))
            if pid == os.getpid():
                service.close()


def service_for_bulk(jobs: int) -> ThumbnailService:
    """A service of its own for a command that works on so many pictures at a time; to be closed."""
    processes = max(1, min(jobs, os.cpu_count() or 1))
    config = replace(
        config_from_settings(),
        threads=jobs,
        max_jobs=4 * jobs,
        decoders=processes,
        patience_s=60.0,
        slowest_bytes_per_s=SLOWEST_BYTES_PER_S,
        decode_timeout_s=LONGEST_DECODING_S,
    )
    return ThumbnailService(config, DatabaseLedger())


def config_from_settings() -> Config:
    """The settings of THUMBNAILS and its kin as one value."""
    return Config(
        cache_folder=Path(settings.THUMBNAIL_DIR),
        sources=_sources(),
        image_root=image_root(),
        extra_hosts=tuple(settings.PICTURE_HOSTS),
        max_cache_bytes=settings.THUMBNAIL_CACHE_BYTES,
        fetches_per_host=settings.THUMBNAIL_FETCHES_PER_HOST,
        fetches_in_all=settings.THUMBNAIL_FETCHES,
        # For tests only: a fake picture host. No variable of the environment leads here.
        fake_host=getattr(settings, "THUMBNAIL_FAKE_HOST", None),
    )


def _sources() -> tuple[Source, ...]:
    """Only the proxy goes to the network; the order is always the same."""
    enabled = settings.THUMBNAIL_SOURCES if settings.THUMBNAILS == "proxy" else [Source.LOCAL]
    return tuple(source for source in Source if source in enabled)
