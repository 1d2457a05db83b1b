"""The process beside the workers that compiles what the first page does without."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from browse.facets import registry
from browse.facets.embedded.compiling import LOCK, STAMP
from browse.management.commands import compile_engine
from tests.live import Site
from tests.patience import PATIENCE_S
from viewer import compiling

COMPILES_WITHIN_S = 300
LAST_ASKED = "likeness.rank_alike-*.nbc"
"""The machine code of what finds similar images, which takes longest to compile."""


class Failing:
    """Compiles nothing."""

    is_wanted = True

    def compile(self) -> None:
        raise MemoryError("no\nroom")


def within(seconds: float, look: Callable[[], Any]) -> Any:
    """What `look` gives once that is anything."""
    give_up = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < give_up, "It does not come."
        time.sleep(0.05)
    return found


def holder(cache: Path) -> int | None:
    """The process that compiles, or did."""
    for lock in cache.rglob(LOCK):
        if text := lock.read_text():
            return int(json.loads(text)["pid"])
    return None


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.mark.deep
def test_a_new_site_compiles_what_nobody_asked_for_yet(tmp_path: Path) -> None:
    """It ends with its server, and the next one goes on; what is compiled is compiled once."""
    cache, temporary = tmp_path / "numba", tmp_path / "tmp"
    temporary.mkdir()
    site = Site(tmp_path / "data", {"NUMBA_CACHE_DIR": str(cache), "TMPDIR": str(temporary)})
    site.manage("migrate", "-v0")
    (site.data_dir / "staticfiles").mkdir()
    with site.served(apart=True):
        compiles = within(COMPILES_WITHIN_S, lambda: any(temporary.glob("openimages-warm-*")) and holder(cache))
    within(COMPILES_WITHIN_S, lambda: not is_running(compiles))
    assert not list(temporary.glob("openimages-warm-*"))
    assert not list(cache.rglob(STAMP))
    with site.served(apart=True):
        [stamp] = within(COMPILES_WITHIN_S, lambda: list(cache.rglob(STAMP)))
        assert [*cache.rglob(LAST_ASKED)]
    written, last = stamp.stat().st_mtime_ns, holder(cache)
    with site.served(apart=True):
        pass
    assert (stamp.stat().st_mtime_ns, holder(cache)) == (written, last)
    assert "compiled" not in "".join(log.read_text() for log in site.data_dir.glob("*.log"))


def test_what_cannot_be_compiled_ahead_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(compile_engine, "compiler_of_engine", Failing)
    monkeypatch.setattr(compile_engine.signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit, match="1"):
        call_command("compile_engine")
    assert [record.getMessage() for record in caplog.records] == [
        "Not everything could be compiled before it is needed: no room"
    ]


def test_a_site_that_cannot_start_the_process_serves_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(registry, "compiler_of_engine", Failing)
    monkeypatch.setenv("PATH", "/nowhere")
    compiling.start_compiling()
    compiling.stop_compiling()
    [record] = caplog.records
    assert record.getMessage().startswith("Nothing is compiled before it is needed: ")


@pytest.fixture
def sleeper(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> subprocess.Popen[bytes]:
    """A process that would compile for long, and has been started."""
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    monkeypatch.setattr(registry, "compiler_of_engine", Failing)
    monkeypatch.setattr(compiling.sys, "executable", str(program))
    monkeypatch.delenv(compiling.HANDED_OVER, raising=False)
    compiling.start_compiling()
    [process] = compiling._started
    return process


def test_it_gives_way_and_is_not_stopped_with_its_terminal(sleeper: subprocess.Popen[bytes]) -> None:
    try:
        within(PATIENCE_S, lambda: os.getpriority(os.PRIO_PROCESS, sleeper.pid) == 19)
        assert os.getsid(sleeper.pid) == os.getsid(0)  # or Linux would not weigh it against the server
        assert os.getpgid(sleeper.pid) == sleeper.pid
    finally:
        compiling.stop_compiling()
    assert sleeper.wait() == -signal.SIGTERM


def test_the_program_that_its_parent_becomes_stops_it(
    monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    compiling.hand_over()
    monkeypatch.setattr(compiling, "_started", [])
    compiling.stop_compiling()
    assert sleeper.wait() == -signal.SIGTERM
    assert compiling.HANDED_OVER not in os.environ


def test_what_has_ended_or_is_of_another_is_not_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = subprocess.Popen(["true"])
    others = int(
        subprocess.run(["sh", "-c", "sleep 600 >/dev/null & echo $!"], stdout=subprocess.PIPE, check=True).stdout
    )
    ended.wait()
    try:
        for pid in (ended.pid, others):
            monkeypatch.setenv(compiling.HANDED_OVER, str(pid))
            compiling.stop_compiling()
        assert is_running(others)
    finally:
        os.kill(others, signal.SIGKILL)


def test_an_engine_without_kernels_has_nothing_to_compile(settings: Settings) -> None:
    assert registry.compiler_of_engine() is not None
    settings.FACET_ENGINE = "clickhouse"
    assert registry.compiler_of_engine() is None
