"""Clients that send or read slowly, or not at all, keep nobody else from an answer; against gunicorn as it is served.

No test here measures time: a client waits for PATIENCE_S, and a server that slow clients hold would let it wait longer.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx
import pytest

from tests.live import Site
from tests.patience import soon
from viewer.connections import Connection, State, least_needed
from viewer.loop import ConnectionLoop

PATIENCE_S = 20
PAGES = ("/", "/api/facets", "/labels", "/robots.txt")
HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
FORM = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nusername="
)
DOWNLOAD = b"GET /export/labels.csv HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
MORE_THAN_KERNELS_KEEP = 40
"""So many answers: each has some hundred kilobytes."""
LARGE_BYTES = 64 * 1024 * 1024
"""Of a file that is sent as a stream, by far more than kernels keep."""
BUILD_A_SET = """
from browse.search import current_engine
from browse.sets.reading import query_reader
from browse.sets.recipe_reader import recipe_of
from browse.sets.site_builds import ask_for_set, build_waiting
engine = current_engine()
recipe = recipe_of({"labels": [{"mid": mid, "at": 0.5} for mid in engine.labels]}, query_reader(engine))
print(ask_for_set(recipe=recipe, formats=("csv",), title="", by="ann", is_limited=False).uid)
assert build_waiting() == 1
"""
Connect = Callable[[bytes], socket.socket]


@pytest.fixture(scope="module")
def served(sample: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site."""
    return sample.copied_to(tmp_path_factory.mktemp("slow") / "site").data_dir


@pytest.fixture(scope="module")
def url(served: Path) -> Iterator[str]:
    """The site, served by one process with four threads and two streams."""
    with Site(served, {"WEB_WORKERS": "1", "WEB_THREADS": "4", "WEB_STREAMS": "2"}).served() as url:
        yield url


@pytest.fixture
def connect(url: str) -> Iterator[Connect]:
    """Opens connections that take little at a time, and sends this on each."""
    with connecting(url) as connected:
        yield connected


@contextlib.contextmanager
def connecting(url: str) -> Iterator[Connect]:
    """The same for any site."""
    with contextlib.ExitStack() as opened:

        def connected(data: bytes = b"") -> socket.socket:
            sock = opened.enter_context(socket.socket())
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.settimeout(PATIENCE_S)
            parts = urlsplit(url)
            sock.connect((parts.hostname, parts.port))
            sock.sendall(data)
            return sock

        yield connected


def assert_serves(url: str) -> None:
    """Every kind of page comes, to those too who are told first that there are too many requests."""
    give_up = time.monotonic() + PATIENCE_S
    for path in PAGES:
        while (answer := httpx.get(url + path, timeout=PATIENCE_S, trust_env=False)).status_code == 503:
            assert time.monotonic() < give_up
            time.sleep(0.5)
        assert answer.status_code == 200


def begun(connect: Connect, download: bytes, status: bytes = b"200 OK") -> socket.socket:
    """A download whose first line is read.

    Before it the server may have to give up those of earlier tests, and a busy one asks some to come again.
    """
    give_up = soon()
    while time.monotonic() < give_up:
        sock = connect(download)
        if sock.recv(len(b"HTTP/1.1 ") + len(status))[9:] == status:
            return sock
        sock.close()
        time.sleep(0.1)
    raise AssertionError("no download is begun")


def read_to_end(sock: socket.socket) -> bytes:
    """All that comes until the server closes."""
    return b"".join(iter(lambda: sock.recv(65536), b""))


@pytest.mark.parametrize("sent", [HEAD, FORM, b"", b"G"], ids=["half a head", "half a form", "nothing", "a byte"])
def test_requests_that_do_not_end_hold_nobody_up(url: str, connect: Connect, sent: bytes) -> None:
    for _ in range(100):
        connect(sent)
    assert_serves(url)


def test_heads_that_come_byte_by_byte_are_answered_beside_others(url: str, connect: Connect) -> None:
    slow = [connect(b"GET /robots.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Slow: ") for _ in range(20)]
    for sock in slow * 5:
        sock.sendall(b"x")
    assert_serves(url)  # once: a head may take ten seconds in all
    for sock in slow:
        sock.sendall(b"\r\n\r\n")
    assert all(read_to_end(sock).startswith(b"HTTP/1.1 200 OK\r\n") for sock in slow)


def test_a_request_that_does_not_come_in_time_is_answered_so(connect: Connect) -> None:
    assert read_to_end(connect(HEAD)).startswith(b"HTTP/1.1 408 ")


def test_downloads_that_nobody_reads_hold_nobody_up(url: str, connect: Connect) -> None:
    for _ in range(20):
        connect(DOWNLOAD * MORE_THAN_KERNELS_KEEP)
    assert_serves(url)


@pytest.fixture(scope="module")
def set_files(served: Path) -> Path:
    """The files of a training set of the site, of which `pairs.csv` is made long."""
    (uid,) = Site(served).manage("shell", "--verbosity=0", "--command", BUILD_A_SET).split()
    folder = served / "sets" / uid / "files"
    with (folder / "pairs.csv").open("r+b") as file:
        file.truncate(LARGE_BYTES)
    return folder


def test_eight_downloads_of_a_set_that_nobody_reads_hold_nobody_up(served: Path, set_files: Path) -> None:
    """There are fewer threads than downloads, and streams for each of them; small files need none."""

    def download(name: str, header: bytes = b"") -> bytes:
        address = f"/sets/{set_files.parent.name}/files/{name}".encode()
        return b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n" % (address, header)

    whole, part = download("pairs.csv"), download("pairs.csv", b"Range: bytes=1000-\r\n")
    small = download("images.csv") * MORE_THAN_KERNELS_KEEP
    site = Site(served, {"WEB_WORKERS": "1", "WEB_THREADS": "4", "WEB_STREAMS": "8"})
    with site.served() as url, connecting(url) as connect:
        for sent, status in (*[(small, b"200 OK")] * 8, *[(whole, b"200 OK"), (part, b"206 Par")] * 4):
            begun(connect, sent, status)
        assert_serves(url)


def test_pages_that_nobody_reads_hold_nobody_up(url: str, connect: Connect) -> None:
    for _ in range(8):
        connect(b"GET /api/images?per_page=200 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * MORE_THAN_KERNELS_KEEP)
    assert_serves(url)


def test_downloads_beyond_the_bound_are_told_when_to_come_back(url: str, connect: Connect) -> None:
    held = [begun(connect, DOWNLOAD * MORE_THAN_KERNELS_KEEP) for _ in range(2)]
    tried = (httpx.get(f"{url}/export/images.csv", timeout=PATIENCE_S, trust_env=False) for _ in range(100))
    refused = next(answer for answer in tried if answer.status_code != 200)  # once the kernels keep no more for both
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert "downloads are in progress" in refused.text
    assert "Content-Security-Policy" in refused.headers
    for sock in held:
        sock.close()  # the server hears of it when it goes on sending
    asked = (httpx.get(f"{url}/export/images.csv", timeout=PATIENCE_S, trust_env=False) for _ in range(100))
    assert any(answer.status_code == 200 for answer in asked)


def test_a_slow_reader_gets_all_of_a_download(url: str, connect: Connect) -> None:
    sock = begun(connect, b"GET /export/images.csv HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    head, _, body = read_to_end(sock).partition(b"\r\n\r\n")
    assert b"Transfer-Encoding: chunked" in head
    assert body.endswith(b"0\r\n\r\n")
    plain = httpx.get(f"{url}/export/images.csv", timeout=PATIENCE_S, trust_env=False).content
    assert unchunked(body) == plain


def test_over_http_1_0_a_download_says_how_long_it_is(url: str, connect: Connect) -> None:
    sock = begun(connect, b"GET /export/images.csv HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
    head, _, body = read_to_end(sock).partition(b"\r\n\r\n")
    assert b"\r\nContent-Length: %d\r\n" % len(body) in head + b"\r\n"
    assert body == httpx.get(f"{url}/export/images.csv", timeout=PATIENCE_S, trust_env=False).content


def unchunked(body: bytes) -> bytes:
    """The content of a body in chunks (RFC 9112, 7.1)."""
    content = b""
    while True:
        line, _, body = body.partition(b"\r\n")
        size = int(line, 16)
        if size == 0:
            return content
        content += body[:size]
        body = body[size + 2 :]


def test_many_idle_connections_hold_nobody_up(url: str, connect: Connect) -> None:
    request = b"GET /robots.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    idle = [connect(request) for _ in range(1000)]
    assert {sock.recv(12) for sock in idle} <= {b"HTTP/1.1 200", b"HTTP/1.1 503"}  # so many at once may be too many
    assert_serves(url)


def test_requests_sent_at_once_are_answered_in_order(connect: Connect) -> None:
    paths = [b"/robots.txt", b"/there/is/nothing", b"/favicon.ico"]
    ends = [b"Host: 127.0.0.1\r\n\r\n", b"Host: 127.0.0.1\r\n\r\n", b"Host: 127.0.0.1\r\nConnection: close\r\n\r\n"]
    sock = connect(b"".join(b"GET %s HTTP/1.1\r\n%s" % pair for pair in zip(paths, ends, strict=True)))
    text = read_to_end(sock)
    assert [text[at + 9 : at + 12] for at in range(len(text)) if text.startswith(b"HTTP/1.1 ", at)] == [
        b"200",
        b"404",
        b"302",
    ]


def test_any_number_of_requests_sent_at_once_is_answered(url: str, connect: Connect) -> None:
    """One by one: answering the next from within the one before would end where the stack does."""
    number = sys.getrecursionlimit()
    last = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    text = read_to_end(connect(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * number + last))
    assert text.count(b"HTTP/1.1 200 OK") == number + 1
    assert_serves(url)


def test_a_fault_in_the_loop_ends_one_connection_and_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    loop = ConnectionLoop.__new__(ConnectionLoop)
    monkeypatch.setattr(loop, "log", SimpleNamespace(exception=logged.append), raising=False)
    monkeypatch.setattr(loop, "held", 0, raising=False)
    ours, theirs = socket.socketpair()
    conn = Connection(ours, None, None, deadline=0.0)
    monkeypatch.setattr(loop, "connections", {conn}, raising=False)

    def fail(_: Connection) -> None:
        raise RecursionError

    with theirs:
        loop.careful(conn, fail)
        assert theirs.recv(1) == b""
    assert (loop.connections, logged) == (set(), ["A connection was closed."])


def test_who_waited_longest_makes_room_for_who_just_came() -> None:
    """A new connection has less time for its first head than one that is kept alive has for its next."""
    pairs = [socket.socketpair() for _ in range(2)]
    kept, new = (Connection(ours, None, None, deadline=time.monotonic() + 10) for ours, _ in pairs)
    kept.enter(State.IDLE, within_s=30)
    kept.since -= 5
    assert least_needed([new, kept]) == [kept]
    for sock in itertools.chain(*pairs):
        sock.close()


def test_a_form_is_read_whole_however_it_is_cut(url: str, connect: Connect) -> None:
    body = b"username=a&password=b"
    kind = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n" % len(body)
    head = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nExpect: 100-continue\r\n"
    sock = connect(head + kind + b"\r\n")
    assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    for at in range(len(body)):
        sock.sendall(body[at : at + 1])
    assert read_to_end(sock).startswith(b"HTTP/1.1 403 ")  # it has no token


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\n\n", b"400"),
        (b"NONSENSE\r\n\r\n", b"400"),
        (b"GET /?q=%s HTTP/1.1\r\n" % (b"a" * 70_000), b"414"),
        (HEAD + b"X-Long: %s\r\n" % (b"a" * 70_000), b"431"),
    ],
    ids=["bare line feeds", "no request", "a long address", "a long head"],
)
def test_heads_that_cannot_be_understood_are_refused_by_name(connect: Connect, sent: bytes, status: bytes) -> None:
    assert read_to_end(connect(sent))[9:12] == status


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 1114113\r\n",
        b"Content-Length: 99999999999\r\nExpect: 100-continue\r\n",
        b"Transfer-Encoding: chunked\r\n",
    ],
)
def test_bodies_that_are_too_large_are_refused_by_their_head(connect: Connect, head: bytes) -> None:
    sock = connect(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n" % head)
    assert read_to_end(sock).startswith(b"HTTP/1.1 413 ")


def test_who_sends_a_large_body_gets_to_read_that_it_is_refused(url: str) -> None:
    answer = httpx.post(f"{url}/sign-in", content=b"a" * 5_000_000, timeout=PATIENCE_S, trust_env=False)
    assert answer.status_code == 413


def test_a_server_that_is_told_to_stop_answers_what_it_took(served: Path) -> None:
    """Until nobody listens any more, which is the only thing that clients may meet."""
    lost: list[Exception] = []
    statuses: list[int] = []

    def ask(url: str) -> None:
        with httpx.Client(timeout=PATIENCE_S, trust_env=False) as client:
            for _ in range(10_000):
                try:
                    statuses.append(client.get(f"{url}/api/images").status_code)
                except httpx.ConnectError:
                    return
                except httpx.TransportError as error:
                    lost.append(error)

    with Site(served, {"WEB_WORKERS": "2", "WEB_THREADS": "2"}).served() as url:
        askers = [threading.Thread(target=ask, args=[url]) for _ in range(4)]
        for asker in askers:
            asker.start()
        assert_serves(url)
    for asker in askers:
        asker.join(PATIENCE_S)
    assert not any(asker.is_alive() for asker in askers)
    assert lost == []
    assert {200} <= {*statuses} <= {200, 503}  # a busy machine may have to ask some to come again


def test_nothing_of_it_is_logged_as_a_fault(url: str, connect: Connect, served: Path) -> None:
    connect(HEAD).close()
    connect(DOWNLOAD).close()
    assert_serves(url)
    logs = [path.read_text() for path in served.glob("gunicorn-*.log")]
    assert logs
    assert not any("Traceback" in log for log in logs)
