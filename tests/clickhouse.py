"""Real ClickHouse servers of the tests' own: processes in temporary folders, from one npm package that is fetched once.

The package holds ClickHouse as a library, which opens listeners when it is told to. OPENIMAGES_CLICKHOUSE names a
libchdb.so that is here already. What it lacks beside a clickhouse-server: Keeper, replicated tables, a query log.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.ports import reserved_port

PACKAGE = "@chdb/lib-linux-x64-gnu@26.7.3-stable.1"
"""This one exactly: later ones do not listen."""
START_S = 60.0
_CHILD = Path(__file__).with_name("clickhouse_server.py")
_CONFIG = """<clickhouse>
<logger><level>warning</level></logger>
<path>{folder}/data/</path><users_config>{folder}/users.xml</users_config>
<listen_host>127.0.0.1</listen_host><http_port>{port}</http_port><tcp_port>{tcp}</tcp_port>
<max_server_memory_usage>2000000000</max_server_memory_usage>
<mark_cache_size>67108864</mark_cache_size><uncompressed_cache_size>67108864</uncompressed_cache_size>
<merge_tree><max_suspicious_broken_parts>{broken_parts}</max_suspicious_broken_parts></merge_tree>
</clickhouse>"""
_USERS = """<clickhouse><profiles><default><max_threads>{threads}</max_threads>
<constraints><skip_unavailable_shards><readonly/></skip_unavailable_shards></constraints></default></profiles>
<users><default><no_password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
<access_management>1</access_management></default></users><quotas><default/></quotas></clickhouse>"""
_RUN = (
    "SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; SELECT sum(sleepEachRow(1)) FROM numbers(1000000)"
    " SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0 FORMAT Null"
)


@functools.cache
def library() -> Path:
    """Where the library lies; fetched by npm the first time. Skips the test where there is no npm, and says so."""
    if named := os.environ.get("OPENIMAGES_CLICKHOUSE"):
        return Path(named)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "openimages-viewer"
    path = cache / f"chdb-{PACKAGE.rpartition('@')[2]}" / "libchdb.so"
    if not path.exists():
        if shutil.which("npm") is None:
            pytest.skip(f"no ClickHouse here: {PACKAGE} comes by npm, and there is no npm")
        _fetch(path)
    return path


def _fetch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        npm = ["npm", "pack", "--silent", PACKAGE]
        packed = subprocess.run(npm, cwd=folder, capture_output=True, text=True, check=False)
        if packed.returncode:
            pytest.skip(f"no ClickHouse here: npm cannot fetch {PACKAGE}: {packed.stderr.strip()[-200:]}")
        with tarfile.open(Path(folder) / packed.stdout.split()[-1]) as tar:
            member = tar.extractfile("package/libchdb.so")
            assert member is not None
            with (Path(folder) / "libchdb.so").open("wb") as out:
                shutil.copyfileobj(member, out)
        (Path(folder) / "libchdb.so").rename(path)  # several test processes may fetch it: each renames a whole one


@dataclass
class Server:
    """One server, over its own folder, which outlives it."""

    folder: Path
    threads: int = 1
    port: int = field(default_factory=reserved_port)
    process: subprocess.Popen[bytes] | None = None
    broken_parts: int = 0
    """How many parts of a table it leaves out at a start because they are broken; of more it does not start."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config = _CONFIG.format(folder=self.folder, port=self.port, tcp=reserved_port(), broken_parts=self.broken_parts)
        (self.folder / "config.xml").write_text(config)
        (self.folder / "users.xml").write_text(_USERS.format(threads=self.threads))
        run = [sys.executable, "-P", str(_CHILD), str(library()), str(os.getpid())]
        run += [f"--config-file={self.folder}/config.xml", f"--path={self.folder}/data", "--query", _RUN]
        with (self.folder / "out.log").open("ab") as log:
            self.process = subprocess.Popen(run, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        began = time.monotonic()
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() - began > START_S:
                self.kill()
                raise RuntimeError(f"ClickHouse does not start: {(self.folder / 'out.log').read_text()[-2000:]}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/ping", timeout=1, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def run(self, sql: str) -> str:
        """What it says to a statement."""
        answer = httpx.post(self.address, content=sql.encode(), timeout=60, trust_env=False)
        assert answer.is_success, answer.text
        return answer.text

    def kill(self) -> None:
        """From now on connections are refused."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def pause(self) -> None:
        """From now on connections are taken, and nothing is answered."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Undo `pause`."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def running(number: int, folder: Path, *, threads: int = 1) -> Iterator[list[Server]]:
    """Some servers; their folders go with the caller's."""
    servers = [Server(folder / f"server{place}", threads) for place in range(number)]
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
            server.kill()


@functools.cache
def shared() -> list[Server]:
    """Two shards for all tests of this process that only read, or write generations of their own."""
    library()
    folder = Path(tempfile.mkdtemp(prefix="openimages-clickhouse-"))
    servers = [Server(folder / f"server{place}") for place in range(2)]
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for server in servers:
        atexit.register(server.kill)
        server.start()
    return servers
