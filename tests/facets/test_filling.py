"""Shards are filled at once: when one cannot be, or somebody stops it all, the others go no further.

The servers here are none, but say that all is well. tests/cluster/test_clickhouse.py fills real ones.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pyarrow as pa
import pytest
from pytest_django import Settings

from browse.facets.build.generation import build_generation
from browse.facets.clickhouse import filling
from browse.facets.clickhouse.filling import Filling
from browse.facets.clickhouse.shards import as_stream
from browse.facets.errors import EngineUnavailableError
from tests.facets.datasets import arrays
from tests.facets.small import small_dataset

SLOW_S = 0.5
NOTHING = as_stream(pa.table({"name": pa.array([], pa.string())}))


def says(body: bytes = b"", *, status: int = 200) -> httpx.Response:
    return httpx.Response(status, stream=httpx.ByteStream(body))


def fails() -> httpx.Response:
    return says(b"No space left on device", status=500)


def is_interrupted() -> httpx.Response:
    """As by Ctrl-C."""
    ident = threading.main_thread().ident
    assert ident is not None
    signal.pthread_kill(ident, signal.SIGINT)
    return says()


@pytest.fixture
def _interruptible() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize(
    ("second", "raised"),
    [(fails, pytest.raises(EngineUnavailableError, match=r"shard2.*No space")), (is_interrupted, None)],
    ids=["a shard fails", "Ctrl-C"],
)
def test_when_one_shard_cannot_be_filled_the_others_go_no_further(
    second: Callable[[], httpx.Response],
    raised: pytest.RaisesExc[EngineUnavailableError] | None,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    first_began, second_failed = threading.Event(), threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        said = request.url.params.get("query") or request.read().decode()
        if said.startswith("SELECT name"):
            return says(NOTHING)
        if request.url.host == "shard1":
            asked.append(said)
            if "img (" in said and said.startswith("INSERT"):
                first_began.set()
                second_failed.wait()
                time.sleep(SLOW_S)
        elif said.startswith("INSERT"):
            first_began.wait()
            second_failed.set()
            return second()
        return says()

    monkeypatch.setattr(filling, "IMAGES", 1)
    settings.CLICKHOUSE_SHARDS = ["http://shard1:8123", "http://shard2:8123"]
    name = build_generation(arrays(small_dataset()), tmp_path, dataset="small")
    store = Filling()
    store._shards.__dict__["_client"] = httpx.Client(transport=httpx.MockTransport(answer))
    with raised or pytest.raises(KeyboardInterrupt):
        store.store(tmp_path, name, lambda what, done, total: None)
    assert 1 <= sum(said.startswith("INSERT") for said in asked) < 4, "of its four images one at a time"
    assert not any("ARRAY JOIN" in said or said.startswith("RENAME") for said in asked)
