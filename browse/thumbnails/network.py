"""Connections that go only where they may, and end in time.

A host is resolved once; all its addresses must be public; the connection goes to one of these very addresses, while
SNI, certificate check and Host header keep the name. So a name that answers differently the second time gains nothing.
Every wait is cut by one deadline: a read timeout alone never ends a host that drips.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from pathlib import Path

import httpcore

from browse.thumbnails.addresses import is_public
from browse.thumbnails.errors import BlockedError, HostDownError

CONNECT_TIMEOUT_S = 3.0
FIRST_BYTE_TIMEOUT_S = 5.0
TOTAL_TIMEOUT_S = 8.0
_MAX_ADDRESSES_TRIED = 3
_RESOLVER_THREADS = 8
_TOO_LATE = "The picture's host did not respond completely in time."

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class FakeHost:
    """For tests only: a picture host at this address that stands for every allowed host."""

    address: str
    port: int
    certificate_authority: Path


class Deadline:
    """A moment of the monotonic clock by which all must be done."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self, at_most: float = TOTAL_TIMEOUT_S) -> float:
        """Seconds left, at most so many. Raises HostDownError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise HostDownError(_TOO_LATE)
        return min(left, at_most)


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host name, in the system's order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class SafeBackend(httpcore.NetworkBackend):
    """Opens the one connection of one fetch."""

    def __init__(self, deadline: Deadline, *, resolver: BoundedResolver, fake_host: FakeHost | None = None) -> None:
        self._deadline = deadline
        self._resolver = resolver
        self._fake_host = fake_host

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to one of the host's addresses. Raises BlockedError unless all of them are public."""
        connecting = Deadline(self._deadline.remaining(CONNECT_TIMEOUT_S))
        if self._fake_host is not None:
            return self._connect([self._fake_host.address], self._fake_host.port, connecting)
        addresses = self._resolver.addresses(host, port, timeout_s=connecting.remaining())
        refused = [address for address in addresses if not is_public(address)]
        if refused:
            raise BlockedError(f"{host} resolves to an address that is not public: {refused[0]}")
        return self._connect(addresses, port, connecting)

    def _connect(self, addresses: list[str], port: int, connecting: Deadline) -> httpcore.NetworkStream:
        failure: OSError | None = None
        for address in addresses[:_MAX_ADDRESSES_TRIED]:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            connection = socket.socket(family, socket.SOCK_STREAM)
            try:
                connection.settimeout(connecting.remaining())
                connection.connect((address, port))
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                failure = error
                connection.close()
            except BaseException:
                connection.close()
                raise
            else:
                return _DeadlineStream(connection, self._deadline, connecting)
        raise HostDownError(f"No connection to the picture's host: {failure}")


class _DeadlineStream(httpcore.NetworkStream):
    """A socket whose every wait ends with the fetch's deadline, whatever timeout is asked for."""

    def __init__(self, connection: socket.socket, deadline: Deadline, connecting: Deadline) -> None:
        self._socket = connection
        self._deadline = deadline
        self._connecting = connecting
        self._first_byte: Deadline | None = Deadline(FIRST_BYTE_TIMEOUT_S)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        limit = self._first_byte.remaining() if self._first_byte else TOTAL_TIMEOUT_S
        self._socket.settimeout(self._deadline.remaining(limit))
        try:
            data = self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise HostDownError(_TOO_LATE) from error
        except OSError as error:
            raise HostDownError(f"The picture's host closed the connection: {error}") from error
        self._first_byte = None
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._socket.settimeout(self._deadline.remaining())
        try:
            self._socket.sendall(buffer)
        except TimeoutError as error:
            raise HostDownError(_TOO_LATE) from error
        except OSError as error:
            raise HostDownError(f"The picture's host closed the connection: {error}") from error

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The stream encrypted; the certificate must be for `server_hostname`."""
        try:
            self._socket.settimeout(self._connecting.remaining())
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except OSError as error:
            self.close()
            raise HostDownError(f"No safe connection to the picture's host: {error}") from error
        except BaseException:
            self.close()
            raise
        return _DeadlineStream(secured, self._deadline, self._connecting)


class BoundedResolver:
    """Name lookups that end in time: `getaddrinfo` itself knows no timeout."""

    def __init__(self, resolve_host: Resolve = resolve) -> None:
        self._resolve = resolve_host
        self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolve")

    def addresses(self, host: str, port: int, *, timeout_s: float) -> list[str]:
        """Every address of the host. Raises HostDownError where there is none in time."""
        answer: Future[list[str]] = self._threads.submit(self._resolve, host, port)
        try:
            found = answer.result(timeout_s)
        except FutureTimeoutError:
            answer.cancel()
            raise HostDownError(f"The DNS lookup of {host} timed out.") from None
        except OSError as error:
            raise HostDownError(f"No address found for {host}: {error}") from error
        if not found:
            raise HostDownError(f"No address found for {host}.")
        return found
