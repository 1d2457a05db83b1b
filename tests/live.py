"""A running site: its own data folder and SQLite file, filled and served as in production."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from tests import forked
from tests.ports import reserved_port

STARTS_WITHIN_S = 180
LATE = {name: os.environ[name] for name in ("LATE_MS", "LATE_FETCH_MS", "LATE_SEED") if name in os.environ}
"""How late a site answers (tests/late.py); where nothing is said, it does not."""


@dataclass(frozen=True)
class Site:
    """An installation in a folder of its own, made ready with the commands that its users have."""

    data_dir: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What its processes get: nothing of this test run's settings."""
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "PATH", "TMPDIR") if name in os.environ}
        own = {
            "DJANGO_SETTINGS_MODULE": "viewer.settings",
            "OPENIMAGES_DATA_DIR": str(self.data_dir),
            "OPENIMAGES_STATE_DIR": str(self.data_dir.with_suffix(".state")),
            "QUERY_DEADLINE_S": "30",  # compiling on a busy machine takes longer than a query may
            "WEB_WORKERS": "2",
            "WEB_THREADS": "8",  # nor is a browser refused that left requests behind on such a machine
        }
        return kept | own | LATE | self.extra

    def manage(self, *arguments: str | Path) -> str:
        """Run a management command; returns what it printed. Raises AssertionError where it fails."""
        done = forked.run(["manage.py", *arguments], env=self.environment)
        assert done.returncode == 0, f"{' '.join(done.args)} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def copied_to(self, folder: Path) -> Site:
        """The same installation once more, in a new folder, to be served and written to."""
        return Site(shutil.copytree(self.data_dir, folder), self.extra)

    @contextmanager
    def served(self, *, apart: bool = False) -> Iterator[str]:
        """gunicorn on a free port while the block runs; gives the base URL without a slash at its end.

        apart   start Python anew for it, so that its memory is its own and can be measured
        """
        port = reserved_port()
        log_path = self.data_dir / f"gunicorn-{port}.log"
        environment = self.environment | {"HOST": "127.0.0.1", "PORT": str(port)}
        program = forked.LATE_GUNICORN if LATE else forked.GUNICORN
        server = forked.start(program, env=environment, stdout=log_path, stderr=log_path, apart=apart)
        try:
            _wait(server, f"http://127.0.0.1:{port}", log_path)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.join(timeout=40)
            ended = server.exitcode is not None
            server.kill()  # or this process would wait for it in the end
            assert ended, "The server does not end."


def _wait(server: BaseProcess, url: str, log_path: Path) -> None:
    """Until the server answers."""
    give_up = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < give_up and server.is_alive():
        try:
            httpx.get(f"{url}/robots.txt", timeout=5, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"The server does not answer:\n{log_path.read_text(errors='replace')[-5000:]}")


def made_once(folder: Path, make: Callable[[Path], Site]) -> Site:
    """The installation in this folder, which the first process that asks for it makes; others wait."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder.with_suffix(".done")
        if not done.exists():
            make(folder)
            done.touch()
    return Site(folder)


def sample_site(folder: Path, environment: dict[str, str] | None = None) -> Site:
    """An installation with the sample data set imported and assets collected; with these settings."""
    site = Site(folder, environment or {})
    site.manage("migrate", "--verbosity=0")
    site.manage("collectstatic", "--noinput", "--verbosity=0")
    site.manage("make_sample", folder / "sample", "--images=600")
    site.manage("import_openimages", folder / "sample")
    return site
