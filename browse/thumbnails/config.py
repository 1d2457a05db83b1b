"""What the thumbnail service needs to know, in plain values."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from browse.thumbnails.network import FakeHost
from browse.thumbnails.sources import Source
from browse.thumbnails.urls import HostRules


@dataclass(frozen=True)
class Size:
    """A size of thumbnail: its name in addresses, and the longest side in pixels."""

    name: str
    side: int


SIZES = {size.name: size for size in (Size("s", 192), Size("m", 384), Size("l", 1024))}
ENCODINGS = {"webp": "image/webp", "jpeg": "image/jpeg"}


@dataclass(frozen=True)
class Config:
    """Settings of one service.

    Times in seconds. `wait_s` is how long a request waits for its picture; only `long_waits` requests of a process wait
    longer than `short_wait_s`, or at all while no host answers: so a slow host cannot hold all threads. Parts are cut
    from whole pictures, which takes far longer than a small rendering, and a page has many of them: only `part_waits`
    requests wait for parts as for others, and the rest for `part_wait_s`, while the work goes on. Where
    `slowest_bytes_per_s` is given, an original may take so much longer as its size needs at that speed.
    """

    cache_folder: Path
    sources: tuple[Source, ...] = tuple(Source)
    image_root: Path | None = None
    extra_hosts: tuple[str, ...] = ()
    max_cache_bytes: int = 2 << 30
    fetches_per_host: int = 6
    fetches_in_all: int = 16
    threads: int = 8
    max_jobs: int = 64
    decoders: int = max(1, (os.cpu_count() or 1) // 2)
    wait_s: float = 2.5
    short_wait_s: float = 1.5
    long_waits: int = 2
    part_waits: int = 1
    part_wait_s: float = 0.2
    patience_s: float = 8.0
    slowest_bytes_per_s: int | None = None
    decode_timeout_s: float = 2.0
    fake_host: FakeHost | None = None

    def host_rules(self) -> HostRules:
        """Which hosts may be asked. Raises ValueError for an extra host that is no rule."""
        return HostRules(self.extra_hosts)

    @property
    def is_remote(self) -> bool:
        """Whether anything may be fetched from the network at all."""
        return any(source is not Source.LOCAL for source in self.sources)
