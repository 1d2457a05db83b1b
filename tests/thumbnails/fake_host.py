"""A picture host on loopback that speaks TLS with a certificate of its own and answers as told."""

from __future__ import annotations

import io
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme
from PIL import Image

from browse.thumbnails.network import FakeHost

GATE_OPENS_AFTER_S = 30
"""By itself, so that a test that waits for the host in vain fails and does not hang."""
NAMES = ("*.staticflickr.com", "open-images-dataset.s3.amazonaws.com")


@dataclass(frozen=True)
class Answer:
    """What the host sends, once the gate is open where there is one.

    `raw` replaces all of it by a function over the connection.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    gate: threading.Event | None = None
    raw: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass(frozen=True)
class Request:
    """What the host was asked."""

    host: str
    path: str
    headers: dict[str, str]
    sni: str | None


class PictureHost:
    """Answers by path; what it was not told of gets the answer `otherwise`."""

    def __init__(self, folder: Path, otherwise: Answer | None = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.otherwise = otherwise or Answer(404)
        self.requests: list[Request] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._asked = threading.Condition(self._lock)
        self._server = self._start(folder)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def address(self) -> FakeHost:
        return FakeHost("127.0.0.1", self.port, self._authority_path)

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def wait_for_requests(self, count: int) -> None:
        """Until so many requests have come."""
        with self._asked:
            assert self._asked.wait_for(lambda: len(self.requests) >= count, GATE_OPENS_AFTER_S)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _start(self, folder: Path) -> ThreadingHTTPServer:
        authority = trustme.CA()
        self._authority_path = folder / "authority.pem"
        authority.cert_pem.write_to_path(self._authority_path)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*NAMES).configure_cert(context)
        context.sni_callback = lambda connection, name, _: setattr(connection, "asked_name", name)
        server = _Server(("127.0.0.1", 0), _handler(self), context)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return server

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        sni = getattr(handler.connection, "asked_name", None)
        request = Request(handler.headers.get("Host", ""), handler.path, dict(handler.headers), sni)
        with self._lock:
            self.requests.append(request)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self._asked.notify_all()
        answer = self.answers.get(handler.path, self.otherwise)
        time.sleep(answer.delay_s)
        if answer.gate is not None:
            answer.gate.wait(GATE_OPENS_AFTER_S)
        with self._lock:
            self._at_once -= 1  # before it is sent: whoever has all of it may ask for the next at once
        self._send(handler, answer)

    def _send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        if answer.raw is not None:
            answer.raw(handler)
            return
        handler.send_response(answer.status)
        headers = {"Content-Type": "image/jpeg", "Content-Length": str(len(answer.body))} | answer.headers
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer.body)


class _Server(ThreadingHTTPServer):
    """The TLS handshake happens in the connection's own thread."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(
        self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext
    ) -> None:
        super().__init__(address, handler)
        self._context = context

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(20)
        try:
            secured = self._context.wrap_socket(request, server_side=True)
        except OSError:
            return
        with secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what many tests are about."""


def _handler(host: PictureHost) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def do_GET(self) -> None:
            host.answer(self)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Quiet."""

    return Handler


@contextmanager
def picture_host(folder: Path, otherwise: Answer | None = None) -> Iterator[PictureHost]:
    """A host while the block runs."""
    host = PictureHost(folder, otherwise)
    try:
        yield host
    finally:
        host.close()


def photo(
    width: int = 64,
    height: int = 48,
    *,
    colour: tuple[int, int, int] = (200, 30, 30),
    encoding: str = "JPEG",
    **options: Any,
) -> bytes:
    """A plain picture: its left half in one colour, its right half black."""
    picture = Image.new("RGB", (width, height), colour)
    picture.paste((0, 0, 0), (width // 2, 0, width, height))
    buffer = io.BytesIO()
    picture.save(buffer, encoding, **options)
    return buffer.getvalue()
