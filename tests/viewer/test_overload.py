"""More requests than can be answered, and a stop under load: quick words for some, an answer for all."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from http.client import HTTPResponse
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from tests.ports import reserved_port
from viewer import overload
from viewer.connections import kept_s
from viewer.overload import CROWD, LEFT_AFTER_S, MOST_WAIT_S, MOST_WAITING, Queue, Turn, busy_answer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the clock on."""
    now = [1000.0]
    monkeypatch.setattr(overload.time, "monotonic", lambda: now[0])

    def on(seconds: float) -> None:
        now[0] += seconds

    return on


def filled(queue: Queue, has_left: Callable[[], bool] = lambda: False) -> list[Turn]:
    """The requests that it takes."""
    turns = []
    while queue.admits():
        turns.append(queue.wait(has_left))
    return turns


def test_a_queue_takes_what_is_answered_in_time(pass_time: Callable[[float], None]) -> None:
    queue = Queue(threads=4)
    for _ in range(200):
        queue.end(0.1)
    turns = filled(queue)
    assert len(turns) in (40, 41)
    pass_time(MOST_WAIT_S / 2)
    assert queue.begin(turns[0])
    assert len(filled(queue)) == 1


def test_those_who_left_keep_nobody_waiting(pass_time: Callable[[float], None]) -> None:
    queue = Queue(threads=4)
    for _ in range(200):
        queue.end(0.1)
    left = filled(queue, has_left=lambda: True)
    assert not queue.admits(), "they closed their side at once, as netcat does, and may wait"
    pass_time(2 * LEFT_AFTER_S)
    assert len(filled(queue)) in (40, 41)
    assert not any(turn.is_wanted() for turn in left)
    assert all(queue.begin(turn) for turn in left), "in time, which nobody waits for"


def test_a_queue_of_fast_requests_is_bounded_too() -> None:
    assert len(filled(Queue(threads=4))) == MOST_WAITING


def test_a_request_whose_turn_comes_late_is_not_begun(pass_time: Callable[[float], None]) -> None:
    queue = Queue(threads=4)
    first, *others = [queue.wait(lambda: False) for _ in range(5)]
    pass_time(MOST_WAIT_S)
    assert not queue.begin(first)
    assert all(queue.begin(turn) for turn in others), "few wait behind these"


@pytest.mark.parametrize(("pressing", "is_taken"), [(CROWD, True), (CROWD + 1, False)])
def test_requests_that_waited_for_the_loop_are_taken_only_where_they_are_few(pressing: int, is_taken: bool) -> None:
    queue = Queue(threads=4, pressing=lambda: pressing)
    assert queue.admits(MOST_WAIT_S) == is_taken
    assert queue.begin(queue.wait(lambda: False, MOST_WAIT_S)) == is_taken
    assert queue.admits(MOST_WAIT_S / 2)
    assert queue.begin(queue.wait(lambda: False, MOST_WAIT_S / 2))


def test_what_a_request_waited_for_the_loop_counts_with_what_it_would_wait_for_a_thread() -> None:
    queue = Queue(threads=4)
    for _ in range(200):
        queue.end(0.1)
    for _ in range(20):
        queue.wait(lambda: False)
    assert queue.admits(MOST_WAIT_S / 4)
    assert not queue.admits(MOST_WAIT_S * 3 / 4)


@pytest.mark.parametrize(("take_s", "taken"), [((0.5, 0.5), (8, 9)), ((0.1, 0.9), (4, 5))])
def test_less_may_wait_where_answers_differ(take_s: tuple[float, float], taken: tuple[int, int]) -> None:
    queue = Queue(threads=4)
    for number in range(400):
        queue.end(take_s[number % 2])
    assert len(filled(queue)) in taken


@pytest.mark.parametrize(("takes_s", "is_begun"), [(0.5, True), (1.5, False)])
def test_less_may_wait_where_answers_take_long(
    pass_time: Callable[[float], None], takes_s: float, is_begun: bool
) -> None:
    queue = Queue(threads=4)
    for _ in range(200):
        queue.end(takes_s)
    first, *_ = [queue.wait(lambda: False) for _ in range(5)]
    pass_time(MOST_WAIT_S / 2)
    assert queue.begin(first) == is_begun


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
def test_the_kernel_tells_how_long_it_kept_what_came() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        client.sendall(b"GET")
        time.sleep(0.2)
        with listener.accept()[0] as accepted:
            assert kept_s(accepted) > 0.1


def test_of_other_sockets_it_does_not() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert kept_s(one) == 0


def test_few_requests_are_taken_however_slow_they_are() -> None:
    queue = Queue(threads=4)
    for _ in range(200):
        queue.end(60.0)
    assert len(filled(queue)) == 4


def test_one_slow_request_does_not_close_the_door() -> None:
    queue = Queue(threads=4)
    queue.end(3.0)
    assert len(filled(queue)) > 10


class _Received:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, mode: str) -> BytesIO:
        return BytesIO(self._data)


@pytest.mark.parametrize("is_json", [True, False])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("closes", [True, False])
def test_the_busy_answer_is_a_whole_answer(is_json: bool, method: str, closes: bool) -> None:
    data = busy_answer(is_json=is_json, has_content=method != "HEAD", closes=closes)
    response = HTTPResponse(_Received(data), method=method)  # type: ignore[arg-type]
    response.begin()
    body = response.read()
    assert response.status == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.headers["Cache-Control"] == "no-store"
    assert response.will_close == closes
    for name, value in settings.ANSWER_HEADERS.items():
        assert response.headers[name] == value
    if method == "HEAD":
        assert body == b""
        assert int(response.headers["Content-Length"]) > 0
    elif is_json:
        assert "try again" in json.loads(body)["errors"][0]["message"]
    else:
        assert b"try again" in body


@contextmanager
def served(
    tmp_path: Path, *, threads: int, application: str = "tests.viewer.sleeping"
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """One worker of ours over an application, such as one that sleeps: its base URL, and the server."""
    address = f"127.0.0.1:{reserved_port()}"
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "viewer.worker.PatientWorker", "--bind", address]
    command += ["--threads", str(threads), "--no-control-socket", "--log-level", "error"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "viewer.settings", "OPENIMAGES_DATA_DIR": str(tmp_path)}
    server = subprocess.Popen([*command, f"{application}:application"], cwd=ROOT, env=environment)
    try:
        for _ in range(600):
            try:
                httpx.get(f"http://{address}/0", trust_env=False, timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield f"http://{address}", server
    finally:
        server.terminate()
        server.wait(timeout=40)


def ask(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, timeout=30)


def exchange(url: str, request: bytes, number: int, between: Callable[[], object] = lambda: None) -> list[bytes]:
    """What so many clients are answered that send the same at once; `between`: what is done before it is read."""
    address = ("127.0.0.1", int(url.rpartition(":")[2]))
    with ExitStack() as opened:
        clients = [opened.enter_context(socket.create_connection(address, timeout=30)) for _ in range(number)]
        for client in clients:
            client.sendall(request)
        between()
        return [b"".join(iter(partial(client.recv, 65536), b"")) for client in clients]


def test_above_what_can_be_answered_some_are_told_to_come_again_and_all_are_answered(tmp_path: Path) -> None:
    request = b"GET /0.2 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    with served(tmp_path, threads=1) as (url, _):
        answers = exchange(url, request, 40)
        counts = {status: sum(answer[9:12] == status for answer in answers) for status in (b"200", b"503")}
        assert counts[b"200"] >= 1
        assert counts[b"503"] >= 20, "at most 5 a second are answered"
        assert sum(counts.values()) == 40
        assert all(b"\r\nRetry-After: " in answer for answer in answers if answer[9:12] == b"503")
        assert ask(f"{url}/0").status_code == 200


@pytest.mark.parametrize(("method", "done"), [("GET", 0), ("POST", 4)])
def test_pages_that_were_left_are_not_made_and_what_was_sent_is_done(tmp_path: Path, method: str, done: int) -> None:
    left = f"{method} /0 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n".encode()
    with served(tmp_path, threads=4) as (url, _), ThreadPoolExecutor(4) as clients:
        before = int(ask(f"{url}/0").headers["Asked"])
        held = [clients.submit(ask, f"{url}/held") for _ in range(4)]
        while len([*tmp_path.glob("begun-*")]) < len(held):
            time.sleep(0.02)
        for _ in range(4):
            with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=30) as client:
                client.sendall(left)
        assert ask(f"{url}/healthz").status_code == 200, "which the loop answers after it took those"
        time.sleep(4 * LEFT_AFTER_S)
        (tmp_path / "go").touch()
        assert all(one.result().status_code == 200 for one in held)
        assert int(ask(f"{url}/0").headers["Asked"]) == before + 4 + 1 + done + 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell how long the kernel kept a request")
@pytest.mark.parametrize(("number", "status"), [(4, b"200"), (3 * CROWD, b"503")])
def test_requests_that_a_late_worker_finds_at_its_door_are_told_so_at_once(
    tmp_path: Path, number: int, status: bytes
) -> None:
    """But a single visitor is answered, however slow the machine is."""
    request = b"GET /0 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    with served(tmp_path, threads=4) as (url, server):
        (worker,) = map(int, Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split())

        def go_on_late() -> None:
            time.sleep(MOST_WAIT_S + 0.2)
            os.kill(worker, signal.SIGCONT)

        os.kill(worker, signal.SIGSTOP)
        answers = exchange(url, request, number, between=go_on_late)
    assert {answer.split()[1] for answer in answers} == {status}


@pytest.mark.skipif(sys.platform != "linux", reason="open files are counted in /proc")
def test_clients_that_said_they_send_no_more_are_not_waited_for(tmp_path: Path) -> None:
    request = b"GET /0 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    with served(tmp_path, threads=4) as (url, server), ExitStack() as opened:
        (worker,) = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        before = len([*Path(f"/proc/{worker}/fd").iterdir()])
        for _ in range(20):
            address = ("127.0.0.1", int(url.rpartition(":")[2]))
            client = opened.enter_context(socket.create_connection(address, timeout=30))
            client.sendall(request)
            assert b"".join(iter(partial(client.recv, 65536), b"")).endswith(b"done")
        assert len([*Path(f"/proc/{worker}/fd").iterdir()]) <= before + 1


def test_a_stop_answers_all_who_were_connected(tmp_path: Path) -> None:
    request = b"GET /0.05 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    with served(tmp_path, threads=2) as (url, server), ExitStack() as opened:
        address = ("127.0.0.1", int(url.rpartition(":")[2]))
        clients = [opened.enter_context(socket.create_connection(address, timeout=30)) for _ in range(20)]
        for client in clients[:15]:
            client.sendall(request)
        server.send_signal(signal.SIGTERM)
        for client in clients[15:]:
            client.sendall(request)
        answers = [b"".join(iter(partial(client.recv, 65536), b"")) for client in clients]
        assert server.wait(timeout=40) == 0
    assert {answer[:13] for answer in answers} <= {b"HTTP/1.1 200 ", b"HTTP/1.1 503 "}
    assert sum(answer.endswith(b"done") for answer in answers) >= 15
