"""The side of the decoding process that a web worker sees: ask, wait a bounded time, start it again when it is gone."""

from __future__ import annotations

import json
import queue
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from browse.thumbnails.errors import BusyError, UndecodableError
from browse.thumbnails.rendering import Output, Rendered

DECODE_TIMEOUT_S = 2.0
_START_TIMEOUT_S = 10.0
_JOBS_PER_PROCESS = 2000
_ROOT = Path(__file__).resolve().parents[2]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from browse.thumbnails.decode_worker import main; main()"


class Decoder:
    """A few decoding processes; each does one picture at a time."""

    def __init__(self, *, processes: int = 1, timeout_s: float = DECODE_TIMEOUT_S, patience_s: float = 8.0) -> None:
        self._timeout_s = timeout_s
        self._patience_s = patience_s
        self._free: queue.LifoQueue[_Process] = queue.LifoQueue()
        for _ in range(processes):
            self._free.put(_Process())

    def render(self, data: bytes, outputs: Sequence[Output], *, rotation: int | None) -> Rendered:
        """The picture as asked for (see rendering.render).

        Raises UndecodableError for what is no picture, breaks the process or takes too long; BusyError when no
        process comes free in time or can be started, which says nothing of the picture.
        """
        with self._process() as process:
            return process.render(data, outputs, rotation=rotation, timeout_s=self._timeout_s)

    def start(self) -> None:
        """Start a process that is free and not running, so that it is ready when a picture comes.

        Raises BusyError where it cannot be started.
        """
        try:
            process = self._free.get_nowait()
        except queue.Empty:
            return
        try:
            process.start()
        finally:
            self._free.put(process)

    def close(self) -> None:
        """End the processes; the next job starts them anew."""
        for process in list(self._free.queue):
            process.stop()

    @contextmanager
    def _process(self) -> Iterator[_Process]:
        try:
            process = self._free.get(timeout=self._patience_s)
        except queue.Empty:
            raise BusyError("Too many pictures are being decoded.") from None
        try:
            yield process
        finally:
            self._free.put(process)

    def __enter__(self) -> Decoder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Process:
    """One decoding process, started when first needed."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._jobs = 0
        self._is_ready = False

    def render(self, data: bytes, outputs: Sequence[Output], *, rotation: int | None, timeout_s: float) -> Rendered:
        job = {"bytes": len(data), "rotation": rotation, "outputs": [_asked(output) for output in outputs]}
        message = json.dumps(job).encode() + b"\n" + data
        try:
            answer = self._ask(message, timeout_s)
        except TimeoutError:
            self.stop()
            raise UndecodableError("The picture takes too long to decode.") from None
        if "refused" in answer.header:
            reason = str(answer.header["refused"])
            self._after_refusal(reason)
            raise UndecodableError(f"Not a picture that can be shown: {reason}")
        header = answer.header
        return Rendered(header["width"], header["height"], answer.parts, header["look"])

    def _ask(self, message: bytes, timeout_s: float) -> _Answer:
        """The process may have been killed since its last picture, so one that breaks is asked once more, anew."""
        for _ in range(2):
            connection = self._ready()
            try:
                answer = _exchange(connection, message, timeout_s)
            except TimeoutError:
                raise
            except OSError:
                self.stop()
            else:
                self._jobs += 1
                return answer
        raise UndecodableError("The picture crashes the decoder.")

    def start(self) -> None:
        """Start it unless it runs; it becomes ready meanwhile."""
        if self._child is not None and self._child.poll() is None and self._jobs < _JOBS_PER_PROCESS:
            return
        self.stop()
        try:
            self._socket, theirs = socket.socketpair()
            with theirs:
                self._child = _popen(theirs)
        except OSError as error:
            self.stop()
            raise BusyError(f"No decoding process can be started: {error.strerror}.") from error

    def stop(self) -> None:
        """End it, whatever it is at."""
        if self._socket is not None:
            self._socket.close()
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        self._child = self._socket = None
        self._jobs, self._is_ready = 0, False

    def _after_refusal(self, reason: str) -> None:
        """Memory that ran out leaves a process with little left for the next picture."""
        if reason.startswith("MemoryError"):
            self.stop()

    def _ready(self) -> socket.socket:
        """The connection to the process, once it has said that it listens. Raises BusyError where it does not."""
        self.start()
        assert self._socket is not None
        if not self._is_ready:
            end = time.monotonic() + _START_TIMEOUT_S
            greeting = b""
            try:
                while not greeting.endswith(b"\n"):
                    greeting += _receive(self._socket, end)
            except OSError as error:
                self.stop()
                raise BusyError("A decoding process did not start.") from error
            self._is_ready = True
        return self._socket


def _asked(output: Output) -> list[object]:
    part = output.part
    return [output.side, output.format, part and [part.left, part.right, part.top, part.bottom]]


def _popen(connection: socket.socket) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-c", _START, str(_ROOT)],
        stdin=connection.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={},
        start_new_session=True,  # Ctrl-C is for the command that waits, not for what it waits for.
    )


@dataclass(frozen=True)
class _Answer:
    header: dict[str, Any]
    parts: list[bytes]


def _exchange(connection: socket.socket, message: bytes, timeout_s: float) -> _Answer:
    end = time.monotonic() + timeout_s
    connection.settimeout(_left(end))
    connection.sendall(message)
    received = bytearray()
    while (newline := received.find(b"\n")) < 0:
        received += _receive(connection, end)
    answer = json.loads(received[:newline])
    sizes = answer.get("bytes", [])
    while len(received) < newline + 1 + sum(sizes):
        received += _receive(connection, end)
    parts, start = [], newline + 1
    for size in sizes:
        parts.append(bytes(received[start : start + size]))
        start += size
    return _Answer(answer, parts)


def _receive(connection: socket.socket, end: float) -> bytes:
    connection.settimeout(_left(end))
    data = connection.recv(1 << 20)
    if not data:
        raise ConnectionResetError("the decoding process ended")
    return data


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
