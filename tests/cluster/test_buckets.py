"""INDEX_SOURCE in a bucket, from a server that speaks S3: several nodes, wrong settings, and connections that break.

tests/dataset/test_index_exchange.py has the rules that folders and buckets share.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import fsspec
import pytest
from pytest_django import Settings

from browse.dataset.index_exchange import fetch_index, publish_index
from browse.facets.build.generation import build_generation
from browse.facets.errors import SourceError
from browse.facets.index.layout import MANIFEST
from browse.facets.index.source import FsspecSource, fetch
from browse.facets.index.store import is_intact
from browse.openimages.errors import ImportProblemError
from tests.cluster.buckets import Buckets, Wire, served, wire_to
from tests.cluster.nodes import Cluster, readers_of
from tests.facets.datasets import arrays
from tests.facets.small import small_dataset
from tests.faults.switches import faults_in
from tests.forked import ROOT
from tests.live import STARTS_WITHIN_S
from tests.postgres import ON_POSTGRESQL

pytestmark = pytest.mark.cluster
BUCKET = "pictures"
SOURCE = f"s3://{BUCKET}/site/index"
TOLD = rf"^INDEX_SOURCE {SOURCE}: [^\n]+$"

PUBLISHES = """
import re, sys
from pathlib import Path
from browse.facets.index.source import FsspecSource
FsspecSource(sys.argv[1]).publish(Path(sys.argv[2]), sys.argv[3], lambda *_: None)
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""
"""Says how much memory it took at most, in KiB."""
LOOKS_TAKE = 20_000
"""Bytes on the wire: more than it takes to see what is there, and less than the requests for all files."""


def quiet(what: str, done: int, total: int) -> None:
    """To nobody."""


@pytest.fixture(scope="module")
def buckets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buckets]:
    with served(tmp_path_factory.mktemp("buckets") / "server") as server:
        yield server


@pytest.fixture(autouse=True)
def bucket(buckets: Buckets, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Path]:
    """INDEX_SOURCE in an empty bucket: where what is in the bucket lies."""
    settings.INDEX_SOURCE = SOURCE
    monkeypatch.setitem(fsspec.config.conf, "s3", buckets.options)
    folder = buckets.folder / BUCKET
    folder.mkdir()
    yield folder / "site/index"
    shutil.rmtree(folder)


@pytest.fixture
def wire(buckets: Buckets, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """One between this process and the bucket."""
    with wire_to(buckets) as (wire, at_its_end):
        monkeypatch.setitem(fsspec.config.conf, "s3", at_its_end.options)
        yield wire


@pytest.fixture
def index_dir(generation: str, tmp_path: Path) -> Path:
    """The index folder of this node, with the generation in use."""
    return tmp_path


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


@pytest.fixture
def cluster(tmp_path: Path, fresh_database_url: str, buckets: Buckets) -> Iterator[Cluster]:
    shared = {"INDEX_SOURCE": SOURCE, "NODE_SILENT_S": "10"}
    cluster = Cluster(tmp_path, fresh_database_url, buckets.environment | shared)
    yield cluster
    cluster.stop()


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite is served by one node")
def test_imports_on_one_node_reach_the_others_by_way_of_the_bucket(cluster: Cluster, bucket: Path) -> None:
    first, second, late = cluster.nodes
    for node in (first, second):
        node.start()
    for node in (first, second):
        node.wait_until(200)
    with readers_of(first, second) as answers:
        cluster.run_imports(1)
    current = cluster.generation()
    assert not (late.site.data_dir / "index" / current).exists()
    late.start()
    late.wait_until(200)
    with readers_of(first, late) as more:
        pass
    assert not faults_in(answers + more)
    assert answers.total()
    for node in cluster.nodes:
        node.wait_until_only(current)
    assert [path.name for path in bucket.iterdir()] == [current]


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite is served by one node")
def test_a_node_that_is_killed_while_it_publishes_leaves_nothing_that_another_would_take(
    cluster: Cluster, bucket: Path, buckets: Buckets
) -> None:
    first, second, _ = cluster.nodes
    [folder] = (first.site.data_dir / "index").glob("[0-9a-f]" * 12)
    size = bytes_in(folder)
    # Not behind the server's back: it remembers for minutes what it has not removed itself.
    fsspec.filesystem("s3", **buckets.options).rm(SOURCE, recursive=True)
    shutil.rmtree(second.site.data_dir / "index", ignore_errors=True)
    with wire_to(buckets) as (wire, at_its_end):
        wire.hang_after(4 * size)  # some forty of 121 files: most of it is asking and answering
        env = first.site.environment | at_its_end.environment
        publishing = subprocess.Popen([sys.executable, "manage.py", "publish_index"], cwd=ROOT, env=env)
        assert wire.reached.wait(STARTS_WITHIN_S)
        publishing.send_signal(signal.SIGKILL)
        publishing.wait()
    half = bucket / folder.name
    assert list(half.iterdir())
    assert not (half / MANIFEST).exists()
    with pytest.raises(AssertionError, match=rf"Error: INDEX_SOURCE {SOURCE}: {MANIFEST} is not there\n$"):
        second.site.manage("fetch_index")
    first.site.manage("publish_index")
    assert folder.name in second.site.manage("fetch_index")
    assert is_intact(second.site.data_dir / "index", folder.name)


@pytest.mark.parametrize(
    ("change", "address", "reads", "writes"),
    [
        ({"secret": "no"}, SOURCE, "Forbidden; check the key", "signature.*; check the key"),
        ({"key": "no"}, SOURCE, "Forbidden; check the key", "Access Key Id.*; check the key"),
        ({}, "s3://pictuers/index", "bucket does not exist", "there is no such bucket or folder; make it first"),
        ({"endpoint_url": "http://127.0.0.1:1"}, SOURCE, "Could not connect to .*127.0.0.1:1", "Could not connect"),
        ({}, SOURCE, f"{MANIFEST} is not there", None),
    ],
    ids=["secret", "key", "bucket", "server", "nothing there"],
)
def test_what_is_wrong_is_told(  # noqa: PLR0917
    change: dict[str, str],
    address: str,
    reads: str,
    writes: str | None,
    settings: Settings,
    buckets: Buckets,
    index_dir: Path,
    generation: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(fsspec.config.conf, "s3", buckets.options | change)
    settings.INDEX_SOURCE = address
    if writes:
        with pytest.raises(ImportProblemError, match=rf"^INDEX_SOURCE {address}: .*{writes}[^\n]*$"):
            publish_index(quiet)
    shutil.rmtree(index_dir / generation)
    with pytest.raises(ImportProblemError, match=rf"^INDEX_SOURCE {address}: .*{reads}[^\n]*$"):
        fetch_index(quiet)
    assert [path.name for path in buckets.folder.iterdir()] == [BUCKET]


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections, and no more."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        listener.setblocking(False)
        yield listener


def connections_to(silent: socket.socket) -> int:
    """How many there were since it was asked last."""
    number = 0
    with suppress(BlockingIOError):
        while True:
            silent.accept()[0].close()
            number += 1
    return number


def test_a_server_that_never_answers_is_given_up_after_five_attempts_and_told(
    silent: socket.socket,
    buckets: Buckets,
    index_dir: Path,
    generation: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_it = buckets.at(silent.getsockname()[1])
    monkeypatch.setitem(fsspec.config.conf, "s3", at_it.options | {"config_kwargs": {"read_timeout": 0.2}})
    told = rf"^INDEX_SOURCE {SOURCE}: Read timeout on endpoint URL[^\n]+$"
    with pytest.raises(ImportProblemError, match=told):
        publish_index(quiet)
    assert connections_to(silent) == 5
    shutil.rmtree(index_dir / generation)
    with pytest.raises(ImportProblemError, match=told):
        fetch_index(quiet)
    assert connections_to(silent) == 5
    with pytest.raises(SourceError, match=told):
        FsspecSource(SOURCE).remove_all_but(set())
    assert connections_to(silent) == 5


def test_fsspecs_settings_go_before_what_the_program_tells_it(
    buckets: Buckets, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert how_it_asks(FsspecSource(SOURCE)) == (2, 10, 1)
    given: dict[str, Any] = {}
    env = {"FSSPEC_S3_MAX_CONCURRENCY": "5", "FSSPEC_S3_CONFIG_KWARGS": '{"read_timeout": 15}'}
    fsspec.config.set_conf_env(given, env)
    monkeypatch.setitem(fsspec.config.conf, "s3", buckets.options | given["s3"])
    assert how_it_asks(FsspecSource(SOURCE)) == (5, 15, 1)


def how_it_asks(source: FsspecSource) -> tuple[int, int, int]:
    """How many parts at once, how many seconds botocore waits for an answer, and how often it asks."""
    told = source._files.config_kwargs
    return source._files.max_concurrency, told["read_timeout"], told["retries"]["total_max_attempts"]


def test_an_upload_that_breaks_once_is_done_again_and_one_that_stays_broken_publishes_nothing(
    wire: Wire, bucket: Path, index_dir: Path, generation: str, settings: Settings, tmp_path: Path
) -> None:
    within = LOOKS_TAKE + bytes_in(index_dir / generation) // 2
    wire.break_after(within, for_good=True)
    with pytest.raises(ImportProblemError, match=TOLD):
        publish_index(quiet)
    assert 0 < bytes_in(bucket / generation) < bytes_in(index_dir / generation)
    assert not (bucket / generation / MANIFEST).exists()
    wire.break_after(within)
    assert publish_index(quiet) == generation
    assert wire.reached.is_set()
    settings.INDEX_DIR = tmp_path / "of another node"
    fetch_index(quiet)
    assert is_intact(settings.INDEX_DIR, generation)


def test_a_fetch_that_breaks_once_goes_on_and_one_that_stays_broken_leaves_nothing(
    wire: Wire, index_dir: Path, generation: str, settings: Settings, tmp_path: Path
) -> None:
    publish_index(quiet)
    half = bytes_in(index_dir / generation) // 2
    settings.INDEX_DIR = tmp_path / "of another node"
    wire.break_after(half, for_good=True)
    with pytest.raises(ImportProblemError, match=TOLD):
        fetch_index(quiet)
    assert not list(settings.INDEX_DIR.glob("*"))
    wire.break_after(half)
    assert fetch_index(quiet) == generation
    assert wire.reached.is_set()
    assert is_intact(settings.INDEX_DIR, generation)


@contextmanager
def failing(status: int, times: int) -> Iterator[tuple[str, list[int]]]:
    """A store that answers this to the first requests, and takes what comes then: its address, and what it answered."""
    answered: list[int] = []

    class Store(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # the client waits for leave to send a body

        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answered.append(status if len(answered) < times else 200)
            self.send_response(answered[-1])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Store) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", answered
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "times", "expected"),
    [(500, 2, [500, 500, 200]), (503, 1, [503, 200]), (500, 99, [500] * 5), (403, 99, [403])],
)
def test_a_store_that_failed_itself_is_asked_again(
    status: int, times: int, expected: list[int], buckets: Buckets, monkeypatch: pytest.MonkeyPatch
) -> None:
    with failing(status, times) as (address, answered):
        monkeypatch.setitem(fsspec.config.conf, "s3", buckets.options | {"endpoint_url": address})
        refused = pytest.raises(OSError, match=r"(Internal Server Error|Forbidden)$")
        with nullcontext() if expected[-1] == 200 else refused:
            FsspecSource(SOURCE)._files.pipe_file(f"{SOURCE}/manifest.json", b"{}")
    assert answered == expected


def test_publishing_holds_a_few_parts_of_a_large_file(
    bucket: Path, buckets: Buckets, index_dir: Path, generation: str
) -> None:
    large = index_dir / generation / "pair_labels.bin"
    os.truncate(large, 300 << 20)
    command = [sys.executable, "-c", PUBLISHES, SOURCE, str(index_dir), generation]
    env = buckets.environment | {"PATH": os.environ["PATH"]}
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    assert (bucket / generation / large.name).stat().st_size == large.stat().st_size
    assert int(done.stdout) < 450 << 10


def test_two_who_publish_at_once_leave_both_generations_whole(bucket: Path, tmp_path: Path) -> None:
    folders = [tmp_path / "web1", tmp_path / "web2"]
    names = [build_generation(arrays(small_dataset()), folder, dataset=folder.name) for folder in folders]
    shutil.copytree(folders[0] / names[0], folders[1] / names[0])
    given = [(folders[0], names[0]), (folders[1], names[1]), (folders[1], names[0])]
    for attempt in range(3):
        shutil.rmtree(bucket, ignore_errors=True)
        with ThreadPoolExecutor(len(given)) as pool:
            list(pool.map(lambda one: FsspecSource(SOURCE).publish(*one, quiet), given))
        for name in names:
            fetch(FsspecSource(SOURCE), SOURCE, tmp_path / f"fetched{attempt}", name, quiet)
            assert is_intact(tmp_path / f"fetched{attempt}", name)


def test_a_fetch_while_the_same_generation_is_published_again_or_removed_is_whole_or_told(
    bucket: Path, index_dir: Path, generation: str, tmp_path: Path
) -> None:
    publish_index(quiet)
    ends = Event()
    with ThreadPoolExecutor(1) as pool:
        publishing = pool.submit(publish_and_remove_until, ends, index_dir, generation)
        outcomes = Counter(fetch_outcome(tmp_path / f"fetched{number}", generation) for number in range(20))
        ends.set()
        publishing.result()
    assert outcomes["whole"]
    assert set(outcomes) <= {"whole", "told"}


def publish_and_remove_until(ends: Event, index_dir: Path, name: str) -> None:
    bucket = FsspecSource(SOURCE)
    while not ends.is_set():
        for _ in range(3):
            bucket.publish(index_dir, name, quiet)
        bucket.remove_all_but(set())


def fetch_outcome(folder: Path, name: str) -> str:
    try:
        fetch(FsspecSource(SOURCE), SOURCE, folder, name, quiet)
    except SourceError:
        return "told" if not list(folder.glob("*")) else "half"
    return "whole" if is_intact(folder, name) else "damaged"
