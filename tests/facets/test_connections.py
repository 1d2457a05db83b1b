"""Requests to a server over kept connections: deadlines hold, and what breaks off is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from browse.facets.clickhouse.connections import Connections, NoAnswerError


class Handler(BaseHTTPRequestHandler):
    """Answers what the address asks for: the request itself, slowly, half, or nothing at all."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[object, str | None, bytes]] = []  # noqa: RUF012 - emptied by the fixture

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.client_address, self.headers["Authorization"], body))
        how = self.path.partition("how=")[2]
        if how == "hang":
            time.sleep(1)
            self.close_connection = True
            return
        self.close_connection = how in ("half", "slow", "last")
        self.send_response(200)
        self.send_header("Content-Length", "100" if how in ("slow", "half") else str(len(body)))
        self.end_headers()
        if how == "slow":
            with suppress(OSError):
                for _ in range(30):
                    self.wfile.write(b"x")
                    time.sleep(0.1)
            return
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def connections(port: int) -> Iterator[Connections]:
    """Those of somebody who is known."""
    connections = Connections(f"http://ann:p%40ss@127.0.0.1:{port}")
    yield connections
    connections.close()


@pytest.fixture
def port() -> Iterator[int]:
    Handler.seen.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_one_connection_serves_many_requests_and_says_who_asks(connections: Connections) -> None:
    assert [connections.post({}, body, {}, 5).body for body in (b"one", b"", b"two")] == [b"one", b"", b"two"]
    assert len({address for address, _, _ in Handler.seen}) == 1
    assert {known for _, known, _ in Handler.seen} == {"Basic YW5uOnBAc3M="}


def test_a_connection_that_the_server_closed_is_replaced(connections: Connections) -> None:
    for _ in range(3):
        assert connections.post({"how": "last"}, b"one", {}, 5).body == b"one"
        time.sleep(0.05)
    assert len({address for address, _, _ in Handler.seen}) == 3


@pytest.mark.parametrize(
    ("how", "fault"), [("hang", "in time"), ("slow", "in time"), ("half", "IncompleteRead|more expected")]
)
def test_an_answer_that_does_not_come_whole_in_time_is_none(connections: Connections, how: str, fault: str) -> None:
    began = time.monotonic()
    with pytest.raises(NoAnswerError, match=fault):
        connections.post({"how": how}, b"one", {}, 0.5)
    assert time.monotonic() - began < 2.5
    assert connections.post({}, b"two", {}, 5).body == b"two"


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(NoAnswerError, match="refused"):
        Connections("http://127.0.0.1:9").post({}, b"", {}, 1)
