"""HTTP to one server over connections that are kept; a request takes a third of what a client for all of HTTP takes."""

from __future__ import annotations

import base64
import contextlib
import http.client
import select
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlencode, urlsplit

import httpx

KEPT_S = 20.0
"""Connections that nothing was asked of for longer are not used again."""
_PART = 1 << 20


class NoAnswerError(Exception):
    """No whole answer came, or not in time."""


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Connections:
    """Those to one address, which may have a user and a password in it. Threads may share one."""

    def __init__(self, address: str) -> None:
        self._url = urlsplit(address)
        self._idle: list[tuple[http.client.HTTPConnection, float]] = []
        self._writing = threading.Lock()

    def post(self, options: Mapping[str, str], body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
        """Send and wait, no longer than so many seconds in all. Raises NoAnswerError."""
        until = time.monotonic() + seconds
        try:
            with self._connection(until) as connection:
                target = f"{self._url.path or '/'}?{urlencode(options)}"
                connection.request("POST", target, body, {**self._headers, **headers})
                response = connection.getresponse()
                parts = [*_parts(connection, response, until)]
        except TimeoutError as error:
            raise NoAnswerError("no answer in time") from error
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswerError(str(error) or type(error).__name__) from error
        return Answer(response.status, response.headers, b"".join(parts))

    @contextlib.contextmanager
    def _connection(self, until: float) -> Iterator[http.client.HTTPConnection]:
        """One that is open; kept for others afterwards, but where anything went wrong."""
        connection = self._kept() or self._new()
        try:
            connection.timeout = _left(until)
            if connection.sock is None:
                connection.connect()
            connection.sock.settimeout(_left(until))
            yield connection
        except BaseException:
            connection.close()
            raise
        with self._writing:
            self._idle.append((connection, time.monotonic()))

    def _kept(self) -> http.client.HTTPConnection | None:
        while True:
            with self._writing:
                if not self._idle:
                    return None
                connection, since = self._idle.pop()
            if connection.sock is not None and time.monotonic() - since < KEPT_S and not _is_ended(connection):
                return connection
            connection.close()

    def _new(self) -> http.client.HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "https":
            return http.client.HTTPSConnection(host, port, context=httpx.create_ssl_context(trust_env=False))
        return http.client.HTTPConnection(host, port)

    @cached_property
    def _headers(self) -> dict[str, str]:
        if self._url.username is None:
            return {}
        known = f"{unquote(self._url.username)}:{unquote(self._url.password or '')}"
        return {"Authorization": f"Basic {base64.b64encode(known.encode()).decode()}"}

    def close(self) -> None:
        """End those that are idle."""
        with self._writing:
            idle, self._idle = self._idle, []
        for connection, _ in idle:
            connection.close()


def _parts(connection: http.client.HTTPConnection, response: http.client.HTTPResponse, until: float) -> Iterator[bytes]:
    while part := response.read1(_PART):
        yield part
        left = _left(until)
        if connection.sock is not None:  # else the server closes, and the response alone has it
            connection.sock.settimeout(left)
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    response.close()  # the connection takes no other request before


def _is_ended(connection: http.client.HTTPConnection) -> bool:
    """Whether the server has closed it, or says what nobody asked for."""
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN | select.POLLHUP)
    return bool(poll.poll(0))


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
