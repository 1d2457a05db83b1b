"""One fetch: what is asked, what is taken, and when it ends."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest

from browse.thumbnails import network
from browse.thumbnails.download import Downloader
from browse.thumbnails.errors import (
    FetchError,
    GoneError,
    HostDownError,
    HostPausedError,
    PictureError,
    TooLargeError,
)
from browse.thumbnails.urls import PictureURL
from tests.thumbnails.fake_host import Answer, PictureHost

URL = PictureURL("c3.staticflickr.com", "/1/2_z.jpg?zz=1")
PATH = URL.target
BODY = bytes(range(256)) * 40


@pytest.fixture
def fetch(host: PictureHost) -> Callable[..., bytes]:
    """Fetches the one address; by default up to the body's size."""
    downloader = Downloader(fake_host=host.address)
    return lambda **options: downloader.fetch(URL, **{"max_bytes": len(BODY), **options})


def test_asks_plainly_and_by_name(host: PictureHost, fetch: Callable[..., bytes]) -> None:
    host.answers[PATH] = Answer(body=BODY)
    assert fetch() == BODY
    request = host.requests[0]
    assert (request.host, request.sni, request.path) == (URL.host, URL.host, PATH)
    assert request.headers["Accept-Encoding"] == "identity"
    assert not {"Cookie", "Referer", "Authorization", "X-Forwarded-For"} & set(request.headers)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((status, GoneError) for status in (301, 302, 303, 307, 308, 403, 404, 410)),
        (429, HostPausedError),
        *((status, HostDownError) for status in (500, 502, 503, 504, 599)),
        *((status, FetchError) for status in (201, 204, 206, 400, 401, 416, 418, 451)),
    ],
)
def test_anything_but_200_is_no_picture(
    status: int, error: type[PictureError], host: PictureHost, fetch: Callable[..., bytes]
) -> None:
    host.answers[PATH] = Answer(status, body=b"" if status == 204 else BODY)
    with pytest.raises(error) as caught:
        fetch()
    assert caught.type is error


@pytest.mark.parametrize(
    ("given", "pause_s"), [("7", 7), ("0", 1), ("99999", 3600), ("soon", 60), ("-5", 60), (None, 60)]
)
def test_a_pause_asked_for_is_kept_within_reason(
    given: str | None, pause_s: float, host: PictureHost, fetch: Callable[..., bytes]
) -> None:
    host.answers[PATH] = Answer(429, headers={} if given is None else {"Retry-After": given})
    with pytest.raises(HostPausedError) as caught:
        fetch()
    assert caught.value.retry_after_s == pause_s


def chunked(body: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for start in range(0, len(body), 1000):
            part = body[start : start + 1000]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        handler.wfile.write(b"0\r\n\r\n")

    return send


@pytest.mark.parametrize("announced", [True, False])
def test_over_the_cap_is_an_error_never_a_truncation(
    announced: bool, host: PictureHost, fetch: Callable[..., bytes]
) -> None:
    host.answers[PATH] = Answer(body=BODY) if announced else Answer(raw=chunked(BODY))
    assert fetch() == BODY
    with pytest.raises(TooLargeError):
        fetch(max_bytes=len(BODY) - 1)


def raw(data: bytes) -> Answer:
    return Answer(raw=lambda handler: handler.wfile.write(data))


OUT_OF_ORDER = {
    "nothing": b"",
    "no http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "half a header": b"HTTP/1.1 200 OK\r\nContent-Le",
    "less than announced": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc",
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc",
    "a header without end": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000,
    "headers without end": b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 60_000,
}


@pytest.mark.parametrize("name", OUT_OF_ORDER)
def test_an_answer_out_of_order_is_an_error(name: str, host: PictureHost, fetch: Callable[..., bytes]) -> None:
    host.answers[PATH] = raw(OUT_OF_ORDER[name])
    with pytest.raises(HostDownError):
        fetch()


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "x-unknown"])
def test_a_compressed_answer_is_not_unpacked(encoding: str, host: PictureHost, fetch: Callable[..., bytes]) -> None:
    host.answers[PATH] = Answer(body=BODY, headers={"Content-Encoding": encoding})
    with pytest.raises(FetchError, match="compressed"):
        fetch()


def test_a_host_that_sends_no_byte_is_given_up(
    host: PictureHost, fetch: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch, gate: threading.Event
) -> None:
    monkeypatch.setattr(network, "FIRST_BYTE_TIMEOUT_S", 0.2)
    host.answers[PATH] = Answer(body=BODY, gate=gate)
    with pytest.raises(HostDownError):
        fetch(timeout_s=60)


@pytest.fixture
def crowded() -> Iterator[int]:
    """The port of a listener whose queue is full: whoever connects gets no answer at all."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def test_a_host_that_takes_no_connection_is_given_up(
    crowded: int, host: PictureHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "CONNECT_TIMEOUT_S", 0.2)
    with pytest.raises(HostDownError, match="No connection to the picture's host: timed out"):
        Downloader(fake_host=replace(host.address, port=crowded)).fetch(URL, max_bytes=1, timeout_s=60)


def test_a_host_that_does_not_speak_tls_is_given_up(host: PictureHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "CONNECT_TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_host = replace(host.address, port=silent.getsockname()[1])
        with pytest.raises(HostDownError, match=r"No safe connection .*timed out"):
            Downloader(fake_host=silent_host).fetch(URL, max_bytes=1, timeout_s=60)


def test_the_handshake_has_only_what_connecting_left_of_its_time() -> None:
    ours, theirs = socket.socketpair()
    hangs_up = threading.Timer(10, theirs.shutdown, [socket.SHUT_RDWR])
    hangs_up.start()
    stream = network._DeadlineStream(ours, network.Deadline(60), network.Deadline(0.2))
    try:
        with pytest.raises(HostDownError, match=r"No safe connection .*timed out"):
            stream.start_tls(ssl.create_default_context(), server_hostname=URL.host)
    finally:
        hangs_up.cancel()
        theirs.close()


class Dripping:
    """Begins an answer and goes on byte by byte; notes whether anybody listened to the end."""

    def __init__(self, start: bytes, drip: bytes) -> None:
        self.start, self.drip = start, drip
        self.was_heard_out = False

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(self.start)
        for _ in range(400):
            handler.wfile.write(self.drip)
            time.sleep(0.05)
        self.was_heard_out = True


@pytest.mark.parametrize(
    ("start", "drip"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"a"),
        (b"HTTP/1.1 200 OK\r\n", b"X: a\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    ],
    ids=["body", "headers", "interim answers", "chunks"],
)
def test_a_host_that_drips_is_given_up(
    start: bytes, drip: bytes, host: PictureHost, fetch: Callable[..., bytes]
) -> None:
    dripping = Dripping(start, drip)
    host.answers[PATH] = Answer(raw=dripping)
    with pytest.raises(HostDownError):
        fetch(timeout_s=0.3)
    assert not dripping.was_heard_out


def test_a_host_that_refuses_is_down(host: PictureHost, fetch: Callable[..., bytes]) -> None:
    host.close()
    with pytest.raises(HostDownError, match="No connection"):
        fetch()
