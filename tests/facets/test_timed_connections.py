"""A server that keeps one waiting, however it does so, is given up when the time is over; and how it is named then.

The servers here are none, but listen. tests/cluster/test_clickhouse.py asks real ones.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pyarrow as pa
import pytest

from browse.facets.clickhouse.shards import Shards, as_stream
from browse.facets.errors import EngineUnavailableError

TIME_S, GAP_S, TOO_LONG_S = 2.0, 1.6, 3.0
ANSWER = pa.table({"n": pa.array([1, 2, 3], pa.int64())})
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n"


def says(taken: socket.socket, text: bytes, *, every_s: float) -> None:
    """A byte of it from time to time, for as long as somebody listens."""
    for place in range(len(text)):
        time.sleep(every_s)
        taken.sendall(text[place : place + 1])


def sends_its_head_slowly(taken: socket.socket) -> None:
    says(taken, HEAD % 100 + b"X-Padding: " + b"x" * 1000, every_s=0.1)


def sends_its_answer_slowly(taken: socket.socket) -> None:
    taken.sendall(HEAD % 100 + b"\r\n")
    says(taken, b"x" * 100, every_s=GAP_S)


def sends_its_answer_late_and_then_slowly(taken: socket.socket) -> None:
    time.sleep(GAP_S)
    sends_its_answer_slowly(taken)


def takes_what_is_asked_slowly(taken: socket.socket) -> None:
    while taken.recv(1 << 16):
        time.sleep(0.1)


def answers(taken: socket.socket) -> None:
    body = as_stream(ANSWER)
    taken.sendall(HEAD % len(body) + b"Connection: close\r\n\r\n" + body)


@contextmanager
def server(behaves: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of one that treats whoever comes like this."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)

    def serve() -> None:
        taken, _ = listener.accept()
        with taken:
            try:
                if behaves is not takes_what_is_asked_slowly:
                    taken.recv(1 << 20)
                behaves(taken)
            except OSError:
                """Nobody listens any more."""

    threading.Thread(target=serve, daemon=True).start()
    with listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def asked(*addresses: str, sql: str = "SELECT n") -> pa.Table:
    """What the replicas of one shard give together."""
    until = time.monotonic() + TIME_S * len(addresses)
    return Shards(["|".join(addresses)]).ask(0, sql, until, (), lambda found: None)


@pytest.mark.parametrize(
    "slow",
    [
        sends_its_head_slowly,
        sends_its_answer_slowly,
        sends_its_answer_late_and_then_slowly,
        takes_what_is_asked_slowly,
    ],
)
def test_a_server_that_is_slow_is_given_up_when_the_time_is_over(slow: Callable[[socket.socket], None]) -> None:
    sql = f"SELECT n --{'x' * (20 << 20)}"
    with server(slow) as address:
        began = time.monotonic()
        with pytest.raises(EngineUnavailableError, match=r"no (whole )?answer in time"):
            asked(address, sql=sql if slow is takes_what_is_asked_slowly else "SELECT n")
        assert time.monotonic() - began < TOO_LONG_S
    with server(slow) as address, server(answers) as good:
        assert asked(address, good) == ANSWER


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://user:secret@127.0.0.1:1", "http://127.0.0.1:1"),
        ("https://user:secret@nobody.invalid", "https://nobody.invalid"),
        ("http://nobody.invalid", "http://nobody.invalid"),
        ("http://user@[::1]:1", "http://[::1]:1"),
    ],
)
def test_a_server_is_named_as_it_is_reached_without_its_password(address: str, shown: str) -> None:
    with pytest.raises(EngineUnavailableError, match=re.escape(f"shard 1 of 1: {shown}: ")):
        asked(address)
    with pytest.raises(EngineUnavailableError, match=re.escape(f"{shown}: ")):
        Shards([address]).run_everywhere("SELECT 1")
