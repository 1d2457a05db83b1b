"""The process beside the workers that compiles what the first page does without."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from browse.facets import compile_all, registry
from browse.facets.embedded.compiling import LOCK, STAMP
from tests.live import Site
from tests.patience import PATIENCE_S
from viewer import compiling

COMPILES_WITHIN_S = 300
LAST_ASKED = "likeness.rank_alike-*.nbc"
"""The machine code of what finds similar images, which takes longest to compile."""


class Failing:
    """Compiles nothing."""

    is_wanted = True

    def compile(self, *_: object) -> None:
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
    monkeypatch.setattr(compile_all, "compiler_of_engine", Failing)
    monkeypatch.setattr(compile_all.signal, "signal", lambda *_: None)
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


def test_on_a_first_start_it_gives_way_once_what_is_urgent_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[object] = []

    class Noting:
        def compile(self, first_done: Callable[[], object], is_told_to_end: Callable[[], bool]) -> None:
            assert not is_told_to_end()
            called.append("first")
            first_done()
            called.append("all")

    monkeypatch.setattr(compile_all, "compiler_of_engine", Noting)
    monkeypatch.setattr(compile_all, "configure_logging", lambda *_: None)
    monkeypatch.setattr(compile_all.signal, "signal", lambda *_: None)
    monkeypatch.setattr(compile_all.os, "nice", called.append)
    reads, writes = os.pipe()
    compile_all.main(str(writes))
    with os.fdopen(reads) as told:
        assert told.read() == ""
    assert called == ["first", 19, "all"]


def test_what_a_first_start_has_compiled_begins_at_full_weight(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text('#!/bin/sh\necho "$@" > "$0.new"; mv "$0.new" "$0.asked"\nexec sleep 600\n')
    program.chmod(0o755)
    monkeypatch.setattr(compiling.sys, "executable", str(program))
    compiling.start_compiling_first()
    [process] = compiling._started
    try:
        [asked] = within(PATIENCE_S, lambda: [path.read_text() for path in tmp_path.glob("*.asked")])
        assert re.fullmatch(r"-m browse\.facets\.compile_all [0-9]+\n", asked)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == os.getpriority(os.PRIO_PROCESS, 0)
        asks = Thread(target=compiling.wait_for_first, args=(lambda: True,))
        asks.start()
        asks.join(0.3)
        assert asks.is_alive()
    finally:
        compiling.stop_compiling(wait=True)
    asks.join(PATIENCE_S)  # what ended is not waited for
    assert not asks.is_alive()
    assert not compiling._first


def test_a_worker_that_is_told_to_end_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = socket.socketpair()
    with one, other:
        monkeypatch.setattr(compiling, "_first", [one.fileno()])
        compiling.wait_for_first(lambda: False)
        monkeypatch.setattr(compiling, "MOST_WAIT_S", 0.01)
        compiling.wait_for_first(lambda: True)


ENDS_AMID = """
import os, signal, sys
from browse.facets import compile_all
from numba.core import event
class Listener(event.Listener):
    def on_start(self, event): os.kill(os.getpid(), signal.SIGTERM)
    def on_end(self, event): print("COMPILED", event.data["dispatcher"].py_func.__qualname__, flush=True)
event.register("numba:compile", Listener())
compile_all.main()
"""


def test_it_ends_after_the_kernel_that_it_is_about_and_leaves_nothing(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    settings = {"DJANGO_SETTINGS_MODULE": "viewer.settings", "OPENIMAGES_DATA_DIR": str(tmp_path / "data")}
    environment = os.environ | settings | {"NUMBA_CACHE_DIR": str(tmp_path / "numba"), "TMPDIR": str(temporary)}
    command = [sys.executable, "-c", ENDS_AMID]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert 1 <= done.stdout.count("COMPILED") <= 2  # one that needs another compiles that as its part
    assert not list(temporary.iterdir())


def test_compiling_loads_no_models_and_no_views() -> None:
    code = "import sys, browse.facets.compile_all, browse.facets.embedded.warm_up\n"
    code += "sys.exit(bool({'django.db.models', 'browse.models', 'browse.views'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


COMPILES_FIRST = """
from browse.facets.embedded.warm_up import warm
warm(first_done=exit)
"""
MEETS_NOTHING_NEW = """
import re
import django
django.setup()
from django.core.management import call_command
from django.test import Client
from numba.core import event
class Listener(event.Listener):
    def on_start(self, event): pass
    def on_end(self, event): print("COMPILED", event.data["dispatcher"].py_func.__qualname__)
event.register("numba:compile", Listener())
call_command("collectstatic", "--noinput", "-v0")
call_command("import_openimages", SAMPLE)
from browse.search import warm_up
warm_up()
client = Client(SERVER_NAME="localhost")
page = client.get("/")
assert page.status_code == 200
image = re.search('href="(/image/[0-9a-f]+)', page.text)[1]
assert client.get(image).status_code == 200
"""


@pytest.mark.deep
def test_a_first_import_and_the_first_pages_run_only_what_is_compiled_first(tmp_path: Path) -> None:
    site = Site(tmp_path / "data", {"NUMBA_CACHE_DIR": str(tmp_path / "numba")})
    site.manage("migrate", "-v0")
    site.manage("make_sample", tmp_path / "sample", "--images=600")
    for code in (COMPILES_FIRST, MEETS_NOTHING_NEW.replace("SAMPLE", repr(str(tmp_path / "sample")))):
        environment = site.environment | {"DJANGO_SETTINGS_MODULE": "viewer.settings"}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "COMPILED" not in done.stdout


def test_an_engine_without_kernels_has_nothing_to_compile(settings: Settings) -> None:
    assert registry.compiler_of_engine() is not None
    settings.FACET_ENGINE = "clickhouse"
    assert registry.compiler_of_engine() is None
