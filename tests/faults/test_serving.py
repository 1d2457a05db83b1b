"""A site that is read while data sets switch, workers and databases die, and clients are slow or far too many."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from tests import postgres
from tests.faults import restarts, switches
from tests.faults.switches import installation, people, switch_under_readers
from tests.faults.tally import SCALE, Tally, drawing, times
from tests.live import Site
from tests.viewer.test_slow_clients import DOWNLOAD, FORM, HEAD, MORE_THAN_KERNELS_KEEP

SOON_S = 1.0
SOAK_S = 300.0
GROWTH_BYTES = 64 << 20


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return installation(tmp_path, "")


def logs_of(site: Site) -> str:
    return "\n".join(path.read_text(errors="replace") for path in site.data_dir.glob("gunicorn-*.log"))


def note_answers(tally: Tally, answers: Counter[str], faults: dict[str, int]) -> None:
    """Every answer is a try."""
    tally.tries += answers.total()
    tally.wrong += [what for what, count in faults.items() for _ in range(count)]


def test_switches_under_readers(tmp_path: Path, database_url: str, tally: Tally) -> None:
    site = installation(tmp_path, database_url)
    answers = switch_under_readers(site, switches=times(100))
    note_answers(tally, answers, switches.faults_in(answers))
    tally.notes["switches"] = times(100)


def test_database_restarts_and_hangs(tmp_path: Path, tally: Tally) -> None:
    with postgres.fresh() as url:
        restarts.keep_what_was_committed(url)
        site = installation(tmp_path, url)
        for disturb, full in ((restarts.crash, 30), (restarts.hang, 3)):
            with site.served() as served:
                answers, took = restarts.disturbed(served, lambda disturb=disturb: disturb(url), times(full))  # type: ignore[misc]
            note_answers(tally, answers, restarts.faults_in(answers))
            tally.notes[f"back after {disturb.__name__} within s"] = round(max(took), 1)
    assert "Traceback" not in logs_of(site)


def workers_of(site: Site, url: str) -> list[psutil.Process]:
    """The processes that answer: the children of the one that listens first."""
    port = urlsplit(url).port
    listening = [
        process
        for process in psutil.Process().children(recursive=True)
        if any(one.laddr.port == port and one.status == "LISTEN" for one in _connections(process))
    ]
    parents = {process.pid for process in listening}
    return [process for process in listening if process.ppid() in parents]


def _connections(process: psutil.Process) -> list[psutil._common.pconn]:
    try:
        return list(process.net_connections("tcp"))
    except psutil.Error:
        return []


def test_workers_killed_under_readers(site: Site, tally: Tally) -> None:
    """A connection may break off; no answer is wrong, and no page needs longer than the new worker."""
    draw = drawing("workers")
    slowest_s = 0.0
    with site.served() as url, people(url, 4) as answered:
        for _ in range(times(40)):
            found = workers_of(site, url)
            assert found, "no worker is found"
            draw.choice(found).kill()
            slowest_s = max(slowest_s, back_within(url))
    answers = answered()
    broken = ("RemoteProtocolError", "ReadError", "WriteError", "ConnectError")
    cut = sum(count for name, count in answers.items() if name.startswith(broken))
    faults = {name: count for name, count in answers.items() if not name.startswith(("200 ", "503 ", *broken))}
    note_answers(tally, answers, faults)
    tally.notes |= {"kills": times(40), "connections cut": cut, "back within s": round(slowest_s, 1)}


def back_within(url: str) -> float:
    began = time.monotonic()
    while True:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{url}/labels", timeout=60, trust_env=False).status_code == 200:
                return time.monotonic() - began


def stranger(url: str) -> httpx.Client:
    """Asks each time on a new connection. Reading certificates, too, each time takes as long as a page does."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.Client(base_url=url, timeout=60, trust_env=False, verify=False, limits=limits)


def answer_times(url: str, paths: Iterator[str], number: int) -> tuple[list[float], Counter[int]]:
    """How long each of so many pages took, one after the other."""
    took, statuses = [], Counter[int]()
    with stranger(url) as client:
        for path in itertools.islice(paths, number):
            began = time.monotonic()
            statuses[client.get(path).status_code] += 1
            took.append(time.monotonic() - began)
    return took, statuses


def at_95(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.95)]


def test_slow_and_silent_clients(site: Site, tally: Tally) -> None:
    """300 that send slowly or nothing, and 50 that do not read their downloads: pages come all the same."""
    with site.served() as url, contextlib.ExitStack() as opened:
        address = (urlsplit(url).hostname, urlsplit(url).port)

        def connect(data: bytes) -> socket.socket:
            sock = opened.enter_context(socket.socket())
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.settimeout(60)
            sock.connect(address)
            sock.sendall(data)
            return sock

        for data in (b"", b"G", HEAD, FORM):
            for _ in range(times(75)):
                connect(data)
        for _ in range(times(50)):
            connect(DOWNLOAD * MORE_THAN_KERNELS_KEEP)
        took, statuses = answer_times(url, itertools.cycle(("/", "/labels", "/robots.txt")), times(200) + 20)
    for status, count in statuses.items():
        for _ in range(count):
            tally.tried(status, holds=status in (200, 503))
    tally.notes |= {"slow clients": 4 * times(75) + times(50), "95% within s": round(at_95(took), 2)}


def test_overload(site: Site, tally: Tally) -> None:
    """More clients than can be answered: some are told to come again at once, and none gets anything else."""
    took: list[float] = []
    statuses = Counter[int]()
    with site.served() as url, stranger(url) as client, ThreadPoolExecutor(60) as threads:
        paths = (f"/api/images?per_page=200&seed={number}&sort=random" for number in itertools.count())
        lock = threading.Lock()

        def ask() -> None:
            with lock:
                path = next(paths)
            began = time.monotonic()
            answer = client.get(path)
            if answer.status_code == 200:
                took.append(time.monotonic() - began)
            statuses[answer.status_code] += 1
            retry = "Retry-After" in answer.headers
            tally.tried(f"{answer.status_code} {path}", holds=answer.status_code == 200 or retry)

        for future in [threads.submit(ask) for _ in range(times(3000))]:
            future.result()
    tally.notes |= {
        "answered": statuses[200],
        "told to come again": statuses[503],
        "95% within s": round(at_95(took), 2),
    }


def test_a_stop_under_load_loses_no_request(site: Site, tally: Tally) -> None:
    for _ in range(times(10)):
        with site.served() as url, ThreadPoolExecutor(16) as threads:
            address = (urlsplit(url).hostname, urlsplit(url).port)
            workers = workers_of(site, url)
            request = b"GET /labels HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            sent = [threads.submit(exchanged, address, request) for _ in range(16)]
            time.sleep(0.05)
            os.kill(workers[0].ppid(), signal.SIGTERM)
            for future in sent:
                head = future.result()[:13]
                tally.tried(head, holds=head in (b"HTTP/1.1 200 ", b"HTTP/1.1 503 ", b"refused"))


def exchanged(address: tuple[str, int], request: bytes) -> bytes:
    """What is answered; `refused` where nobody listens any more."""
    try:
        with socket.create_connection(address, timeout=60) as sock:
            sock.sendall(request)
            return b"".join(iter(lambda: sock.recv(65536), b""))
    except ConnectionRefusedError:
        return b"refused"


def used(site: Site, url: str) -> tuple[int, int]:
    """Bytes of memory and open files of all workers."""
    found = workers_of(site, url)
    return sum(one.memory_info().rss for one in found), sum(one.num_fds() for one in found)


def test_soak(site: Site, tally: Tally) -> None:
    """Minutes of reading and judging: neither memory nor open files grow."""
    seconds = max(20.0, SOAK_S * SCALE)
    with site.served() as url:
        with people(url, 4) as answered:
            time.sleep(seconds / 4)
        warm = used(site, url)
        first = answered()
        with people(url, 4) as answered:
            time.sleep(seconds)
        end = used(site, url)
    answers = first + answered()
    note_answers(tally, answers, switches.faults_in(answers))
    tally.notes |= {"seconds": round(seconds), "memory grew by MB": (end[0] - warm[0]) >> 20, "files": end[1] - warm[1]}
    assert end[0] - warm[0] < GROWTH_BYTES
    assert end[1] - warm[1] < 32
    assert not re.search("^Traceback", logs_of(site), re.MULTILINE)
