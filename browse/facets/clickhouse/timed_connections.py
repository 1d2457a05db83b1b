"""Connections on which every wait ends when the time of what is asked is over.

httpx and httpcore begin to count anew with each part that is sent or comes: a server of which a byte comes now and
then would never be too late.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

_SOON_S = 0.001
"""What is left when nothing is: no time at all would mean not to wait, which is another error."""
_PIECE_BYTES = 1 << 16


class _Deadline(threading.local):
    """When the time is over of what this thread asks: whoever asks also writes and reads."""

    at: float | None = None

    def left(self, timeout: float | None) -> float | None:
        """Seconds until then; a time-out where this thread has set none."""
        return timeout if self.at is None else max(_SOON_S, self.at - time.monotonic())


class TimedTransport(httpx.HTTPTransport):
    """httpx's own, over such connections; `limits` as there."""

    def __init__(self, limits: httpx.Limits) -> None:
        context = httpx.create_ssl_context(trust_env=False)
        super().__init__(verify=context)
        self._deadline = _Deadline()
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=_Backend(self._deadline),
        )

    @contextmanager
    def until(self, at: float) -> Iterator[None]:
        """What this thread asks meanwhile is over then, by the monotonic clock."""
        self._deadline.at = at
        try:
            yield
        finally:
            self._deadline.at = None


class _Backend(httpcore.SyncBackend):
    def __init__(self, deadline: _Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        return _Stream(super().connect_tcp(host, port, left, local_address, socket_options), self._deadline)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE_BYTES):
            self._stream.write(buffer[start : start + _PIECE_BYTES], self._deadline.left(timeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(
            self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)), self._deadline
        )

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
