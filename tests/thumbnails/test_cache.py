"""The disk cache: whole files or none, a cap, and a full disk that hurts nobody."""

from __future__ import annotations

import errno
import os
import re
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from browse.thumbnails import cache as cache_module
from browse.thumbnails.cache import DiskCache
from tests.patience import PATIENCE_S

IMAGE_ID = "000060e3121c7305"
VERSION = "0123456789abcdef"


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path / "cache", max_bytes=10_000)


def rendering(cache: DiskCache, name: str, size: int, *, age_s: float = 0) -> Path:
    path = cache.rendering_path(name, VERSION, "384", "webp")
    return put(cache, path, size, age_s)


def put(cache: DiskCache, path: Path, size: int, age_s: float) -> Path:
    assert cache.write(path, b"x" * size)
    used = time.time() - age_s
    os.utime(path, (used, used))
    return path


def test_names_are_hashes_alone(cache: DiskCache) -> None:
    for path in (cache.rendering_path(IMAGE_ID, VERSION, "384", "webp"), cache.source_path(IMAGE_ID, VERSION)):
        inside = path.relative_to(cache.folder).as_posix()
        assert re.fullmatch(r"(renderings|sources)/[0-9a-f]{2}/[0-9a-f]{32}-[0-9a-f]{16}(\.webp)?", inside)


def test_every_part_of_the_name_counts(cache: DiskCache) -> None:
    paths = {
        cache.rendering_path(image_id, version, side, encoding)
        for image_id in (IMAGE_ID, IMAGE_ID[::-1])
        for version in (VERSION, VERSION[::-1])
        for side in (192, 384)
        for encoding in ("webp", "jpeg")
    }
    assert len(paths) == 16


def test_what_was_written_is_read(cache: DiskCache) -> None:
    path = rendering(cache, IMAGE_ID, 100)
    assert cache.read(path) == b"x" * 100
    assert cache.read(cache.source_path(IMAGE_ID, VERSION)) is None


def test_renderings_can_be_read_by_a_web_server_of_another_user_and_sources_cannot(cache: DiskCache) -> None:
    shown, source = rendering(cache, IMAGE_ID, 10), put(cache, cache.source_path(IMAGE_ID, VERSION), 10, 0)
    assert [oct(path.stat().st_mode & 0o777) for path in (shown, source)] == ["0o644", "0o600"]
    for folder in (shown.parent, shown.parent.parent, cache.folder):
        assert folder.stat().st_mode & 0o111 == 0o111


def test_an_empty_file_is_no_picture(cache: DiskCache) -> None:
    assert cache.read(rendering(cache, IMAGE_ID, 0)) is None


def test_readers_see_whole_files_only(cache: DiskCache) -> None:
    path = cache.rendering_path(IMAGE_ID, VERSION, "384", "webp")
    contents = {bytes([value]) * 9_000 for value in range(1, 6)}
    begun, done = threading.Event(), threading.Event()
    seen: set[bytes] = set()
    cache.write(path, min(contents))

    def read() -> None:
        while not done.is_set():
            data = cache.read(path)
            if data is not None:
                seen.add(data)
                begun.set()

    reader = threading.Thread(target=read)
    reader.start()
    assert begun.wait(PATIENCE_S)
    for content in list(contents) * 20:
        cache.write(path, content)
    done.set()
    reader.join()
    assert seen <= contents


def test_reading_marks_as_used(cache: DiskCache) -> None:
    path = rendering(cache, IMAGE_ID, 10, age_s=3 * 86_400)
    cache.read(path)
    assert time.time() - path.stat().st_mtime < 60


def test_the_longest_unused_go_first_and_sources_before_renderings(cache: DiskCache) -> None:
    old = rendering(cache, "old", 4000, age_s=500)
    new = rendering(cache, "new", 4000, age_s=5)
    source = put(cache, cache.source_path("a", VERSION), 4000, 1)
    pruned = cache.prune()
    assert (pruned.files, pruned.bytes, pruned.removed_files, pruned.removed_bytes) == (3, 12_000, 1, 4000)
    assert not source.exists()
    cache.prune(4000)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_dry_run_removes_nothing(cache: DiskCache) -> None:
    path = rendering(cache, "old", 4000)
    assert cache.prune(0, dry_run=True).removed_files == 1
    assert path.exists()


def test_what_is_old_goes_whatever_the_cap(cache: DiskCache) -> None:
    old, new = rendering(cache, "old", 10, age_s=1000), rendering(cache, "new", 10)
    assert cache.prune(older_than_s=500).removed_files == 1
    assert (old.exists(), new.exists()) == (False, True)


def test_half_written_files_of_a_killed_process_go(cache: DiskCache) -> None:
    path = rendering(cache, IMAGE_ID, 10)
    fresh, stale = path.with_name(".new-a"), path.with_name(".new-b")
    for beside in (fresh, stale):
        beside.write_bytes(b"half")
    os.utime(stale, (1, 1))
    cache.prune()
    assert (fresh.exists(), stale.exists()) == (True, False)


def test_locks_that_killed_processes_left_go(cache: DiskCache) -> None:
    locks = cache.folder / "locks"
    locks.mkdir(parents=True)
    for name, changed in (("a.lock", 1), ("b.lock", time.time()), ("all-0.slot", 1)):
        (locks / name).touch()
        os.utime(locks / name, (changed, changed))
    cache.remove_stale_locks()
    assert {path.name for path in locks.iterdir()} == {"b.lock", "all-0.slot"}


def test_the_cap_is_kept_while_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "_LEAST_BETWEEN_TRIMS", 1000)
    cache = DiskCache(tmp_path, max_bytes=20_000)
    for number in range(100):
        rendering(cache, f"{number}", 500, age_s=100 - number)
        cache.trim_if_due()
    total = sum(path.stat().st_size for path in tmp_path.rglob("*.webp"))
    assert 15_000 <= total <= 21_000
    assert cache.rendering_path("99", VERSION, "384", "webp").exists()
    assert not cache.rendering_path("0", VERSION, "384", "webp").exists()


@contextmanager
def files_end_after(size: int) -> Iterator[None]:
    """Like a disk that fills up: writing more than so many bytes to one file fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_cache_of_no_size_keeps_nothing(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, max_bytes=0)
    assert not cache.write(cache.source_path(IMAGE_ID, VERSION), b"x")
    assert list(tmp_path.iterdir()) == []


def test_forgetting_an_image_removes_all_of_it_and_nothing_else(cache: DiskCache) -> None:
    paths = [
        rendering(cache, IMAGE_ID, 10),
        cache.source_path(IMAGE_ID, "f" * 16),
        cache.source_path(IMAGE_ID, VERSION),
    ]
    for path in paths[1:]:
        cache.write(path, b"x")
    others = [rendering(cache, f"{number:016x}", 10) for number in range(600)]
    assert any(other.parent == paths[0].parent for other in others)
    cache.forget(IMAGE_ID)
    assert not any(path.exists() for path in paths)
    assert all(other.exists() for other in others)


def test_a_full_disk_keeps_nothing_and_leaves_nothing(cache: DiskCache) -> None:
    path = cache.rendering_path(IMAGE_ID, VERSION, "384", "webp")
    with files_end_after(1000):
        assert not cache.write(path, b"x" * 5000)
    assert list(path.parent.iterdir()) == []
    assert cache.write(path, b"x")


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = DiskCache(tmp_path / "file" / "cache", max_bytes=1000)
    path = cache.source_path(IMAGE_ID, VERSION)
    assert not cache.write(path, b"x")
    assert cache.read(path) is None
    assert cache.prune().files == 0
    cache.forget(IMAGE_ID)
    cache.remove_stale_locks()


def test_a_full_disk_is_logged_once_until_something_is_kept_again(
    cache: DiskCache, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = cache.rendering_path(IMAGE_ID, VERSION, "384", "webp")
    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(cache_module, "NamedTemporaryFile", full)
            assert not cache.write(path, b"x" * 5000)
            assert not cache.write(path, b"x" * 5000)
        assert re.search(r"is full: 5,000 bytes wanted, [\d,]+ free", cache.full)
        assert cache.write(path, b"x")
        assert cache.full == ""
    assert len(caplog.records) == 2
