"""What the way to ClickHouse servers makes of every answer: it is used whole, or refused within its time.

The server here is none: it answers as it is told. tests/cluster/test_clickhouse.py asks real ones.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyarrow as pa
import pytest

from browse.facets.clickhouse.shards import ShardError, Shards, as_stream
from browse.facets.errors import EngineUnavailableError, QueryTimeoutError

ANSWER = pa.table({"n": pa.array([1, 2, 3], pa.int64())})
WHOLE = as_stream(ANSWER)
LONG_S, SHORT_S = 30.0, 0.3

Says = Callable[[BaseHTTPRequestHandler], None]


def says(body: bytes, *, status: int = 200, code: str = "", length: int | None = None) -> Says:
    """An answer; length: what its head says of it, where that is wrong."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        if code:
            handler.send_header("X-ClickHouse-Exception-Code", code)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return answer


def drips(handler: BaseHTTPRequestHandler) -> None:
    """A byte from time to time, for as long as somebody listens."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    while True:
        try:
            handler.wfile.write(b"x")
        except OSError:
            return
        time.sleep(SHORT_S / 10)


@contextmanager
def server(answer: Says) -> Iterator[str]:
    """The address of a server that says this to all that it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answer(self)

        def log_message(self, *_: object) -> None:
            """To nobody."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=listener.serve_forever, args=(0.02,))
    serving.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}"
    finally:
        listener.shutdown()
        serving.join()
        listener.server_close()


def asked(*addresses: str, seconds: float = LONG_S) -> pa.Table:
    """What the replicas of one shard give together."""

    def check(found: pa.Table) -> None:
        if found.column_names != ["n"]:
            raise ShardError("is another table")

    return Shards(["|".join(addresses)]).ask(0, "SELECT n", time.monotonic() + seconds, (), check)


REFUSED: list[tuple[Says, str]] = [
    (says(b"Memory limit exceeded", status=500, code="241"), "Memory limit exceeded"),
    (says(b"Database oi_0 does not exist", status=404, code="81"), "does not exist"),
    (says(b"Checksum doesn't match", status=500, code="40"), "Checksum"),
    (says(b""), "no Arrow stream"),
    (says(b"1\n2\n3\n"), "no Arrow stream"),
    (says(WHOLE[: len(WHOLE) // 2]), "no Arrow stream"),
    (says(WHOLE[: len(WHOLE) // 2], length=len(WHOLE)), "without sending complete message body"),
    (says(as_stream(pa.table({"m": [1]}))), "is another table"),
]
NAMES = ["memory", "missing", "altered", "empty", "text", "half", "broken off", "another"]


@pytest.mark.parametrize(("answer", "fault"), REFUSED, ids=NAMES)
def test_an_answer_that_is_not_whole_is_refused_and_another_replica_is_asked(answer: Says, fault: str) -> None:
    with server(answer) as bad, server(says(WHOLE)) as good:
        with pytest.raises(EngineUnavailableError, match=f"shard 1 of 1: .*{fault}"):
            asked(bad)
        with pytest.raises(EngineUnavailableError, match=f"{fault}.*; .*{fault}"):
            asked(bad, bad)
        assert asked(bad, good) == ANSWER
        assert asked(good, bad) == ANSWER


def test_a_stream_that_ends_anywhere_before_its_end_is_refused() -> None:
    sent: list[bytes] = []

    def last(handler: BaseHTTPRequestHandler) -> None:
        says(sent[-1])(handler)

    with server(last) as bad:
        for cut in range(0, len(WHOLE), 3):  # 3 and 8, to which Arrow aligns, have no factor in common
            sent.append(WHOLE[:cut])
            with pytest.raises(EngineUnavailableError, match="no Arrow stream"):
                asked(bad)
        sent.append(WHOLE)
        assert asked(bad) == ANSWER


def test_bytes_that_end_like_a_stream_and_are_none_are_refused() -> None:
    for harmed in (WHOLE[: len(WHOLE) // 2] + WHOLE[-8:], WHOLE[-8:], b"Code: 241. " + WHOLE, WHOLE[:-24] + WHOLE[-8:]):
        with server(says(harmed)) as bad, pytest.raises(EngineUnavailableError, match="no Arrow stream"):
            asked(bad)


def test_a_server_that_sends_on_and_on_is_given_up_when_the_time_is_over_and_another_one_is_asked() -> None:
    with server(drips) as slow, server(says(WHOLE)) as good:
        with pytest.raises(EngineUnavailableError, match="no whole answer in time"):
            asked(slow, seconds=SHORT_S)
        assert asked(good, slow) == ANSWER


@pytest.mark.parametrize("code", ["159", "160", "209"])
def test_a_server_that_says_that_the_query_takes_too_long_is_believed(code: str) -> None:
    with server(says(b"Timeout exceeded", status=500, code=code)) as slow, server(says(WHOLE)) as good:
        for addresses in ((slow,), (slow, good)):
            with pytest.raises(QueryTimeoutError):
                asked(*addresses)


def test_all_shards_or_none() -> None:
    with server(says(WHOLE)) as good, server(says(b"gone", status=500, code="81")) as bad:
        shards = Shards([good, bad])

        def ask(place: int) -> Callable[[float], pa.Table]:
            return lambda until: shards.ask(place, "SELECT n", until, (), lambda found: None)

        assert shards.ask_each({0: ask(0)}, None) == {0: ANSWER}
        with pytest.raises(EngineUnavailableError, match=r"shard 2 of 2: .*gone"):
            shards.ask_each({0: ask(0), 1: ask(1)}, None)
